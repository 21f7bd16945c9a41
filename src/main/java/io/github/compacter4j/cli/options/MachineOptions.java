package io.github.compacter4j.cli.options;

import io.github.compacter4j.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that say where a command computes. */
public final class MachineOptions {
  @Option(
      names = "--threads",
      description = "Threads of one operation; default: all cores. Other threads, other last bits.")
  Integer threads;

  @Option(
      names = "--device",
      description = "auto, cpu or cuda; default: COMPACTER4J_DEVICE, else auto.")
  String device;

  /** The options by which another process computes as this one does. */
  public static MachineOptions asHere() {
    MachineOptions here = new MachineOptions();
    here.threads = Torch.threads();
    here.device = Torch.device().isGpu() ? "cuda" : "cpu";
    return here;
  }

  /** Whether a number of threads was given. */
  public boolean hasThreads() {
    return threads != null;
  }

  /** Takes so many threads where nothing is said of them. */
  public void defaultThreads(int usual) {
    if (threads == null) {
      threads = usual;
    }
  }

  /** Sets device and threads; to be called before anything is computed. */
  public void apply() {
    Positive.require("--threads", threads);
    if (device != null) {
      Torch.setDevice(device);
    }
    if (threads != null) {
      Torch.setThreads(threads);
    }
  }

  /** The options as they were given, for a process that is to compute in the same place. */
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (device != null) {
      arguments.addAll(List.of("--device", device));
    }
    if (threads != null) {
      arguments.addAll(List.of("--threads", threads.toString()));
    }
    return arguments;
  }
}
