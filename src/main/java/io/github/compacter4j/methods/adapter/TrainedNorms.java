package io.github.compacter4j.methods.adapter;

import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.TensorSpec;
import java.util.List;
import java.util.Optional;

/** Which of the network's norms train beside adapters. */
enum TrainedNorms {
  ALL,
  NONE,
  /** Those computed behind the lowest adapter, so that no gradient goes below it. */
  ABOVE;

  /** The norms, given the place of the lowest adapter. */
  List<TensorSpec> of(Anatomy anatomy, Place lowest) {
    List<TensorSpec> norms =
        anatomy.tensors().stream().filter(tensor -> tensor.role() == Role.NORM).toList();
    return switch (this) {
      case ALL -> norms;
      case NONE -> List.of();
      case ABOVE -> {
        List<Optional<Place>> places = norms.stream().map(TensorSpec::place).toList();
        int first =
            anatomy.normsFirst()
                ? places.lastIndexOf(Optional.of(lowest)) + 1 // its own stands before it
                : places.indexOf(Optional.of(lowest));
        yield norms.subList(first, norms.size());
      }
    };
  }
}
