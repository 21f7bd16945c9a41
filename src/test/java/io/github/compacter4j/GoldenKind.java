package io.github.compacter4j;

import java.util.List;
import java.util.regex.Pattern;

/** The kinds of golden files, each read by one golden test; every file is of one kind. */
public enum GoldenKind {
  /** PHM layers. */
  PHM("phm_(full|lphm)_.*"),
  /** A layer of two thin matrices. */
  LOW_RANK_LINEAR("phm_lowranklinear_.*"),
  /** Adapters. */
  ADAPTER("adapter_.*"),
  /** The activation. */
  GELU("gelu_new"),
  /** Fastfood and SAID. */
  SAID("intrinsic_said"),
  /** Buckets of relative positions. */
  BUCKETS("t5_relative_buckets"),
  /** A whole T5, plain or with a method. */
  T5("t5_tiny(?!.*_train_).*"),
  /** Steps of training of a T5. */
  T5_TRAINING("t5_tiny.*_train_(?!" + Rules.NAMES + ").*"),
  /** Steps of training of a T5 with a method that has rules of its own for them. */
  METHOD_TRAINING("t5_tiny.*_train_" + Rules.NAMES),
  /** A method on one matrix. */
  LINEAR("linear_.*"),
  /** Mixtures of adapters. */
  MIXTURE("scalearn_.*"),
  /** A whole encoder, plain or with a method. */
  ENCODER("(bert|roberta)_tiny(?!_train_).*"),
  /** Steps of training of an encoder. */
  ENCODER_TRAINING("(bert|roberta)_tiny_train_.*"),
  /** Published sentence embeddings. */
  SENTENCES("minilm_reference"),
  /** The optimiser. */
  ADAMW("adamw_linear_warmup"),
  /** Counts of the paper's methods. */
  COUNTS("param_counts"),
  /** Counts of further methods. */
  MORE_COUNTS("param_counts_more"),
  /** Counts on encoders. */
  ENCODER_COUNTS("param_counts_encoders"),
  /** Metrics. */
  METRICS("metrics"),
  /** Texts of tasks. */
  TASKS("tasks_format"),
  /** Shuffled rows. */
  SPLITS("splits_randperm"),
  /** Tokens. */
  TOKENIZER("t5_tokenizer");

  private final Pattern pattern;

  /** The methods whose steps are a kind of their own. */
  private interface Rules {
    String NAMES = "(adalora|dylora|increlora|lisa|sora|spiel).*";
  }

  GoldenKind(String regex) {
    pattern = Pattern.compile(regex + "\\.json");
  }

  /** Whether a file of this name is of this kind. */
  public boolean holds(String file) {
    return pattern.matcher(file).matches();
  }

  /** The sorted names of the files of this kind; at least one. */
  public List<String> files() {
    return Goldens.names(pattern.pattern());
  }
}
