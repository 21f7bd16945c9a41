package io.github.compacter4j.learner;

import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.StoredTypes;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.tasks.Task;
import java.nio.file.Path;
import java.util.Optional;

/** A pre-trained model to start from, of whatever family. */
public sealed interface Pretrained extends AutoCloseable permits T5, Encoder {

  /**
   * Finds a model of any family: {@code bundled}, {@code minilm}, a folder, or a name on the hub
   * such as {@code t5-base} or {@code roberta-base}, which is downloaded into the hub's shared
   * cache unless it is there.
   *
   * @throws io.github.compacter4j.UserException if it cannot be found, downloaded or read, or its
   *     {@code model_type} is of no family that is known
   */
  static Pretrained load(String model) {
    return switch (Family.in(ModelFiles.find(model))) {
      case T5 -> T5.load(model);
      case ENCODER -> Encoder.load(model);
    };
  }

  /** The name it was asked for by. */
  String name();

  /** The folder of its files. */
  Path folder();

  /** SHA-256 over all tensors of the files. */
  String fingerprint();

  /** Sizes, places and tensors, with the rows that are kept. */
  Anatomy anatomy();

  /** The name of its usual protocol. */
  String usualProtocol();

  /**
   * A protocol of its family.
   *
   * @param method the method's name
   * @throws io.github.compacter4j.UserException (wrong usage) for a name that the family has not
   */
  Protocol protocol(String name, MethodSpec method, Task task);

  /**
   * How its states become one vector, null where they do not.
   *
   * @param asked what was asked for, null for the usual way
   * @throws io.github.compacter4j.UserException (wrong usage) for what it cannot do
   */
  String pooling(String asked);

  /** Refuses to train what would be loaded in another form when the adapter is used. */
  void requireTrainable();

  /** A fresh copy of the network with the published weights; the caller closes it. */
  Network newNetwork();

  /**
   * A fresh copy of the network with the published weights for one task; the caller closes it.
   *
   * @param pooling how states become one vector, where they do
   * @param seed of the first weights of a head, where there is one
   */
  Network newNetwork(Task task, String pooling, long seed);

  /** Whether a network of this model serves a task as it is. */
  boolean serves(Network network, Task task, String pooling);

  /** What of its files a task's network is made without, in one line. */
  Optional<String> leftOut(Task task, String pooling);

  /**
   * What it reads of a task.
   *
   * @param maxSourceLength most ids of a row
   * @param withTaskName whether each text starts with the task's name, where the family reads one
   */
  TaskReader reader(Task task, int maxSourceLength, boolean withTaskName);

  /** What learns a task in one of its networks. */
  Learner learner(Network network, Task task, Protocol protocol);

  /**
   * Writes one of its networks into a new folder of the family's layout, which Python loads.
   *
   * @param task that the network serves
   * @param types of the weights
   * @throws io.github.compacter4j.UserException if the layout cannot hold what the network
   *     computes, or the folder is not empty
   */
  void export(Network network, Task task, StoredTypes types, Path out);

  /** The types in which its files keep the tensors. */
  StoredTypes storedTypes();

  /**
   * Writes the adapters in one of its networks into a new folder for the {@code adapters} library.
   *
   * @param task that the adapters serve
   * @throws io.github.compacter4j.UserException if the method has no adapters, or the folder is not
   *     empty
   */
  void exportAdapters(Adaptation adaptation, AdapterInfo info, Task task, Path out);

  /**
   * Writes what a method has put into one of its networks into a new folder for the {@code peft}
   * library.
   *
   * @param task that the adapter serves
   * @throws io.github.compacter4j.UserException if peft has no such method, or the folder is not
   *     empty
   */
  void exportPeft(Adaptation adaptation, AdapterInfo info, Task task, Path out);

  /** Whether a head's tensor of this name starts from the model's files, not at random. */
  boolean startsHead(String tensor);

  /** Fingerprint, and the name that means it from any working directory. */
  default AdapterInfo.Base identity() {
    return new AdapterInfo.Base(ModelFiles.absolute(name()), fingerprint());
  }

  @Override
  void close();
}
