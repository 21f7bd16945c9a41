/**
 * What a model makes of a task: rows into batches, a batch into a loss, a row into a prediction.
 */
package io.github.compacter4j.learner;
