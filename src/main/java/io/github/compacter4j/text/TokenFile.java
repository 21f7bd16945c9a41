package io.github.compacter4j.text;

import io.github.compacter4j.files.Hashes;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A file of the token cache: magic, key (32 bytes), number of texts (4), the texts, SHA-256 of all
 * before it (32). A text is twice the number of its ids, plus one where it was truncated, and its
 * ids; each number is seven bits a byte, the low ones first, the high bit set but on the last.
 */
final class TokenFile {
  /** Its digit is the version of the form. */
  static final String MAGIC = "c4jtoks1";

  private static final int DIGEST = 32;

  private TokenFile() {}

  static byte[] bytes(byte[] key, List<Encoded> texts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeBytes(MAGIC);
      out.write(key);
      out.writeInt(texts.size());
      for (Encoded text : texts) {
        put(bytes, 2 * text.ids().length + (text.truncated() ? 1 : 0));
        for (int id : text.ids()) {
          put(bytes, id);
        }
      }
      out.write(Hashes.sha256().digest(bytes.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, int number) {
    int rest = number;
    for (; rest > 0x7F; rest >>>= 7) {
      out.write(rest & 0x7F | 0x80);
    }
    out.write(rest);
  }

  /** The texts; empty where the bytes are not exactly such a file with ids below the limit. */
  static Optional<List<Encoded>> parse(byte[] bytes, byte[] key, int limit) {
    byte[] head = ByteBuffer.allocate(40).put(magic()).put(key).array();
    int end = bytes.length - DIGEST;
    if (end < head.length
        || !Arrays.equals(head, Arrays.copyOf(bytes, head.length))
        || !Arrays.equals(
            Hashes.sha256().digest(Arrays.copyOf(bytes, end)),
            Arrays.copyOfRange(bytes, end, bytes.length))) {
      return Optional.empty();
    }
    try {
      return texts(ByteBuffer.wrap(bytes, head.length, end - head.length), limit);
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  private static byte[] magic() {
    return MAGIC.getBytes(StandardCharsets.US_ASCII);
  }

  private static Optional<List<Encoded>> texts(ByteBuffer in, int limit) {
    List<Encoded> texts = new ArrayList<>();
    int count = in.getInt();
    for (int text = 0; text < count; text++) {
      int head = number(in);
      if (head < 0 || head / 2 > in.remaining()) {
        return Optional.empty();
      }
      int[] ids = new int[head / 2];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = number(in);
        if (ids[i] < 0 || ids[i] >= limit) {
          return Optional.empty();
        }
      }
      texts.add(new Encoded(ids, head % 2 == 1));
    }
    return in.hasRemaining() ? Optional.empty() : Optional.of(texts);
  }

  private static int number(ByteBuffer in) {
    int number = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      byte next = in.get();
      number |= (next & 0x7F) << shift;
      if (next >= 0) {
        return number;
      }
    }
    return -1;
  }
}
