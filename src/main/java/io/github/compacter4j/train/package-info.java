/** Fine-tuning: optimiser, schedule, loop, evaluation, resuming. */
package io.github.compacter4j.train;
