package io.github.compacter4j.tables;

/**
 * A row of a file that cannot be read.
 *
 * @param line where it stands, from 1
 * @param error what was expected and what was found
 */
public record BrokenRow(long line, String error) {}
