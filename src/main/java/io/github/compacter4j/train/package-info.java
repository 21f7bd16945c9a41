/** Fine-tuning: batches, optimiser, schedule, loop, evaluation, run folders. */
package io.github.compacter4j.train;
