package io.github.compacter4j.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.Home;
import io.github.compacter4j.TorchPython;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of all functions in a Python of another libtorch, which a GPU's machine may have. */
class FunctionsArchiveTest {
  @TempDir Path folder;

  private JsonNode check(byte[] archive, int status) throws Exception {
    Path file = Files.write(folder.resolve("functions.pt"), archive);
    TorchPython.Answer answer = run(file, "cpu", Goldens.folder());
    assertEquals(status, answer.status(), answer.out() + answer.errors());
    return new ObjectMapper().readTree(answer.out());
  }

  private TorchPython.Answer run(Path archive, String device, Path goldens) throws Exception {
    Path script = Home.folder().orElseThrow().resolve("src/test/python/functions_check.py");
    return TorchPython.run(
        List.of("torch"), folder, script, archive, "--device", device, "--goldens", goldens);
  }

  @Test
  void everyFunctionComputesItsFormulaInEveryType() throws Exception {
    JsonNode told = check(TorchFunctions.archive(), 0);
    assertEquals(0, told.required("unchecked").size());
    assertTrue(told.required("checks").size() > 3 * told.required("functions").asInt());
  }

  @Test
  void aWrongFunctionAndOneWithoutACaseAreNamed() throws Exception {
    String right = "torch.gelu(x, approximate=\"tanh\")";
    String wrong = TorchFunctions.source().replace(right, right.replace("tanh", "none"));
    wrong += "\ndef fresh(self, x: Tensor) -> Tensor:\n    return x\n";
    JsonNode told = check(TorchModule.archive(wrong), 1);
    assertEquals("fresh", told.required("unchecked").get(0).asText());
    List<String> off = new ArrayList<>();
    told.required("off").forEach(row -> off.add(row.required("function").asText()));
    assertTrue(off.contains("gelu_tanh"), off.toString());
    assertEquals(List.of("gelu_tanh"), off.stream().distinct().toList());
  }

  @Test
  void whatCannotBeCheckedIsToldInOneLine() throws Exception {
    Path file = Files.write(folder.resolve("functions.pt"), TorchFunctions.archive());
    Path text = Files.writeString(folder.resolve("text.pt"), "no archive");
    assertRefused(run(folder.resolve("none.pt"), "cpu", Goldens.folder()), "none.pt: expected a");
    assertRefused(run(text, "cpu", Goldens.folder()), "text.pt: expected a file that");
    assertRefused(run(file, "cpu", folder), "--goldens " + folder + ": expected a folder with");
  }

  private static void assertRefused(TorchPython.Answer answer, String part) {
    assertEquals(2, answer.status(), answer.errors());
    assertEquals(1, answer.errors().lines().count(), answer.errors());
    assertTrue(answer.errors().contains(part), answer.errors());
  }
}
