package io.github.compacter4j.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Disguise;
import io.github.compacter4j.files.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * T5's tokenizer: SentencePiece ids with the end of sequence appended, read offline from a {@code
 * tokenizer.json}. Safe for use by one thread at a time; close it to free its native memory.
 */
public final class T5Tokenizer implements AutoCloseable {
  /** What loses its blanks in decoded text, in this order. */
  private static final List<String> BLANKS =
      List.of(" .", " ?", " !", " ,", " ' ", " n't", " 'm", " 's", " 've", " 're");

  private final HuggingFaceTokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final String sha256;

  private T5Tokenizer(HuggingFaceTokenizer tokenizer, Vocabulary vocabulary, String sha256) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.sha256 = sha256;
  }

  /**
   * Reads a tokenizer.
   *
   * @param folderOrFile a {@code tokenizer.json} or a folder that holds one
   * @throws UserException where the file is missing or is no T5 tokenizer
   */
  public static T5Tokenizer load(Path folderOrFile) {
    Path file =
        Files.isDirectory(folderOrFile) ? folderOrFile.resolve("tokenizer.json") : folderOrFile;
    if (!Files.isRegularFile(file)) {
      throw new UserException(file + ": expected a tokenizer.json, found no such file");
    }
    Disguise.refuse(file);
    Vocabulary vocabulary = Vocabulary.read(file);
    try {
      return new T5Tokenizer(TokenizerLibrary.open(file), vocabulary, Hashes.sha256(file));
    } catch (IOException e) {
      throw new UserException(file + ": expected a file that can be read", e);
    }
  }

  /** The ids of one text, at most {@code maxLength} of them, the end of sequence included. */
  public int[] encode(String text, int maxLength) {
    return encodeAll(List.of(text), maxLength).get(0).ids();
  }

  /**
   * The ids of several texts, each at most {@code maxLength} long, the end of sequence included; a
   * text without tokens gives the end of sequence alone. All cores take part.
   *
   * @throws UserException where {@code maxLength} is below 1
   */
  public List<Encoded> encodeAll(List<String> texts, int maxLength) {
    if (maxLength < 1) {
      throw UserException.usage(
          "maximum length of a text: expected at least 1, found " + maxLength);
    }
    // A text a call takes less work than the library's own batches, which also run in parallel.
    return texts.parallelStream()
        .map(text -> truncate(tokenizer.encode(text, true, false).getIds(), maxLength))
        .toList();
  }

  /** The pieces of a text as the vocabulary writes them, the end of sequence included. */
  public List<String> pieces(String text) {
    return List.of(tokenizer.encode(text, true, false).getTokens());
  }

  /**
   * The text of some ids, without special tokens, padding and negative ids such as -100. Blanks
   * before punctuation and in front of English contractions go, as in Hugging Face's {@code decode}
   * (clean_up_tokenization_spaces), by which the reference code reads what a model wrote.
   */
  public String decode(int[] ids) {
    return decode(Arrays.stream(ids).asLongStream().toArray());
  }

  /** The text of some ids, as {@link #decode(int[])}. */
  public String decode(long[] ids) {
    String text = tokenizer.decode(Arrays.stream(ids).filter(id -> id >= 0).toArray(), true);
    for (String blank : BLANKS) {
      text = text.replace(blank, blank.strip());
    }
    return text;
  }

  /** SHA-256 of the file, in lower-case hexadecimal digits. */
  public String sha256() {
    return sha256;
  }

  /** The number of entries, the 100 sentinels included; 32,100 for the public T5 vocabulary. */
  public int length() {
    return vocabulary.length();
  }

  /** The id that fills short rows of a batch. */
  public int padId() {
    return vocabulary.pad();
  }

  /** The id that ends every sequence. */
  public int eosId() {
    return vocabulary.eos();
  }

  /** The id of text that the vocabulary cannot express. */
  public int unkId() {
    return vocabulary.unk();
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private Encoded truncate(long[] ids, int maxLength) {
    int[] kept = new int[Math.min(ids.length, maxLength)];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = Math.toIntExact(ids[i]);
    }
    boolean truncated = ids.length > maxLength;
    if (truncated) {
      kept[maxLength - 1] = eosId();
    }
    return new Encoded(kept, truncated);
  }
}
