package io.github.compacter4j.methods.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.torch.RandomInitializer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * ScaLearn (Frohmann et al., 2024): a weighted sum of T adapters that were trained on other tasks;
 * the weights alone train,
 *
 * <pre>
 *   y = x + sum_t omega_t up_t(gelu(down_t(x)))        omega (T, d)
 * </pre>
 *
 * <p>T d parameters for each place of adapters, T with {@code uniform=true}; {@code shared=true}
 * has one omega for all places. omega starts in N(2 / T, 0.001^2); in training {@code dropout} acts
 * on it. A file of it holds the T adapters, so every run starts from one ({@link
 * #startsFromAdapter}).
 *
 * <p>Options: {@code adapters}, T; {@code of}, {@code adapter} or {@code pfeiffer}, the method of
 * all T adapters, with its options, no norms trained; {@code uniform}, {@code shared}, {@code
 * dropout}.
 */
public final class ScaLearn extends Method {
  /** Methods whose adapters are combined. */
  private enum Of {
    ADAPTER,
    PFEIFFER
  }

  private static final List<String> OWN = List.of("adapters", "of", "uniform", "shared", "dropout");
  private static final double DROPOUT = 0.3; // the authors'

  private final AdapterMethod source;
  private final int count; // T

  /** Takes the options that the class names. */
  public ScaLearn(MethodSpec given) {
    this(given, source(given));
  }

  private ScaLearn(MethodSpec given, AdapterMethod source) {
    super(canonical(given, source));
    this.source = source;
    count = spec().positive("adapters", 0);
  }

  private static MethodSpec canonical(MethodSpec given, AdapterMethod source) {
    MethodSpec spec =
        MethodSpec.of("scalearn")
            .with("adapters", given.positive("adapters", 2))
            .with("of", source.name())
            .withUnless("uniform", given.flag("uniform", false), false)
            .withUnless("shared", given.flag("shared", false), false)
            .withUnless("dropout", given.rate("dropout", DROPOUT), DROPOUT);
    return spec.withAll(source.spec().without("norms"));
  }

  private static AdapterMethod source(MethodSpec given) {
    List<String> known = new ArrayList<>(OWN);
    known.addAll(AdapterFamily.denseOptions());
    MethodSpec own = given.allow(known);
    for (String option : OWN) {
      own = own.without(option);
    }
    Of of = given.choice("of", Of.PFEIFFER);
    MethodSpec none =
        MethodSpec.of(of == Of.ADAPTER ? "adapter" : "pfeiffer").with("norms", "none");
    MethodSpec spec = none.withAll(own.without("norms"));
    return (AdapterMethod)
        (of == Of.ADAPTER ? AdapterFamily.adapter(spec) : AdapterFamily.pfeiffer(spec));
  }

  /** The method by which each of the adapters is trained. */
  public Method source() {
    return source;
  }

  /** The name that tells one of the adapters from the others, from 0. */
  public static String adapterName(int number) {
    return "source" + number;
  }

  @Override
  public ScaLearn resolve(Anatomy anatomy) {
    return new ScaLearn(spec(), source.resolve(anatomy));
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    double dropout = spec().rate("dropout", DROPOUT);
    Parameter shared = is("shared") ? omega(plan, "scalearn_omega", anatomy, seed) : null;
    for (Place place : source.places(anatomy)) {
      List<BottleneckAdapter> adapters =
          IntStream.range(0, count)
              .mapToObj(t -> source.adapter(anatomy, place, adapterName(t), seed))
              .toList();
      adapters.forEach(plan::keep);
      String name = anatomy.prefix(place) + ".scalearn_omega";
      Parameter omega = is("shared") ? shared : omega(plan, name, anatomy, seed);
      plan.hook(hooks -> hooks.behind(place, new AdapterMixture(adapters, omega, dropout)));
    }
  }

  private boolean is(String option) {
    return spec().flag(option, false);
  }

  private Parameter omega(Plan plan, String name, Anatomy anatomy, long seed) {
    Shape shape = new Shape(count, is("uniform") ? 1 : anatomy.width());
    Start start =
        (base, owner, s, type) -> {
          NDArray around = RandomInitializer.normal(1e-3).of(seed, name).initialize(owner, s, type);
          return around.addi(2.0 / count);
        };
    return plan.tensor(name, shape, start);
  }

  @Override
  public boolean startsFromAdapter() {
    return true;
  }

  @Override
  public boolean prefixesTask() {
    return source.prefixesTask();
  }
}
