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

  /** A command in a process that finds the programs of one folder alone. */
  private Answer withPrograms(Path programs, String... arguments) throws Exception {
    ProcessBuilder builder = new ChildProcess(Main.class).of(List.of(arguments));
    builder.environment().put("PATH", programs.toString());
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    return new Answer(process.waitFor(), Files.readString(out), Files.readString(err));
  }

  @Test
  void mistakesAreOneLine() throws Exception {
    Path programs = Files.createDirectory(folder.resolve("bin"));
    String none = withPrograms(programs, command(yaml("{cpus: 1}"))).errorLine(1);
    assertTrue(none.contains("no sbatch on this machine") && none.contains("--dry-run"), none);
    Path sbatch = programs.resolve("sbatch");
    Files.writeString(
        sbatch,
        "#!/bin/sh\n[ \"$1\" = --version ] && exit\n"
            + "echo 'sbatch: error: invalid partition specified: gpu' >&2\nexit 1\n");
    assertTrue(sbatch.toFile().setExecutable(true));
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
