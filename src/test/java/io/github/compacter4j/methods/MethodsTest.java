package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.t5.T5Config;
import java.io.IOException;
import java.nio.file.Files;
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

  @Test
  void thePageOfMethodsHasEachOfThem() throws IOException {
    String page = Files.readString(Home.folder().orElseThrow().resolve("docs/methods.md"));
    for (String name : Methods.names()) {
      assertTrue(page.contains("`" + name + "`"), name);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bitfit | bitfit",
        "prompt-random | prompt-random[length=100]",
        "prompt-vocabulary | prompt-vocabulary[length=100,init=pretrained]",
        "said | said[dimension=20000,gradient=faithful]",
        "head | head",
        "norms | norms",
        "lora | lora[rank=8,alpha=8,targets=q+v]",
        "ia3 | ia3",
        "lora[dropout=0.10,start=pissa,dora=true]"
            + " | lora[rank=8,alpha=8,targets=q+v,dropout=0.1,start=pissa,dora=true]",
        "lokr | lokr[rank=8,alpha=8,targets=q+v]",
        "lokr[factor=4,both=true] | lokr[rank=8,alpha=8,targets=q+v,factor=4,both=true]",
        "krona | krona[scale=1,targets=q+v]",
        "vera | vera[rank=256,targets=q+v]",
        "nola | nola[coefficients=256,rank=8,alpha=8,targets=q+v]",
        "randlora | randlora[rank=32,alpha=640,targets=q+v]",
        "s2lora[penalty=0.01] | s2lora[rank=32,targets=q+v,penalty=0.01]",
        "mask | mask[budget=10000,targets=q+v]",
        "loha | loha[rank=8,alpha=8,targets=q+v]",
        "prefix | prefix[length=30]",
        "scalearn | scalearn[adapters=2,of=pfeiffer,reduction=auto]",
        "scalearn[dropout=0] | scalearn[adapters=2,of=pfeiffer,dropout=0,reduction=auto]",
        "scalearn[shared=true,of=adapter,bottleneck=3] | scalearn[adapters=2,of=adapter,shared=true,bottleneck=3]",
        "invertible | invertible[reduction=2]",
        "invertible[bottleneck=7] | invertible[bottleneck=7]",
        "parallel | parallel[reduction=2,scale=4]",
        "parallel[scale=learned,bottleneck=7] | parallel[bottleneck=7,scale=learned]",
        "mam | mam[length=30,width=800,reduction=2,scale=4]",
        "prefix[mlp=true] | prefix[length=30,mlp=true,width=512]",
        "adalora | adalora[rank=12,target=8,alpha=8,targets=auto,penalty=0.5,tinit=0,tfinal=0,deltaT=1]",
        "dylora | dylora[rank=8,alpha=8,targets=q+v,frozen=false]",
        "increlora | increlora[rank=1,target=8,alpha=16,targets=q+v,penalty=0.3,warmup=0,interval=10,top=3,increment=4,most=32]",
        "lisa | lisa[blocks=2,interval=20]",
        "spiel | spiel[density=0.01,targets=q+v,interval=20,collect=5,rate=0.2]",
        "svfit | svfit[rank=256,targets=q+v]",
        "loldu | loldu[rank=256,alpha=256,targets=q+v]",
        "slora | slora[rank=8,alpha=8,targets=q+v]",
        "inttune | inttune[rank=128,alpha=128,targets=q+v]",
        "sora | sora[rank=8,alpha=16,targets=q+v,threshold=0.0003,penalty=0]"
      })
  void defaults(String name, String spec) {
    assertEquals(spec, Methods.parse(name).spec().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bitfit | bitfit[finalNorms=false] | bitfit | bitfit",
        "prompt-vocabulary | prompt-vocabulary[length=100,init=pretrained]"
            + " | prompt-vocabulary[length=100,init=pretrained,first=1996]"
            + " | prompt-vocabulary[length=100,init=pretrained,first=4]",
        "prompt-vocabulary[first=0] | prompt-vocabulary[length=100,init=pretrained]"
            + " | prompt-vocabulary[length=100,init=pretrained,first=0]"
            + " | prompt-vocabulary[length=100,init=pretrained,first=0]",
        "adapterdrop | adapterdrop[reduction=32,layers=5..11]"
            + " | adapterdrop[reduction=32,layers=2..5] | adapterdrop[reduction=32,layers=5..11]",
        "prefix | prefix[length=30,positions=nobias] | prefix[length=30] | prefix[length=30]",
        "phm | phm[n=12,reduction=32] | phm[n=12,reduction=32] | phm[n=12,reduction=32]"
      })
  void resolvedForAModel(String spec, String t5Base, String miniLm, String robertaBase) {
    Method method = Methods.parse(spec);
    assertEquals(t5Base, method.resolve(T5Config.base()).spec().toString());
    assertEquals(miniLm, method.resolve(BertConfig.named("minilm")).spec().toString());
    assertEquals(robertaBase, method.resolve(BertConfig.named("roberta-base")).spec().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bitfit[finalNorms=false] | finalNorms",
        "adapter[taskPrefix=true] | taskPrefix",
        "prefix[positions=nobias] | positions has no meaning for this model",
        "randlora[rank=769] | at most 768",
        "mask[budget=99000000] | budget=99000000 is more than the 14155776 entries of targets=q+v",
        "loha[rank=769] | at most 768",
        "lokr[factor=5] | factor=5 divides none of the matrices' sides [768]",
        "prompt-random[length=512] | length=512 leaves no position for a text; the model has 512",
        "prompt-vocabulary[first=30500] | first=30500 with length=100"
      })
  void whatAnEncoderCannotDoIsNamed(String spec, String named) {
    BertConfig config = BertConfig.named("bert-base-uncased");
    Method method = Methods.parse(spec);
    UserException error = assertThrows(UserException.class, () -> method.resolve(config));
    assertTrue(error.getMessage().contains(named), error.getMessage());
    assertEquals(UserException.WRONG_USAGE, error.exitStatus());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bitfit[finalNorm=true] | finalNorms",
        "prompt-vocabulary[first=-1] | positive whole number",
        "prompt-vocabulary[init=head,first=7] | first",
        "bitfit[finalNorms=yes] | true",
        "parallel[scale=0] | positive number",
        "mam[mlp=false,width=5] | width has no meaning with mlp=false",
        "lora[dropout=1] | dropout is '1', expected a number from 0 to below 1",
        "scalearn[dropout=1.5] | below 1",
        "lora[start=svd] | pissa",
        "prefix[width=5] | width has no meaning with mlp=false",
        "prefix[positions=shifted] | shift",
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
