package io.github.compacter4j.notebook;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.results.ResultFixture;
import io.github.compacter4j.results.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotebookKernelTest {
  @TempDir Path folder;

  @Test
  void resultsShowAsTablesAndTellWhatIsLeftOut() throws IOException {
    ResultFixture fixture = new ResultFixture(folder);
    fixture.sst2("full", 1, 76.125);
    Files.writeString(fixture.sst2("full", 2, 70), "<");
    Results results = Results.in(folder.toString());
    String html = NotebookKernel.html(results);
    assertTrue(html.startsWith("1 runs of 1 methods on 1 tasks; left out: "), html);
    assertTrue(html.contains(">76.13</td>") && html.contains("&#39;&lt;&#39;"), html);
    String text = NotebookKernel.text(results);
    assertTrue(text.contains("run-002") && text.contains("76.13"), text);
  }
}
