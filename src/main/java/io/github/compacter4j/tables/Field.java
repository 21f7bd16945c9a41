package io.github.compacter4j.tables;

/**
 * A column that a task reads.
 *
 * @param name its name in templates, tables and a user's files
 * @param header its name in the published files
 */
public record Field(String name, String header) {}
