package io.github.compacter4j;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Why something failed, in words of a user's world instead of a library's. */
public final class Reasons {
  /** What the parser tells of itself: its features, classes and source. */
  private static final Pattern OF_THE_PARSER =
      Pattern.compile(
          "( within/between .*| \\(for .*|; expected close marker .*|: expected .*|\\(start marker.*"
              + "| enable `.*| \\(code .*|: was expecting .*|\\[Source:.*)",
          Pattern.DOTALL);

  private Reasons() {}

  /** One sentence without a full stop; the error's own message where nothing better is known. */
  public static String of(Throwable cause) {
    if (cause instanceof JsonProcessingException json) {
      return ofJson(json);
    }
    if (cause instanceof FileSystemException file && file.getReason() == null) {
      return ofFile(file);
    }
    String text = cause.getMessage();
    return text == null || text.isBlank() ? cause.getClass().getSimpleName() : text;
  }

  private static String ofFile(FileSystemException cause) {
    if (cause instanceof AccessDeniedException) {
      return cause.getFile() + ": no permission";
    }
    if (cause instanceof NoSuchFileException) {
      return cause.getFile() + ": no such file or folder";
    }
    if (cause instanceof FileAlreadyExistsException) {
      return cause.getFile() + ": something else is there";
    }
    if (cause instanceof NotDirectoryException) {
      return cause.getFile() + ": no folder";
    }
    return cause.getMessage();
  }

  private static String ofJson(JsonProcessingException cause) {
    if (cause instanceof UnrecognizedPropertyException unknown) {
      return "unknown field " + unknown.getPropertyName() + ", perhaps of a newer version";
    }
    if (cause instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return "field %s does not hold what it should".formatted(field(mapping));
    }
    JsonLocation at = cause.getLocation();
    String place =
        at == null || at.getLineNr() < 1
            ? ""
            : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
    return place + ofText(cause);
  }

  /** What is wrong with a text that should be JSON or YAML, without its place. */
  public static String ofText(JsonProcessingException cause) {
    String text = cause.getOriginalMessage();
    if (text.contains("Non-standard token")) {
      return text.replaceFirst("(?s)Non-standard token '(.*?)'.*", "$1 is not JSON");
    }
    return cause instanceof JsonEOFException
        ? "the text ends too early"
        : OF_THE_PARSER.matcher(text).replaceAll("");
  }

  private static String field(JsonMappingException cause) {
    return cause.getPath().stream()
        .map(at -> at.getFieldName() == null ? "[" + at.getIndex() + "]" : at.getFieldName())
        .collect(Collectors.joining("."));
  }
}
