package io.github.compacter4j.text;

/**
 * A tokenised text.
 *
 * @param ids token ids, shape (length); the last one is the end of sequence
 * @param truncated whether the text was longer than the ids allow
 */
public record Encoded(int[] ids, boolean truncated) {}
