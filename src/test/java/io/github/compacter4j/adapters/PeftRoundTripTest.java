package io.github.compacter4j.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.RealModel;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Adapters that go to Python's peft, and adapters that come from there: both compute the same. */
@ExtendWith(OneThread.class)
class PeftRoundTripTest {
  private static final Map<String, Object> QV = Map.of("target_modules", List.of("q", "v"));

  private static final Map<String, Object> DORA =
      Map.of("target_modules", List.of("q", "v"), "use_dora", true);
  private static final Map<String, Object> VERA =
      Map.of("target_modules", List.of("q", "v"), "r", 6, "vera_dropout", 0.1);
  private static final Map<String, Object> DROPOUT =
      Map.of(
          "target_modules",
          List.of("q", "v"),
          "rank_dropout",
          0.1,
          "module_dropout",
          0.1,
          "use_effective_conv2d",
          true);
  private static final Map<String, Object> ADALORA =
      Map.of("target_modules", List.of("q", "v"), "total_step", 100);
  private static final Map<String, Object> PRUNED =
      Map.of(
          "target_modules", List.of("q", "v"),
          "init_r", 4,
          "target_r", 1,
          "lora_dropout", 0.01,
          "total_step", 5,
          "steps", 3);
  private static final Map<String, Object> RS_ALL =
      Map.of(
          "r",
          3,
          "lora_alpha",
          7,
          "use_rslora",
          true,
          "task_type",
          "SEQ_2_SEQ_LM",
          "target_modules",
          "all-linear");
  private static final Map<String, Object> GATED_IA3 =
      Map.of("target_modules", List.of("k", "v", "wi_1"), "feedforward_modules", List.of());
  private static final Map<String, Object> TWICE_GATED_IA3 =
      Map.of(
          "target_modules", List.of("k", "v", "wi_1", "wo"),
          "feedforward_modules", List.of("wo"));
  private static final Map<String, Object> QUERY_VALUE =
      Map.of("target_modules", List.of("query", "value"));
  private static final Map<String, Object> HEAD =
      Map.of(
          "task_type", "SEQ_CLS",
          "modules_to_save", List.of("classifier", "pooler"),
          "target_modules", List.of("query", "value"));
  private static final Map<String, Object> XLM_IA3 =
      Map.of(
          "target_modules", List.of("key", "value", "output.dense"),
          "feedforward_modules", List.of("output.dense"));

  @TempDir Path folder;
  private PeftCases cases;

  @BeforeEach
  void cases() {
    cases = new PeftCases(folder);
  }

  @Test
  void peftComputesWhatAnExportedAdapterDoes() throws Exception {
    Path gated = cases.gated();
    PeftCase.python(
        folder,
        List.of(
            cases.bundledT5().exported("lora"),
            cases
                .t5(PeftCases.bundled())
                .exported("lora[rank=3,alpha=5,scale=rs,targets=k+o+wi+wo]"),
            cases.bundledT5().exported("ia3"),
            cases.t5(gated).exported("lora[rank=2,targets=all]"),
            cases.t5(gated).exported("ia3"),
            cases.bundledT5().exported("lora[rank=3,dora=true]"),
            cases.bundledT5().exported("lora[rank=3,start=pissa,norms=all]"),
            cases.bundledT5().exported("lora[rank=2,start=pissa,scale=rs]"),
            cases.bundledT5().exported("lokr[rank=3]"),
            cases.t5(gated).exported("loha[rank=2,targets=all]"),
            cases.t5(gated).exported("vera[rank=7,targets=all]"),
            cases.bundledT5().exported("adalora[rank=3,target=2]"),
            cases.bundledT5().exported("adalora[rank=3,target=1]", PeftCases::mask),
            cases
                .encoder(cases.tiny("bert"), "cls", "mrpc")
                .exported("lora[rank=2,dora=true,norms=all]"),
            cases
                .encoder(cases.tiny("bert"), "cls", "mrpc")
                .exported("lokr[rank=9,both=true,targets=wi+wo]"),
            cases.encoder(cases.tiny("roberta"), "mean", "mrpc").exported("loha[rank=2]"),
            cases.encoder(cases.tiny("bert"), "cls", "mrpc").exported("vera[rank=5]"),
            cases.encoder(cases.tiny("bert"), "mean", "mrpc").exported("adalora[rank=3,target=2]"),
            cases
                .encoder(cases.tiny("bert"), "cls", "mrpc")
                .exported("adalora[rank=3,target=2]", PeftCases::mask),
            cases.encoder(cases.tiny("bert"), "cls", "mrpc").exported("lora[rank=3,targets=q+wo]"),
            cases.encoder(cases.tiny("bert"), "cls", "mnli").exported("lora[rank=2,targets=all]"),
            cases.encoder(cases.tiny("bert"), "mean", "stsb").exported("lora"),
            cases.encoder(cases.tiny("bert"), "cls", "stsb").exported("ia3"),
            cases.encoder(cases.tiny("roberta"), "cls", "mnli").exported("lora[rank=3,targets=o]"),
            cases.encoder(cases.tiny("roberta"), "mean", "mrpc").exported("ia3"),
            cases.encoder(cases.tiny("xlm-roberta"), "cls", "mrpc").exported("ia3")));
  }

  /** Lets peft save, then imports each and compares what it computes here. */
  private void importAndCompare(Map<PeftCase, String> specs) throws Exception {
    PeftCase.python(folder, List.copyOf(specs.keySet()));
    for (Map.Entry<PeftCase, String> one : specs.entrySet()) {
      importAndCompare(one.getKey(), one.getValue());
    }
  }

  /** Imports what peft saved and compares what it computes here. */
  private static void importAndCompare(PeftCase one, String spec) throws IOException {
    Path out = one.folder().resolve("imported");
    try (Pretrained base = Pretrained.load(one.base().toString())) {
      AdapterInfo info =
          AdapterImport.of(one.folder().resolve("out"))
              .write(base, Tasks.named(one.task()), null, 9, out);
      assertEquals(spec, info.spec());
      try (Adapters adapters = Adapters.on(base).add("it", out)) {
        adapters.activate("it");
        double difference = one.difference(adapters.network());
        assertTrue(difference <= 1e-4, one + ": " + difference);
      }
    }
  }

  @Test
  void whatPeftSavesComputesTheSameHere() throws Exception {
    Path gated = cases.gated();
    Map<PeftCase, String> specs = new LinkedHashMap<>();
    String usual = "lora[rank=8,alpha=8,targets=q+v]";
    specs.put(cases.bundledT5().toSave("LoraConfig", QV), usual);
    specs.put(
        cases.bundledT5().toSave("LoraConfig", RS_ALL),
        "lora[rank=3,alpha=7,targets=all,scale=rs]");
    specs.put(cases.bundledT5().toSave("IA3Config", Map.of()), "ia3");
    specs.put(cases.t5(gated).toSave("IA3Config", Map.of()), "ia3");
    specs.put(cases.t5(gated).toSave("IA3Config", GATED_IA3), "ia3");
    specs.put(cases.t5(gated).toSave("IA3Config", TWICE_GATED_IA3), "ia3");
    specs.put(
        cases.encoder(cases.tiny("bert"), "encoder", "mrpc").toSave("LoraConfig", QUERY_VALUE),
        usual);
    specs.put(cases.encoder(cases.tiny("bert"), "cls", "mnli").toSave("LoraConfig", HEAD), usual);
    specs.put(
        cases
            .encoder(cases.tiny("roberta"), "cls", "mrpc")
            .toSave("IA3Config", Map.of("task_type", "SEQ_CLS")),
        "ia3");
    specs.put(
        cases.encoder(cases.tiny("xlm-roberta"), "encoder", "stsb").toSave("IA3Config", XLM_IA3),
        "ia3");
    putFurther(specs);
    importAndCompare(specs);
  }

  private void putFurther(Map<PeftCase, String> specs) throws IOException {
    specs.put(
        cases.bundledT5().toSave("LoraConfig", DORA), "lora[rank=8,alpha=8,targets=q+v,dora=true]");
    specs.put(cases.bundledT5().toSave("LoKrConfig", DROPOUT), "lokr[rank=8,alpha=8,targets=q+v]");
    specs.put(cases.bundledT5().toSave("LoHaConfig", DROPOUT), "loha[rank=8,alpha=8,targets=q+v]");
    specs.put(cases.bundledT5().toSave("VeraConfig", VERA), "vera[rank=6,targets=q+v,bases=kept]");
    specs.put(
        cases.bundledT5().toSave("AdaLoraConfig", ADALORA),
        "adalora[rank=12,target=8,alpha=8,targets=q+v,penalty=0.5,tinit=0,tfinal=0,deltaT=1]");
    specs.put(
        cases.bundledT5().toSave("AdaLoraConfig", PRUNED),
        "adalora[rank=4,target=1,alpha=8,targets=q+v,penalty=0.5,tinit=0,tfinal=0,deltaT=1]");
    Path bert = cases.tiny("bert");
    specs.put(
        cases.encoder(bert, "encoder", "mrpc").toSave("LoKrConfig", QUERY_VALUE),
        "lokr[rank=8,alpha=8,targets=q+v]");
    specs.put(
        cases.encoder(bert, "encoder", "mrpc").toSave("LoHaConfig", QUERY_VALUE),
        "loha[rank=8,alpha=8,targets=q+v]");
    specs.put(
        cases.encoder(bert, "cls", "mrpc").toSave("VeraConfig", HEAD),
        "vera[rank=256,targets=q+v,bases=kept]");
  }

  @Test
  void minilmGoesToPeftAndComesBack() throws Exception {
    Path minilm = RealModel.minilm();
    PeftCase hidden = cases.encoder(minilm, "encoder", "mrpc").toSave("IA3Config", Map.of());
    PeftCase logits =
        cases.encoder(minilm, "cls", "mrpc").toSave("LoraConfig", Map.of("task_type", "SEQ_CLS"));
    PeftCase.python(
        folder,
        List.of(
            hidden,
            logits,
            cases.encoder(minilm, "cls", "mrpc").exported("lora"),
            cases.encoder(minilm, "mean", "mrpc").exported("ia3")));
    importAndCompare(hidden, "ia3");
    importAndCompare(logits, "lora[rank=8,alpha=8,targets=q+v]");
  }
}
