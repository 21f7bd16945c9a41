/** Trained adapters at work: loading, switching, averaging, predicting, exporting. */
package io.github.compacter4j.adapters;
