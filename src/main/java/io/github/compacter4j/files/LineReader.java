package io.github.compacter4j.files;

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

/**
 * The lines of a UTF-8 file, exactly. LF and CRLF end a line; a byte order mark before the first
 * one is dropped.
 */
public final class LineReader implements AutoCloseable {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path path;
  private final InputStream file;
  private final MessageDigest digest = Hashes.sha256();
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
  public LineReader(Path path) {
    this.path = path;
    file = open(path);
  }

  /** The stream of a file that must exist. */
  public static InputStream open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new UserException(path + ": expected a file, found none");
    }
    try {
      return Files.newInputStream(path);
    } catch (IOException e) {
      throw new UserException(path + ": cannot be read", e);
    }
  }

  /**
   * The next line without its end; null behind the last one.
   *
   * @throws UserException naming file and line where it is not UTF-8 or cannot be read
   */
  public String next() {
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
  public long number() {
    return number;
  }

  /** The sha256 of the bytes read so far, in lower-case hexadecimal digits; once, at the end. */
  public String sha256() {
    return Hashes.hex(digest);
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
      throw UserException.inLine(
          path, number, "expected UTF-8 text, found bytes of another encoding");
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
