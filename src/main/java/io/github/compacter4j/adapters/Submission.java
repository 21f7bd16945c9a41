package io.github.compacter4j.adapters;

import io.github.compacter4j.UserException;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.tasks.submit.Server;
import io.github.compacter4j.tasks.submit.ServerFile;
import io.github.compacter4j.tasks.submit.ServerZip;
import io.github.compacter4j.tasks.submit.TestRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A zip of predictions for official test rows, as the server of GLUE or SuperGLUE takes it.
 *
 * @param server the server's name
 * @param files what is in the zip, in the server's order
 * @param missing the server's files that are not in it, each with the reason
 */
public record Submission(String server, List<Answers> files, Map<String, String> missing) {
  /**
   * A file of the zip.
   *
   * @param file its name
   * @param run the run folder that predicted it
   * @param rows how many predictions it has
   * @param officialRows how many the server expects
   * @param unreadable how many predictions were no label, for which the first label stands
   */
  public record Answers(String file, String run, int rows, int officialRows, int unreadable) {}

  /**
   * Predicts the official test rows of the runs' tasks, diagnostic sets included, and writes the
   * zip; a zip that is there is replaced.
   *
   * @param runs on tasks of one benchmark, one a task
   * @param load loads a run's weights, for instance {@code Predictor::of}
   * @throws UserException (wrong usage) for runs on other tasks; where no test rows are found
   */
  public static Submission write(
      List<RunFolder> runs, Function<RunFolder, Predictor> load, Path zip) {
    Map<RunFolder, Task> tasks = new LinkedHashMap<>();
    runs.forEach(run -> tasks.put(run, run.task()));
    Server server = server(tasks);
    Map<String, Answers> answers = new LinkedHashMap<>();
    Map<String, String> texts = new LinkedHashMap<>();
    tasks.forEach(
        (run, task) -> {
          try (Predictor predictor = load.apply(run)) {
            answer(predictor, run.path(), task, server, answers, texts);
          }
        });
    if (answers.isEmpty()) {
      throw new UserException(
          "no official test rows found of " + tasks.values().stream().map(Task::name).toList());
    }
    List<ServerFile> present =
        server.files().stream().filter(file -> answers.containsKey(file.name())).toList();
    Map<String, String> inOrder = new LinkedHashMap<>();
    present.forEach(file -> inOrder.put(file.name(), texts.get(file.name())));
    ServerZip.write(zip, inOrder);
    return new Submission(
        server.toString(),
        present.stream().map(file -> answers.get(file.name())).toList(),
        missing(server, tasks, answers));
  }

  private static Server server(Map<RunFolder, Task> tasks) {
    List<Server> servers = new ArrayList<>();
    tasks.forEach(
        (run, task) ->
            servers.add(
                Server.of(task)
                    .orElseThrow(
                        () ->
                            UserException.usage(
                                "%s: task %s is none of GLUE or SuperGLUE"
                                    .formatted(run.path(), task.reference())))));
    if (servers.stream().distinct().count() > 1) {
      throw UserException.usage("runs on GLUE and on SuperGLUE need a zip each; found both");
    }
    List<String> prefixes = tasks.values().stream().map(Task::prefix).toList();
    prefixes.stream()
        .filter(prefix -> prefixes.indexOf(prefix) != prefixes.lastIndexOf(prefix))
        .findFirst()
        .ifPresent(
            prefix -> {
              throw UserException.usage("expected one run a task, found several on " + prefix);
            });
    return servers.get(0);
  }

  private static void answer(
      Predictor predictor,
      Path run,
      Task task,
      Server server,
      Map<String, Answers> answers,
      Map<String, String> texts) {
    for (ServerFile file : server.files().stream().filter(f -> f.isOf(task)).toList()) {
      Optional<TestRows> found = file.rows(task, predictor.finder());
      if (found.isPresent()) {
        TestRows rows = found.get();
        TestRows.Answered answered = rows.answer(predictor.predict(rows));
        texts.put(file.name(), answered.text());
        answers.put(
            file.name(),
            new Answers(
                file.name(),
                run.toString(),
                rows.size(),
                rows.officialSize(),
                answered.unreadable()));
      }
    }
  }

  private static Map<String, String> missing(
      Server server, Map<RunFolder, Task> tasks, Map<String, Answers> answers) {
    Map<String, String> missing = new LinkedHashMap<>();
    for (ServerFile file : server.files()) {
      if (!answers.containsKey(file.name())) {
        boolean hasRun = tasks.values().stream().anyMatch(file::isOf);
        missing.put(
            file.name(),
            hasRun
                ? "no official test file of " + file.task() + " found"
                : "no run on " + examined(server, file));
      }
    }
    return missing;
  }

  /** The task whose runs fill a file. */
  private static String examined(Server server, ServerFile file) {
    Task task = Tasks.named(file.task());
    return server.files().stream().filter(f -> f.isOf(task)).findFirst().orElseThrow().task();
  }
}
