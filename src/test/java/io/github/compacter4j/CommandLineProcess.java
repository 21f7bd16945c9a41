package io.github.compacter4j;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line in a process of its own, started as the launcher does. */
public final class CommandLineProcess {
  private CommandLineProcess() {}

  /** A process with these arguments, not yet started. */
  public static ProcessBuilder of(String... arguments) {
    return of(List.of(), arguments);
  }

  /** The same with options of Java. */
  public static ProcessBuilder of(List<String> options, String... arguments) {
    Path launch = Home.folder().orElseThrow().resolve("src/main/launch");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + launch.resolve("jvm.options"));
    if (Runtime.version().feature() >= 24) {
      command.add("@" + launch.resolve("jvm-24.options"));
    }
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.github.compacter4j.cli.Main");
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}
