/** Many runs: ablations and sweeps, by any number of processes and machines in one folder. */
package io.github.compacter4j.sweep;
