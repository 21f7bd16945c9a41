/** Results of runs side by side. */
package io.github.compacter4j.experiments;
