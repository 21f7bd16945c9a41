package io.github.compacter4j.text;

/**
 * One text, or a pair of texts, tokenised for an encoder, special tokens included.
 *
 * @param ids token ids, shape (length)
 * @param types which of the two texts each id belongs to, shape (length)
 * @param truncated whether the texts were longer than the ids allow
 */
public record EncodedPair(int[] ids, int[] types, boolean truncated) {}
