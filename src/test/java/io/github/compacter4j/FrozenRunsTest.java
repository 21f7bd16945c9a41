package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.compacter4j.adapters.Adapters;
import io.github.compacter4j.adapters.Predictor;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunConfig;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.train.FineTuning;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs and adapters that earlier versions wrote are read, evaluated and resumed as by them. */
@ExtendWith(OneThread.class)
class FrozenRunsTest {
  private static final double TOLERANCE = 1e-4;
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

  /** The folders of the frozen versions. */
  static List<String> versions() throws IOException, URISyntaxException {
    try (Stream<Path> files = Files.list(frozen())) {
      List<String> names =
          files.filter(Files::isDirectory).map(f -> f.getFileName().toString()).sorted().toList();
      assertTrue(names.contains("0.1.0-8099dde"), names.toString());
      return names;
    }
  }

  private static Path frozen() throws URISyntaxException {
    return Path.of(FrozenRunsTest.class.getResource("/frozen/README.md").toURI()).getParent();
  }

  /** Copies a version's files, which name the folder that they lie in. */
  private Path copy(String version) throws IOException, URISyntaxException {
    Path from = frozen().resolve(version);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = folder.resolve(from.relativize(file).toString());
        Files.createDirectories(to.getParent());
        byte[] bytes = Files.readAllBytes(file);
        String name = file.getFileName().toString();
        if (name.equals("config.json") || name.equals("provenance.json")) {
          String text = new String(bytes, StandardCharsets.UTF_8);
          bytes = text.replace("@FOLDER@", folder.toString()).getBytes(StandardCharsets.UTF_8);
        }
        Files.write(to, bytes);
      }
    }
    return folder;
  }

  private static JsonNode expected(Path at) throws IOException {
    return new ObjectMapper().readTree(at.resolve("expected.json").toFile());
  }

  @ParameterizedTest
  @MethodSource("versions")
  void adaptersPredictAsTheyDid(String version) throws Exception {
    Path at = copy(version);
    JsonNode expected = expected(at);
    List<String> texts = Goldens.strings(expected.required("texts"));
    int[] target = ids(expected.required("targetIds"));
    try (Adapters adapters = Adapters.on(model)) {
      for (String name : List.of("finished", "said")) {
        Predictor predictor = adapters.add(name, at.resolve(name)).activate(name);
        JsonNode of = expected.required(name);
        assertEquals(Goldens.strings(of.required("predictions")), predictor.generate(texts), name);
        for (int i = 0; i < texts.size(); i++) {
          double[] logits = logits((T5Network) adapters.network(), texts.get(i), target);
          double[] before = Goldens.doubles(of.required("logits").get(i));
          Goldens.assertClose(name + ", text " + i, before, logits, TOLERANCE);
        }
      }
    }
  }

  /** The logits of the first 40 ids at each place of the target, flat. */
  private static double[] logits(T5Network network, String text, int[] target) {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      ForwardPass pass = ForwardPass.evaluation();
      NDArray source = row(manager, model.tokenizer().encode(text, 128));
      NDArray mask = source.onesLike().toType(DataType.FLOAT32, false);
      NDArray before = network.shiftRight(row(manager, target));
      NDArray logits = network.decode(pass, before, network.encode(pass, source, mask));
      return GradientCheck.doubles(logits.get(":, :, :40"));
    }
  }

  private static NDArray row(NDManager manager, int[] ids) {
    return manager.create(Arrays.stream(ids).asLongStream().toArray(), new Shape(1, ids.length));
  }

  private static int[] ids(JsonNode array) {
    return Arrays.stream(Goldens.longs(array)).mapToInt(Math::toIntExact).toArray();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aFinishedRunScoresAsItDid(String version) throws Exception {
    RunFolder run = new RunFolder(copy(version).resolve("finished"));
    RunResult result = run.readResult();
    assertEquals(160, result.steps());
    assertEquals(164, run.readMetrics().size());
    try (Predictor predictor = Predictor.of(run)) {
      assertEquals(result.validation(), predictor.evaluate(Split.VALIDATION));
      assertEquals(result.test(), predictor.evaluate(Split.TEST));
    }
  }

  /** That version itself went on to the very bits of the finished run. */
  @ParameterizedTest
  @MethodSource("versions")
  void anInterruptedRunEndsAsItDid(String version) throws Exception {
    Path at = copy(version);
    RunFolder finished = new RunFolder(at.resolve("finished"));
    RunFolder run = new RunFolder(at.resolve("interrupted"));
    RunConfig config = run.readConfig();
    List<Integer> steps = new ArrayList<>();
    RunListener count =
        new RunListener() {
          @Override
          public void onStep(int step, double loss, double examplesPerSecond) {
            steps.add(step);
          }
        };
    Run resumed =
        FineTuning.of(model, config, Tasks.named(config.task()))
            .out(run.path(), FineTuning.Existing.RESUME)
            .listener(count)
            .run();
    assertEquals(IntStream.rangeClosed(149, 160).boxed().toList(), steps);
    RunResult expected = finished.readResult();
    assertEquals(expected.steps(), resumed.result().steps());
    assertEquals(expected.best(), resumed.result().best());
    assertEquals(expected.validation(), resumed.result().validation());
    assertEquals(expected.test(), resumed.result().test());
    assertSameValues(finished.adapter(), run.adapter());
  }

  private static void assertSameValues(Path expected, Path actual) {
    try (SafetensorsFile before = SafetensorsFile.open(expected);
        SafetensorsFile now = SafetensorsFile.open(actual);
        NDManager manager = Torch.newManager()) {
      assertEquals(before.names(), now.names());
      for (String name : before.names()) {
        double[] values = GradientCheck.doubles(before.read(name, manager));
        Goldens.assertClose(
            name, values, GradientCheck.doubles(now.read(name, manager)), TOLERANCE);
      }
    }
  }
}
