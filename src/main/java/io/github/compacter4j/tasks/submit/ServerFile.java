package io.github.compacter4j.tasks.submit;

import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.tasks.find.DataFinder;
import io.github.compacter4j.tasks.find.Edition;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.tasks.find.TaskFile;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file that a server wants.
 *
 * @param name its exact name
 * @param task the task whose official test rows it is about
 */
public record ServerFile(String name, String task) {
  /** Whether runs on a task fill it: runs on the same task, for diagnostic sets on the examined. */
  public boolean isOf(Task run) {
    return run.definition().isEmpty() && Tasks.named(task).prefix().equals(run.prefix());
  }

  /**
   * The official test rows, to be put into text as a run's task does; empty where there are none.
   *
   * @throws io.github.compacter4j.UserException where the file is malformed
   */
  public Optional<TestRows> rows(Task run, DataFinder finder) {
    Task official = Tasks.named(task);
    Task asked =
        official.toBuilder().template(run.template().toString()).target(run.target()).build();
    return finder
        .search(asked)
        .flatMap(
            found ->
                published(found.edition())
                    .filter(found::has)
                    .map(file -> TestRows.read(name, asked, found, file)));
  }

  /** Tests without labels, or a diagnostic set's one file. */
  private Optional<TaskFile> published(Edition edition) {
    boolean mismatched = name.equals("MNLI-mm.tsv");
    return Stream.concat(
            edition.others().stream(), Stream.ofNullable(edition.files().get(Split.TEST)))
        .filter(file -> edition.official() && file.name().contains("mismatched") == mismatched)
        .findFirst();
  }
}
