package io.github.compacter4j.checkpoint;

import io.github.compacter4j.bert.BertConfig.Kind;
import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.bert.Pooling;

/** How transformers names an encoder and its tensors: with a head of its own, or without any. */
public record EncoderNames(Kind kind, boolean hasHead) {

  /** The names of a network with its head. */
  public EncoderNames(BertNetwork network) {
    this(network.config().kind(), network.head().pooling() == Pooling.CLS);
  }

  /** What an encoder's names begin with where there is a head. */
  String prefix() {
    return kind == Kind.BERT ? "bert." : "roberta.";
  }

  /** The family in messages. */
  String family() {
    return kind == Kind.BERT ? "BERT" : "RoBERTa";
  }

  /** The class that the tensors are of; XLM-R's are subclasses of RoBERTa's. */
  String modelClass() {
    return (kind == Kind.BERT ? "Bert" : "Roberta")
        + (hasHead ? "ForSequenceClassification" : "Model");
  }

  /** The name of one of the network's tensors, a pooler's being with the encoder's. */
  public String name(String ours) {
    return hasHead && !ours.startsWith("classifier") ? prefix() + ours : ours;
  }
}
