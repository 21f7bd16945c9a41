package io.github.compacter4j.adapters;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.learner.Batch;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.learner.TextRows;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.run.RunConfig;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.train.FineTuning;
import io.github.compacter4j.train.Shaken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.Table;

/** Adapters on disk and on one loaded base, with the bundled model. */
@ExtendWith(OneThread.class)
class AdaptersTest {
  private static final String SMALL = "compacter++[n=4,rank=1,reduction=8]";

  private static T5 model;
  @TempDir Path folder;

  @BeforeAll
  static void load() {
    model = T5.load(T5.BUNDLED);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /** Writes an adapter with an effect and returns the logits of the network that had it. */
  private static double[] write(Path folder, String spec, long seed, Map<String, Double> metrics) {
    Method method = Methods.parse(spec).resolve(model.config());
    RunFolder target = new RunFolder(folder);
    try (T5Network network = model.newNetwork();
        Adaptation adaptation = method.applyTo(network, "sst2", seed)) {
      Shaken.shake(adaptation, seed, method.name().equals("said") ? 0.003 : 0.03);
      AdapterFile.write(target.adapter(), adaptation.kept());
      new AdapterInfo(method.spec().toString(), model.identity(), "sst2", seed, metrics)
          .write(target.adapterInfo());
      return logits(network);
    }
  }

  private Path write(String name, String spec, long seed) {
    write(folder.resolve(name), spec, seed, Map.of("accuracy", 50.0 + seed));
    return folder.resolve(name);
  }

  private static double[] logits(T5Network network) {
    List<Example> examples =
        Stream.of("The soup was cold.", "What a lovely day by the sea!")
            .map(text -> new Example(text, "1"))
            .toList();
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      Tokenized rows = new TextRows(examples, model.tokenizer(), 128);
      Batch batch = rows.batch(manager, DataType.FLOAT32, new int[] {0, 1});
      ForwardPass pass = ForwardPass.evaluation();
      NDArray decoderIds = network.shiftRight(batch.labels());
      NDArray logits =
          network.decode(pass, decoderIds, network.encode(pass, batch.ids(), batch.mask()));
      float[] values = logits.toFloatArray();
      double[] doubles = new double[values.length];
      Arrays.setAll(doubles, i -> values[i]);
      return doubles;
    }
  }

  static List<String> methods() {
    Stream<String> paper = Methods.paper().stream().map(Method::name);
    Stream<String> more =
        Stream.of("head", "norms", "compacter[learnA=false]", "compacter++[variant=adapterhub]");
    return Stream.concat(paper, more).toList();
  }

  /** A, B, A and none: each time the bits of a network that never had another. */
  @ParameterizedTest
  @MethodSource("methods")
  void switchingGivesEachItsOwnBits(String spec) {
    double[] ofA = write(folder.resolve("a"), spec, 1, Map.of());
    double[] ofB = write(folder.resolve("b"), spec, 2, Map.of());
    double[] ofC = write(folder.resolve("c"), SMALL, 3, Map.of());
    try (Adapters adapters = Adapters.on(model)) {
      double[] base = logits((T5Network) adapters.network());
      assertFalse(Arrays.equals(base, ofA) || Arrays.equals(ofA, ofB));
      for (String name : List.of("a", "b", "c")) {
        adapters.add(name, folder.resolve(name));
      }
      assertArrayEquals(base, logits((T5Network) adapters.network()), "adding activates nothing");
      for (String name : List.of("a", "b", "c", "a", "c")) {
        adapters.activate(name);
        assertEquals(Optional.of(name), adapters.active());
        double[] expected = name.equals("a") ? ofA : name.equals("b") ? ofB : ofC;
        assertArrayEquals(expected, logits((T5Network) adapters.network()), name);
      }
      adapters.activate("a");
      adapters.deactivate();
      adapters.deactivate();
      assertEquals(Optional.empty(), adapters.active());
      assertArrayEquals(base, logits((T5Network) adapters.network()), "the base model is back");
    }
  }

  @Test
  void aPredictorKeepsItsAdapter() {
    write("a", SMALL, 1);
    write("b", SMALL, 2);
    try (Adapters adapters =
        Adapters.on(model).add("a", folder.resolve("a")).add("b", folder.resolve("b"))) {
      assertEquals(Set.of("a", "b"), adapters.names());
      Predictor a = adapters.activate("a");
      List<String> alone = a.generate(List.of("a fine film", "a dull one"));
      Predictor b = adapters.activate("b");
      List<String> other = b.generate(List.of("a fine film", "a dull one"));
      assertEquals(alone, a.generate(List.of("a fine film", "a dull one")));
      assertEquals(Optional.of("a"), adapters.active());
      assertEquals(other, b.generate(List.of("a fine film", "a dull one")));
      assertEquals(2, b.predict("fine", "dull").rowCount());
      a.close();
      assertEquals(other, b.generate(List.of("a fine film", "a dull one")));
    }
  }

  @Test
  void mistakesAreNamed() throws IOException {
    write("a", SMALL, 1);
    try (Adapters adapters = Adapters.on(model)) {
      assertMessage(() -> adapters.activate("a"), "unknown adapter 'a'");
      adapters.add("a", folder.resolve("a"));
      assertMessage(() -> adapters.add("a", folder.resolve("a")), "'a' already");
      assertMessage(() -> adapters.activate("aa"), "did you mean 'a'");
      assertMessage(() -> adapters.add("b", folder.resolve("nowhere")), "no adapter here");
      double[] base = logits((T5Network) adapters.network());
      Files.write(folder.resolve("a/adapter.safetensors"), new byte[3]);
      assertMessage(() -> adapters.activate("a"), "adapter.safetensors");
      assertEquals(Optional.empty(), adapters.active());
      assertArrayEquals(
          base, logits((T5Network) adapters.network()), "a failed switch leaves the base model");
      Path info = folder.resolve("a/adapter.json");
      String good = Files.readString(info);
      Files.writeString(info, good.replace("\"schema\" : 1", "\"schema\" : 9"));
      assertMessage(() -> adapters.add("b", folder.resolve("a")), "schema is 9");
      Files.writeString(info, good.replace("\"seed\" : 1,", ""));
      assertMessage(() -> adapters.add("b", folder.resolve("a")), "seed");
      Files.writeString(info, "{");
      assertMessage(() -> adapters.add("b", folder.resolve("a")), info.toString());
    }
  }

  private static void assertMessage(Executable mistake, String part) {
    UserException error = assertThrows(UserException.class, mistake);
    assertTrue(error.getMessage().contains(part), error.getMessage());
  }

  /** The bundled model with one value moved. */
  private static Path otherBase(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name :
        List.of("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors")) {
      Files.copy(model.folder().resolve(name), folder.resolve(name));
    }
    Path weights = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 2] ^= 1;
    Files.write(weights, bytes);
    return folder;
  }

  @Test
  void anotherBaseIsRefusedUnlessForced() throws IOException {
    Path adapter = write("a", SMALL, 1);
    Path other = otherBase(folder.resolve("other"));
    try (T5 base = T5.load(other.toString());
        Adapters adapters = Adapters.on(base)) {
      UserException error = assertThrows(UserException.class, () -> adapters.add("a", adapter));
      assertTrue(error.getMessage().startsWith(adapter.toString()), error.getMessage());
      assertTrue(error.getMessage().contains(model.fingerprint()), error.getMessage());
      assertTrue(error.getMessage().contains(base.fingerprint()), error.getMessage());
      assertTrue(error.getMessage().contains("--force"), error.getMessage());
      adapters.add("a", adapter, true).activate("a");
    }
    RunFolder run = new RunFolder(adapter);
    assertThrows(UserException.class, () -> Predictor.of(run, other.toString(), false));
    try (Predictor forced = Predictor.of(run, other.toString(), true)) {
      assertEquals(1, forced.generate(List.of("a fine film")).size());
    }
  }

  @Test
  void aRunOfTheFirstVersionIsStillRead() throws IOException {
    Path run = folder.resolve("run");
    double[] expected = write(run, SMALL, 1, Map.of());
    Files.delete(run.resolve("adapter.json"));
    RunConfig config = FineTuning.of(model, SMALL, Glue.sst2()).seed(1).config();
    Json.write(run.resolve("config.json"), config);
    AdapterInfo info = new RunFolder(run).readAdapterInfo();
    assertEquals(new AdapterInfo(SMALL, model.identity(), "sst2", 1, Map.of()), info);
    try (Adapters adapters = Adapters.on(model).add("old", run)) {
      adapters.activate("old");
      assertArrayEquals(expected, logits((T5Network) adapters.network()));
    }
  }

  @Test
  void theListShowsWhatThereIs() {
    write("runs/b", SMALL, 2);
    write("runs/deep/a", "norms", 1);
    Table table = AdapterLibrary.list(folder);
    assertEquals(2, table.rowCount());
    assertEquals(folder.resolve("runs/b").toString(), table.getString(0, "folder"));
    assertEquals(SMALL, table.getString(0, "method"));
    assertEquals("accuracy 52.00", table.getString(0, "validation"));
    assertEquals("norms", table.getString(1, "method"));
    assertEquals("bundled", table.getString(1, "base"));
    assertEquals(1, table.longColumn("seed").get(1));
    assertTrue(table.longColumn("bytes").get(1) > 4 * 22 * 192);
    assertThrows(UserException.class, () -> AdapterLibrary.list(folder.resolve("nowhere")));
  }

  private static float[] tensor(Path adapter, String name) {
    try (SafetensorsFile file = SafetensorsFile.open(adapter.resolve("adapter.safetensors"));
        NDManager manager = Torch.newManager()) {
      return file.read(name, manager).toFloatArray();
    }
  }

  @Test
  void anAverageIsTheMeanOfEachTensor() throws IOException {
    List<Path> three = List.of(write("a", SMALL, 1), write("b", SMALL, 2), write("c", SMALL, 3));
    Path mean = folder.resolve("mean");
    AdapterLibrary.average(mean, three);
    for (String name : List.of("phm_rule", "encoder.final_layer_norm.weight")) {
      float[] found = tensor(mean, name);
      for (int i = 0; i < found.length; i++) {
        double sum = 0;
        for (Path one : three) {
          sum += tensor(one, name)[i];
        }
        assertEquals((float) (sum / 3), found[i], name);
      }
    }
    AdapterInfo info = new RunFolder(mean).readAdapterInfo();
    assertEquals(SMALL, info.spec());
    assertEquals(Map.of(), info.metrics());
    try (Adapters adapters = Adapters.on(model).add("mean", mean)) {
      assertEquals(1, adapters.activate("mean").generate(List.of("a fine film")).size());
    }
    Path same = folder.resolve("same");
    AdapterLibrary.average(same, three.get(0), three.get(0), three.get(0));
    assertArrayEquals(
        Files.readAllBytes(three.get(0).resolve("adapter.safetensors")),
        Files.readAllBytes(same.resolve("adapter.safetensors")));
  }

  @Test
  void onlyAdaptersOfOneKindAreAveraged() throws IOException {
    Path a = write("a", SMALL, 1);
    Path out = folder.resolve("out");
    assertMessage(() -> AdapterLibrary.average(out, a), "at least two");
    assertMessage(() -> AdapterLibrary.average(a, a, a), "holds an adapter already");
    Path b = write("b", "compacter", 1);
    assertMessage(() -> AdapterLibrary.average(out, a, b), b + ": its method is compacter[");
    Path info = b.resolve("adapter.json");
    String json = Files.readString(a.resolve("adapter.json"));
    Files.writeString(info, json.replace("sst2", "rte"));
    assertMessage(() -> AdapterLibrary.average(out, a, b), b + ": its task is rte");
    Files.writeString(info, json.replace(model.fingerprint(), "0".repeat(64)));
    assertMessage(() -> AdapterLibrary.average(out, a, b), b + ": its base model is 000");
    Files.writeString(info, json);
    assertMessage(() -> AdapterLibrary.average(out, a, b), "b/adapter.safetensors: ");
    Path drawn = write("d", "compacter[learnA=false]", 1);
    Path other = write("e", "compacter[learnA=false]", 2);
    assertMessage(() -> AdapterLibrary.average(out, drawn, other), "seed");
    Path sparse = write("f", "spiel[density=0.001]", 1);
    Path elsewhere = write("g", "spiel[density=0.001]", 2);
    assertMessage(
        () -> AdapterLibrary.average(out, sparse, elsewhere),
        "sft_places is not the first adapter's, and such have no mean");
    assertFalse(Files.exists(out));
  }

  /** Places and numbers of ranks are not weights. */
  @ParameterizedTest
  @ValueSource(strings = {"spiel[density=0.001]", "increlora[target=2]"})
  void whatHasNoMeanStaysAsItIs(String spec) throws IOException {
    Path one = write("one", spec, 1);
    Path out = folder.resolve("out");
    AdapterLibrary.average(out, one, one);
    assertEquals(
        -1, Files.mismatch(one.resolve("adapter.safetensors"), out.resolve("adapter.safetensors")));
  }

  @Test
  void aRunFromAnAdapterDrawsWhatTheAdapterDrew() {
    Path drawn = write("d", "compacter[learnA=false]", 7);
    FineTuning plan = FineTuning.from(model, drawn, Glue.sst2());
    assertEquals(7, plan.seed());
    assertMessage(() -> plan.seed(8).run(), "was drawn from seed 7, and a run that starts there");
    Path whole = write("w", SMALL, 7);
    assertEquals(42, FineTuning.from(model, whole, Glue.sst2()).seed());
  }
}
