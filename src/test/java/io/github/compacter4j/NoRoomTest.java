package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command where nothing can be written: it works, or ends soon with one line. */
class NoRoomTest {
  /** Where a command stands, with the home, the temporary files and the build of its user. */
  enum Place {
    NO_PERMISSION(
        """
        chmod -R a-w room copy
        as_user=
        if [ "$(id -u)" = 0 ]; then # root writes everywhere, unless it loses the right
          as_user='setpriv --bounding-set=-dac_override,-dac_read_search'
          $as_user true || { echo skipped; exit; }
        fi
        """,
        "chmod -R u+w room copy",
        "ermission"),
    FULL_DISK(
        """
        mount -t tmpfs -o size=1m tmpfs room 2>/dev/null || { echo skipped; exit; }
        mkdir room/venv
        ln -s ../room/venv copy/.venv
        mv copy/target room/target
        ln -s ../room/target copy/target
        dd if=/dev/zero of=room/fill bs=4k 2>/dev/null
        """,
        "umount room",
        "No space left"),
    READ_ONLY(
        """
        here=$PWD
        mount --bind "$here" "$here" 2>/dev/null || { echo skipped; exit; }
        mount -o remount,ro,bind "$here"
        cd "$here"
        """,
        "cd /; umount \"$here\"",
        "ead-only");

    private final String before;
    private final String after;
    private final String reason;

    Place(String before, String after, String reason) {
      this.before = before;
      this.after = after;
      this.reason = reason;
    }
  }

  private static final int MOST_SECONDS = 20; // two at rest
  private static final int SECONDS_TO_WORK = 120;

  private static final String SCRIPT =
      """
      runs=$PROJECT/src/test/resources/frozen/0.1.0-8099dde
      run=$runs/finished
      printf 'tasks: [sst2]\nmethods: [bitfit]\nseeds: [1]\n' >sweep.yaml
      mkdir room
      %s
      export HOME=$PWD/room COMPACTER4J_JAVA_OPTS=-XX:TieredStopAtLevel=1
      unset XDG_CACHE_HOME XDG_DATA_HOME COMPACTER4J_CACHE COMPACTER4J_RUNS CONDA_PREFIX
      (cd room; $as_user timeout %d ../copy/compacter4j %s >/dev/null; echo status $?)
      %s
      """;

  @TempDir Path folder;

  /** What writes where it stands, or into its user's home or the build. */
  static Stream<Arguments> writing() {
    return everywhere(
        "train --task sst2",
        "rerun $run",
        "sweep ../sweep.yaml",
        "export --run $run --format adapterhub --out exported",
        "kernel install",
        "notebooks --quick ../copy/pom.xml",
        "demo",
        "lab --version",
        "test");
  }

  @ParameterizedTest
  @MethodSource("writing")
  void whatWritesEndsWithOneLine(Place place, String command) throws Exception {
    assertOneLine(place, report(place, "", MOST_SECONDS, command));
  }

  /** A build that is out of date cannot be made anew, whatever was asked for. */
  static Stream<Arguments> all() {
    Stream<String> others = Stream.of("kernel install", "lab", "demo", "test");
    return Stream.concat(
        everywhere("count --method full"), others.map(c -> Arguments.of(Place.NO_PERMISSION, c)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatCannotBeBuiltEndsWithOneLine(Place place, String command) throws Exception {
    assertOneLine(place, report(place, "echo other >copy/target/built\n", MOST_SECONDS, command));
  }

  private static void assertOneLine(Place place, String report) {
    assertEquals(2, report.lines().count(), report);
    assertTrue(report.endsWith("status 1\n"), report);
    assertTrue(report.startsWith("compacter4j: ") && report.contains(place.reason), report);
  }

  static Stream<String> reading() {
    return Stream.of(
        "count --method full",
        "data list",
        "models list",
        "results $runs",
        "diff $run $run",
        "adapters list $runs",
        "predict --run $run --text good --threads 1",
        "bench --method bitfit --steps 1 --batch-size 2 --length 8 --threads 1");
  }

  @ParameterizedTest
  @MethodSource("reading")
  void whatReadsWorks(String command) throws Exception {
    String report = report(Place.NO_PERMISSION, "", SECONDS_TO_WORK, command);
    assertTrue(report.endsWith("status 0\n"), report);
  }

  private static Stream<Arguments> everywhere(String... commands) {
    return Arrays.stream(Place.values())
        .flatMap(place -> List.of(commands).stream().map(c -> Arguments.of(place, c)));
  }

  private String report(Place place, String before, int seconds, String command) throws Exception {
    String script = SCRIPT.formatted(before + place.before, seconds, command, place.after);
    String report = LauncherCopy.in(folder).run(script);
    assumeTrue(!report.contains("skipped"), place + " cannot be had here");
    return report;
  }
}
