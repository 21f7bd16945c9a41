package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertHead;
import io.github.compacter4j.bert.Pooling;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The tensors that a method trains, in a safetensors file. */
public final class AdapterFile {
  /** Name of the file in a run or adapter folder. */
  public static final String NAME = "adapter.safetensors";

  private AdapterFile() {}

  /** Writes the tensors' values; equal values give equal bytes. */
  public static void write(Path file, SortedMap<String, Parameter> trainable) {
    SortedMap<String, NDArray> tensors = new TreeMap<>();
    trainable.forEach((name, parameter) -> tensors.put(name, parameter.getArray()));
    AtomicFiles.write(file, out -> SafetensorsWriter.write(tensors, out));
  }

  /**
   * Writes a file whose tensors are the means, taken in double precision, of those of other files.
   *
   * @param isFixed which tensors have no mean, by their names
   * @throws UserException naming a tensor that is missing, unexpected or differently shaped in one,
   *     or has no mean and differs
   */
  public static void average(List<Path> files, Predicate<String> isFixed, Path out) {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      SortedMap<String, NDArray> sums = new TreeMap<>();
      files.forEach(file -> add(file, sums, isFixed, manager));
      sums.replaceAll(
          (name, sum) ->
              TorchFunctions.cast(
                  isFixed.test(name) ? sum : sum.div(files.size()), DataType.FLOAT32));
      AtomicFiles.write(out, stream -> SafetensorsWriter.write(sums, stream));
    }
  }

  private static void add(
      Path file, SortedMap<String, NDArray> sums, Predicate<String> isFixed, NDManager manager) {
    try (SafetensorsFile source = SafetensorsFile.open(file)) {
      boolean isFirst = sums.isEmpty();
      if (!isFirst) {
        requireNames(file, source, sums.keySet());
      }
      for (String name : source.names()) {
        NDArray value = source.read(name, DataType.FLOAT64, manager);
        NDArray sum = sums.get(name);
        if (sum == null) {
          sums.put(name, value);
        } else {
          requireShape(file, source, name, sum.getShape());
          if (!isFixed.test(name)) {
            sum.addi(value);
          } else if (!sum.contentEquals(value)) {
            throw new UserException(
                file + ": tensor " + name + " is not the first adapter's, and such have no mean");
          }
          value.close();
        }
      }
    }
  }

  private static void requireNames(Path file, SafetensorsFile source, Set<String> names) {
    for (String name : source.names()) {
      if (!names.contains(name)) {
        throw new UserException(file + ": unexpected tensor " + name);
      }
    }
    for (String name : names) {
      if (!source.names().contains(name)) {
        throw new UserException(file + ": tensor " + name + " is missing");
      }
    }
  }

  private static void requireShape(Path file, SafetensorsFile source, String name, Shape expected) {
    Shape shape = source.shape(name);
    if (!shape.equals(expected)) {
      throw new UserException(
          file + ": tensor " + name + " has shape " + shape + ", expected " + expected);
    }
  }

  /** The names of a file's tensors. */
  public static Set<String> names(Path file) {
    try (SafetensorsFile source = SafetensorsFile.open(file)) {
      return Set.copyOf(source.names());
    }
  }

  /** How the head of an encoder's adapter pools, as the names of its tensors tell. */
  public static Pooling pooling(Path file) {
    return names(file).stream().anyMatch(name -> name.startsWith(BertHead.MEAN + "."))
        ? Pooling.MEAN
        : Pooling.CLS;
  }

  /**
   * Gives the tensors the values of a file.
   *
   * @throws UserException naming a tensor that is missing, unexpected or wrongly shaped
   */
  public static void read(Path file, SortedMap<String, Parameter> trainable) {
    try (SafetensorsFile source = SafetensorsFile.open(file);
        NDManager manager = Torch.newManager();
        GradientMode off = GradientMode.off()) {
      requireNames(file, source, trainable.keySet());
      trainable.forEach((name, parameter) -> read(file, source, name, parameter, manager));
    }
  }

  private static void read(
      Path file, SafetensorsFile source, String name, Parameter parameter, NDManager manager) {
    NDArray target = parameter.getArray();
    requireShape(file, source, name, target.getShape());
    try (NDArray value = source.read(name, target.getDataType(), manager)) {
      TorchFunctions.copy(value, target);
    }
  }
}
