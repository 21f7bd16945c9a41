package io.github.compacter4j.tasks.find;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import org.junit.jupiter.api.Test;

class OfficialSetTest {
  /** The tables of what is published fit the tasks. */
  @Test
  void everyTaskHasAnArchiveWithItsFiles() {
    for (Task task : Tasks.all()) {
      assertTrue(DataFetcher.isOfficial(task), task.name());
      boolean fits =
          task.editions().stream()
              .filter(Edition::official)
              .flatMap(
                  edition ->
                      edition.locations().stream()
                          .filter(OfficialSet.all()::containsKey)
                          .map(
                              at ->
                                  OfficialSet.all()
                                      .get(at)
                                      .files()
                                      .containsAll(edition.required())))
              .anyMatch(yes -> yes);
      assertTrue(fits, task.name());
    }
  }
}
