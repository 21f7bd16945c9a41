/** BERT, RoBERTa and what has their form: configuration, network, pooling and heads. */
package io.github.compacter4j.bert;
