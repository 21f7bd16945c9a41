package io.github.compacter4j;

import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The method of a golden file as the project's text for it: from {@code method}, {@code config} and
 * {@code target_modules}, or from the reference's {@code config_file} and {@code overrides}.
 */
public final class GoldenMethods {
  private static final Pattern TRAINED = Pattern.compile(".*_tiny(_h)?_train_(\\w+)\\.json");

  /** Our names of the reference's configuration files. */
  private static final Map<String, String> CONFIG_FILES =
      Map.of(
          "baseline.json", "full",
          "adapters.json", "adapter",
          "pfeiffer_adapters.json", "pfeiffer",
          "adapters_drop.json", "adapterdrop",
          "low_rank_adapters.json", "lowrank",
          "phm_adapters.json", "phm",
          "compacter.json", "compacter",
          "compacter++.json", "compacter++",
          "bitfit.json", "bitfit",
          "prompt_tuning_random_init.json", "prompt-random");

  private static final List<String> ALL_TARGETS = List.of("k", "o", "q", "v", "wi", "wo");

  private GoldenMethods() {}

  /** A file with several rules of a method as one document for each rule. */
  public static List<JsonNode> cases(JsonNode golden) {
    List<JsonNode> cases = new ArrayList<>();
    for (Map.Entry<String, JsonNode> rule : golden.path("rules").properties()) {
      ObjectNode one = golden.deepCopy();
      one.remove("rules");
      ((ObjectNode) one.required("config")).put("positions", rule.getKey());
      one.setAll((ObjectNode) rule.getValue());
      cases.add(one);
    }
    return cases.isEmpty() ? List.of(golden) : cases;
  }

  /** The method of this file; the test is skipped, naming both, where it is not built. */
  public static Method require(String file, JsonNode golden) {
    return find(file, golden)
        .orElseGet(() -> abort(file + ": method " + name(file, golden) + " is not built, skipped"));
  }

  /** The method of this file; empty where it is not built. */
  public static Optional<Method> find(String file, JsonNode golden) {
    return spec(file, golden).filter(GoldenMethods::isBuilt).map(Methods::parse);
  }

  private static boolean isBuilt(String spec) {
    try {
      Methods.parse(spec);
      return true;
    } catch (UserException e) {
      if (e.getMessage().matches("unknown (method|option of method) (?s:.*)")) {
        return false;
      }
      throw e;
    }
  }

  /**
   * The method of a row of counts, its one number given; empty where it is not built.
   *
   * @param knob the rank
   * @param d the width of the model
   */
  public static Optional<Method> counted(String row, int knob, int d) {
    String spec =
        switch (row) {
          case "adalora" -> "adalora[rank=%d,target=%d]".formatted(knob, Math.max(1, 2 * knob / 3));
          case "dylora", "inttune", "loldu", "slora", "sora", "svfit" ->
              row + "[rank=" + knob + "]";
          case "ia3" -> "ia3";
          case "lora" -> "lora[rank=" + knob + "]";
          case "dora" -> "lora[rank=" + knob + ",dora=true]";
          case "lokr" -> "lokr[rank=" + knob + "]";
          case "lokr_full" -> "krona";
          case "loha" -> "loha[rank=" + knob + "]";
          case "vera", "randlora", "s2lora" -> row + "[rank=" + knob + "]";
          case "invertible_nice" -> "invertible[bottleneck=" + bottleneck(d / 2, knob) + "]";
          case "nola" -> "nola[coefficients=" + knob + "]";
          case "lora_all" -> "lora[rank=" + knob + ",targets=all]";
          case "ln_tuning" -> "norms";
          case "prefix_flat" -> "prefix[length=" + knob + "]";
          case "mam" -> "mam";
          case "mam_flat" ->
              "mam[mlp=false,length=%d,bottleneck=%d]"
                  .formatted(Math.max(1, knob / 4), bottleneck(d, knob));
          case "parallel" -> "parallel[bottleneck=" + bottleneck(d, knob) + "]";
          case "prefix_mlp" -> "prefix[mlp=true]";
          default -> null;
        };
    return Optional.ofNullable(spec).filter(GoldenMethods::isBuilt).map(Methods::parse);
  }

  /** The adapters library takes d / k, a fraction, and for some k finds one less in it. */
  private static int bottleneck(int width, int knob) {
    double reduction = (double) width / knob;
    return (int) Math.round((width - width % reduction) / reduction);
  }

  /** What the file itself calls its method. */
  private static String name(String file, JsonNode golden) {
    Matcher trained = TRAINED.matcher(file);
    return golden.has("method")
        ? golden.required("method").asText()
        : trained.matches() ? trained.group(2) : file.replace(".json", "");
  }

  /** The text of the file's method; empty where there is none in the tables below. */
  private static Optional<String> spec(String file, JsonNode golden) {
    if (golden.has("config_file")) {
      return Optional.of(ofReference(golden));
    }
    if (golden.path("config").has("d_model")) {
      return Optional.of("full");
    }
    if (file.matches("(bert|roberta)_.*")) {
      return Optional.of(ofEncoder(name(file, golden), golden));
    }
    return switch (name(file, golden)) {
      case "ia3", "ia3_ff" ->
          golden.at("/config/sites").isMissingNode() ? Optional.of("ia3") : Optional.empty();
      case "prefix", "prefix_adapters_flat", "prefix_adapters_mlp" -> prefix(golden);
      case "parallel", "parallel_learned_scale" ->
          Optional.of("parallel[" + parallelOptions(golden.required("config")) + "]");
      case "invertible_nice" ->
          Optional.of("invertible[reduction=" + golden.at("/config/rf").asInt() + "]");
      case "mam_adapters" -> Optional.of(mam(golden.required("config")));
      case "lora", "lora_all_rslora" -> Optional.of(lora(golden));
      case "adalora" -> Optional.of(adalora(golden));
      case "dylora", "dylora_frozen" -> Optional.of(dylora(golden));
      case "increlora" -> Optional.of(increlora(golden));
      case "sora" -> Optional.of(sora(golden));
      case "dora" -> Optional.of(lora(golden).replace("]", ",dora=true]"));
      case "linear_pissa_init" -> Optional.of(lora(golden).replace("]", ",start=pissa]"));
      case "lokr", "lokr_full" -> Optional.of("lokr[" + sizes(golden) + "]");
      case "lokr_both" ->
          Optional.of(
              "lokr[%s,both=true,factor=%s]"
                  .formatted(
                      sizes(golden), golden.required("config").required("decompose_factor")));
      case "loha", "vera", "randlora" ->
          Optional.of(
              name(file, golden)
                  + "["
                  + sizes(golden)
                  + (name(file, golden).equals("randlora") ? ",variant=code]" : "]"));
      case "randlora_paper" -> Optional.of("randlora[" + sizes(golden) + "]");
      case "s2lora" -> Optional.of("s2lora[" + sizes(golden).replace("=q", "=q+v") + "]");
      case "nola" ->
          Optional.of(
              "nola[coefficients=%d,%s]"
                  .formatted(golden.required("config").required("k").asInt(), sizes(golden)));
      case "lisa" -> Optional.of(lisa(golden));
      case "spiel" -> Optional.of(spiel(golden));
      case "svfit" -> Optional.of(ranked("svfit", golden));
      case "loldu", "slora" -> Optional.of(scaled(name(file, golden), golden));
      default -> Optional.empty();
    };
  }

  /** The method of an encoder's file; files of training leave the sizes to their start. */
  private static String ofEncoder(String name, JsonNode golden) {
    String bottleneck = "bottleneck=" + golden.path("bottleneck").asInt(8);
    String n = "n=" + golden.path("n").asInt(4);
    return switch (name.replaceFirst("^(bert|roberta)_tiny_", "")) {
      case "bert_tiny", "roberta_tiny", "full" -> "full";
      case "bitfit" -> "bitfit";
      case "adapter", "pfeiffer", "lowrank" -> name + "[" + bottleneck + "]";
      case "phm", "compacter" -> name + "[" + n + "," + bottleneck + "]";
      case "compacterpp" -> "compacter++[" + n + "," + bottleneck + "]";
      default -> throw new AssertionError("no method for the encoder's " + name);
    };
  }

  /**
   * What {@code peft} makes of a T5, where half of the vectors are without effect, is not copied.
   */
  private static Optional<String> prefix(JsonNode golden) {
    JsonNode config = golden.required("config");
    if (config.has("projection")) {
      return Optional.empty();
    }
    return Optional.of("prefix[" + prefixOptions(config) + "]");
  }

  /** Files of the {@code adapters} library have its rule of positions and say nothing of it. */
  private static String prefixOptions(JsonNode config) {
    String options = "length=" + config.required("prefix_length").asInt();
    if (config.has("bottleneck_size")) {
      options += ",mlp=true,width=" + config.required("bottleneck_size").asInt();
    }
    return options + ",positions=" + config.path("positions").asText("shift");
  }

  /** A scale that is no number is learned. */
  private static String parallelOptions(JsonNode config) {
    JsonNode scale = config.required("scaling");
    return "reduction=%d,scale=%s"
        .formatted(
            config.required("reduction_factor").asInt(),
            scale.isNumber() ? scale.asText() : "learned");
  }

  private static String mam(JsonNode config) {
    String prefix = prefixOptions(config).replace("mlp=true,", "");
    return "mam[" + prefix + "," + parallelOptions(config) + "]";
  }

  private static String lora(JsonNode golden) {
    JsonNode config = golden.required("config");
    String scale = config.path("rslora").asBoolean() ? ",scale=rs" : "";
    return "lora[" + sizes(golden) + scale + "]";
  }

  /** Rank, targets and, where there is one, alpha. */
  private static String sizes(JsonNode golden) {
    JsonNode config = golden.required("config");
    String alpha = config.has("alpha") ? ",alpha=" + config.required("alpha").asText() : "";
    return "rank=" + config.required("r").asInt() + alpha + ",targets=" + targets(golden);
  }

  private static String adalora(JsonNode golden) {
    JsonNode config = golden.required("config");
    int rank = config.has("r") ? config.required("r").asInt() : config.required("init_r").asInt();
    return "adalora[rank=%d,target=%d,alpha=%s,targets=%s,penalty=%s,tinit=%d,tfinal=%d,deltaT=%d]"
        .formatted(
            rank,
            config.path("target_r").asInt(1),
            config.required("alpha").asText(),
            targets(golden),
            config.path("orth_reg").asDouble(0),
            config.path("tinit").asInt(),
            config.path("tfinal").asInt(),
            config.path("deltaT").asInt(1));
  }

  private static String dylora(JsonNode golden) {
    JsonNode config = golden.required("config");
    return "dylora[rank=%d,alpha=%s,targets=%s,frozen=%s,use=%d]"
        .formatted(
            config.required("r").asInt(),
            config.required("alpha").asText(),
            targets(golden),
            config.required("frozen").asText(),
            config.path("b").asInt(0) + 1);
  }

  private static String lisa(JsonNode golden) {
    JsonNode config = golden.required("config");
    return "lisa[blocks=%d,interval=%d]"
        .formatted(config.required("gamma").asInt(), config.required("interval").asInt());
  }

  private static String spiel(JsonNode golden) {
    JsonNode config = golden.required("config");
    return "spiel[density=%s,targets=%s,interval=%d,collect=%d,rate=%s]"
        .formatted(
            config.required("density").asText(),
            targets(golden),
            config.required("reselection_steps").asInt(),
            config.required("accumulation_steps").asInt(),
            config.required("initial_rate").asText());
  }

  private static String ranked(String name, JsonNode golden) {
    int rank = golden.at("/config/r").asInt();
    return "%s[rank=%d,targets=%s]".formatted(name, rank, targets(golden));
  }

  private static String scaled(String name, JsonNode golden) {
    String alpha = golden.at("/config/alpha").asText();
    return ranked(name, golden).replace(",targets", ",alpha=" + alpha + ",targets");
  }

  /** The reference bounds no matrix: none can grow by more than what every step brings. */
  private static String increlora(JsonNode golden) {
    JsonNode config = golden.required("config");
    int rank = config.required("init_r").asInt();
    int increment = config.required("incre_rank_num").asInt();
    return "increlora[rank=%d,target=%d,alpha=%s,targets=%s,penalty=0,warmup=%d,interval=%d,top=%d,increment=%d,most=%d]"
        .formatted(
            rank,
            config.required("target_r").asInt(),
            config.required("alpha").asText(),
            targets(golden),
            config.required("init_warmup").asInt(),
            config.required("incre_interval").asInt(),
            config.required("top_h").asInt(),
            increment,
            rank + increment * golden.required("steps").size());
  }

  private static String sora(JsonNode golden) {
    JsonNode config = golden.required("config");
    return "sora[rank=%d,alpha=%s,targets=%s,threshold=%s,penalty=%s]"
        .formatted(
            config.required("r").asInt(),
            config.required("alpha").asText(),
            targets(golden),
            config.path("lambda2").asDouble(0),
            config.path("lambda1").asDouble(0));
  }

  /** The names of modules; a file of one layer has none, and any will do. */
  private static String targets(JsonNode golden) {
    JsonNode named =
        golden.has("target_modules")
            ? golden.required("target_modules")
            : golden.at("/config/target_modules");
    List<String> modules = named.isMissingNode() ? List.of("q") : Goldens.strings(named);
    return modules.containsAll(ALL_TARGETS) ? "all" : String.join("+", modules);
  }

  private static String ofReference(JsonNode golden) {
    String file = golden.required("config_file").asText();
    String name = CONFIG_FILES.get(file);
    if (name == null) {
      throw new AssertionError("no method for the reference's " + file);
    }
    JsonNode overrides = golden.required("overrides");
    String reduction = "reduction=" + overrides.path("task_reduction_factor").asInt(3);
    String n = "n=" + overrides.path("hypercomplex_division").asInt(4);
    return switch (name) {
      case "adapter", "pfeiffer", "lowrank" -> name + "[" + reduction + "]";
      case "adapterdrop" -> name + "[" + layers(overrides) + "," + reduction + "]";
      case "phm", "compacter", "compacter++" -> name + "[" + n + "," + reduction + "]";
      case "prompt-random" -> name + "[length=" + overrides.required("prefix_dim").asInt() + "]";
      default -> name;
    };
  }

  private static String layers(JsonNode overrides) {
    long[] blocks = Goldens.longs(overrides.required("task_adapter_layers_encoder"));
    return "layers=" + blocks[0] + ".." + blocks[blocks.length - 1];
  }
}
