package io.github.compacter4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.compacter4j.Home;
import io.github.compacter4j.files.LockOwner;
import io.github.compacter4j.hub.FakeHub;
import io.github.compacter4j.sweep.TinySweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on file systems whose locks do not work, as on clusters; see {@code noflock.c}. */
class NoLocksTest {
  private static final String ADVICE = "needs cc, a C compiler (Debian: apt-get install gcc)";

  @TempDir static Path libraries;
  @TempDir Path folder;

  @BeforeAll
  static void compile() throws Exception {
    boolean compiles = Stream.of(System.getenv("PATH").split(":")).anyMatch(NoLocksTest::hasCc);
    if (System.getenv("CI") != null) {
      assertTrue(compiles, ADVICE);
    }
    assumeTrue(compiles, "skipped: " + ADVICE);
    Path source = Home.folder().orElseThrow().resolve("src/test/c/noflock.c");
    Process cc =
        new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library(), source.toString(), "-ldl")
            .inheritIO()
            .start();
    assertEquals(0, cc.waitFor());
  }

  private static boolean hasCc(String place) {
    return Files.isExecutable(Path.of(place, "cc"));
  }

  private static String library() {
    return libraries.resolve("noflock.so").toString();
  }

  /** A command on such a file system. */
  private ProcessBuilder process(String locks, String... arguments) {
    ProcessBuilder builder = new ChildProcess(Main.class).of(List.of(arguments));
    builder.environment().put("LD_PRELOAD", library());
    builder.environment().put("LOCKS", locks);
    return builder
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile());
  }

  private Answer answer(Process process) throws Exception {
    int status = process.waitFor();
    return new Answer(
        status, Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
  }

  private Answer run(String locks, String... arguments) throws Exception {
    return answer(process(locks, arguments).start());
  }

  private String[] train(Path run) {
    List<String> command = new ArrayList<>(List.of("train", "--task"));
    command.add(TinySweep.task(folder).toString());
    command.addAll(List.of("--method", "bitfit", "--steps", "2", "--batch-size", "4"));
    command.addAll(List.of("--threads", "1", "--resume", "--out", run.toString()));
    return command.toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"enosys", "enolck", "always"})
  void trainsAndSaysWhatStandsForTheLock(String locks) throws Exception {
    Path run = folder.resolve("run");
    Files.createDirectories(run); // as a process leaves it that died
    Files.writeString(run.resolve("run.lock.owner"), owner("gone", 1L << 40));
    Answer answer = run(locks, train(run));
    assertEquals(0, answer.status(), answer.err());
    assertEquals(!locks.equals("always"), answer.err().contains("has no file locks ("));
    assertTrue(Files.exists(run.resolve("result.json")));
    assertTrue(Files.notExists(run.resolve("run.lock.owner")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"enosys", "always"})
  void aRunOfALivingProcessIsLeftToIt(String locks) throws Exception {
    Path run = Files.createDirectory(folder.resolve("run"));
    LockOwner self = LockOwner.self();
    Path file = run.resolve("run.lock.owner");
    Files.writeString(file, Answer.JSON.writeValueAsString(self));
    Answer answer = run(locks, train(run));
    assertEquals(1, answer.status(), answer.err());
    assertTrue(answer.err().contains("another process is writing this run (" + self + ")"));
    assertTrue(answer.err().contains("try again later"), answer.err());
    assertTrue(Files.exists(file));
  }

  @Test
  void aRunOfAnotherMachineIsLeftToItWhereNoLockTellsThatItIsDead() throws Exception {
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.writeString(run.resolve("run.lock.owner"), owner("elsewhere", 1));
    Answer answer = run("enosys", train(run));
    assertEquals(1, answer.status(), answer.err());
    assertTrue(answer.err().contains("(elsewhere, process 1)"), answer.err());
    assertEquals(0, run("always", train(run)).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"enosys", "enolck", "always"})
  void modelsAreFetched(String locks) throws Exception {
    try (FakeHub hub = new FakeHub()) {
      ProcessBuilder fetch = process(locks, "models", "fetch", FakeHub.REPO);
      fetch.environment().putAll(hub.environment(folder));
      Answer answer = answer(fetch.start());
      assertEquals(0, answer.status(), answer.err());
      Path weights = Path.of(answer.out().strip(), "model.safetensors");
      assertEquals(3_000_000, Files.size(weights));
    }
  }

  @Test
  @Timeout(60)
  void aDownloadSaysThatItWaitsForAnotherMachine() throws Exception {
    try (FakeHub hub = new FakeHub()) {
      String lock = "hub/.locks/models--t5-base/" + hub.etag("config.json") + ".lock.owner";
      Path owner = folder.resolve(lock);
      Files.createDirectories(owner.getParent());
      Files.writeString(owner, owner("elsewhere", 1));
      ProcessBuilder fetch = process("enosys", "models", "fetch", FakeHub.REPO);
      fetch.environment().putAll(hub.environment(folder));
      Process process = fetch.start();
      String told = "note: waits for elsewhere, process 1, which holds ";
      while (!Files.readString(folder.resolve("err")).contains(told)) {
        assertTrue(process.isAlive());
        Thread.sleep(20);
      }
      Files.delete(owner); // as the note says
      Answer answer = answer(process);
      assertEquals(0, answer.status(), answer.err());
      assertTrue(answer.err().contains("if that process is gone, delete " + owner));
    }
  }

  /** What a process writes down, here or on a machine of another name. */
  private static String owner(String host, long pid) throws IOException {
    LockOwner self = LockOwner.self();
    String machine = pid == 1 ? host : self.machine();
    return Answer.JSON.writeValueAsString(new LockOwner(host, machine, pid, 0, null, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"enosys", "always"})
  void sweepsWork(String locks) throws Exception {
    Path yaml = TinySweep.yaml(folder, "methods: [bitfit]", "seeds: [1, 2]");
    String out = folder.resolve("runs").toString();
    Answer answer = run(locks, "sweep", yaml.toString(), "--threads", "1", "--out", out);
    assertEquals(0, answer.status(), answer.err());
    assertTrue(answer.out().contains("2 done"), answer.out());
  }
}
