package io.github.compacter4j.tasks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.RealData;
import io.github.compacter4j.tables.BrokenRows;
import io.github.compacter4j.tables.CsvFile;
import io.github.compacter4j.tables.Field;
import io.github.compacter4j.tables.WantedColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.tablesaw.api.Table;

/** The text of tables, encoded again, is that of the file, byte by byte. */
class RoundTripTest {
  private static final List<String> ODD =
      List.of(
          "\"quoted\"",
          "\"\"",
          "one \" alone",
          "trailing blanks  ",
          " ",
          "",
          "\uFEFFa mark inside\uFEFF",
          "caf\u00e9 \u4e0a\u6d77 \u00a0\u2028",
          "\uD83D\uDE00\uD834\uDD1E",
          "return\rinside",
          "nul\0 and \u007f",
          "back\\slash \\n \\t",
          "NA",
          "null");

  @TempDir Path folder;

  @Test
  void oddTextsOfTabSeparatedFiles() throws IOException {
    StringBuilder train = new StringBuilder("\uFEFFsentence\tlabel\n");
    ODD.forEach(text -> train.append(text).append("\t1\n"));
    train.append("text\t0\n".repeat(1000));
    Written.write(folder.resolve("train.tsv"), train.toString());
    Written.write(
        folder.resolve("dev.tsv"), train.toString().replace("\n", "\r\n").stripTrailing());
    checkTabs(Glue.sst2(), folder.resolve("train.tsv"), List.of("sentence"), "\n");
    checkTabs(Glue.sst2(), folder.resolve("dev.tsv"), List.of("sentence"), "\r\n");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "cola, glue/CoLA/test.tsv, sentence, ",
    "sst2, glue/SST-2/train.tsv, sentence, ",
    "sst2, glue/SST-2/dev.tsv, sentence, ",
    "sst2, glue/SST-2/test.tsv, sentence, ",
    "mrpc, glue/MRPC/train.tsv, sentence1, sentence2",
    "mrpc, glue/MRPC/dev.tsv, sentence1, sentence2",
    "mrpc, glue/MRPC/test.tsv, sentence1, sentence2",
    "stsb, glue/STS-B/train.tsv, sentence1, sentence2",
    "rte, glue/RTE/train.tsv, sentence1, sentence2",
    "rte, glue/RTE/test.tsv, sentence1, sentence2",
    "qnli, glue_partial/QNLI/train.tsv, question, sentence",
    "mnli, glue_partial/MNLI/train.tsv, premise, hypothesis",
    "qqp, glue_partial/QQP/train.tsv, question1, question2"
  })
  void tabSeparatedFiles(String task, String file, String first, String second) throws IOException {
    List<String> columns = second == null ? List.of(first) : List.of(first, second);
    checkTabs(Tasks.named(task), RealData.require(file), columns, "\n");
  }

  /** Takes the file apart as single bytes, each read as one character. */
  private static void checkTabs(Task task, Path file, List<String> names, String end)
      throws IOException {
    Table table = task.load(file.getParent()).published(file.getFileName().toString());
    String bytes = new String(Files.readAllBytes(file), ISO_8859_1);
    String mark = new String("\uFEFF".getBytes(UTF_8), ISO_8859_1);
    String[] lines = (bytes.startsWith(mark) ? bytes.substring(3) : bytes).split(end);
    List<String> header = Arrays.asList(lines[0].split("\t", -1));
    assertEquals(lines.length - 1, table.rowCount());
    for (Field field : task.fields()) {
      assertTrue(names.contains(field.name()));
      int column = header.indexOf(field.header());
      for (int row = 0; row < table.rowCount(); row++) {
        String text = table.stringColumn(field.name()).get(row);
        String found = new String(text.getBytes(UTF_8), ISO_8859_1);
        String expected = lines[row + 1].split("\t", -1)[column];
        assertEquals(expected, found, file + ", row " + row);
      }
    }
  }

  @Test
  void oddTextsOfJsonLines() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String text : ODD) {
      String json = python(text);
      lines.append(
          "{\"premise\": %s, \"hypothesis\": \"b\", \"label\": \"neutral\"}\n".formatted(json));
    }
    Written.write(folder.resolve("train.jsonl"), lines.toString());
    Written.write(folder.resolve("val.jsonl"), lines.toString());
    checkJson(SuperGlue.cb(), folder.resolve("train.jsonl"));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "boolq, superglue_partial/BoolQ/train.jsonl",
    "boolq, superglue_partial/BoolQ/val.jsonl",
    "cb, superglue/CB/train.jsonl",
    "copa, superglue/COPA/train.jsonl",
    "superglue-rte, superglue/RTE/train.jsonl",
    "superglue-rte, superglue/RTE/test.jsonl",
    "axb, superglue/AX-b/AX-b.jsonl",
    "axg, superglue/AX-g/AX-g.jsonl"
  })
  void jsonLines(String task, String file) throws IOException {
    checkJson(Tasks.named(task), RealData.require(file));
  }

  private static void checkJson(Task task, Path file) throws IOException {
    Table table = task.load(file.getParent()).published(file.getFileName().toString());
    List<String> lines = Files.readAllLines(file);
    assertEquals(lines.size(), table.rowCount());
    for (int row = 0; row < lines.size(); row++) {
      String line = lines.get(row).replace("\": \"", "\":\"");
      for (Field field : task.fields()) {
        String text = python(table.stringColumn(field.name()).get(row));
        String expected = python(field.header()) + ":" + text.replace("\": \"", "\":\"");
        assertTrue(line.contains(expected), file + ", row " + row + ", " + field.name());
      }
    }
  }

  @Test
  void oddTextsOfCommaSeparatedFiles() throws IOException {
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (String text : ODD) {
      lines.add("\"" + text.replace("\"", "\"\"") + "\",a");
      lines.add("\"two\r\nlines, " + text.replace("\"", "\"\"") + "\",b");
    }
    Written.write(folder.resolve("all.csv"), "\uFEFF" + String.join("\r\n", lines));
    WantedColumns columns = new WantedColumns(List.of(new Field("text", "text")), false);
    List<String> read =
        CsvFile.read(folder.resolve("all.csv"), columns, BrokenRows.REFUSED).column("text");
    for (int i = 0; i < ODD.size(); i++) {
      assertEquals(ODD.get(i), read.get(2 * i));
      assertEquals("two\r\nlines, " + ODD.get(i), read.get(2 * i + 1));
    }
  }

  /** A text as Python's json module writes it. */
  private static String python(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      int plain = "\"\\\n\r\t\b\f".indexOf(c);
      if (plain >= 0) {
        json.append('\\').append("\"\\nrtbf".charAt(plain));
      } else if (c < ' ' || c > '~') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
