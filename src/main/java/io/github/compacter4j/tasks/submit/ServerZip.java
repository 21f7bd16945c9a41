package io.github.compacter4j.tasks.submit;

import io.github.compacter4j.files.AtomicFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The zip that a server takes. */
public final class ServerZip {
  /**
   * Every entry has the earliest time that a zip can tell, so equal predictions give equal zips.
   */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private ServerZip() {}

  /** Writes texts by the names of their files, in this order; a zip that is there is replaced. */
  public static void write(Path zip, Map<String, String> texts) {
    AtomicFiles.write(zip, out -> write(texts, out));
  }

  private static void write(Map<String, String> texts, OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      ZipEntry entry = new ZipEntry(text.getKey());
      entry.setTimeLocal(NO_TIME);
      zip.putNextEntry(entry);
      zip.write(text.getValue().getBytes(StandardCharsets.UTF_8));
    }
    zip.finish();
  }
}
