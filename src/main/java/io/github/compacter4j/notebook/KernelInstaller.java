package io.github.compacter4j.notebook;

import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.compacter4j.UserException;
import io.github.compacter4j.Variables;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.files.Folders;
import io.github.compacter4j.files.Json;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes the Jupyter kernel specification {@code compacter4j}, so that notebooks find the kernel.
 */
public final class KernelInstaller {
  /** The kernel's name, as notebooks and {@code jupyter kernelspec} know it. */
  public static final String NAME = "compacter4j";

  private static final String DISPLAY_NAME = "Java (compacter4j)";
  private static final int FIRST_JDK_WITH_MORE_OPTIONS = 24;

  private final Path home;

  private KernelInstaller(Path home) {
    this.home = home.toAbsolutePath().normalize();
  }

  /**
   * The command {@code kernel}: {@code install} or {@code remove}, for the user or, with {@code
   * --prefix DIR}, for the Python environment in a folder; prints the path of {@code kernel.json},
   * with {@code --json} as a document.
   *
   * @param arguments the words behind {@code kernel}; the program's home is {@code
   *     COMPACTER4J_HOME}
   */
  public static void main(String[] arguments) {
    String home = System.getenv("COMPACTER4J_HOME");
    try {
      if (home == null) {
        throw UserException.usage("COMPACTER4J_HOME is not set: start through ./compacter4j");
      }
      System.out.println(run(Path.of(home), List.of(arguments)));
    } catch (UserException e) {
      System.err.println("compacter4j: " + e.getMessage());
      System.exit(e.exitStatus());
    }
  }

  /**
   * Does what {@code kernel} is asked for.
   *
   * @return what it prints
   * @throws UserException (wrong usage) for other words than it knows, or if nothing is there to be
   *     removed
   */
  static String run(Path home, List<String> arguments) {
    List<String> words = new ArrayList<>(arguments);
    boolean json = words.remove("--json");
    int prefix = words.indexOf("--prefix");
    Path data = userData();
    if (prefix >= 0 && prefix + 1 < words.size()) {
      data = Path.of(words.remove(prefix + 1), "share", "jupyter");
      words.remove(prefix);
    }
    if (words.size() != 1 || !List.of("install", "remove").contains(words.get(0))) {
      throw UserException.usage(
          "kernel: expected install or remove, and perhaps --prefix DIR or --json; found "
              + String.join(" ", arguments));
    }
    Path kernels = data.toAbsolutePath().normalize().resolve("kernels");
    Path file = words.get(0).equals("install") ? install(home, kernels) : remove(kernels);
    return json ? Json.text(Map.of("path", file.toString())) : file.toString();
  }

  /**
   * Removes what {@link #install} wrote.
   *
   * @return the file that was there
   * @throws UserException if there is none, or it cannot be deleted
   */
  public static Path remove(Path kernels) {
    Path file = kernels.resolve(NAME).resolve("kernel.json");
    if (!Files.isRegularFile(file)) {
      throw new UserException("no kernel is installed here: " + file);
    }
    try {
      Folders.delete(file.getParent());
    } catch (IOException e) {
      throw new UserException("cannot remove " + file.getParent(), e);
    }
    return file;
  }

  /**
   * Writes {@code kernels/compacter4j/kernel.json} for the program built in {@code home} and the
   * JDK that runs this.
   *
   * @return the file written
   * @throws UserException if the program is not built or the file cannot be written
   */
  public static Path install(Path home, Path kernels) {
    return new KernelInstaller(home).write(kernels.resolve(NAME).resolve("kernel.json"));
  }

  private Path write(Path file) {
    Map<String, Object> specification = new LinkedHashMap<>();
    specification.put("argv", command());
    specification.put("display_name", DISPLAY_NAME);
    specification.put("language", "java");
    specification.put("interrupt_mode", "message");
    specification.put("env", environment());
    try {
      byte[] bytes =
          Json.pretty()
              .without(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
              .writeValueAsBytes(specification);
      if (!isThere(file, bytes)) {
        AtomicFiles.replace(file, file.resolveSibling("kernel.json.part"), out -> out.write(bytes));
      }
      return file;
    } catch (IOException e) {
      throw new UserException("cannot write " + file + "; --prefix names another place", e);
    }
  }

  /** A colleague's checkout, which cannot be written, needs no second installation. */
  private static boolean isThere(Path file, byte[] bytes) throws IOException {
    return Files.isReadable(file) && Arrays.equals(Files.readAllBytes(file), bytes);
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + launchFile("jvm.options"));
    if (Runtime.version().feature() >= FIRST_JDK_WITH_MORE_OPTIONS) {
      command.add("@" + launchFile("jvm-24.options"));
    }
    command.addAll(usersOptions("JAVA_OPTS"));
    command.addAll(usersOptions("COMPACTER4J_JAVA_OPTS"));
    command.add("-cp");
    command.add(classPath());
    command.add(CompacterKernel.class.getName());
    command.add("{connection_file}");
    return command;
  }

  private static List<String> usersOptions(String variable) {
    String options = System.getenv(variable);
    return options == null || options.isBlank()
        ? List.of()
        : List.of(options.strip().split("\\s+"));
  }

  private String classPath() {
    Path list = home.resolve("target").resolve("classpath.txt");
    String libraries = read(list).strip();
    return home.resolve("target").resolve("classes") + File.pathSeparator + libraries;
  }

  /** A variable that the user has set keeps the user's value. */
  private Map<String, String> environment() {
    Properties defaults = new Properties();
    Path file = launchFile("environment.properties");
    try (Reader reader = Files.newBufferedReader(file)) {
      defaults.load(reader);
    } catch (IOException e) {
      throw new UserException("cannot read " + file, e);
    }
    Map<String, String> environment = new TreeMap<>();
    for (String name : defaults.stringPropertyNames()) {
      environment.put(name, System.getenv().getOrDefault(name, defaults.getProperty(name)));
    }
    utf8Locale().ifPresent(locale -> environment.put("LC_ALL", locale));
    environment.put("COMPACTER4J_HOME", home.toString());
    return environment;
  }

  /** Jupyter may be started where no locale is set; Java would not read names of files there. */
  private static Optional<String> utf8Locale() {
    Variables variables = new Variables(System.getenv());
    return Stream.of("LC_ALL", "LC_CTYPE", "LANG")
        .flatMap(name -> variables.text(name).stream())
        .findFirst()
        .filter(locale -> locale.matches("(?i).*utf-?8"));
  }

  private Path launchFile(String name) {
    return home.resolve("src").resolve("main").resolve("launch").resolve(name);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UserException("the program is not built: cannot read " + file, e);
    }
  }

  /** Where Jupyter looks for a user's kernels: its documented folders for Linux and macOS. */
  private static Path userData() {
    String chosen = System.getenv("JUPYTER_DATA_DIR");
    if (chosen != null) {
      return Path.of(chosen);
    }
    Path user = new Variables(System.getenv()).path("~");
    if (System.getProperty("os.name").startsWith("Mac")) {
      return user.resolve("Library").resolve("Jupyter");
    }
    String data = System.getenv("XDG_DATA_HOME");
    return (data == null ? user.resolve(".local").resolve("share") : Path.of(data))
        .resolve("jupyter");
  }
}
