package io.github.compacter4j.sweep.slurm;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Time limits as Slurm writes them. */
final class SlurmTime {
  private static final Pattern DAYS =
      Pattern.compile("(\\d{1,6})-(\\d{1,6})(?::(\\d{1,6}))?(?::(\\d{1,6}))?");
  private static final Pattern MINUTES =
      Pattern.compile("(?:(\\d{1,6}):(?=\\d+:))?(\\d{1,6})(?::(\\d{1,6}))?");

  private SlurmTime() {}

  /**
   * The seconds of {@code minutes}, {@code minutes:seconds}, {@code hours:minutes:seconds}, {@code
   * days-hours}, {@code days-hours:minutes} or {@code days-hours:minutes:seconds}.
   */
  static long seconds(String text) {
    Matcher days = DAYS.matcher(text);
    if (days.matches()) {
      return ((number(days, 1) * 24 + number(days, 2)) * 60 + number(days, 3)) * 60
          + number(days, 4);
    }
    Matcher minutes = MINUTES.matcher(text);
    if (minutes.matches()) {
      return (number(minutes, 1) * 60 + number(minutes, 2)) * 60 + number(minutes, 3);
    }
    throw new UserException(
        "slurm: time: expected a limit such as 04:00:00 or 1-12:00:00, found '%s'"
            .formatted(Names.shortened(text)));
  }

  private static long number(Matcher matcher, int group) {
    return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
  }
}
