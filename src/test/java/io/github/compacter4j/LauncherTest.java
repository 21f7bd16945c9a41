package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a copy of the project that counts as built, between odd letters, builds and
 * users.
 */
class LauncherTest {
  @TempDir Path folder;

  private LauncherCopy copy;

  @BeforeEach
  void copy() throws Exception {
    copy = LauncherCopy.in(folder);
  }

  @Test
  void lettersOutsideAsciiReachTheModelWithoutALocale() throws Exception {
    List<String> lines =
        run("""
                predict() { copy/compacter4j predict --model bundled --threads 1 --max-length 8 "$@"; }
                LC_ALL=C predict --text 'translate: Très bon café 日本'
                LC_ALL=C.UTF-8 predict --text 'translate: Très bon café 日本'
                """)
            .lines()
            .toList();
    assertEquals(2, lines.size(), lines::toString);
    assertEquals(lines.get(1), lines.get(0));
  }

  @Test
  void foldersWithLettersOutsideAsciiWorkWithoutALocale() throws Exception {
    String report =
        run(
            """
            mv copy größe; cd größe
            printf 'text,label\\n' >é.csv
            for i in $(seq 20); do printf 'schön %s,a\\nübel %s,b\\n' $i $i >>é.csv; done
            printf 'name: grosse\\ntemplate: "{text}"\\nfile: é.csv\\nlabels: [a, b]\\nmetrics: [accuracy]\\n' >ä.yaml
            LC_ALL=POSIX ./compacter4j train --task ä.yaml --method bitfit --steps 1 \\
              --batch-size 4 --threads 1 --out ü >/dev/null 2>log || cat log
            ls ü
            """);
    assertTrue(report.contains("result.json"), report);
  }

  @Test
  void argumentsInAnotherEncodingAreRefused() throws Exception {
    String report = run("copy/compacter4j predict --text $'caf\\xe9'");
    assertEquals(1, report.lines().count(), report);
    assertTrue(report.contains("not UTF-8"), report);
  }

  @Test
  void notebooksThatAreNotThereAreNamedBeforeAnySetUp() throws Exception {
    assertEquals(
        "compacter4j: nix.ipynb: no such notebook\n",
        run("copy/compacter4j notebooks --quick nix.ipynb"));
    String report = run("copy/compacter4j notebooks --quick --all");
    assertTrue(report.startsWith("compacter4j: notebooks does not take '--all'"), report);
  }

  @Test
  void whatCannotBeBuiltEndsWithOneLine() throws Exception {
    String report =
        run(
            """
            echo other >copy/target/built
            chmod a-w copy/target
            as_nobody=
            if [ "$(id -u)" = 0 ]; then
              as_nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
              $as_nobody true || { echo skipped; exit; }
            fi
            $as_nobody timeout 20 copy/compacter4j count --method full
            echo status $?
            chmod u+w copy/target
            """);
    assumeTrue(!report.contains("skipped"), "needs setpriv where root runs the tests");
    assertEquals(2, report.lines().count(), report);
    assertTrue(report.contains("copy/target is out of date or its libraries"), report);
    assertTrue(report.contains("Permission denied") && report.contains("status 1"), report);
  }

  @Test
  void aFullDiskEndsTheBuildWithOneLine() throws Exception {
    String report =
        run(
            """
            mkdir small
            mount -t tmpfs -o size=1m tmpfs small 2>/dev/null || { echo skipped; exit; }
            mv copy/target small/target
            ln -s ../small/target copy/target
            echo other >copy/target/built
            dd if=/dev/zero of=small/fill bs=4k 2>/dev/null
            timeout 20 copy/compacter4j count --method full
            echo status $?
            umount small
            """);
    assumeTrue(!report.contains("skipped"), "needs the right to mount a small disk");
    assertEquals(2, report.lines().count(), report);
    assertTrue(report.contains("No space left") && report.contains("status 1"), report);
  }

  @Test
  void aLockOfAProcessThatEndedIsTaken() throws Exception {
    String report =
        run(
            """
            echo other >copy/target/built
            ln -s 99999999 copy/target/build.holder
            timeout 20 copy/compacter4j count --method full
            echo status $?
            ls copy/target/build.holder
            """);
    assertTrue(report.contains("called Maven") && report.contains("status 1"), report);
    assertFalse(report.contains("\ncopy/target/build.holder"), report);
  }

  @Test
  void aBuildOfAnotherMachineIsWaitedForWhateverItsNumber() throws Exception {
    String report =
        run(
            """
            echo other >copy/target/built
            ln -s 'elsewhere:boot:pid:[1]:99999999' copy/target/build.holder
            timeout 5 copy/compacter4j count --method full
            echo status $?
            ls -l copy/target/build.holder
            """);
    assertEquals(3, report.lines().count(), report);
    assertTrue(report.contains("waits for the build of elsewhere; if nothing builds there"));
    assertTrue(report.contains("status 124") && report.contains("-> elsewhere:boot"), report);
  }

  private String run(String script) throws IOException, InterruptedException {
    return copy.run(script);
  }
}
