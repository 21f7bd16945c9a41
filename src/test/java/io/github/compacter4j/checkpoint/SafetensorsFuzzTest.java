package io.github.compacter4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our reader and Python's {@code safetensors} agree on damaged files. */
class SafetensorsFuzzTest {
  private static final int FILES = Boolean.getBoolean("test.long") ? 1_000_000 : 120_000;
  private static final int BATCH = 200;
  private static final long MOST_NANOS = 1_000_000_000L;
  private static final long MOST_BYTES = 64L << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  private final Map<String, Integer> outcomes = new TreeMap<>();
  private long slowest;
  private long largest;

  @Test
  void damagedFilesAreJudgedAsByPython() throws Exception {
    Process judge = startJudge();
    try (DataInputStream answers = new DataInputStream(judge.getInputStream());
        DataOutputStream questions =
            new DataOutputStream(new BufferedOutputStream(judge.getOutputStream(), 1 << 16));
        RandomAccessFile file =
            new RandomAccessFile(folder.resolve("a.safetensors").toFile(), "rw")) {
      String version = line(answers);
      SafetensorsMutations mutations = new SafetensorsMutations(1);
      for (int done = 0; done < FILES; done += BATCH) {
        List<byte[]> batch = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          byte[] content = mutations.next();
          if (content.length > 0) { // which ends the judge
            batch.add(content);
            questions.writeInt(content.length);
            questions.write(content);
          }
        }
        questions.flush();
        for (byte[] content : batch) {
          compare((char) answers.readByte(), judgement(file, content), content);
        }
      }
      questions.writeInt(0);
      System.out.printf(
          "safetensors %s and this reader: %s; slowest %.1f ms, at most %.2f MiB%n",
          version, outcomes, slowest / 1e6, largest / 1048576.0);
    }
    assertTrue(outcomes.get("accepted") > FILES / 10, outcomes.toString());
    assertTrue(outcomes.get("refused") > FILES / 3, outcomes.toString());
    assertTrue(outcomes.get("refused by the format alone") > FILES / 1000, outcomes.toString());
  }

  private static Process startJudge() throws IOException, InterruptedException {
    Path home = Home.folder().orElseThrow();
    String chosen = System.getenv("COMPACTER4J_PYTHON");
    Path python = chosen == null ? home.resolve(".venv/bin/python") : Path.of(chosen);
    assumeTrue(Files.isExecutable(python), "skipped: no Python at " + python);
    boolean library =
        new ProcessBuilder(python.toString(), "-c", "import safetensors").start().waitFor() == 0;
    assumeTrue(library, "skipped: " + python + " has no safetensors");
    return new ProcessBuilder(
            python.toString(), home.resolve("src/test/python/safetensors_judge.py").toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String line(DataInputStream answers) throws IOException {
    StringBuilder line = new StringBuilder();
    for (char c = (char) answers.readByte(); c != '\n'; c = (char) answers.readByte()) {
      line.append(c);
    }
    return line.toString();
  }

  /** Null if our reader takes the file, else why not. */
  private String judgement(RandomAccessFile file, byte[] content) throws IOException {
    file.setLength(content.length);
    file.seek(0);
    file.write(content);
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long nanos = THREADS.getCurrentThreadCpuTime();
    String refusal = null;
    try {
      SafetensorsFile.open(folder.resolve("a.safetensors")).close();
    } catch (UserException e) {
      refusal = e.getMessage();
    }
    nanos = THREADS.getCurrentThreadCpuTime() - nanos;
    bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes - content.length;
    assertTrue(nanos < MOST_NANOS && bytes < MOST_BYTES, nanos + " ns, " + bytes + " bytes");
    slowest = Math.max(slowest, nanos);
    largest = Math.max(largest, bytes);
    return refusal;
  }

  private void compare(char python, String refusal, byte[] content) {
    boolean formatAlone =
        refusal != null
            && (refusal.contains("does not start with '{'") || refusal.contains("Duplicate field"));
    boolean agree =
        switch (python) {
          case 'a' -> refusal == null;
          case 'r' -> refusal != null;
          case 's' -> formatAlone;
          default -> false;
        };
    assertTrue(
        agree,
        () ->
            "Python says %s, this reader %s: %s"
                .formatted(python, refusal, new String(content, StandardCharsets.UTF_8).strip()));
    outcomes.merge(
        switch (python) {
          case 'a' -> "accepted";
          case 'r' -> "refused";
          default -> "refused by the format alone";
        },
        1,
        Integer::sum);
  }
}
