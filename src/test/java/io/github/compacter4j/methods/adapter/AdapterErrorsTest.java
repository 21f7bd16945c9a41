package io.github.compacter4j.methods.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.t5.T5Config;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What adapter methods refuse on T5-base, and that the message says what is allowed. */
class AdapterErrorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "compacter[n=5] | d_model 768 is not divisible by n=5; n that work: 1 2 3 4 6 8 12",
        "compacter[n=16] | bottleneck 24 (d_model 768 / reduction 32) is not divisible by n=16;"
            + " n that work: 1 2 3 4 6 8 12",
        "compacter[bottleneck=10] | bottleneck 10 is not divisible by n=4; n that work: 1 2",
        "compacter[rank=7] | rank=7 is larger than a block of the bottleneck, 24/4 = 6",
        "lowrank[rank=25] | rank=25 is larger than the layers (768, 24); at most 24",
        "adapter[bottleneck=0] | method adapter: bottleneck is '0', expected a positive whole number",
        "adapter[reduction=0] | method adapter: reduction is '0', expected a positive whole number",
        "adapter[reduction=1000] | reduction=1000 leaves no bottleneck of d_model 768; at most 768",
        "adapter[reduction=8,bottleneck=8] | method adapter: give reduction or bottleneck, not both",
        "adapterdrop[layers=12..20] | layers=12..20 leaves no block; the model has blocks 0..11",
        "adapterdrop[layers=7..5] | method adapterdrop: layers is '7..5', expected all, auto"
            + " or FIRST..LAST, numbers from 0, for instance 5..11",
        "adapterdrop[layers=5] | method adapterdrop: layers is '5', expected all, auto"
            + " or FIRST..LAST, numbers from 0, for instance 5..11",
        "compacter[shareA=yes] | unknown value of shareA of method compacter 'yes';"
            + " known: true false",
        "compacter[norm=none] | unknown option of method compacter 'norm'; did you mean 'norms'?",
        "adapter[n=4] | unknown option of method adapter 'n'; known: ",
        "lora[norm=all] | unknown option of method lora 'norm'; did you mean 'norms'?",
        "ia3[x=1] | unknown option of method ia3 'x'; known: norms",
        "scalearn[adapter=3] | unknown option of method scalearn 'adapter'; did you mean 'adapters'?",
        "parallel[scale=learnt] | method parallel: scale is 'learnt', expected a positive number or learned",
        "adapter[reduction=no] | method adapter: reduction is 'no', expected a positive whole number or auto",
        "lora[targets=w] | unknown target of method lora 'w'; did you mean 'q'? Known: q k v o wi wo all",
        "phm[rank=1] | unknown option of method phm 'rank'",
        "compacter[variant=adapterhub] | unknown option of method compacter 'variant'",
        "compacter++[variant=hub] | unknown value of variant of method compacter++ 'hub'",
        "compacter[init=glorot] | unknown value of init of method compacter 'glorot'",
        "compakter | unknown method 'compakter'; did you mean 'compacter'?",
      })
  void refusesWhatCannotBe(String spec, String message) {
    UserException error =
        assertThrows(UserException.class, () -> Methods.parse(spec).resolve(T5Config.base()));
    assertTrue(error.getMessage().startsWith(message), error.getMessage());
    assertEquals(UserException.WRONG_USAGE, error.exitStatus());
  }
}
