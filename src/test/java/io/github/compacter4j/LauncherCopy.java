package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The launcher beside links to what was built, in a folder {@code copy} that scripts may spoil. */
final class LauncherCopy {
  private static final Path HOME = Home.folder().orElseThrow();

  /** Lays the copy into the working directory; a Maven that is called only says so. */
  private static final String COPY =
      """
      mkdir -p copy/src/main copy/target bin
      cp -R "$PROJECT/compacter4j" "$PROJECT/pom.xml" "$PROJECT/requirements.txt" copy
      cp -R "$PROJECT/src/main/launch" copy/src/main
      ln -s "$PROJECT/data" copy/data
      ln -s "$PROJECT/target/classes" copy/target/classes
      printf '%s' "$CLASS_PATH" >copy/target/classpath.txt
      (cd copy; { find pom.xml src/main -type f -print0 | xargs -0 cksum; echo; }) \
        | LC_ALL=C sort | cksum >copy/target/built
      printf '#!/bin/sh\\necho Apache Maven 3.9.0; echo called Maven >&2; exit 1\\n' >bin/mvn
      chmod +x bin/mvn
      chmod a+rX . .. copy
      """;

  private final Path folder;

  private LauncherCopy(Path folder) {
    this.folder = folder;
  }

  /** Makes the copy; the test is skipped where Maven has built nothing. */
  static LauncherCopy in(Path folder) throws IOException, InterruptedException {
    assumeTrue(Files.isRegularFile(HOME.resolve("target/classpath.txt")), "not built by Maven");
    LauncherCopy copy = new LauncherCopy(folder);
    assertEquals("", copy.run(COPY));
    return copy;
  }

  /**
   * What a script writes; it is a file, since letters of arguments depend on the locale of tests.
   */
  String run(String script) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("script"), script);
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder("bash", file.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("PROJECT", HOME.toString());
    builder.environment().put("CLASS_PATH", Files.readString(HOME.resolve("target/classpath.txt")));
    builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    builder.environment().keySet().removeAll(List.of("COMPACTER4J_HOME", "COMPACTER4J_MAVEN_ARGS"));
    Process process = builder.start();
    assertTrue(process.waitFor(3, TimeUnit.MINUTES), "the launcher does not end");
    return Files.readString(output, StandardCharsets.UTF_8);
  }
}
