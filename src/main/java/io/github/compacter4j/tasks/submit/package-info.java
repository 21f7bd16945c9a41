/** Predictions for official test rows, as the servers of GLUE and SuperGLUE take them. */
package io.github.compacter4j.tasks.submit;
