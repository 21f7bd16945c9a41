package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No option is without effect on the loss of a pass of training. */
@ExtendWith(OneThread.class)
class MethodOptionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prefix[length=3] | prefix[length=4]",
        "prefix[length=3] | prefix[length=3,positions=continued]",
        "prefix[length=3] | prefix[length=3,positions=shift]",
        "prefix[length=3] | prefix[length=3,mlp=true,width=5]",
        "prefix[length=3,mlp=true,width=5] | prefix[length=3,mlp=true,width=6]",
        "parallel | parallel[reduction=3]",
        "parallel | parallel[bottleneck=5]",
        "parallel | parallel[scale=2]",
        "parallel | parallel[scale=learned]",
        "mam[length=3,width=5] | mam[length=4,width=5]",
        "mam[length=3,width=5] | mam[length=3,width=6]",
        "mam[length=3,width=5] | mam[length=3,width=5,positions=shift]",
        "mam[length=3,width=5] | mam[length=3,mlp=false]",
        "mam[length=3,width=5] | mam[length=3,width=5,reduction=3]",
        "mam[length=3,width=5] | mam[length=3,width=5,scale=1]",
        "lora[rank=2] | lora[rank=3]",
        "lora[rank=2] | lora[rank=2,alpha=4]",
        "lora[rank=2] | lora[rank=2,targets=q]",
        "lora[rank=2] | lora[rank=2,scale=rs]",
        "lora[rank=2] | lora[rank=2,dropout=0.5]",
        "lora[rank=2] | lora[rank=2,start=pissa]",
        "lora[rank=2] | lora[rank=2,dora=true]",
        "lokr[rank=1] | lokr[rank=2]",
        "lokr[rank=1] | lokr[rank=1,alpha=2]",
        "lokr[rank=1] | lokr[rank=1,both=true]",
        "lokr[rank=1] | lokr[rank=1,factor=2]",
        "lokr[rank=1] | lokr[rank=1,targets=all]",
        "krona | krona[scale=2]",
        "krona | krona[targets=k]",
        "loha[rank=2] | loha[rank=3]",
        "loha[rank=2] | loha[rank=2,alpha=2]",
        "loha[rank=2] | loha[rank=2,targets=wo]",
        "vera[rank=4] | vera[rank=5]",
        "vera[rank=4] | vera[rank=4,targets=all]",
        "nola[coefficients=3,rank=2] | nola[coefficients=4,rank=2]",
        "nola[coefficients=3,rank=2] | nola[coefficients=3,rank=3]",
        "nola[coefficients=3,rank=2] | nola[coefficients=3,rank=2,alpha=1]",
        "nola[coefficients=3,rank=2] | nola[coefficients=3,rank=2,targets=k]",
        "randlora[rank=5] | randlora[rank=6]",
        "randlora[rank=5] | randlora[rank=5,alpha=1]",
        "randlora[rank=5] | randlora[rank=5,variant=code]",
        "randlora[rank=5] | randlora[rank=5,targets=all]",
        "s2lora[rank=3] | s2lora[rank=4]",
        "s2lora[rank=3] | s2lora[rank=3,penalty=0.1]",
        "s2lora[rank=3] | s2lora[rank=3,targets=all]",
        "scalearn[bottleneck=5] | scalearn[bottleneck=5,adapters=3]",
        "scalearn[bottleneck=5] | scalearn[bottleneck=5,dropout=0.1]",
        "scalearn[bottleneck=5] | scalearn[bottleneck=5,uniform=true]",
        "scalearn[bottleneck=5] | scalearn[bottleneck=5,shared=true]",
        "scalearn[bottleneck=5] | scalearn[bottleneck=5,of=adapter]",
        "mask[budget=90] | mask[budget=91]",
        "mask[budget=90] | mask[budget=90,targets=all]"
      })
  void itChangesTheLoss(String one, String other) {
    double difference = loss(one) - loss(other);
    assertTrue(Math.abs(difference) > 1e-9, "" + difference);
  }

  private static double loss(String spec) {
    try (TinyModel tiny = new Tiny(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1);
        NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      MethodContractTest.shake(adaptation, 0.3);
      NDArray loss = tiny.loss(ForwardPass.training(0, 1));
      return GradientCheck.doubles(adaptation.penalty().map(loss::add).orElse(loss))[0];
    }
  }
}
