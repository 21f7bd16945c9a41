package io.github.compacter4j.parameters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.bert.BertHead;
import io.github.compacter4j.bert.Pooling;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Counts on encoders from sizes alone, every method and size. */
class EncoderCountGoldenTest {
  private static final JsonNode SIZES =
      Goldens.file("param_counts_encoders.json").required("sizes");

  static Set<Map.Entry<String, JsonNode>> sizes() {
    return SIZES.properties();
  }

  /** The sizes that a golden says, whatever its name. */
  private static BertConfig config(JsonNode size) {
    JsonNode sizes = size.required("config");
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("model_type", "bert").put("num_attention_heads", 1);
    json.set("hidden_size", sizes.required("d"));
    json.set("num_hidden_layers", sizes.required("L"));
    json.set("intermediate_size", sizes.required("f"));
    json.set("vocab_size", sizes.required("V"));
    json.set("max_position_embeddings", sizes.required("P"));
    json.set("type_vocab_size", sizes.required("T"));
    return BertConfig.of(json, "golden config");
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void baseAndHead(Map.Entry<String, JsonNode> size) {
    JsonNode golden = size.getValue();
    BertConfig config = config(golden);
    long base = config.parameters();
    assertEquals(golden.required("base_without_pooler").asLong(), base);
    long pooler =
        BertHead.shapes(config, Pooling.CLS, 1).entrySet().stream()
            .filter(tensor -> tensor.getKey().startsWith("pooler."))
            .mapToLong(tensor -> tensor.getValue().size())
            .sum();
    assertEquals(golden.required("base_with_pooler").asLong(), base + pooler);
    for (Map.Entry<String, JsonNode> head : golden.required("head_mean").properties()) {
      Map<String, Shape> tensors =
          BertHead.shapes(config, Pooling.MEAN, Integer.parseInt(head.getKey()));
      assertEquals(head.getValue().asLong(), ParameterCount.Group.of(tensors.values()).params());
    }
  }

  static List<Arguments> rows() {
    List<Arguments> rows = new ArrayList<>();
    for (Map.Entry<String, JsonNode> size : SIZES.properties()) {
      for (Map.Entry<String, JsonNode> group : size.getValue().required("methods").properties()) {
        for (Map.Entry<String, JsonNode> row : group.getValue().properties()) {
          String spec = spec(row.getKey(), group.getKey());
          rows.add(Arguments.of(size.getKey(), spec, row.getValue()));
        }
      }
    }
    return rows;
  }

  /** A row's method, of the group {@code reduction=R} or {@code other}. */
  private static String spec(String row, String group) {
    if (group.equals("other")) {
      return row;
    }
    return row.endsWith("]") ? row.replace("]", "," + group + "]") : row + "[" + group + "]";
  }

  @ParameterizedTest
  @MethodSource("rows")
  void equalsTheReference(String size, String spec, JsonNode expected) {
    BertConfig config = config(SIZES.required(size));
    Method method = Methods.parse(spec);
    ParameterCount count = ParameterCounter.count(config, method);
    if (expected.isNumber()) {
      assertEquals(expected.asLong(), count.trainable());
      return;
    }
    assertEquals(expected.required("trainable").asLong(), count.trainable());
    assertEquals(expected.required("inserted").asLong(), count.total() - config.parameters());
    long norms =
        method.trainable(config, "task").entrySet().stream()
            .filter(tensor -> isNorm(config, tensor.getKey()))
            .mapToLong(tensor -> tensor.getValue().size())
            .sum();
    assertEquals(expected.required("norms").asLong(), norms);
    assertEquals(
        100.0 * count.trainable() / config.parameters(), count.percent(), 1e-12, "of the base");
  }

  private static boolean isNorm(BertConfig config, String name) {
    return config.tensors().stream()
        .filter(tensor -> tensor.role() == Role.NORM)
        .map(TensorSpec::name)
        .anyMatch(name::equals);
  }

  /** The named sizes are those of the golden. */
  @ParameterizedTest
  @CsvSource({
    "minilm, minilm-l6-h384",
    "bert-base-uncased, bert-base",
    "bert-large-uncased, bert-large",
    "roberta-base, roberta-base"
  })
  void namedSizes(String name, String golden) {
    assertEquals(
        SIZES.required(golden).required("base_without_pooler").asLong(),
        BertConfig.named(name).parameters());
  }

  /** Every default is possible, and what the head has is counted nowhere. */
  @ParameterizedTest
  @CsvSource({
    "minilm, adapter, 125328",
    "minilm, compacter, 24304",
    "minilm, compacter++, 17176",
    "minilm, head, 0",
    "minilm, lora, 73728",
    "minilm, prompt-vocabulary, 38400",
    "bert-large-uncased, phm[n=4], 943616",
    "roberta-base, prompt-vocabulary, 76800"
  })
  void defaults(String size, String spec, long trainable) {
    ParameterCount count = ParameterCounter.count(BertConfig.named(size), Methods.parse(spec));
    assertEquals(trainable, count.trainable());
  }
}
