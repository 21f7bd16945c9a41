package io.github.compacter4j.tasks.submit;

import io.github.compacter4j.tasks.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The servers that score predictions for official test rows, and the files that a zip brings. */
public enum Server {
  /** gluebenchmark.com. */
  GLUE(
      "CoLA.tsv cola",
      "SST-2.tsv sst2",
      "MRPC.tsv mrpc",
      "STS-B.tsv stsb",
      "MNLI-m.tsv mnli",
      "MNLI-mm.tsv mnli",
      "QNLI.tsv qnli",
      "QQP.tsv qqp",
      "RTE.tsv rte",
      "WNLI.tsv wnli",
      "AX.tsv ax"),
  /** super.gluebenchmark.com. */
  SUPERGLUE(
      "BoolQ.jsonl boolq",
      "CB.jsonl cb",
      "COPA.jsonl copa",
      "MultiRC.jsonl multirc",
      "ReCoRD.jsonl record",
      "RTE.jsonl superglue-rte",
      "WiC.jsonl wic",
      "WSC.jsonl wsc",
      "AX-b.jsonl axb",
      "AX-g.jsonl axg");

  private final List<ServerFile> files;

  Server(String... files) {
    this.files = Arrays.stream(files).map(Server::file).toList();
  }

  private static ServerFile file(String line) {
    String[] parts = line.split(" ");
    return new ServerFile(parts[0], parts[1]);
  }

  /** The server that scores a task; empty for tasks of other origin. */
  public static Optional<Server> of(Task task) {
    return Arrays.stream(values())
        .filter(server -> server.files.stream().anyMatch(file -> file.isOf(task)))
        .findFirst();
  }

  /** The files that it wants. */
  public List<ServerFile> files() {
    return files;
  }

  /** The server's name for people. */
  @Override
  public String toString() {
    return this == GLUE ? "GLUE" : "SuperGLUE";
  }
}
