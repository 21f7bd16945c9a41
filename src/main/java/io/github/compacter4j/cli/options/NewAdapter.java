package io.github.compacter4j.cli.options;

import io.github.compacter4j.checkpoint.AdapterInfo;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An adapter that is written from others: where, and how what is new in it starts. */
public final class NewAdapter {
  @Option(names = "--pooling", description = "Of an encoder's head where it is new: mean or cls.")
  private String pooling;

  @Option(
      names = "--seed",
      defaultValue = "42",
      description = "Of what is new, such as a head; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--out", required = true, description = "Folder to write.")
  private Path out;

  @Mixin private Output output;

  /** {@code mean}, {@code cls}, or null for the usual one. */
  public String pooling() {
    return pooling;
  }

  /** Of all that starts at random. */
  public long seed() {
    return seed;
  }

  /** The folder to write. */
  public Path out() {
    return out;
  }

  /** Tells what was written. */
  public void print(AdapterInfo info) {
    output.print(info, "%s: %s on %s".formatted(out, info.spec(), info.model().name()));
  }
}
