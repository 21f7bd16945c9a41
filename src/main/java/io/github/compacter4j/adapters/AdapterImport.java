package io.github.compacter4j.adapters;

import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertHead;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.peft.PeftFolder;
import io.github.compacter4j.hub.ModelFolders;
import io.github.compacter4j.learner.Encoder;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Makes an adapter of this program from what Python's {@code peft} library saved.
 *
 * <pre>
 *   AdapterImport.of(folder).write(model, Glue.sst2(), null, 42, out)
 * </pre>
 */
public final class AdapterImport {
  private static final String CLASSIFIER = "classifier.";

  private final Path folder;
  private final boolean force;
  private final PeftFolder peft;

  private AdapterImport(Path folder, boolean force) {
    this.folder = folder;
    this.force = force;
    peft = PeftFolder.open(folder);
  }

  /**
   * Reads what a folder is of.
   *
   * @throws UserException if it has no adapter of peft, or one of a method that is not known here
   */
  public static AdapterImport of(Path folder) {
    return of(folder, false);
  }

  /** Reads what a folder is of; {@code force} takes a base of another name or fingerprint too. */
  public static AdapterImport of(Path folder, boolean force) {
    return new AdapterImport(folder, force);
  }

  /**
   * The base model to load.
   *
   * @param asked what was asked for, null for the one that the folder names
   * @throws UserException if the folder names none or another, one that is not there, or a revision
   */
  public String base(String asked) {
    String named = peft.info().map(info -> info.model().name()).or(peft::base).orElse(null);
    if (asked == null && named == null) {
      throw UserException.usage(folder + ": names no base model; --base names it");
    }
    if (asked != null && named != null && !force && !isSame(asked, named)) {
      throw UserException.usage(
          "%s: trained on %s, --base names %s; --force takes it all the same"
              .formatted(folder, named, asked));
    }
    if (asked != null) {
      return asked;
    }
    requireObtainable(named);
    return named;
  }

  /** Refuses what the folder's base model cannot be, if nobody says where it is. */
  private void requireObtainable(String named) {
    if (peft.revision().isPresent()) {
      throw UserException.usage(
          "%s: revision is %s of %s, and a model is obtained at its latest; --base names a folder that has that one"
              .formatted(folder, peft.revision().get(), named));
    }
    if (Path.of(named).isAbsolute() && !Files.isDirectory(Path.of(named))) {
      throw UserException.usage(
          "%s: trained on %s, a folder that is not here; --base names where it is"
              .formatted(folder, named));
    }
  }

  /** What a user of the adapter should know, a sentence each. */
  public List<String> notes(Pretrained base) {
    List<String> notes = new ArrayList<>();
    if (!peft.notRepeated().isEmpty()) {
      notes.add(
          "training on does without %s, for which no option stands here"
              .formatted(String.join(", ", peft.notRepeated())));
    }
    if (base instanceof Encoder && savedPooling() == null) {
      notes.add("no head in the folder: a new one, which has to be trained before it predicts");
    }
    return notes;
  }

  /** How the head that peft saved pools; null where it saved none. */
  private String savedPooling() {
    return peft.has(BertHead.MEAN + ".") ? "mean" : peft.has(CLASSIFIER) ? "cls" : null;
  }

  /** Folders of one name count as one model, wherever they lie. */
  private static boolean isSame(String a, String b) {
    return last(a).equalsIgnoreCase(last(b));
  }

  private static Path lastOf(String name) {
    Path last = Path.of(ModelFolders.repository(name)).getFileName();
    return last == null ? Path.of(name) : last;
  }

  private static String last(String name) {
    return lastOf(name).toString();
  }

  /**
   * The task that the adapter serves.
   *
   * @param asked what was asked for, null for the one that this program wrote into the folder
   * @throws UserException if neither is there
   */
  public String task(String asked) {
    if (asked != null) {
      return asked;
    }
    return peft.info()
        .map(AdapterInfo::task)
        .orElseThrow(
            () ->
                UserException.usage(
                    folder + ": peft saves no task; --task names the one that it serves"));
  }

  /**
   * Writes {@code adapter.safetensors} and {@code adapter.json}.
   *
   * @param pooling of a new head, where the folder has none; null for the usual one
   * @param seed of a new head
   * @param out a folder that has no adapter yet
   * @return what {@code adapter.json} says
   * @throws UserException naming what does not fit the base model, or what no option means
   */
  public AdapterInfo write(Pretrained base, Task task, String pooling, long seed, Path out) {
    RunFolder target = WrittenAdapter.free(out);
    if (!force) {
      peft.info().ifPresent(info -> info.requireBase(folder, base.identity()));
    }
    return WrittenAdapter.write(
        target,
        plan(base, task, pooling).seed(seed),
        (network, adaptation) -> {
          requireHead(base, network.headTensors().keySet());
          peft.copyInto(adaptation);
        });
  }

  private FineTuning plan(Pretrained base, Task task, String pooling) {
    FineTuning plan = FineTuning.of(base, Methods.of(peft.spec(base.anatomy())), task);
    String saved = savedPooling();
    if (saved != null && pooling != null && !saved.equals(pooling)) {
      throw UserException.usage(
          "%s: its head has pooling %s, not %s".formatted(folder, saved, pooling));
    }
    String chosen = saved == null ? pooling : saved;
    return chosen == null ? plan : plan.pooling(chosen);
  }

  /** Refuses a head of which peft saved a part and the rest is nowhere. */
  private void requireHead(Pretrained base, Set<String> head) {
    if (head.stream().noneMatch(peft::has)) {
      return; // a new head
    }
    for (String name : head) {
      if (!peft.has(name) && !base.startsHead(name)) {
        throw new UserException(
            "%s: tensor %s of the head is missing, here and in %s; save it with modules_to_save"
                .formatted(folder, name, base.name()));
      }
    }
  }
}
