package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The lines of a UTF-8 file, exactly. LF and CRLF end a line; a byte order mark before the first
 * one is dropped.
 */
final class LineReader implements AutoCloseable {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path path;
  private final InputStream file;
  private final MessageDigest digest = sha256Digest();
  private final byte[] chunk = new byte[1 << 16];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int position;
  private int limit;
  private long number;

  /**
   * Opens a file.
   *
   * @throws UserException where there is none, or it cannot be read
   */
  LineReader(Path path) {
    this.path = path;
    file = open(path);
  }

  /** The stream of a file that must exist. */
  static InputStream open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new UserException(path + ": expected a file, found none");
    }
    try {
      return Files.newInputStream(path);
    } catch (IOException e) {
      throw new UserException(path + ": cannot be read", e);
    }
  }

  /** A fresh SHA-256. */
  static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The next line without its end; null behind the last one.
   *
   * @throws UserException naming file and line where it is not UTF-8 or cannot be read
   */
  String next() {
    line.reset();
    if (position == limit && !fill()) {
      return null;
    }
    number++;
    do {
      int start = position;
      while (position < limit && chunk[position] != '\n') {
        position++;
      }
      line.write(chunk, start, position - start);
    } while (position == limit && fill());
    position++; // behind the line feed; at the end of the file, fill() finds nothing more
    position = Math.min(position, limit);
    String text = decode();
    return number == 1 && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  /** The number of the line that was read last, from 1. */
  long number() {
    return number;
  }

  /** The sha256 of the bytes read so far, in lower-case hexadecimal digits; once, at the end. */
  String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private boolean fill() {
    try {
      position = 0;
      limit = Math.max(0, file.read(chunk));
      digest.update(chunk, 0, limit);
      return limit > 0;
    } catch (IOException e) {
      throw new UserException("%s, behind line %d: cannot be read".formatted(path, number), e);
    }
  }

  private String decode() {
    byte[] bytes = line.toByteArray();
    boolean carriageReturn = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
    ByteBuffer text = ByteBuffer.wrap(bytes, 0, bytes.length - (carriageReturn ? 1 : 0));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw Rows.mistake(path, number, "expected UTF-8 text, found bytes of another encoding");
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UserException(path + ": cannot be closed", e);
    }
  }
}
