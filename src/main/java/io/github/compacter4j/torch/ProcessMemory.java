package io.github.compacter4j.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this process as Linux tells it. */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private static final Path CLEAR_REFERENCES = Path.of("/proc/self/clear_refs");
  private static final String RESET_PEAK = "5";

  private ProcessMemory() {}

  /** Highest resident size so far in bytes; 0 where the system does not tell. */
  public static long peakBytes() {
    return read("VmHWM:");
  }

  /** Makes {@link #peakBytes} count from now on; does nothing where the system does not let it. */
  public static void resetPeak() {
    if (Files.isWritable(CLEAR_REFERENCES)) {
      try {
        Files.writeString(CLEAR_REFERENCES, RESET_PEAK);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Resident size now in bytes; 0 where the system does not tell. */
  public static long residentBytes() {
    return read("VmRSS:");
  }

  private static long read(String field) {
    if (!Files.exists(STATUS)) {
      return 0;
    }
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
