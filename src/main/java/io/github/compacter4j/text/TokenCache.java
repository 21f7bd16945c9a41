package io.github.compacter4j.text;

import ai.djl.util.Platform;
import io.github.compacter4j.UserCache;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.files.Hashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Ids of many texts, kept in the user's cache from one process to the next.
 *
 * <p>A file's name is the SHA-256 of all that its ids depend on: the texts themselves (so data,
 * template, split and subset), the tokenizer's file, the tokenizer library and the greatest length.
 * Files are written beside and renamed, so any number of processes may use the folder at once; one
 * that is damaged is told of and made again. Deleting the folder {@code tokens} is always safe.
 */
public final class TokenCache {
  /** The environment variable that turns the cache off when it has any value. */
  public static final String VARIABLE = "COMPACTER4J_NO_CACHE";

  /** A million characters take about 0.6 s of one core; fewer are not worth a file. */
  static final int LEAST_CHARACTERS = 1_000_000;

  private static final String LIBRARY = Platform.detectPlatform("tokenizers").getVersion();

  private final Optional<Path> folder;
  private final int leastCharacters;

  TokenCache(Optional<Path> folder, int leastCharacters) {
    this.folder = folder;
    this.leastCharacters = leastCharacters;
  }

  /** The cache in the user's folder; none where {@code COMPACTER4J_NO_CACHE} is set. */
  public static TokenCache usual() {
    String off = System.getenv().getOrDefault(VARIABLE, "");
    return off.isBlank() ? in(UserCache.folder().resolve("tokens")) : none();
  }

  /** A cache in another folder, which need not exist. */
  public static TokenCache in(Path folder) {
    return new TokenCache(Optional.of(folder), LEAST_CHARACTERS);
  }

  /** No cache: every text is encoded. */
  public static TokenCache none() {
    return new TokenCache(Optional.empty(), LEAST_CHARACTERS);
  }

  /**
   * The ids of texts as {@link T5Tokenizer#encodeAll} gives them, from the cache where it has them.
   * A few texts are never kept.
   */
  public List<Encoded> encodeAll(T5Tokenizer tokenizer, List<String> texts, int maxLength) {
    long characters = texts.stream().mapToLong(String::length).sum();
    if (folder.isEmpty() || characters < leastCharacters) {
      return tokenizer.encodeAll(texts, maxLength);
    }
    byte[] key = key(tokenizer, texts, maxLength);
    Path file = folder.get().resolve(HexFormat.of().formatHex(key) + ".ids");
    return read(file, key, tokenizer.length(), texts.size())
        .orElseGet(
            () -> {
              List<Encoded> encoded = tokenizer.encodeAll(texts, maxLength);
              write(file, TokenFile.bytes(key, encoded));
              return encoded;
            });
  }

  private static byte[] key(T5Tokenizer tokenizer, List<String> texts, int maxLength) {
    MessageDigest digest = Hashes.sha256();
    add(digest, TokenFile.MAGIC + " " + LIBRARY + " " + tokenizer.sha256() + " " + maxLength);
    texts.forEach(text -> add(digest, text));
    return digest.digest();
  }

  /** Lengths go first, so that no two lists of texts give the same bytes. */
  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }

  private static Optional<List<Encoded>> read(Path file, byte[] key, int vocabulary, int rows) {
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      Optional<List<Encoded>> encoded = TokenFile.parse(Files.readAllBytes(file), key, vocabulary);
      if (encoded.filter(list -> list.size() == rows).isPresent()) {
        return encoded;
      }
      warn(file + " is damaged; it is made again");
    } catch (IOException e) {
      warn(file + " cannot be read (" + e.getMessage() + "); its texts are encoded again");
    }
    return Optional.empty();
  }

  /** A cache that cannot be written costs time, no results. */
  private static void write(Path file, byte[] bytes) {
    Path beside = file.resolveSibling("ids" + UUID.randomUUID() + ".part");
    try {
      AtomicFiles.replace(file, beside, out -> out.write(bytes));
    } catch (IOException e) {
      warn(file + " cannot be written (" + e.getMessage() + "); goes on without");
    }
  }

  private static void warn(String what) {
    System.err.println("compacter4j: cache of tokens: " + what);
  }
}
