package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.Home;
import io.github.compacter4j.RealData;
import io.github.compacter4j.metrics.Reference;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.text.Encoded;
import io.github.compacter4j.text.T5Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.tablesaw.api.Table;

/**
 * The published files as text and ids. The checksums are those of what a Python transcription of
 * the reference code's preprocessors makes of the same files, written for this test alone.
 */
class RealTextTest {
  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "cola, glue/CoLA/train.tsv, 8551, 03645ac40a54cefe",
    "sst2, glue/SST-2/train.tsv, 67349, cfb3abc084d69ed7",
    "mrpc, glue/MRPC/train.tsv, 3668, 33f6c513252cda61",
    "stsb, glue/STS-B/train.tsv, 5749, a028627ed681460e",
    "rte, glue/RTE/train.tsv, 2490, e67e2112fdbfdf10",
    "qnli, glue_partial/QNLI/train.tsv, 9999, 674356c86f3ad0ff",
    "qqp, glue_partial/QQP/train.tsv, 11950, e0a80f40855208af",
    "cola, glue/CoLA/dev.tsv, 1043, b73bba7c467b6266",
    "sst2, glue/SST-2/dev.tsv, 872, cb768fc37471d8d4",
    "mrpc, glue/MRPC/dev.tsv, 408, 8d6e20b71c4b4bee",
    "stsb, glue/STS-B/dev.tsv, 1500, d8f8a4d03e72b10b",
    "rte, glue/RTE/dev.tsv, 277, 5ecdd97aafcf7aaf",
    "qnli, glue_partial/QNLI/dev.tsv, 5463, 1d953cb952e66b12",
    "qqp, glue_partial/QQP/dev.tsv, 7600, 161be6f8d7b28dfa",
    "mnli, glue_partial/MNLI/train.tsv, 12925, 805d8390f7db6d5a",
    "mnli, glue_partial/MNLI/dev_matched.tsv, 9815, 8dc0da95d37a8e80",
    "boolq, superglue_partial/BoolQ/train.jsonl, 3488, 4e0dbeb37b693d91",
    "cb, superglue/CB/train.jsonl, 250, 72968cd346f7fad8",
    "superglue-rte, superglue/RTE/train.jsonl, 2490, d04f0a387f1b6441",
    "copa, superglue/COPA/train.jsonl, 400, 90a412cba427d9ca",
    "multirc, superglue/MultiRC/train.jsonl, 27243, c273d8489258075e",
    "wsc, superglue/WSC/train.jsonl, 554, 9ab92f1c64ef3daa",
    "boolq, superglue_partial/BoolQ/val.jsonl, 3270, 5fad95a46edfdc9b",
    "cb, superglue/CB/val.jsonl, 56, 6c7dfb092b7ac96d",
    "superglue-rte, superglue/RTE/val.jsonl, 277, 46b0dbd1098e3d12",
    "copa, superglue/COPA/val.jsonl, 100, e5fa9a175564792d",
    "multirc, superglue/MultiRC/val.jsonl, 4848, e81ada7de6d997f6",
    "wsc, superglue/WSC/val.jsonl, 104, 4c3610828f7176cb",
    "record, superglue_partial/ReCoRD/train.jsonl, 44, aba9e135758e533c",
    "record, superglue_partial/ReCoRD/dev32.jsonl, 46, 203b0b2cfd732af1",
    "axb, superglue/AX-b/AX-b.jsonl, 1104, cdeb1560147c7ab3",
    "axg, superglue/AX-g/AX-g.jsonl, 356, c86d60408e76658c",
    "ax, glue/diagnostic/diagnostic.tsv, 1104, 7a1071822d1319b7"
  })
  void everyRowIsWrittenAsTheReferenceCodeDoes(String name, String file, int rows, String sha256)
      throws Exception {
    Path path = RealData.require(file);
    Task task = Tasks.named(name);
    TaskData data = task.load(path.getParent());
    Table table = data.published(path.getFileName().toString());
    List<String> sources = data.sources(table, false);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    int examples = 0;
    for (int row = 0; row < table.rowCount(); row++) {
      List<Reference> references =
          table.containsColumn("label")
              ? task.target().references(table, row)
              : List.of(Reference.of(""));
      for (Reference reference : references) {
        String line = sources.get(row) + "\t" + text(task, reference) + "\n";
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        examples++;
      }
    }
    assertEquals(rows, examples);
    assertEquals(sha256, HexFormat.of().formatHex(digest.digest()).substring(0, 16));
  }

  /** The target, with the group (MultiRC) or all answers (ReCoRD) behind it. */
  private static String text(Task task, Reference reference) {
    return switch (task.name()) {
      case "multirc" -> reference.target() + " " + reference.group();
      case "record" ->
          reference.answers().stream()
              .collect(Collectors.joining("|", reference.target() + " ", ""));
      default -> reference.target();
    };
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "cola",
    "sst2",
    "mrpc",
    "qqp",
    "stsb",
    "mnli",
    "qnli",
    "rte",
    "boolq",
    "cb",
    "copa",
    "multirc",
    "record",
    "wsc",
    "axb",
    "axg",
    "superglue-rte"
  })
  void everyExampleHasIds(String name) {
    TaskData data = Tasks.named(name).load(RealData.require("glue").getParent());
    try (T5Tokenizer tokenizer =
        T5Tokenizer.load(Home.folder().orElseThrow().resolve("data/t5-tiny-en"))) {
      for (Split split : data.splits()) {
        List<Example> examples = data.examples(split, true);
        assertTrue(examples.size() >= data.size(split));
        checkIds(tokenizer, some(examples.stream().map(Example::source).toList()));
        checkIds(tokenizer, examples.stream().map(Example::target).distinct().toList());
      }
    }
  }

  /** All texts, or of many long ones a tenth, since tokenising takes its time. */
  private static List<String> some(List<String> texts) {
    boolean all =
        Boolean.getBoolean("test.long")
            || texts.stream().mapToInt(String::length).sum() < 1_500_000;
    return all
        ? texts
        : IntStream.range(0, texts.size()).filter(i -> i % 10 == 0).mapToObj(texts::get).toList();
  }

  private static void checkIds(T5Tokenizer tokenizer, List<String> texts) {
    for (Encoded encoded : tokenizer.encodeAll(texts, 128)) {
      assertTrue(encoded.ids().length > 1 && encoded.ids().length <= 128);
    }
  }
}
