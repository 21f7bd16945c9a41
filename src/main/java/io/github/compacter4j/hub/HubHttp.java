package io.github.compacter4j.hub;

import io.github.compacter4j.UserException;
import io.github.compacter4j.download.DownloadLimits;
import io.github.compacter4j.download.RemoteFile;
import io.github.compacter4j.download.UnreachableException;
import io.github.compacter4j.download.WebClient;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** What the hub tells of files: their commit, content and size, and where their bytes are. */
final class HubHttp {
  private static final String MAIN = "main";
  private static final String COMMIT = "X-Repo-Commit";
  private static final String LINKED_ETAG = "X-Linked-Etag";
  private static final String LINKED_SIZE = "X-Linked-Size";
  private static final Pattern ETAG = Pattern.compile("\\w[\\w.-]{0,199}");

  private final URI endpoint;
  private final Optional<String> token;
  private final WebClient questions;
  private final WebClient web;

  HubHttp(HubSettings settings, DownloadLimits limits) {
    this.endpoint = settings.endpoint();
    this.token = settings.token();
    this.questions = new WebClient(settings.ofQuestions(limits), this::headers);
    this.web = new WebClient(settings.ofDownloads(limits), this::headers);
  }

  /** The token goes to the hub alone. */
  private Map<String, String> headers(URI at) {
    return token.isPresent() && WebClient.origin(at).equals(WebClient.origin(endpoint))
        ? Map.of("Authorization", "Bearer " + token.get())
        : Map.of();
  }

  /** The client of downloads, which carries the token. */
  WebClient web() {
    return web;
  }

  /** A file's bytes. */
  RemoteFile remote(HubFile file) {
    return new RemoteFile(
        address(file.repo(), file.commit(), file.name()),
        file.label(),
        file.name(),
        file.size(),
        file.hasSha256() ? file.etag() : "");
  }

  /**
   * A file of the main branch, which also tells the branch's commit.
   *
   * @throws UserException where repository or file do not exist or are not for this user
   */
  HubFile headOfMain(String repo, String file) throws UnreachableException, InterruptedException {
    HubAnswer answer = head(repo, MAIN, file);
    if (!answer.found()) {
      throw HubRefusal.of(answer, endpoint, repo, file, token.isPresent());
    }
    return described(repo, file, answer);
  }

  /** A file of a commit, empty where the commit has none of this name. */
  Optional<HubFile> head(HubFile sibling, String file)
      throws UnreachableException, InterruptedException {
    HubAnswer answer = head(sibling.repo(), sibling.commit(), file);
    if (answer.isMissingFile()) {
      return Optional.empty();
    }
    if (!answer.found()) {
      throw HubRefusal.of(answer, endpoint, sibling.repo(), file, token.isPresent());
    }
    HubFile found = described(sibling.repo(), file, answer);
    return Optional.of(
        new HubFile(found.repo(), sibling.commit(), file, found.etag(), found.size()));
  }

  private HubFile described(String repo, String file, HubAnswer answer) {
    if (!HubLayout.isCommit(answer.commit()) || !ETAG.matcher(answer.etag()).matches()) {
      throw new UserException(
          "%s does not answer as a Hugging Face hub for %s/%s: expected %s with 40 hexadecimal"
                  .formatted(endpoint, repo, file, COMMIT)
              + " digits and an ETag; see HF_ENDPOINT");
    }
    return new HubFile(repo, answer.commit(), file, answer.etag(), answer.size());
  }

  /** Follows redirects until content and commit are known: large files name them at once. */
  private HubAnswer head(String repo, String revision, String file)
      throws UnreachableException, InterruptedException {
    URI at = address(repo, revision, file);
    String commit = "";
    String linkedEtag = "";
    long linkedSize = -1;
    for (int hop = 0; hop <= WebClient.MAX_REDIRECTS; hop++) {
      HttpResponse<Void> response = questions.head(at);
      HttpHeaders headers = response.headers();
      commit = commit.isEmpty() ? headers.firstValue(COMMIT).orElse("") : commit;
      linkedEtag = linkedEtag.isEmpty() ? headers.firstValue(LINKED_ETAG).orElse("") : linkedEtag;
      linkedSize = linkedSize < 0 ? number(headers, LINKED_SIZE) : linkedSize;
      boolean redirect = WebClient.isRedirect(response.statusCode());
      if (redirect && (commit.isEmpty() || linkedEtag.isEmpty())) {
        at = WebClient.redirected(at, headers.firstValue("Location").orElse(""));
        continue;
      }
      String etag = linkedEtag.isEmpty() ? headers.firstValue("ETag").orElse("") : linkedEtag;
      long size = linkedSize >= 0 || redirect ? linkedSize : number(headers, "Content-Length");
      String code = headers.firstValue("X-Error-Code").orElse("");
      return new HubAnswer(
          redirect ? 200 : response.statusCode(), code, commit, unquoted(etag), size);
    }
    throw WebClient.tooManyRedirects(repo + "/" + file, endpoint);
  }

  private URI address(String repo, String revision, String file) {
    return URI.create(endpoint + "/" + repo + "/resolve/" + revision + "/" + file);
  }

  private static String unquoted(String etag) {
    return etag.replaceFirst("^W/", "").replace("\"", "");
  }

  private static long number(HttpHeaders headers, String name) {
    try {
      OptionalLong value = headers.firstValueAsLong(name);
      return value.isPresent() && value.getAsLong() >= 0 ? value.getAsLong() : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
