/**
 * The Jupyter kernel: start-up imports, rich output, progress, errors, interrupts, installation.
 */
package io.github.compacter4j.notebook;
