package io.github.compacter4j.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Disguise;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An encoder's tokenizer: one text or two to ids with special tokens and to types, as the file's
 * own post-processor places them, read offline from a {@code tokenizer.json}.
 *
 * <p>The padding and the truncation that the file itself carries are switched off. Too long a pair
 * loses the end of its longer text first, as Hugging Face's {@code longest_first}. Close it to free
 * its native memory.
 */
public final class PairTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final int length;
  private final int specials;
  private final int pairSpecials;

  private PairTokenizer(Path file, HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    length = Vocabulary.length(file);
    specials = specials(file, encode(TextPair.of("a")));
    pairSpecials = specials(file, encode(TextPair.of("a", "b")));
  }

  /**
   * Reads a tokenizer.
   *
   * @param folderOrFile a {@code tokenizer.json} or a folder that holds one
   * @throws UserException where the file is missing, or puts no special tokens around texts
   */
  public static PairTokenizer load(Path folderOrFile) {
    Path file =
        Files.isDirectory(folderOrFile) ? folderOrFile.resolve("tokenizer.json") : folderOrFile;
    if (!Files.isRegularFile(file)) {
      throw new UserException(file + ": expected a tokenizer.json, found no such file");
    }
    Disguise.refuse(file);
    HuggingFaceTokenizer tokenizer = TokenizerLibrary.open(file);
    try {
      return new PairTokenizer(file, tokenizer);
    } catch (UserException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** How many special tokens stand around the texts, of which the first and the last id are two. */
  private static int specials(Path file, Encoding encoding) {
    long[] special = encoding.getSpecialTokenMask();
    if (special.length == 0 || special[0] == 0 || special[special.length - 1] == 0) {
      throw new UserException(
          file
              + ": expected a tokenizer that puts special tokens around texts, such as [CLS] and"
              + " [SEP], or <s> and </s>; this one does not");
    }
    return (int) Arrays.stream(special).sum();
  }

  private Encoding encode(TextPair texts) {
    return texts.second().isPresent()
        ? tokenizer.encode(texts.first(), texts.second().get(), true, false)
        : tokenizer.encode(texts.first(), true, false);
  }

  /**
   * The ids of several rows, each at most {@code maxLength} long, special tokens included. All
   * cores take part.
   *
   * @throws UserException (wrong usage) where {@code maxLength} leaves no room for a text
   */
  public List<EncodedPair> encodeAll(List<TextPair> rows, int maxLength) {
    if (maxLength <= pairSpecials) {
      throw UserException.usage(
          "maximum length of a text: expected at least %d, since %d are special tokens, found %d"
              .formatted(pairSpecials + 1, pairSpecials, maxLength));
    }
    return rows.parallelStream().map(row -> truncate(row, maxLength)).toList();
  }

  /** The number of entries, added ones included: one above the largest id. */
  public int length() {
    return length;
  }

  private EncodedPair truncate(TextPair row, int maxLength) {
    Encoding encoding = encode(row);
    int[] ids = ints(encoding.getIds());
    int[] types = ints(encoding.getTypeIds());
    if (ids.length <= maxLength) {
      return new EncodedPair(ids, types, false);
    }
    int room = maxLength - (row.second().isPresent() ? pairSpecials : specials);
    int[] kept = kept(encoding.getSpecialTokenMask(), room);
    return new EncodedPair(chosen(ids, kept), chosen(types, kept), true);
  }

  /** The positions that stay: all special tokens, and the beginnings of the texts. */
  private static int[] kept(long[] special, int room) {
    List<int[]> texts = texts(special);
    int first = texts.get(0)[1];
    int second = texts.size() == 1 ? 0 : texts.get(1)[1];
    int[] lengths = longestFirst(first, second, room);
    boolean[] stays = new boolean[special.length];
    for (int at = 0; at < special.length; at++) {
      stays[at] = special[at] == 1;
    }
    for (int text = 0; text < texts.size(); text++) {
      int start = texts.get(text)[0];
      Arrays.fill(stays, start, start + lengths[text], true);
    }
    return IntStream.range(0, stays.length).filter(at -> stays[at]).toArray();
  }

  /** Start and length of each run of tokens between special ones: a text without any has no run. */
  private static List<int[]> texts(long[] special) {
    List<int[]> runs = new ArrayList<>();
    for (int at = 0; at < special.length; at++) {
      if (special[at] == 0) {
        if (at == 0 || special[at - 1] == 1) {
          runs.add(new int[] {at, 0});
        }
        runs.get(runs.size() - 1)[1]++;
      }
    }
    return runs;
  }

  /** The lengths of two texts that take the room together: the longer one gives way first. */
  static int[] longestFirst(int first, int second, int room) {
    int shorter = Math.min(first, second);
    int longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
    if (shorter + longer > room) {
      shorter = room / 2;
      longer = shorter + room % 2;
    }
    return first > second ? new int[] {longer, shorter} : new int[] {shorter, longer};
  }

  private static int[] ints(long[] values) {
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  private static int[] chosen(int[] values, int[] positions) {
    return Arrays.stream(positions).map(at -> values[at]).toArray();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
