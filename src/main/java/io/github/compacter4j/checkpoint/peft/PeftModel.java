package io.github.compacter4j.checkpoint.peft;

import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.bert.Pooling;
import io.github.compacter4j.checkpoint.EncoderExport;
import io.github.compacter4j.checkpoint.EncoderNames;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The model of transformers around an adapter.
 *
 * @param taskType what {@code task_type} says
 * @param naming the name in that model of one of the network's own tensors
 * @param script what stands in {@code load.py}, by name; empty where no script is needed
 */
public record PeftModel(String taskType, UnaryOperator<String> naming, Map<String, String> script) {

  /** A T5 that writes. */
  public static PeftModel t5() {
    return new PeftModel("SEQ_2_SEQ_LM", UnaryOperator.identity(), Map.of());
  }

  /**
   * An encoder with its head; for one on means, which transformers has not, a script computes it.
   *
   * @param labels names of the head's outputs
   */
  public static PeftModel of(BertNetwork network, List<String> labels) {
    UnaryOperator<String> naming = new EncoderNames(network)::name;
    return network.head().pooling() == Pooling.CLS
        ? new PeftModel("SEQ_CLS", naming, Map.of())
        : new PeftModel("FEATURE_EXTRACTION", naming, EncoderExport.values(labels));
  }

  /** Whether the head is one that the model of transformers has. */
  boolean hasHead() {
    return taskType.equals("SEQ_CLS");
  }
}
