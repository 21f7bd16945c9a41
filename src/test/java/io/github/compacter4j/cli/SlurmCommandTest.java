package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.sweep.TinySweep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sweep writes for Slurm, and how it refuses; no Slurm is needed. */
class SlurmCommandTest {
  @TempDir Path folder;

  private String[] command(Path yaml, String... more) {
    List<String> arguments = new ArrayList<>(List.of("sweep", yaml.toString()));
    arguments.addAll(List.of("--out", folder.resolve("runs").toString(), "--engine", "slurm"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private Path yaml(String slurm) {
    return TinySweep.yaml(folder, "methods: [bitfit, \"phm[n=7]\"]", "slurm: " + slurm);
  }

  @Test
  void manyCellsAreSplitIntoArrays() throws Exception {
    List<Integer> seeds = IntStream.rangeClosed(1, 1200).boxed().toList();
    Path yaml =
        TinySweep.yaml(folder, "methods: [bitfit]", "seeds: " + seeds, "slurm: {parallel: 12}");
    JsonNode sent = here(command(yaml, "--dry-run", "--json")).json();
    Path frozen = Path.of(sent.required("folder").asText());
    String script = frozen.resolve("cells.sh").toString();
    JsonNode jobs = sent.required("jobs");
    assertEquals(3, jobs.size());
    assertEquals(1001, jobs.get(0).required("tasks").asInt());
    assertEquals("sbatch --parsable --array=0-1000%10 " + script + " 0", command(jobs.get(0)));
    assertEquals(199, jobs.get(1).required("tasks").asInt());
    assertEquals("sbatch --parsable --array=0-198%1 " + script + " 1001", command(jobs.get(1)));
    assertEquals(
        "sbatch --parsable --dependency=afterany:JOB1:JOB2 " + frozen.resolve("table.sh"),
        command(jobs.get(2)));
    List<String> cells = Files.readAllLines(frozen.resolve("cells.txt"));
    assertEquals(1200, cells.size());
    assertEquals("soup/bitfit-s1002", cells.get(1001));
  }

  private static String command(JsonNode job) {
    return job.required("command").asText();
  }

  @Test
  void optionsOfLocalSweepsAreRefused() {
    String threads = here(command(yaml("{cpus: 2}"), "--dry-run", "--threads", "4")).errorLine(2);
    assertTrue(threads.contains("on Slurm cpus and parallel below slurm: in"), threads);
    here(command(yaml("{cpus: 2}"), "--dry-run", "--workers", "4")).errorLine(2);
    assertFalse(Files.exists(folder.resolve("runs/.slurm")));
  }

  @Test
  void aDryRunWritesWhatJobsReadAndSendsNothing() throws Exception {
    Path yaml =
        yaml(
            "{time: \"00:10:00\", mem: 2G, setup: [module load x], prefix: apptainer exec c4j.sif}");
    Answer answer = here(command(yaml, "--dry-run"));
    assertEquals(0, answer.status(), answer.err());
    assertTrue(answer.out().contains("1 cells are sent; before: 1 impossible, 1 left"));
    try (var folders = Files.list(folder.resolve("runs/.slurm"))) {
      Path frozen = folders.findFirst().orElseThrow();
      assertEquals(Files.readString(yaml), Files.readString(frozen.resolve("sweep.yaml")));
      assertEquals("soup/bitfit-s42\n", Files.readString(frozen.resolve("cells.txt")));
      String script = Files.readString(frozen.resolve("cells.sh"));
      assertTrue(script.contains("\n#SBATCH --time=00:10:00\n"), script);
      assertTrue(script.contains("\n#SBATCH --signal=B:USR1@300\n"), script);
      assertTrue(script.contains("\nmodule load x\n"), script);
      assertTrue(script.contains("\ncommand=(apptainer exec c4j.sif java "), script);
      assertTrue(Files.exists(frozen.resolve("classes-1")));
      assertFalse(Files.exists(frozen.resolve("jobs.json")));
    }
    JsonNode status =
        here(
                "sweep",
                yaml.toString(),
                "--out",
                folder.resolve("runs").toString(),
                "--status",
                "--json")
            .json();
    assertEquals("left", status.get(0).required("state").asText());
    assertTrue(status.get(0).required("job").isNull());
    assertEquals("impossible", status.get(1).required("state").asText());
    assertTrue(status.get(1).required("note").asText().startsWith("d_model 192"));
  }

  /** A command in a process that finds the programs of one folder alone, in a job of Slurm. */
  private Answer withPrograms(Path programs, String... arguments) throws Exception {
    ProcessBuilder builder = new ChildProcess(Main.class).of(List.of(arguments));
    builder.environment().put("PATH", programs.toString());
    builder.environment().put("SLURM_JOB_ID", "5");
    builder.environment().put("SLURM_CONF", "kept");
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    return new Answer(process.waitFor(), Files.readString(out), Files.readString(err));
  }

  private static void program(Path programs, String name, String text) throws Exception {
    Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + text + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  /** Programs that say what Slurm's would, of three arrays whose jobs are 11, 12 and 13. */
  private Path slurm() throws Exception {
    Path programs = Files.createDirectory(folder.resolve("slurm"));
    String log = folder.resolve("log").toString();
    program(
        programs,
        "sbatch",
        "echo \"$SLURM_JOB_ID $SLURM_CONF $*\" >>%s; read -r n <%1$s.n; n=$((n + 1)); echo $n >%1$s.n; echo \"$((n + 8));cluster\""
            .formatted(log));
    Files.writeString(folder.resolve("log.n"), "0\n");
    program(programs, "scontrol", "echo 'MaxArraySize            = 2'");
    program(
        programs,
        "squeue",
        "echo '11_0|RUNNING|None|1:02|n7'; echo '11_1|PENDING|Resources|0:00|'");
    program(programs, "sacct", "echo '12_0|CANCELLED by 0'; echo '12_1|NODE_FAIL'");
    return programs;
  }

  @Test
  void theQueueAndTheAccountsTellWhatBecameOfJobs() throws Exception {
    Path yaml = TinySweep.yaml(folder, "methods: [bitfit]", "seeds: [1, 2, 3, 4, 5]");
    Path programs = slurm();
    JsonNode sent = withPrograms(programs, command(yaml, "--json")).json();
    assertEquals(
        List.of("11", "12", "13", "14"), // the first two numbers went to --version and --test-only
        sent.required("jobs").findValuesAsText("job"));
    List<String> calls = Files.readAllLines(folder.resolve("log"));
    String frozen = sent.required("folder").asText();
    assertEquals(" kept --version", calls.get(0)); // of the job that sends it nothing is passed on
    assertEquals(" kept --test-only " + frozen + "/cells.sh 0", calls.get(1));
    assertEquals(" kept --parsable --array=0-1 " + frozen + "/cells.sh 2", calls.get(3));
    assertEquals(" kept --parsable --array=0 " + frozen + "/cells.sh 4", calls.get(4));
    JsonNode status = withPrograms(programs, command(yaml, "--status", "--json")).json();
    assertEquals(
        List.of("running", "queued", "left", "left", "left"), status.findValuesAsText("state"));
    assertEquals(List.of("11_0", "11_1", "12_0", "12_1", "13_0"), status.findValuesAsText("job"));
    assertEquals(
        List.of(
            "on n7 for 1:02",
            "waits: Resources",
            "its job ended: CANCELLED by 0",
            "its job ended: NODE_FAIL",
            "its job is no longer in the queue"),
        status.findValuesAsText("note"));
    Files.delete(programs.resolve("squeue")); // as on a machine that sees the folder alone
    Files.delete(programs.resolve("sacct"));
    JsonNode blind = withPrograms(programs, command(yaml, "--status", "--json")).json();
    assertEquals("the queue does not answer (squeue)", blind.get(0).required("note").asText());
    program(programs, "squeue", "echo 'slurm_load_jobs error: Socket timed out' >&2; exit 1");
    String unsure = withPrograms(programs, command(yaml)).errorLine(1);
    assertTrue(unsure.contains("squeue refuses: slurm_load_jobs error: Socket timed out"), unsure);
    assertEquals(7, Files.readAllLines(folder.resolve("log")).size()); // nothing was sent twice
  }

  @Test
  void mistakesAreOneLine() throws Exception {
    Path programs = Files.createDirectory(folder.resolve("bin"));
    String none = withPrograms(programs, command(yaml("{cpus: 1}"))).errorLine(1);
    assertTrue(none.contains("no sbatch on this machine") && none.contains("--dry-run"), none);
    program(
        programs,
        "sbatch",
        "[ \"$1\" = --version ] && exit\n"
            + "echo 'sbatch: error: invalid partition specified: gpu' >&2\nexit 1");
    String refused = withPrograms(programs, command(yaml("{partition: gpu}"))).errorLine(1);
    assertTrue(
        refused.contains("sbatch refuses: sbatch: error: invalid partition specified: gpu"),
        refused);
    Files.move(folder.resolve("runs"), folder.resolve("before"));
    Files.createDirectory(folder.resolve("runs"));
    Files.createFile(folder.resolve("runs/.slurm"));
    String unwritable = here(command(yaml("{cpus: 1}"), "--dry-run")).errorLine(1);
    assertTrue(unwritable.contains("runs/.slurm: the scripts and logs of jobs cannot be written"));
    String unknown = here(command(yaml("{cpu: 1}"), "--dry-run")).errorLine(1);
    assertTrue(unknown.contains("line 4: unknown key 'cpu'; did you mean 'cpus'?"), unknown);
    String late = here(command(yaml("{time: 5}"), "--dry-run")).errorLine(1);
    assertTrue(late.contains("slurm: time 5 leaves no time to train"), late);
    here("sweep", yaml("{cpus: 1}").toString(), "--dry-run").errorLine(2);
    here("sweep", yaml("{cpus: 1}").toString(), "--engine", "slrum").errorLine(2);
  }
}
