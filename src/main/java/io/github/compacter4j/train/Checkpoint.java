package io.github.compacter4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.SafetensorsWriter;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The state of a run between two steps: what trains, the optimiser's moments, the best so far. */
final class Checkpoint {
  private static final int KEPT = 2;
  private static final String PREFIX = "step-";

  /**
   * The state besides tensors.
   *
   * @param step steps done
   * @param evaluated whether the evaluation due after them, if any, is done
   * @param best the best evaluation so far; null before the first
   * @param spent what the steps so far took; null in a checkpoint of a version that did not tell
   * @param otherSteps optimiser steps of tensors that have taken fewer, by name
   * @param paused tensors that do not train at present
   */
  record State(
      int step,
      boolean evaluated,
      RunResult.Best best,
      Spent spent,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Integer> otherSteps,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Set<String> paused) {
    State {
      otherSteps = otherSteps == null ? Map.of() : otherSteps;
      paused = paused == null ? Set.of() : paused;
    }
  }

  /**
   * Time and work up to a checkpoint, which a run that goes on adds to.
   *
   * @param seconds of everything, evaluations included
   * @param stepSeconds of the steps alone
   * @param rows of the steps
   */
  record Spent(double seconds, double stepSeconds, long rows) {
    static final Spent NOTHING = new Spent(0, 0, 0);
  }

  private final RunFolder run;
  private final Path folder;

  /** The checkpoints of a run. */
  Checkpoint(RunFolder run) {
    this.run = run;
    folder = run.checkpoints();
  }

  /** Writes a checkpoint, points LATEST at it, and drops all but the last two. */
  void write(State state, Adaptation adaptation, AdamW optimizer) {
    String name = PREFIX + state.step();
    Path target = folder.resolve(name);
    AdapterFile.write(target.resolve("trainable.safetensors"), adaptation.state());
    AtomicFiles.write(
        target.resolve("optimizer.safetensors"),
        out -> SafetensorsWriter.write(optimizer.moments(), out));
    Json.write(target.resolve("state.json"), state);
    syncFolder();
    AtomicFiles.write(folder.resolve(RunFolder.LATEST), name);
    dropOld();
  }

  /** LATEST must never name a folder that a power failure takes away. */
  private void syncFolder() {
    try {
      AtomicFiles.sync(folder);
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be written", e);
    }
  }

  private void dropOld() {
    steps().skip(KEPT).forEach(RunFolder::delete);
  }

  /** Removes what a process that died while writing a checkpoint left behind the latest one. */
  private void dropUnfinished(int latest) {
    steps().takeWhile(path -> step(path) > latest).forEach(RunFolder::delete);
  }

  /** The folders of steps, the last step first. */
  private Stream<Path> steps() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(PREFIX))
          .sorted(Comparator.comparingInt(Checkpoint::step).reversed())
          .toList() // before the listing is closed
          .stream();
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be read", e);
    }
  }

  private static int step(Path path) {
    return Integer.parseInt(path.getFileName().toString().substring(PREFIX.length()));
  }

  /** Puts the latest checkpoint's values in place; null if there is none. */
  State restore(Adaptation adaptation, AdamW optimizer) {
    if (!Files.exists(folder)) {
      return null;
    }
    Path latest = folder.resolve(RunFolder.LATEST);
    if (!Files.exists(latest)) {
      dropUnfinished(0);
      return null;
    }
    try {
      Path source = folder.resolve(Files.readString(latest).strip());
      dropUnfinished(step(source));
      AdapterFile.read(source.resolve("trainable.safetensors"), adaptation.state());
      AdapterFile.read(source.resolve("optimizer.safetensors"), wrapped(optimizer.moments()));
      State state = Json.read(source.resolve("state.json"), State.class);
      optimizer.setSteps(state.step(), state.otherSteps());
      state.paused().forEach(name -> adaptation.tensors().pause(name, true));
      return state;
    } catch (IOException e) {
      throw new UserException(latest + ": cannot be read", e);
    }
  }

  private static SortedMap<String, Parameter> wrapped(SortedMap<String, NDArray> arrays) {
    SortedMap<String, Parameter> parameters = new TreeMap<>();
    arrays.forEach(
        (name, array) -> {
          Parameter parameter =
              Parameter.builder().setName(name).setType(Parameter.Type.OTHER).build();
          parameter.freeze(true);
          parameter.setArray(array);
          parameters.put(name, parameter);
        });
    return parameters;
  }

  /** Removes all checkpoints. */
  void clear() {
    run.deleteCheckpoints();
  }
}
