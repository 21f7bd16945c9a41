package io.github.compacter4j.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunConfig;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.train.Everyday;
import io.github.compacter4j.train.FineTuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations of Python's peft as they are written and read here, without Python. */
@ExtendWith(OneThread.class)
class PeftImportTest {
  @TempDir Path folder;
  private PeftCases cases;

  @BeforeEach
  void cases() {
    cases = new PeftCases(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert | cls | lora[rank=2,alpha=3,targets=k+o]",
        "bert | mean | ia3",
        "roberta | cls | ia3",
        "t5 | t5 | lora[rank=2,alpha=8,targets=all,scale=rs]",
        "bert | cls | lora[rank=2,alpha=8,targets=q+v,dropout=0.1,dora=true,norms=all]",
        "bert | cls | lokr[rank=2,alpha=8,targets=q+v,factor=2]",
        "bert | mean | adalora[rank=3,target=2]"
      })
  void anExportIsImportedToEqualBytes(String type, String model, String spec) throws IOException {
    Path base = type.equals("t5") ? PeftCases.bundled() : cases.tiny(type);
    PeftCase one =
        (type.equals("t5") ? cases.t5(base) : cases.encoder(base, model, "mrpc")).exported(spec);
    Path out = folder.resolve("again");
    AdapterImport source = AdapterImport.of(one.folder().resolve("out"));
    try (Pretrained pretrained = Pretrained.load(source.base(null))) {
      source.write(pretrained, Tasks.named(source.task(null)), null, 3, out);
    }
    for (String name : List.of("adapter.safetensors", "adapter.json")) {
      assertEquals(
          -1, Files.mismatch(one.folder().resolve("in").resolve(name), out.resolve(name)), name);
    }
  }

  @Test
  void maskedTripletsAreLeftOutAndComeBackAsZeros() throws IOException {
    PeftCase one =
        cases
            .encoder(cases.tiny("bert"), "cls", "mrpc")
            .exported("adalora[rank=3,target=1]", PeftCases::mask);
    Path out = one.folder().resolve("out");
    JsonNode config = Json.config(out.resolve("adapter_config.json"));
    assertEquals(
        "[false,true,true]",
        config.at("/rank_pattern/bert.encoder.layer.0.attention.self.query.lora_E").toString());
    AdapterImport source = AdapterImport.of(out);
    Path again = folder.resolve("again");
    try (Pretrained base = Pretrained.load(one.base().toString())) {
      source.write(base, Tasks.named("mrpc"), null, 3, again);
      try (Adapters adapters = Adapters.on(base).add("it", again)) {
        adapters.activate("it");
        assertTrue(one.difference(adapters.network()) <= 1e-6);
      }
    }
    edit(out.resolve("adapter_config.json"), "\"init_r\" : 3", "\"init_r\" : 4");
    refused(out, one.base(), "rank_pattern lists 3 triplets of");
  }

  /** What a run changes of an adapter that came from peft with one small step. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"t5 | t5 | lora[rank=2]", "bert | cls | ia3", "bert | mean | lora[rank=2]"})
  void anAdapterFromPeftTrainsOn(String type, String model, String spec) throws IOException {
    Path base = type.equals("t5") ? PeftCases.bundled() : cases.tiny(type);
    PeftCase one =
        (type.equals("t5") ? cases.t5(base) : cases.encoder(base, model, "sst2")).exported(spec);
    Path imported = folder.resolve("imported");
    AdapterImport source = AdapterImport.of(one.folder().resolve("out"));
    try (Pretrained pretrained = Pretrained.load(source.base(null))) {
      source.write(pretrained, Tasks.named("sst2"), null, 3, imported);
      FineTuning usual =
          FineTuning.from(pretrained, imported, Tasks.named("sst2"))
              .data(Everyday.few(folder))
              .batchSize(2)
              .maxSteps(1)
              .learningRate(1e-3);
      FineTuning plan =
          usual.protocol(usual.protocol().with("warmupSteps", 0).with("maxSourceLength", 60));
      Run run = plan.out(folder.resolve("run"), FineTuning.Existing.REFUSE).run();
      RunConfig.Start start = run.folder().readConfig().start();
      assertEquals(start.sha256(), run.result().start());
      assertEquals(
          plan,
          FineTuning.of(pretrained, run.folder().readConfig(), plan.task())
              .data(plan.data())
              .listener(plan.listener()));
      double moved = mostMoved(imported.resolve("adapter.safetensors"), run.folder().adapter());
      assertTrue(moved > 0 && moved < 2e-3, spec + ": " + moved);
      UserException error =
          assertThrows(
              UserException.class,
              () -> FineTuning.of(pretrained, "lora[rank=1]", plan.task()).startingFrom(imported));
      assertTrue(error.getMessage().contains("cannot start"), error.getMessage());
      Files.copy(
          run.folder().adapter(),
          imported.resolve("adapter.safetensors"),
          StandardCopyOption.REPLACE_EXISTING);
      assertThrows(UserException.class, start::path);
      try (Adapters adapters = Adapters.on(pretrained).add("it", run.folder().path())) {
        adapters.activate("it"); // a trained run needs its start no more
      }
    }
  }

  private static double mostMoved(Path before, Path after) {
    double most = 0;
    try (SafetensorsFile a = SafetensorsFile.open(before);
        SafetensorsFile b = SafetensorsFile.open(after);
        NDManager manager = Torch.newManager()) {
      assertEquals(a.names(), b.names());
      for (String name : a.names()) {
        float[] x = a.read(name, manager).toFloatArray();
        float[] y = b.read(name, manager).toFloatArray();
        for (int i = 0; i < x.length; i++) {
          most = Math.max(most, Math.abs(x[i] - y[i]));
        }
      }
    }
    return most;
  }

  @Test
  void theConfigurationNamesMatricesByTheirEnds() throws IOException {
    PeftCase one =
        cases.encoder(cases.tiny("bert"), "cls", "mrpc").exported("lora[rank=2,targets=q+wo]");
    JsonNode config = Json.config(one.folder().resolve("out/adapter_config.json"));
    assertEquals(
        "[\"0.output.dense\",\"1.output.dense\",\"query\"]",
        config.required("target_modules").toString());
    assertEquals("[\"classifier\",\"pooler\"]", config.required("modules_to_save").toString());
    assertEquals("SEQ_CLS", config.required("task_type").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "adapter[bottleneck=4] | --format adapterhub",
        "full | --format t5 or hf",
        "prompt-random[length=5] | stay in adapter.safetensors"
      })
  void whatPeftHasNotIsRefused(String spec, String reason) throws IOException {
    PeftCase one = cases.encoder(cases.tiny("bert"), "cls", "mrpc");
    UserException error = assertThrows(UserException.class, () -> one.exported(spec));
    assertTrue(error.getMessage().contains(reason), error.getMessage());
    assertFalse(Files.exists(one.folder().resolve("out")));
  }

  private void refused(Path from, Path base, String reason) {
    UserException error =
        assertThrows(
            UserException.class,
            () -> {
              AdapterImport source = AdapterImport.of(from);
              try (Pretrained pretrained = Pretrained.load(source.base(base.toString()))) {
                source.write(pretrained, Tasks.named("mrpc"), null, 1, folder.resolve("no"));
              }
            });
    assertTrue(error.getMessage().contains(reason), error.getMessage());
    assertFalse(Files.exists(folder.resolve("no")));
  }

  private static void edit(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertTrue(text.contains(from), text);
    Files.writeString(file, text.replace(from, to));
  }

  /** Refused with this change of the configuration, which is taken back. */
  private void refusedOnce(Path from, Path base, String sound, String changed, String reason)
      throws IOException {
    Path config = from.resolve("adapter_config.json");
    String before = Files.readString(config);
    edit(config, sound, changed);
    refused(from, base, reason);
    Files.writeString(config, before);
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    Path bert = cases.tiny("bert");
    Path out = cases.encoder(bert, "cls", "mrpc").exported("lora[rank=2]").folder().resolve("out");
    refused(out, cases.tiny("roberta"), "--force takes it all the same");
    edit(out.resolve("adapter.json"), "\"sha256\" : \"", "\"sha256\" : \"0");
    refused(out, bert, "with fingerprint 0");
    Files.delete(out.resolve("adapter.json"));
    Path config = out.resolve("adapter_config.json");
    refusedOnce(
        out, bert, "\"r\" : 2", "\"r\" : 3", "has shape (2, 24), the base model asks for (3, 24)");
    refusedOnce(out, bert, "\"r\" : 2", "\"r\" : 2, \"use_qalora\" : true", "use_qalora is true");
    refusedOnce(
        out,
        bert,
        "\"r\" : 2",
        "\"r\" : 2, \"init_lora_weights\" : \"olora\"",
        "path_initial_model_for_weight_conversion");
    refusedOnce(out, bert, "SEQ_CLS", "TOKEN_CLS", "task_type is TOKEN_CLS");
    refusedOnce(
        out,
        bert,
        "\"classifier\", \"pooler\"",
        "\"classifier\", \"score\", \"LayerNorm\"",
        "modules_to_save names LayerNorm, of which adapter_model.safetensors");
    edit(config, "LORA", "BOFT");
    refused(out, bert, "peft_type is 'BOFT'");
    Files.delete(config);
    refused(out, bert, "adapter_config.json is missing");
  }

  @Test
  void aBaseThatIsNotThereOrOfAnotherRevisionIsRefused() throws IOException {
    Path out =
        cases.encoder(cases.tiny("bert"), "cls", "mrpc").exported("ia3").folder().resolve("out");
    Files.delete(out.resolve("adapter.json"));
    Path config = out.resolve("adapter_config.json");
    String sound = Files.readString(config);
    Path moved = folder.resolve("moved");
    Files.move(cases.tiny("bert"), moved);
    String gone = message(() -> AdapterImport.of(out).base(null));
    assertTrue(gone.contains("a folder that is not here; --base names where it is"), gone);
    assertEquals(moved.toString(), AdapterImport.of(out, true).base(moved.toString()));
    Files.move(moved, folder.resolve("bert"));
    edit(config, "\"task_type\"", "\"revision\" : \"v2\", \"task_type\"");
    String other = message(() -> AdapterImport.of(out).base(null));
    assertTrue(other.contains("revision is v2 of"), other);
    Path bert = cases.tiny("bert");
    assertEquals(bert.toString(), AdapterImport.of(out).base(bert.toString()));
    Files.writeString(config, sound.replace("\"task_type\"", "\"revision\" : null, \"task_type\""));
    assertEquals(bert.toString(), AdapterImport.of(out).base(null));
  }

  private static String message(Executable refused) {
    return assertThrows(UserException.class, refused).getMessage();
  }

  @Test
  void whatTrainingOnDoesWithoutIsTold() throws IOException {
    PeftCase one =
        cases.encoder(cases.tiny("bert"), "mean", "mrpc").exported("adalora[rank=3,target=2]");
    Path out = one.folder().resolve("out");
    try (Pretrained base = Pretrained.load(one.base().toString())) {
      assertEquals(List.of(), AdapterImport.of(out).notes(base));
      Path config = out.resolve("adapter_config.json");
      edit(config, "\"lora_dropout\" : 0.0", "\"lora_dropout\" : 0.1, \"beta1\" : 0.85");
      Files.delete(out.resolve("head.safetensors"));
      List<String> notes = AdapterImport.of(out).notes(base);
      assertEquals(
          "training on does without lora_dropout 0.1, for which no option stands here",
          notes.get(0));
      assertTrue(notes.get(1).startsWith("no head in the folder"), notes.toString());
    }
  }

  @Test
  void anAdapterWithoutItsTensorsOrTaskIsRefused() throws IOException {
    Path out = cases.bundledT5().exported("ia3").folder().resolve("out");
    Files.delete(out.resolve("adapter.json"));
    assertThrows(UserException.class, () -> AdapterImport.of(out).task(null));
    Files.move(out.resolve("adapter_model.safetensors"), out.resolve("adapter_model.bin"));
    refused(out, PeftCases.bundled(), "pickle");
  }
}
