/**
 * Files: JSON, YAML with line numbers, lines of text, checksums, writing that tears nothing, locks.
 */
package io.github.compacter4j.files;
