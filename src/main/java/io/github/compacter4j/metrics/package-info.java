/** The metrics of GLUE and SuperGLUE, on decoded strings, as percentages. */
package io.github.compacter4j.metrics;
