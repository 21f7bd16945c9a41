package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MethodsTest {
  @Test
  void thePaperHasTwelveMethodsInThisOrder() {
    List<String> names = Methods.paper().stream().map(Method::name).toList();
    String order =
        "full adapter pfeiffer adapterdrop lowrank phm compacter compacter++ bitfit prompt-random"
            + " prompt-vocabulary said";
    assertEquals(order, String.join(" ", names));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bitfit | bitfit[finalNorms=false]",
        "prompt-random | prompt-random[length=100]",
        "prompt-vocabulary | prompt-vocabulary[length=100,init=pretrained]",
        "said | said[dimension=20000,gradient=faithful]",
        "head | head",
        "norms | norms",
        "lora | lora[rank=8,alpha=8,targets=q+v]"
      })
  void defaults(String name, String spec) {
    assertEquals(spec, Methods.parse(name).spec().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bitfit[finalNorm=true] | finalNorms",
        "bitfit[finalNorms=yes] | true",
        "prompt-random[init=head] | length",
        "prompt-vocabulary[init=heads] | head",
        "said[gradient=faithfull] | faithful",
        "said[dimension=0] | positive whole number",
        "head[n=4] | takes no options",
        "sayd | said"
      })
  void aMistakeIsNamedWithWhatIsAllowed(String spec, String allowed) {
    UserException error = assertThrows(UserException.class, () -> Methods.parse(spec));
    assertTrue(error.getMessage().contains(allowed), error.getMessage());
    assertEquals(UserException.WRONG_USAGE, error.exitStatus());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bitfit", "prompt-random", "prompt-vocabulary", "said", "head", "norms"})
  void methodsWithoutAdaptersPrefixTheTask(String name) {
    assertTrue(Methods.parse(name).prefixesTask());
    assertFalse(Methods.parse("compacter").prefixesTask());
  }
}
