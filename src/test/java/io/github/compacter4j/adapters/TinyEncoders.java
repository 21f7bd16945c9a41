package io.github.compacter4j.adapters;

import io.github.compacter4j.bert.BertConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders of random encoders (d 24, two blocks) with words of their own. */
final class TinyEncoders {
  private static final String WORDS =
      "the a cat dog bird tree river sleeps runs sings under over near old young quiet loud"
          + " and not house garden door opens closes .";
  private static final String BERT_MARKS =
      """
      {"type":"TemplateProcessing",
       "single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                 {"SpecialToken":{"id":"[SEP]","type_id":0}}],
       "pair":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
               {"SpecialToken":{"id":"[SEP]","type_id":0}},{"Sequence":{"id":"B","type_id":1}},
               {"SpecialToken":{"id":"[SEP]","type_id":1}}],
       "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},
                         "[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}}""";
  private static final String ROBERTA_MARKS =
      """
      {"type":"RobertaProcessing","sep":["[SEP]",3],"cls":["[CLS]",2],
       "trim_offsets":true,"add_prefix_space":false}""";

  private TinyEncoders() {}

  /** Writes a model of this {@code model_type}. */
  static Path write(Path folder, String modelType) throws IOException {
    boolean isBert = modelType.equals("bert");
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type":"%s","vocab_size":40,"hidden_size":24,"num_hidden_layers":2,
         "num_attention_heads":4,"intermediate_size":48,"max_position_embeddings":64,
         "type_vocab_size":%d,"layer_norm_eps":1e-5,"hidden_act":"gelu","pad_token_id":1}"""
            .formatted(modelType, isBert ? 2 : 1));
    writeTokenizer(folder, isBert);
    RandomWeights.write(BertConfig.read(folder.resolve("config.json")), "LayerNorm.weight", folder);
    return folder;
  }

  private static void writeTokenizer(Path folder, boolean isBert) throws IOException {
    StringBuilder vocabulary = new StringBuilder("\"[UNK]\":0,\"[PAD]\":1,\"[CLS]\":2,\"[SEP]\":3");
    int id = 4;
    for (String word : WORDS.split(" ")) {
      vocabulary.append(",\"").append(word).append("\":").append(id++);
    }
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
         "pre_tokenizer":{"type":"Whitespace"},"post_processor":%s,"decoder":null,
         "model":{"type":"WordLevel","unk_token":"[UNK]","vocab":{%s}}}"""
            .formatted(isBert ? BERT_MARKS : ROBERTA_MARKS, vocabulary));
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"tokenizer_class":"PreTrainedTokenizerFast","pad_token":"[PAD]","unk_token":"[UNK]",
         "model_input_names":["input_ids",%s"attention_mask"]}"""
            .formatted(isBert ? "\"token_type_ids\"," : ""));
  }
}
