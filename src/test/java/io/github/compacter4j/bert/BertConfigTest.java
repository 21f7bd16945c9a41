package io.github.compacter4j.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertConfig.Kind;
import io.github.compacter4j.model.Dropout;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BertConfigTest {
  private static final String GOOD =
      """
      {"model_type":"bert","hidden_size":24,"num_hidden_layers":2,"num_attention_heads":4,
       "intermediate_size":40,"vocab_size":50,"max_position_embeddings":30,"type_vocab_size":2,
       "layer_norm_eps":1e-12,"hidden_act":"gelu","pad_token_id":0,"hidden_dropout_prob":0.2}
      """;

  private static ObjectNode good() throws IOException {
    return (ObjectNode) new ObjectMapper().readTree(GOOD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_type | \"gpt2\" | model_type is 'gpt2', expected 'bert', 'roberta' or 'xlm-roberta'",
        "model_type | \"t5\" | model_type is 't5'",
        "is_decoder | true | is_decoder is true",
        "position_embedding_type | \"relative_key\" | position_embedding_type is 'relative_key'",
        "hidden_act | \"silu\" | hidden_act is 'silu', expected one of gelu, gelu_new, relu",
        "hidden_size | 26 | hidden_size 26 is not divisible by num_attention_heads 4",
        "hidden_size | -1 | hidden_size is -1",
        "max_position_embeddings | null | max_position_embeddings is null",
        "type_vocab_size | 0 | type_vocab_size is 0"
      })
  void whatNoNetworkOfTheFamilyCanHaveIsRefused(String field, String value, String message)
      throws IOException {
    ObjectNode json = good();
    json.set(field, new ObjectMapper().readTree(value));
    UserException error =
        assertThrows(UserException.class, () -> BertConfig.of(json, "my/config.json"));
    assertTrue(error.getMessage().startsWith("my/config.json: "), error.getMessage());
    assertTrue(error.getMessage().contains(message), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  @Test
  void ratesOfDropout() throws IOException {
    assertEquals(new Dropout(0.2, 0.1, 0.2), BertConfig.of(good(), "config").dropout());
    ObjectNode own = good().put("classifier_dropout", 0.3).put("attention_probs_dropout_prob", 0);
    assertEquals(new Dropout(0.2, 0, 0.3), BertConfig.of(own, "config").dropout());
    own.putNull("classifier_dropout");
    assertEquals(0.2, BertConfig.of(own, "config").dropout().head());
  }

  @Test
  void kindsCountPositionsDifferently() throws IOException {
    assertEquals(30, BertConfig.of(good(), "config").maxLength());
    BertConfig roberta = BertConfig.of(good().put("model_type", "roberta"), "config");
    assertEquals(Kind.ROBERTA, roberta.kind());
    assertEquals(29, roberta.maxLength(), "padding is 0 there");
    assertEquals(512, BertConfig.named("roberta-base").maxLength());
    BertConfig xlm =
        BertConfig.of(good().put("model_type", "xlm-roberta").put("pad_token_id", 1), "config");
    assertEquals(Kind.ROBERTA, xlm.kind());
    assertEquals(28, xlm.maxLength());
  }

  @Test
  void activationsAreReadByTheirNames() throws IOException {
    for (HiddenActivation activation : HiddenActivation.values()) {
      ObjectNode json = good().put("hidden_act", activation.toString());
      assertEquals(activation, BertConfig.of(json, "config").activation());
    }
  }
}
