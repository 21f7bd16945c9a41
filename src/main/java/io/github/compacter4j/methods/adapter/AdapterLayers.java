package io.github.compacter4j.methods.adapter;

import ai.djl.nn.Block;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import java.util.List;

/** The kind of linear layers of which adapters consist, with its options. */
interface AdapterLayers {

  /** All options with their values. */
  List<Option> options();

  /** Layers of this kind with the options that are given. */
  AdapterLayers with(MethodSpec given);

  /** Layers of this kind with every {@code auto} replaced by what it means for these sizes. */
  AdapterLayers resolve(Anatomy anatomy, Bottleneck bottleneck);

  /** The n that must divide the widths; 1 where every width will do. */
  int n();

  /**
   * Refuses sizes for which the layers cannot be.
   *
   * @param d width of the model
   * @param k width of the bottleneck, like d divisible by n
   */
  void check(int d, int k);

  /** A maker of the layers of one model, which may share tensors. */
  Maker maker(long seed);

  /** Makes layers. */
  interface Maker {
    /**
     * A layer (..., in) -> (..., out).
     *
     * @param side {@code down} or {@code up}
     * @param prefix before the names of the layer's own tensors
     */
    Block layer(String side, int in, int out, String prefix);
  }
}
