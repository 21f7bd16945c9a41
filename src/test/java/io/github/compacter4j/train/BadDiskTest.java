package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on a file system of their own that fills up or can no longer be written. */
@ExtendWith(OneThread.class)
class BadDiskTest {
  private static final String METHOD = "compacter++";
  private static final int BLOCK = 1 << 12;

  @TempDir static Path shared;
  private static T5 model;
  private static Run undisturbed;
  private static Path data;

  @TempDir Path folder;
  private final Deque<Path> mounted = new ArrayDeque<>();

  @BeforeAll
  static void runOnce() throws Exception {
    assumeTrue(
        call("mount", "-t", "tmpfs", "tmpfs", shared.toString()) == 0,
        "skipped: this user may not mount a file system");
    call("umount", shared.toString());
    model = T5.load(T5.BUNDLED);
    data = Everyday.few(shared);
    undisturbed =
        Everyday.plan(model, METHOD, data)
            .out(shared.resolve("undisturbed"), FineTuning.Existing.REFUSE)
            .run();
  }

  @AfterAll
  static void close() {
    if (model != null) {
      model.close();
    }
  }

  @BeforeEach
  void ownFileSystem() throws Exception {
    mount(folder, "-t", "tmpfs", "-o", "size=4m", "tmpfs");
  }

  @AfterEach
  void unmount() throws Exception {
    while (!mounted.isEmpty()) {
      assertEquals(0, call("umount", mounted.pop().toString()));
    }
  }

  private static int call(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private void mount(Path place, String... what) throws IOException, InterruptedException {
    String[] command =
        Stream.of(List.of("mount"), List.of(what), List.of(place.toString()))
            .flatMap(List::stream)
            .toArray(String[]::new);
    assertEquals(0, call(command), String.join(" ", command));
    mounted.push(place);
  }

  /** Makes a folder read-only, for root too, or writable again. */
  private static void remount(Path place, String mode) throws IOException, InterruptedException {
    assertEquals(0, call("mount", "-o", "remount,bind," + mode, place.toString()));
  }

  private Path run() {
    return folder.resolve("run");
  }

  private FineTuning plan() {
    return Everyday.plan(model, METHOD, data).out(run(), FineTuning.Existing.RESUME);
  }

  /** Takes all space but so many bytes. */
  private void fill(long left) throws IOException {
    byte[] block = new byte[BLOCK];
    try (RandomAccessFile filler = new RandomAccessFile(filler().toFile(), "rw")) {
      filler.seek(filler.length());
      while (Files.getFileStore(folder).getUsableSpace() > left) {
        filler.write(block);
      }
    }
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  private static void assertOneLine(UserException error, String file, String reason) {
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    assertTrue(error.getMessage().contains(file), error.getMessage());
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }

  private void assertCheckpointIsIntact(String step) throws IOException {
    Path checkpoints = run().resolve("checkpoint");
    assertEquals(step, Files.readString(checkpoints.resolve("LATEST")));
    for (String name : List.of("trainable.safetensors", "optimizer.safetensors")) {
      SafetensorsFile.open(checkpoints.resolve(step).resolve(name)).close();
    }
    Json.read(checkpoints.resolve(step).resolve("state.json"), Checkpoint.State.class);
    try (Stream<Path> files = Files.walk(run())) {
      assertTrue(files.noneMatch(file -> file.toString().endsWith(".part")));
    }
  }

  private void assertResumes() throws IOException {
    Run run = plan().run();
    RunFolder expected = undisturbed.folder();
    assertArrayEquals(
        Files.readAllBytes(expected.adapter()),
        Files.readAllBytes(run().resolve("adapter.safetensors")));
    assertEquals(undisturbed.metrics(), new RunFolder(run()).readMetrics());
    assertEquals(Everyday.files(undisturbed), Everyday.files(run));
  }

  /** There is space for so many files of a checkpoint, and none for the next. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aFullDiskKeepsThePreviousCheckpoint(int fitting) throws IOException {
    List<String> files =
        List.of("trainable.safetensors", "optimizer.safetensors", "state.json", "LATEST");
    Everyday.Action fill =
        () -> {
          long left = 0;
          for (String name : files.subList(0, fitting)) {
            long size = Files.size(run().resolve("checkpoint/step-2").resolve(name));
            left += (size + BLOCK - 1) / BLOCK * BLOCK;
          }
          fill(left);
        };
    FineTuning plan = plan().listener(Everyday.afterEvaluation(4, fill));
    UserException error = assertThrows(UserException.class, plan::run);
    String file = files.get(fitting);
    assertOneLine(error, file + ": cannot be written", "No space left on device");
    assertCheckpointIsIntact("step-2");
    assertThrows(UserException.class, plan()::run); // it is still full
    assertCheckpointIsIntact("step-2");
    Files.delete(filler());
    assertResumes();
  }

  @Test
  void aDiskThatIsFullFromTheStart() throws IOException {
    fill(0);
    UserException error = assertThrows(UserException.class, plan()::run);
    assertOneLine(error, run() + ": cannot be written", "No space left on device"); // the lock
    Files.delete(filler());
    assertResumes();
  }

  @Test
  void metricsThatDoNotFit() throws IOException {
    RunListener full =
        new RunListener() {
          @Override
          public void onStart(String plan, int totalSteps, int warmup) {
            ((Everyday.Action) () -> fill(0)).run();
          }
        };
    UserException error = assertThrows(UserException.class, plan().listener(full)::run);
    assertOneLine(error, run() + "/metrics.jsonl: cannot be written", "No space left on device");
    Files.delete(filler());
    assertResumes();
  }

  @Test
  void checkpointsThatCanNoLongerBeWritten() throws Exception {
    Path checkpoints = run().resolve("checkpoint");
    Everyday.Action lock =
        () -> {
          mount(checkpoints, "--bind", checkpoints.toString());
          remount(checkpoints, "ro");
        };
    UserException error =
        assertThrows(UserException.class, plan().listener(Everyday.afterEvaluation(4, lock))::run);
    assertOneLine(error, "step-4/trainable.safetensors: cannot be written", "Read-only");
    assertCheckpointIsIntact("step-2");
    unmountLast();
    assertResumes();
  }

  private void unmountLast() throws IOException, InterruptedException {
    assertEquals(0, call("umount", mounted.pop().toString()));
  }

  @Test
  void aFolderThatCannotBeWritten() throws Exception {
    RunListener stop =
        new RunListener() {
          @Override
          public void onEvaluation(int step, Map<String, Double> metrics, boolean best) {
            Thread.currentThread().interrupt();
          }
        };
    assertThrows(Interrupted.class, plan().listener(stop)::run);
    mount(folder, "--bind", folder.toString());
    remount(folder, "ro");
    UserException error = assertThrows(UserException.class, plan()::run);
    assertOneLine(error, run() + "/", "Read-only");
    UserException fresh =
        assertThrows(
            UserException.class,
            plan().out(folder.resolve("new"), FineTuning.Existing.REFUSE)::run);
    assertOneLine(fresh, folder.resolve("new") + ": cannot be written", "Read-only");
    unmountLast();
    assertCheckpointIsIntact("step-2");
    assertResumes();
  }
}
