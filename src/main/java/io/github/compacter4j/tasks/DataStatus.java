package io.github.compacter4j.tasks;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is known of a task's data at a place.
 *
 * @param task the task's name
 * @param place the folder or zip as reports name it; null where nothing was found
 * @param path where that is on this machine; null where nothing was found
 * @param state what it is of the official set
 * @param rows the rows of each split that runs use; empty where a file cannot be read
 * @param files its files
 * @param problems what is wrong, a line each; parts of sets and other sets lack nothing
 */
public record DataStatus(
    String task,
    String place,
    String path,
    State state,
    Map<String, Integer> rows,
    List<FileStatus> files,
    List<String> problems) {
  /** How much of the official set something is. */
  public enum State {
    /** All rows. */
    COMPLETE,
    /** Some rows. */
    PARTIAL,
    /** Another set, such as the one that is shipped. */
    OTHER,
    /** It cannot be read. */
    DAMAGED,
    /** Nothing was found. */
    MISSING;

    /** The lower-case name. */
    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How a file's SHA-256 compares. */
  public enum Checksum {
    /** It is the recorded one. */
    OFFICIAL,
    /** It is another than the recorded one. */
    DIFFERENT,
    /** None is recorded. */
    UNRECORDED;

    /** The lower-case name. */
    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What is known of a file.
   *
   * @param file its name
   * @param rows its rows; null where it is missing or cannot be read
   * @param officialRows how many rows the official file has; 0 where there is none
   * @param sha256 the SHA-256 of its bytes; null where it is missing or cannot be read
   * @param checksum how that compares; null as well
   * @param dropped lines, from 1, of rows that lack a column and are dropped, as the reference does
   */
  public record FileStatus(
      String file,
      Integer rows,
      int officialRows,
      String sha256,
      Checksum checksum,
      List<Long> dropped) {}
}
