/** GLUE, SuperGLUE and users' own tasks: from rows to text and labels, and the check of files. */
package io.github.compacter4j.tasks;
