package io.github.compacter4j.tasks.find;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Zips for tests, good and bad. */
public final class Zips {
  private Zips() {}

  /** A zip of names and texts by turns; a text that starts with {@code ->} makes a link. */
  public static byte[] of(String... namesAndTexts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        ZipArchiveEntry entry = new ZipArchiveEntry(namesAndTexts[i]);
        String text = namesAndTexts[i + 1];
        boolean link = text.startsWith("->");
        entry.setUnixMode(link ? 0120777 : 0100644);
        entry.setTime(0); // the same bytes every time
        zip.putArchiveEntry(entry);
        zip.write((link ? text.substring(2) : text).getBytes(UTF_8));
        zip.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** RTE's three official files, a few own rows each, in the folder that the zip has officially. */
  public static byte[] rte() {
    return of("RTE/train.tsv", rows(3), "RTE/dev.tsv", rows(4), "RTE/test.tsv", rows(2));
  }

  private static String rows(int n) {
    StringBuilder text = new StringBuilder("index\tsentence1\tsentence2\tlabel\n");
    for (int i = 0; i < n; i++) {
      text.append(i).append("\tIt rained all day.\tIt was wet.\tentailment\n");
    }
    return text.toString();
  }

  /** The same zip, whose directory declares another size for the first of its entries. */
  static byte[] declaring(byte[] zip, int size) {
    ByteBuffer bytes = ByteBuffer.wrap(zip.clone()).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; ; at++) {
      if (bytes.getInt(at) == 0x02014b50) { // central directory
        bytes.putInt(at + 24, size);
        return bytes.array();
      }
    }
  }
}
