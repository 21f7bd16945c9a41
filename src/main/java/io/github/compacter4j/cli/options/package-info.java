/** Options that several commands share, and how values are read and answers printed. */
package io.github.compacter4j.cli.options;
