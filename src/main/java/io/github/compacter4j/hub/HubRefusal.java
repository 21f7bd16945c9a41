package io.github.compacter4j.hub;

import io.github.compacter4j.UserException;
import java.net.URI;
import java.util.List;

/** What to tell when the hub has something else than what was asked for. */
final class HubRefusal {
  private HubRefusal() {}

  /** A file that the hub does not give. */
  static UserException of(
      HubAnswer answer, URI endpoint, String repo, String file, boolean withToken) {
    String where = "model '" + repo + "' at " + endpoint;
    boolean gated = answer.errorCode().equals("GatedRepo");
    if (gated || answer.status() == 401 || answer.status() == 403) {
      String token =
          withToken
              ? "the token that was sent (HF_TOKEN, or the hub's login) gives no access"
              : "set HF_TOKEN to a token that may read it";
      String advice =
          gated
              ? "is gated (status %d): accept its terms at %s/%s; %s"
              : "does not exist, or is gated or private (status %d): check the name at %s/%s; %s";
      return new UserException(
          where + " " + advice.formatted(answer.status(), endpoint, repo, token));
    }
    if (answer.status() != 404) {
      return new UserException(
          "%s: status %d for %s %s"
              .formatted(where, answer.status(), file, answer.errorCode())
              .strip());
    }
    return switch (answer.errorCode()) {
      case "EntryNotFound" -> new UserException(where + " has no " + file + ", which is needed");
      case "RevisionNotFound" -> new UserException(where + " has no branch main");
      default ->
          new UserException(
              where
                  + " is unknown (status 404 for "
                  + file
                  + "): check the name; models of an organisation need it in front, such as"
                  + " google/t5-v1_1-small");
    };
  }

  /** A repository without some required files; how to make them where Python can. */
  static UserException incomplete(
      URI endpoint, String repo, List<String> missing, boolean pickledWeights) {
    String found =
        pickledWeights
            ? " (it has pytorch_model.bin, a pickle, which is not read: it can run code)"
            : "";
    return new UserException(
        ("model '%s' at %s has no %s%s; convert it with Python's transformers:"
                + " AutoModelForSeq2SeqLM.from_pretrained('%s').save_pretrained('DIR',"
                + " safe_serialization=True);"
                + " AutoTokenizer.from_pretrained('%s').save_pretrained('DIR');"
                + " then pass DIR instead of the name")
            .formatted(repo, endpoint, names(missing), found, repo, repo));
  }

  /** A repository that is not all in the cache while nothing can be fetched. */
  static UserException unavailable(
      String repo, List<String> missing, HubLayout layout, String why) {
    return new UserException(
        ("model '%s': no %s in the cache %s, and %s;"
                + " or download the model elsewhere and pass its folder instead of the name")
            .formatted(repo, names(missing), layout.folder(), why));
  }

  private static String names(List<String> files) {
    return String.join(", ", files);
  }
}
