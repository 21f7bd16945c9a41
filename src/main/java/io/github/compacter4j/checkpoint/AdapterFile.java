package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The tensors that a method trains, in a safetensors file. */
public final class AdapterFile {
  private AdapterFile() {}

  /** Writes the tensors' values; equal values give equal bytes. */
  public static void write(Path file, SortedMap<String, Parameter> trainable) {
    SortedMap<String, NDArray> tensors = new TreeMap<>();
    trainable.forEach((name, parameter) -> tensors.put(name, parameter.getArray()));
    AtomicFiles.write(file, out -> SafetensorsWriter.write(tensors, out));
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
      TreeSet<String> extra = new TreeSet<>(source.names());
      extra.removeAll(trainable.keySet());
      if (!extra.isEmpty()) {
        throw new UserException(file + ": unexpected tensor " + extra.first());
      }
      trainable.forEach((name, parameter) -> read(file, source, name, parameter, manager));
    }
  }

  private static void read(
      Path file, SafetensorsFile source, String name, Parameter parameter, NDManager manager) {
    if (!source.names().contains(name)) {
      throw new UserException(file + ": tensor " + name + " is missing");
    }
    NDArray target = parameter.getArray();
    Shape shape = source.shape(name);
    if (!shape.equals(target.getShape())) {
      throw new UserException(
          file + ": tensor " + name + " has shape " + shape + ", expected " + target.getShape());
    }
    NDArray value = source.read(name, manager);
    NDArray typed =
        target.getDataType() == DataType.FLOAT32
            ? value
            : TorchFunctions.cast(value, target.getDataType());
    TorchFunctions.copy(typed, target);
  }
}
