package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import io.github.compacter4j.tables.Field;
import io.github.compacter4j.tables.JsonRecord;
import io.github.compacter4j.tables.RecordLayout;
import io.github.compacter4j.tables.WantedColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** How the records of a JSON lines file hold a task's rows. */
public enum JsonLayout implements RecordLayout {
  /** A row a record, with its columns as keys. */
  FLAT {
    @Override
    public List<String[]> rows(JsonRecord line, WantedColumns columns) {
      String[] row = new String[columns.fields().size()];
      for (int i = 0; i < row.length; i++) {
        Field field = columns.fields().get(i);
        row[i] =
            columns.isLabel(i)
                ? line.label(field.header())
                : line.cell(line.has(field.name()) ? field.name() : field.header());
      }
      return List.<String[]>of(row);
    }
  },
  /** WSC: the spans stand in an object of their own. */
  SPANS {
    @Override
    public List<String[]> rows(JsonRecord line, WantedColumns columns) {
      Map<String, String> row = new HashMap<>();
      id(line, IDX, columns, row);
      row.put("text", line.text("text"));
      JsonRecord target = line.object("target");
      for (String span : List.of("span1", "span2")) {
        row.put(span + "_text", target.text(span + "_text"));
        row.put(span + "_index", Integer.toString(target.whole(span + "_index")));
      }
      label(line, columns, row);
      return List.<String[]>of(pick(row, columns));
    }
  },
  /** MultiRC: a row an answer to a question of a paragraph. */
  QUESTIONS {
    @Override
    public List<String[]> rows(JsonRecord line, WantedColumns columns) {
      List<String[]> rows = new ArrayList<>();
      JsonRecord passage = line.object("passage");
      Map<String, String> row = new HashMap<>();
      id(line, IDX, columns, row);
      row.put("paragraph", passage.text("text"));
      for (JsonRecord question : passage.objects("questions")) {
        row.put("question", question.text("question"));
        row.put(QUESTION_IDX, Integer.toString(question.whole(IDX)));
        for (JsonRecord answer : question.objects("answers")) {
          id(answer, ANSWER_IDX, columns, row);
          row.put("answer", answer.text("text"));
          label(answer, columns, row);
          rows.add(pick(row, columns));
        }
      }
      return rows;
    }

    @Override
    public List<String> ids() {
      return List.of(IDX, ANSWER_IDX); // tables have the question's
    }
  },
  /** ReCoRD: a row a query on a passage; its entities and answers are JSON arrays. */
  QUERIES {
    @Override
    public List<String[]> rows(JsonRecord line, WantedColumns columns) {
      List<String[]> rows = new ArrayList<>();
      JsonRecord passage = line.object("passage");
      Map<String, String> row = new HashMap<>();
      row.put("passage", passage.text("text"));
      row.put("entities", distinct(entities(passage)));
      for (JsonRecord query : line.objects("qas")) {
        id(query, IDX, columns, row);
        row.put("query", query.text("query"));
        if (columns.labelled()) {
          List<JsonRecord> answers = query.has("answers") ? query.objects("answers") : List.of();
          row.put(Target.LABEL, distinct(answers.stream().map(a -> a.text("text")).toList()));
        }
        rows.add(pick(row, columns));
      }
      return rows;
    }
  };

  public static final String IDX = "idx";
  public static final String QUESTION_IDX = "question_idx";
  public static final String ANSWER_IDX = "answer_idx";

  /** The columns, beside those of tables, by which official files number a row. */
  public List<String> ids() {
    return List.of(IDX);
  }

  /** Users' files need no numbers. */
  private static void id(
      JsonRecord from, String column, WantedColumns columns, Map<String, String> row) {
    if (columns.fields().contains(new Field(column, column))) {
      row.put(column, Integer.toString(from.whole(IDX)));
    }
  }

  private static void label(JsonRecord from, WantedColumns columns, Map<String, String> row) {
    if (columns.labelled()) {
      row.put(Target.LABEL, from.label("label"));
    }
  }

  private static String[] pick(Map<String, String> row, WantedColumns columns) {
    return columns.fields().stream().map(field -> row.get(field.name())).toArray(String[]::new);
  }

  /** Their spans count code points from 0, the last one included. */
  private static List<String> entities(JsonRecord passage) {
    String text = passage.text("text");
    int length = text.codePointCount(0, text.length());
    List<String> entities = new ArrayList<>();
    for (JsonRecord span : passage.objects("entities")) {
      int start = span.whole("start");
      int end = span.whole("end");
      if (start > end || end >= length) {
        throw new UserException(
            "'%s': expected a span within %d characters, found %d to %d"
                .formatted(span.place(), length, start, end));
      }
      int from = text.offsetByCodePoints(0, start);
      entities.add(text.substring(from, text.offsetByCodePoints(from, end + 1 - start)));
    }
    return entities;
  }

  /** Sorted by code point, as Python sorts. */
  private static String distinct(Collection<String> texts) {
    TreeSet<String> sorted =
        new TreeSet<>(Comparator.comparing(t -> t.codePoints().toArray(), Arrays::compare));
    sorted.addAll(texts);
    return Cleanup.json(sorted);
  }
}
