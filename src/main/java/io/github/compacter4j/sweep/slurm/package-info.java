/** Sweeps on a cluster: jobs of Slurm, one array task a cell. */
package io.github.compacter4j.sweep.slurm;
