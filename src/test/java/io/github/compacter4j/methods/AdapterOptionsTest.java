package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.t5.T5Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How specs are read and printed, and what each option changes. */
class AdapterOptionsTest {
  private static final T5Config BASE = T5Config.base();
  private static final String FEED_FORWARD =
      "encoder.block.3.layer.1.adapter_controller.adapters.cola.";

  private static T5Config config(int dModel, int encoder, int decoder) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("vocab_size", 50).put("d_model", dModel).put("d_kv", 8).put("d_ff", 64);
    json.put("num_layers", encoder).put("num_decoder_layers", decoder).put("num_heads", 4);
    return T5Config.of(json, "test");
  }

  private static Map<String, Shape> tensors(String spec) {
    return Methods.parse(spec).trainable(BASE, "cola");
  }

  private static long size(String spec) {
    return tensors(spec).values().stream().mapToLong(Shape::size).sum();
  }

  private static Set<String> inserted(String spec) {
    Set<String> base = BASE.shapes().keySet();
    return tensors(spec).keySet().stream()
        .filter(name -> !base.contains(name))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "adapter | adapter[reduction=auto] | adapter[reduction=32]",
        "pfeiffer | pfeiffer[reduction=auto] | pfeiffer[reduction=32]",
        "adapterdrop | adapterdrop[reduction=auto,layers=auto]"
            + " | adapterdrop[reduction=32,layers=5..11]",
        "lowrank | lowrank[rank=1,reduction=auto] | lowrank[rank=1,reduction=32]",
        "phm | phm[n=auto,reduction=auto] | phm[n=12,reduction=32]",
        "compacter | compacter[n=4,rank=1,reduction=auto] | compacter[n=4,rank=1,reduction=32]",
        "compacter++[reduction=8]|compacter++[n=4,rank=1,reduction=8]|compacter++[n=4,rank=1,reduction=8]",
        "compacter[bottleneck=48,shareA=true,norms=all]"
            + " | compacter[n=4,rank=1,bottleneck=48] | compacter[n=4,rank=1,bottleneck=48]",
        "compacter++[norms=none, variant=adapterhub]"
            + " | compacter++[n=4,rank=1,reduction=auto,variant=adapterhub]"
            + " | compacter++[n=4,rank=1,reduction=32,variant=adapterhub]",
        "compacter++[variant=adapterhub,norms=all,init=glorot-uniform]"
            + " | compacter++[n=4,rank=1,reduction=auto,variant=adapterhub,init=glorot-uniform,norms=all]"
            + " | compacter++[n=4,rank=1,reduction=32,variant=adapterhub,init=glorot-uniform,norms=all]",
        "adapterdrop[layers=all] | adapterdrop[reduction=auto,layers=all]"
            + " | adapterdrop[reduction=32,layers=all]",
      })
  void printsCanonically(String spec, String canonical, String resolved) {
    Method method = Methods.parse(spec);
    assertEquals(canonical, method.spec().toString());
    assertEquals(resolved, method.resolve(BASE).spec().toString());
  }

  @Test
  void everySpecReadsBackAsAnEqualMethod() {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      Method method = Methods.parse(randomSpec(random));
      assertEquals(method, Methods.parse(method.spec().toString()), method.spec().toString());
      assertEquals(method.hashCode(), Methods.parse(method.spec().toString()).hashCode());
      try {
        Method resolved = method.resolve(BASE);
        assertEquals(
            resolved, Methods.parse(resolved.spec().toString()), resolved.spec().toString());
        assertEquals(resolved, resolved.resolve(BASE));
        assertEquals(method.trainable(BASE, "t"), resolved.trainable(BASE, "t"));
      } catch (UserException e) {
        assertEquals(UserException.WRONG_USAGE, e.exitStatus());
      }
    }
  }

  private static String randomSpec(Random random) {
    List<String> names =
        List.of("adapter", "adapterdrop", "lowrank", "phm", "compacter", "compacter++");
    String name = names.get(random.nextInt(names.size()));
    boolean phm = name.equals("phm") || name.startsWith("compacter");
    List<String> options = new ArrayList<>();
    choose(random, options, "n=4", phm, "n=2", "n=8", "n=12");
    choose(random, options, "rank=2", !name.equals("phm") && !name.contains("adapter"), "rank=1");
    choose(random, options, "reduction=16", true, "bottleneck=48", "reduction=auto");
    for (String flag : List.of("shareA", "factoriseA", "shareB", "learnA")) {
      choose(random, options, flag + "=true", phm, flag + "=false");
    }
    choose(random, options, "initA=uniform", phm, "initA=normal");
    choose(random, options, "init=normal", true, "init=glorot-normal", "init=glorot-uniform");
    choose(random, options, "placement=all", true, "placement=both", "placement=attention");
    choose(random, options, "norms=above", true, "norms=none", "norms=all");
    choose(random, options, "layers=3..7", true, "layers=all", "layers=5..11");
    choose(random, options, "taskPrefix=true", true, "taskPrefix=false");
    choose(random, options, "variant=adapterhub", name.equals("compacter++"), "variant=paper");
    return options.isEmpty() ? name : name + "[" + String.join(",", options) + "]";
  }

  private static void choose(
      Random random, List<String> options, String first, boolean known, String... others) {
    if (known && random.nextBoolean()) {
      int which = random.nextInt(others.length + 1);
      options.add(which == 0 ? first : others[which - 1]);
    }
  }

  @Test
  void equalOptionsMakeEqualMethods() {
    assertEquals(Methods.parse("phm"), Methods.parse("phm[n=auto, shareA=false]"));
    assertNotEquals(Methods.parse("phm"), Methods.parse("phm[shareA=true]"));
    assertNotEquals(Methods.parse("adapter"), Methods.parse("pfeiffer[placement=both]"));
  }

  @Test
  void rankAndWidthChangeSizesByTheFormula() {
    int d = 768;
    int norms = 62 * d;
    for (int k : List.of(24, 48)) {
      for (int r : List.of(1, 3)) {
        String options = "[rank=" + r + ",bottleneck=" + k + "]";
        long lphm = 2L * r * (d + k) + k + d;
        assertEquals(48 * lphm + norms, size("lowrank" + options));
        assertEquals(48 * lphm + 64 + norms, size("compacter" + options));
        assertEquals(24 * lphm + 64 + norms, size("compacter++" + options));
      }
      for (int n : List.of(2, 4, 12)) {
        long phm = 2L * n * n * n + 2L * d * k / n + k + d;
        assertEquals(48 * phm + norms, size("phm[n=" + n + ",bottleneck=" + k + "]"));
      }
      assertEquals(48 * (2L * d * k + k + d) + norms, size("adapter[bottleneck=" + k + "]"));
    }
  }

  @Test
  void sharingAndFactorisingChangeTensors() {
    assertEquals(new Shape(4, 4, 4), tensors("compacter").get("phm_rule"));
    Set<String> own = inserted("compacter[shareA=false]");
    assertFalse(own.contains("phm_rule"));
    assertTrue(own.contains(FEED_FORWARD + "down_sampler.phm_rule"));
    assertEquals(size("compacter") + 95 * 64, size("compacter[shareA=false]"));

    Map<String, Shape> factorised = tensors("compacter[factoriseA=true]");
    assertFalse(factorised.containsKey("phm_rule"));
    assertEquals(new Shape(4, 4, 1), factorised.get("phm_rule_left"));
    assertEquals(new Shape(4, 1, 4), factorised.get("phm_rule_right"));

    Map<String, Shape> shared = tensors("compacter[rank=2,shareB=true]");
    assertEquals(new Shape(4, 192, 2), shared.get("W_down_left"));
    assertEquals(new Shape(4, 2, 6), shared.get("W_down_right"));
    assertEquals(new Shape(4, 6, 2), shared.get("W_up_left"));
    assertEquals(new Shape(4, 2, 192), shared.get("W_up_right"));
    assertEquals(
        Set.of(FEED_FORWARD + "down_sampler.b", FEED_FORWARD + "up_sampler.b"),
        shared.keySet().stream()
            .filter(name -> name.startsWith(FEED_FORWARD))
            .collect(Collectors.toSet()));
    assertEquals(new Shape(12, 64, 2), tensors("phm[shareB=true]").get("W_down"));
    assertEquals(new Shape(12, 2, 64), tensors("phm[shareB=true]").get("W_up"));
  }

  @Test
  void aFrozenAIsNotTrained() {
    assertEquals(Set.of("phm_rule"), difference("compacter", "compacter[learnA=false]"));
    assertEquals(96, difference("phm", "phm[learnA=false]").size());
  }

  private static Set<String> difference(String more, String less) {
    Set<String> names = inserted(more);
    assertTrue(names.containsAll(inserted(less)));
    names.removeAll(inserted(less));
    return names;
  }

  @ParameterizedTest
  @CsvSource({"attention,24", "feed-forward,24", "both,48", "all,60"})
  void placementChoosesSites(String placement, int adapters) {
    Set<String> names = inserted("adapter[placement=" + placement + "]");
    assertEquals(4 * adapters, names.size());
    String cross = "decoder.block.11.layer.1.adapter_controller.adapters.cola.up_sampler.bias";
    assertEquals(placement.equals("all"), names.contains(cross));
    assertEquals(!placement.equals("attention"), names.contains(FEED_FORWARD + "up_sampler.bias"));
  }

  @Test
  void normsAboveAreThoseBehindTheLowestAdapter() {
    assertEquals(0, norms("adapter[norms=none]").size());
    assertEquals(62, norms("adapter[norms=all]").size());
    assertEquals(61, norms("adapter[norms=above]").size());
    assertEquals(60, norms("compacter++[norms=above]").size());
    Set<String> upper = norms("adapterdrop[norms=above]");
    assertEquals(62 - 11, upper.size());
    assertFalse(upper.contains("encoder.block.5.layer.0.layer_norm.weight"));
    assertTrue(upper.contains("encoder.block.5.layer.1.layer_norm.weight"));
    assertTrue(upper.contains("encoder.final_layer_norm.weight"));
    assertTrue(upper.contains("decoder.block.0.layer.0.layer_norm.weight"));
  }

  private static Set<String> norms(String spec) {
    return tensors(spec).keySet().stream()
        .filter(name -> name.endsWith("layer_norm.weight"))
        .collect(Collectors.toSet());
  }

  @Test
  void theTaskPrefixIsAnOption() {
    assertFalse(Methods.parse("adapter").prefixesTask());
    assertTrue(Methods.parse("adapter[taskPrefix=true]").prefixesTask());
  }

  @ParameterizedTest
  @CsvSource({
    "t5-small,5..5",
    "t5-base,5..11",
    "t5-large,5..11",
    "t5-v1_1-small,5..7",
  })
  void adapterDropKeepsTheBlocksThatTheModelHas(String size, String layers) {
    String spec = Methods.parse("adapterdrop").resolve(T5Config.named(size)).spec().toString();
    assertEquals("adapterdrop[reduction=32,layers=" + layers + "]", spec);
  }

  @ParameterizedTest
  @CsvSource({"1,0..0", "2,1..1", "3,1..2", "4,2..3", "5,2..4", "6,5..5"})
  void adapterDropOfASmallModelKeepsTheUpperSevenTwelfths(int blocks, String layers) {
    Method method = Methods.parse("adapterdrop[bottleneck=8]");
    String spec = method.resolve(config(64, blocks, blocks)).spec().toString();
    assertEquals("adapterdrop[bottleneck=8,layers=" + layers + "]", spec);
  }

  @Test
  void layersChooseBlocksOfStacksOfUnequalDepth() {
    Method method = Methods.parse("adapter[bottleneck=8,layers=1..3,norms=none]");
    assertEquals(4 * 2 * (3 + 1), method.trainable(config(64, 6, 2), "t").size());
  }

  @ParameterizedTest
  @CsvSource({
    "192,compacter,8",
    "192,adapter,8",
    "192,lowrank,8",
    "192,compacter[n=2],8",
    "192,phm,8",
    "192,compacter[n=12],8",
    "256,compacter,32",
    "384,compacter,32",
    "384,adapter,32",
    "384,compacter[n=8],16",
    "512,compacter[n=8],32",
    "64,compacter[n=8],8",
    "20,adapter,16",
  })
  void automaticReduction(int dModel, String spec, int reduction) {
    String resolved = Methods.parse(spec).resolve(config(dModel, 2, 2)).spec().toString();
    assertTrue(resolved.contains("reduction=" + reduction), resolved);
  }
}
