/** GLUE and SuperGLUE: files to tables, splits, low-resource subsets, text-to-text form. */
package io.github.compacter4j.tasks;
