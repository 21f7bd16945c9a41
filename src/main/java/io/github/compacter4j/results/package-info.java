/** Results of runs side by side, over seeds, and beside the paper's. */
package io.github.compacter4j.results;
