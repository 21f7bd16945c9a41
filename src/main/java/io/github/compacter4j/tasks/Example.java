package io.github.compacter4j.tasks;

/**
 * A row in text-to-text form.
 *
 * @param source what the model reads
 * @param target what it is to write
 */
public record Example(String source, String target) {}
