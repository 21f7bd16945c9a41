package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.methods.TinyModel.Family;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.train.AdamW;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every method, on the golden backbone of each family. */
@ExtendWith(OneThread.class)
class MethodContractTest {
  private static final String SAID = "[dimension=90]";

  private static final String FROZEN = "dylora[rank=3,frozen=true]";

  /** Methods that act within the steps of a run. */
  private static final List<String> WITH_RULES =
      List.of(
          "adalora[rank=3,target=2]",
          "dylora[rank=3]",
          "increlora[target=2,alpha=4]",
          "lisa",
          "sora[rank=2,alpha=2]",
          "spiel[density=0.05]");

  /** Methods of factors that come from the matrices themselves, or of three. */
  private static final List<String> FACTORED =
      List.of(
          "inttune[rank=4,alpha=1,start=base]",
          "loldu[rank=4,alpha=4]",
          "slora[rank=3]",
          "svfit[rank=4]");

  private static final List<String> OPTIONS =
      List.of(
          "bitfit[finalNorms=true]",
          "adalora[rank=3,target=1,alpha=4,targets=k+wi,penalty=0.1,tinit=1,tfinal=1,deltaT=2]",
          "dylora[rank=3,alpha=5,targets=o,use=2]",
          FROZEN,
          "increlora[rank=2,target=3,alpha=4,targets=wo,penalty=0.1,warmup=1,interval=3,top=2,increment=2,most=5]",
          "inttune[rank=4,alpha=1,targets=k]",
          "lisa[blocks=1,interval=3]",
          "loldu[rank=3,alpha=6,targets=wi]",
          "slora[rank=3,alpha=4,targets=wo,start=nystrom]",
          "spiel[density=0.1,targets=o,interval=4,collect=2,rate=0.5]",
          "svfit[rank=3,targets=all]",
          "sora[rank=2,alpha=3,targets=wo,threshold=0.01,penalty=0.1]",
          "lora[rank=3,alpha=2,targets=all,scale=rs]",
          "lora[rank=2,alpha=1.5,targets=k+o+wo]",
          "prefix[length=3,positions=continued]",
          "prefix[length=3,positions=shift]",
          "prefix[length=3,mlp=true,width=5]",
          "invertible[bottleneck=5]",
          "scalearn[adapters=3,of=adapter,dropout=0,bottleneck=5,uniform=true]",
          "scalearn[reduction=3,shared=true]",
          "invertible[reduction=3]",
          "parallel[reduction=3,scale=learned]",
          "parallel[bottleneck=5,scale=0.5]",
          "mam[length=3,mlp=false,bottleneck=5,positions=shift]",
          "lora[rank=2,dropout=0.3]",
          "lora[rank=2,start=pissa]",
          "lora[rank=2,dora=true]",
          "lora[rank=2,start=pissa,dora=true,targets=all]",
          "lokr[rank=1,alpha=3,both=true,factor=4]",
          "lokr[rank=9,targets=all]",
          "krona[scale=2.5,targets=k+wi]",
          "loha[rank=3,alpha=2,targets=all]",
          "vera[rank=5,targets=all]",
          "nola[coefficients=3,rank=2,alpha=4,targets=v+wo]",
          "randlora[rank=5,alpha=0.5,variant=code,targets=all]",
          "s2lora[rank=3,penalty=0.5,targets=all]",
          "mask[budget=70,targets=all]",
          "prompt-vocabulary[length=5,init=head]",
          "said[dimension=90,gradient=true]",
          "adapter[bottleneck=5]",
          "adapter[reduction=3,placement=all]",
          "adapter[reduction=3,norms=none]",
          "adapter[reduction=3,norms=above,layers=1..1]",
          "adapter[reduction=3,init=glorot-uniform]",
          "adapter[reduction=3,taskPrefix=true]",
          "lowrank[rank=3,reduction=3]",
          "lowrank[reduction=3,init=glorot-normal]",
          "phm[n=2,reduction=3]",
          "phm[n=2,reduction=3,shareA=true]",
          "phm[reduction=3,factoriseA=true]",
          "phm[reduction=3,shareB=true]",
          "phm[reduction=3,learnA=false]",
          "phm[reduction=3,initA=uniform]",
          "compacter[n=2,rank=2,reduction=3]",
          "compacter[bottleneck=8,shareA=false]",
          "compacter[bottleneck=8,factoriseA=true]",
          "compacter[n=2,rank=2,bottleneck=8,shareB=true]",
          "compacter[bottleneck=8,learnA=false]",
          "compacter[bottleneck=8,shareA=false,factoriseA=true,learnA=false]",
          "compacter[bottleneck=8,init=normal]",
          "compacter[bottleneck=8,init=xavier-normal,initA=uniform]",
          "compacter[bottleneck=8,placement=all,norms=above]",
          "compacter[bottleneck=8,layers=0..0]",
          "compacter++[bottleneck=8,variant=adapterhub]",
          "compacter++[bottleneck=8,variant=adapterhub,norms=all,placement=all]");

  /** Options that have no meaning on an encoder, where they are refused by name. */
  private static final Set<String> OF_T5 =
      Set.of(
          "bitfit[finalNorms=true]",
          "adapter[reduction=3,taskPrefix=true]",
          "prefix[length=3,positions=continued]",
          "prefix[length=3,positions=shift]",
          "mam[length=3,mlp=false,bottleneck=5,positions=shift]");

  /** Each family with each of these specs that it can have. */
  private static List<Arguments> onEachFamily(List<String> specs) {
    return Arrays.stream(Family.values())
        .flatMap(
            family ->
                specs.stream()
                    .filter(spec -> spec.matches(System.getProperty("contract", ".*")))
                    .filter(spec -> family == Family.T5 || !OF_T5.contains(spec))
                    .map(spec -> Arguments.of(family, spec)))
        .toList();
  }

  /** Every method on each family. */
  static List<Arguments> methodsOnEachFamily() {
    return onEachFamily(methods());
  }

  /** Every method, and every option once, on each family. */
  static List<Arguments> optionsOnEachFamily() {
    return onEachFamily(methodsAndOptions());
  }

  /** Every method, with what makes it fit the small backbone. */
  static List<String> methods() {
    Stream<String> paper = Methods.paper().stream().map(method -> method.name() + fitting(method));
    return Stream.of(
            paper,
            Stream.of(
                "head",
                "norms",
                "lora[rank=2]",
                "ia3",
                "prefix[length=4]",
                "parallel",
                "invertible",
                "scalearn[bottleneck=5]",
                "mam[length=3,width=5]",
                "lokr[rank=2,alpha=2]",
                "krona",
                "loha[rank=2]",
                "vera[rank=4]",
                "nola[coefficients=4,rank=2]",
                "randlora[rank=5,alpha=5]",
                "s2lora[rank=4]",
                "mask[budget=50]"),
            WITH_RULES.stream(),
            FACTORED.stream())
        .flatMap(specs -> specs)
        .toList();
  }

  private static String fitting(Method method) {
    if (method.spec().option("reduction").isPresent()) {
      return "[reduction=3]";
    }
    return switch (method.name()) {
      case "prompt-random" -> "[length=5]";
      case "prompt-vocabulary" -> "[length=5,first=7]";
      case "said" -> SAID;
      default -> "";
    };
  }

  /** Every method, and every option once. */
  static List<String> methodsAndOptions() {
    return Stream.concat(methods().stream(), OPTIONS.stream()).toList();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("methodsAndOptions")
  void aSpecReadsBack(String spec) {
    Method method = Methods.parse(spec);
    assertEquals(method, Methods.parse(method.spec().toString()));
    assertEquals(method.name(), Methods.parse(method.spec().toString()).name());
    assertEquals(
        method.spec().toString(), Methods.parse(method.spec().toString()).spec().toString());
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("optionsOnEachFamily")
  void theLiveTensorsAreTheDeclaredOnes(Family family, String spec) {
    Method method = Methods.parse(spec);
    try (TinyModel tiny = family.open(DataType.FLOAT64);
        Adaptation adaptation = method.applyTo(tiny.network(), "task", 1)) {
      Anatomy anatomy = tiny.network().anatomy();
      Map<String, Shape> live = new TreeMap<>();
      adaptation.trainable().forEach((name, p) -> live.put(name, p.getArray().getShape()));
      assertTrue(live.keySet().containsAll(tiny.network().headTensors().keySet()), "the head");
      live.keySet().removeAll(tiny.network().headTensors().keySet());
      assertEquals(new TreeMap<>(method.resolve(anatomy).trainable(anatomy, "task")), live);
      assertEquals(
          ParameterCounter.count(anatomy, method), ParameterCounter.count(adaptation, method));
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("optionsOnEachFamily")
  void onlyTheDeclaredTensorsGetGradientsAndChangeInAStep(Family family, String spec) {
    try (TinyModel tiny = family.open(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1);
        AdamW optimizer = new AdamW(adaptation.trainable(), 1, 0)) {
      shake(adaptation, 0.05);
      Map<String, Parameter> tensors = new TreeMap<>(tiny.network().weights().parameters());
      tensors.putAll(adaptation.trainable());
      Map<String, double[]> before = new TreeMap<>();
      tensors.forEach((name, p) -> before.put(name, p.getArray().toDoubleArray()));
      tiny.backward();
      tensors.forEach(
          (name, p) -> {
            boolean trains = adaptation.trainable().containsKey(name);
            assertEquals(trains, p.getArray().hasGradient(), name);
            assertTrue(!trains || largest(p.getArray().getGradient()) > 0, name + " learns");
          });
      optimizer.step(1, 1e-3);
      tensors.forEach(
          (name, p) ->
              assertEquals(
                  adaptation.trainable().containsKey(name),
                  !Arrays.equals(before.get(name), p.getArray().toDoubleArray()),
                  name));
    }
  }

  /** All but full fine-tuning, which trains in place without a copy. */
  static List<Arguments> removable() {
    return onEachFamily(
        methodsAndOptions().stream().filter(spec -> !spec.matches("full|lisa.*")).toList());
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("removable")
  void removalBringsTheBaseModelBack(Family family, String spec) {
    Method method = Methods.parse(spec);
    try (TinyModel tiny = family.open(DataType.FLOAT64)) {
      double[] before = tiny.logits();
      try (Adaptation adaptation = method.applyTo(tiny.network(), "task", 1)) {
        shake(adaptation, 0.05);
        assertFalse(Arrays.equals(before, tiny.logits()), "the method has an effect");
      }
      assertArrayEquals(before, tiny.logits());
    }
  }

  static List<Arguments> theBaseModelIsTheStart() {
    Stream<String> others =
        Stream.of(
            "full",
            "bitfit",
            "said" + SAID,
            "head",
            "norms",
            "lora[rank=2]",
            "lora[rank=2,start=pissa]",
            "ia3",
            "parallel",
            "lokr[rank=2]",
            "krona",
            "loha[rank=2]",
            "vera[rank=4]",
            "nola[coefficients=4,rank=2]",
            "randlora[rank=5,alpha=5]",
            "s2lora[rank=4]",
            "mask[budget=50]");
    return onEachFamily(
        Stream.of(others, WITH_RULES.stream(), FACTORED.stream()).flatMap(specs -> specs).toList());
  }

  /** But for the last bits: a sub-layer with something inside is computed in parts. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource
  void theBaseModelIsTheStart(Family family, String spec) {
    try (TinyModel tiny = family.open(DataType.FLOAT64)) {
      double[] before = tiny.logits();
      double largest = Arrays.stream(before).map(Math::abs).max().orElseThrow();
      try (Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
        assertArrayEquals(before, tiny.logits(), 1e-14 * largest);
      }
    }
  }

  static List<Arguments> compacterStartsNextToTheBaseModel() {
    return onEachFamily(
        List.of(
            "compacter[reduction=3]",
            "compacter++[reduction=3]",
            "compacter++[reduction=3,variant=adapterhub]"));
  }

  /** A starts with a deviation of 1e-4, so the adapter's branch is next to nothing (facts 1.5). */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource
  void compacterStartsNextToTheBaseModel(Family family, String spec) {
    try (TinyModel tiny = family.open(DataType.FLOAT64)) {
      double[] before = tiny.logits();
      try (Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
        assertTrue(adaptation.trainable().containsKey("phm_rule"));
        assertArrayEquals(before, tiny.logits(), 1e-3);
      }
    }
  }

  /** All but what has no true gradient on purpose: SAID (SaidTest), one rank, norms of DoRA. */
  static List<Arguments> differentiable() {
    return onEachFamily(
        methodsAndOptions().stream()
            .filter(spec -> !Set.of("said" + SAID, FROZEN).contains(spec))
            .filter(spec -> !spec.contains("dora=true"))
            .toList());
  }

  /** Along one direction in which all tensors move, then at one element of each kind of tensor. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("differentiable")
  void gradientsEqualCentralDifferences(Family family, String spec) {
    try (TinyModel tiny = family.open(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      SortedMap<String, Parameter> tensors = adaptation.trainable();
      shake(adaptation, 0.3);
      tiny.backward();
      Map<String, double[]> all = new TreeMap<>();
      Map<String, Map<String, double[]>> ofEachKind = new TreeMap<>();
      tensors.forEach(
          (name, tensor) -> {
            int size = (int) tensor.getArray().size();
            float[] random = new NamedRandom(3, name).normal(size, 1);
            double[] along = new double[size];
            Arrays.setAll(along, i -> random[i]);
            all.put(name, along);
            double[] unit = new double[size];
            unit[Math.floorMod(name.hashCode(), size)] = 1;
            ofEachKind.putIfAbsent(name.replaceAll("\\d", ""), Map.of(name, unit));
          });
      Derivatives.check(tiny, tensors, all);
      ofEachKind.values().forEach(one -> Derivatives.check(tiny, tensors, one));
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("optionsOnEachFamily")
  void aSavedAdapterGivesTheSameLogits(Family family, String spec, @TempDir Path folder) {
    Path file = folder.resolve("adapter.safetensors");
    Method method = Methods.parse(spec);
    double[] expected;
    try (TinyModel tiny = family.open(DataType.FLOAT32);
        Adaptation adaptation = method.applyTo(tiny.network(), "task", 7)) {
      shake(adaptation, 0.05);
      expected = tiny.logits();
      AdapterFile.write(file, adaptation.kept());
    }
    try (TinyModel tiny = family.open(DataType.FLOAT32);
        Adaptation adaptation = method.applyTo(tiny.network(), "task", 7)) {
      AdapterFile.read(file, adaptation.kept());
      assertArrayEquals(expected, tiny.logits());
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("methods")
  void cachedGenerationEqualsWholePasses(String spec) {
    try (Tiny tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      shake(adaptation, 0.05);
      long[][] written = tiny.generate(8);
      long[][] next = tiny.next(written);
      for (int row = 0; row < written.length; row++) {
        for (int i = 1; i < written[row].length && written[row][i - 1] != 1; i++) {
          assertEquals(next[row][i - 1], written[row][i], "row " + row + ", place " + i);
        }
      }
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("methodsOnEachFamily")
  void frozenMatricesMayBeBfloat16(Family family, String spec) {
    try (TinyModel tiny = family.open(DataType.FLOAT32);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1)) {
      shake(adaptation, 0.05);
      double[] wide = tiny.logits();
      tiny.network().weights().keepFrozenMatricesInBfloat16();
      double[] narrow = tiny.logits();
      double scale = Arrays.stream(wide).map(Math::abs).max().orElseThrow();
      assertArrayEquals(wide, narrow, 0.1 * scale);
      tiny.backward();
      adaptation
          .trainable()
          .forEach(
              (name, p) -> assertTrue(largest(p.getArray().getGradient()) > 0, name + " learns"));
      if (tiny instanceof Tiny t5) {
        assertEquals(3, t5.generate(5).length);
      }
    }
  }

  /** Moves every trained tensor away from its start. */
  static void shake(Adaptation adaptation, double deviation) {
    adaptation
        .trainable()
        .forEach(
            (name, p) -> {
              double[] values = GradientCheck.doubles(p.getArray());
              float[] noise = new NamedRandom(5, name).normal(values.length, deviation);
              Arrays.setAll(values, i -> values[i] + noise[i]);
              TinyModel.set(p.getArray(), values);
            });
  }

  private static double largest(NDArray tensor) {
    return Arrays.stream(GradientCheck.doubles(tensor)).map(Math::abs).max().orElse(0);
  }
}
