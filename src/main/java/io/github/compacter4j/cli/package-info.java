/** The command line. */
package io.github.compacter4j.cli;
