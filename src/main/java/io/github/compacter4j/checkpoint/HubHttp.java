package io.github.compacter4j.checkpoint;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Flow.Publisher;
import java.util.regex.Pattern;

/** The two requests that the cache needs: what a file is, and its bytes. */
final class HubHttp {
  private static final int MAX_REDIRECTS = 10;
  private static final String MAIN = "main";
  private static final String COMMIT = "X-Repo-Commit";
  private static final String LINKED_ETAG = "X-Linked-Etag";
  private static final String LINKED_SIZE = "X-Linked-Size";
  private static final Pattern ETAG = Pattern.compile("\\w[\\w.-]{0,199}");

  private final URI endpoint;
  private final Optional<String> token;
  private final HubLimits limits;
  private final HttpClient client;

  HubHttp(HubSettings settings, HubLimits limits) {
    this.endpoint = settings.endpoint();
    this.token = settings.token();
    this.limits = limits;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER) // done here, so that the token stays home
            .connectTimeout(limits.connect())
            .proxy(ProxySelector.getDefault())
            .build();
  }

  /**
   * A file of the main branch, which also tells the branch's commit.
   *
   * @throws UserException where repository or file do not exist or are not for this user
   */
  HubFile headOfMain(String repo, String file)
      throws HubUnreachableException, InterruptedException {
    HubAnswer answer = head(repo, MAIN, file);
    if (!answer.found()) {
      throw HubRefusal.of(answer, endpoint, repo, file, token.isPresent());
    }
    return described(repo, file, answer);
  }

  /** A file of a commit, empty where the commit has none of this name. */
  Optional<HubFile> head(HubFile sibling, String file)
      throws HubUnreachableException, InterruptedException {
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
      throws HubUnreachableException, InterruptedException {
    URI at = address(repo, revision, file);
    String commit = "";
    String linkedEtag = "";
    long linkedSize = -1;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpResponse<Void> response = patiently(at);
      HttpHeaders headers = response.headers();
      commit = commit.isEmpty() ? headers.firstValue(COMMIT).orElse("") : commit;
      linkedEtag = linkedEtag.isEmpty() ? headers.firstValue(LINKED_ETAG).orElse("") : linkedEtag;
      linkedSize = linkedSize < 0 ? number(headers, LINKED_SIZE) : linkedSize;
      boolean redirect = isRedirect(response.statusCode());
      if (redirect && (commit.isEmpty() || linkedEtag.isEmpty())) {
        at = redirected(at, headers.firstValue("Location").orElse(""));
        continue;
      }
      String etag = linkedEtag.isEmpty() ? headers.firstValue("ETag").orElse("") : linkedEtag;
      long size = linkedSize >= 0 || redirect ? linkedSize : number(headers, "Content-Length");
      String code = headers.firstValue("X-Error-Code").orElse("");
      return new HubAnswer(
          redirect ? 200 : response.statusCode(), code, commit, unquoted(etag), size);
    }
    throw tooManyRedirects(repo, file);
  }

  private HttpResponse<Void> patiently(URI at)
      throws HubUnreachableException, InterruptedException {
    for (int failure = 1; ; failure++) {
      HttpResponse<Void> response = once("HEAD", at, 0, BodyHandlers.discarding());
      if (!isTransient(response.statusCode())) {
        return response;
      }
      if (failure >= limits.attempts()) {
        throw new HubUnreachableException(origin(at) + ": status " + response.statusCode());
      }
      limits.pauseAfter(failure);
    }
  }

  /**
   * Asks for the bytes of a file from some byte on.
   *
   * @return an answer of status 200 (all bytes), 206 (those asked for) or 416 (there are none)
   */
  HttpResponse<Publisher<List<ByteBuffer>>> get(HubFile file, long from)
      throws HubUnreachableException, InterruptedException {
    BodyHandler<Publisher<List<ByteBuffer>>> handler =
        info ->
            info.statusCode() == 200 || info.statusCode() == 206
                ? BodySubscribers.ofPublisher()
                : BodySubscribers.replacing(null);
    URI at = address(file.repo(), file.commit(), file.name());
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpResponse<Publisher<List<ByteBuffer>>> response = once("GET", at, from, handler);
      int status = response.statusCode();
      if (isRedirect(status)) {
        at = redirected(at, response.headers().firstValue("Location").orElse(""));
      } else if (status == 200 || (from > 0 && (status == 206 || status == 416))) {
        return response;
      } else if (isTransient(status)) {
        throw new HubUnreachableException(origin(at) + ": status " + status);
      } else {
        throw new UserException(
            file.label() + ": expected its bytes from " + origin(at) + ", got status " + status);
      }
    }
    throw tooManyRedirects(file.repo(), file.name());
  }

  private <T> HttpResponse<T> once(String method, URI at, long from, BodyHandler<T> handler)
      throws HubUnreachableException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(limits.silence())
            .header("User-Agent", "compacter4j")
            .header("Accept-Encoding", "identity"); // sizes and ranges of the file itself
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    if (origin(at).equals(origin(endpoint))) {
      token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    }
    try {
      return client.send(request.build(), handler);
    } catch (IOException e) {
      throw new HubUnreachableException(origin(at), e);
    }
  }

  private URI address(String repo, String revision, String file) {
    return URI.create(endpoint + "/" + repo + "/resolve/" + revision + "/" + file);
  }

  /** Where a redirect leads; never from encrypted to plain. */
  static URI redirected(URI from, String location) {
    try {
      URI to = from.resolve(location);
      boolean plain = "http".equals(to.getScheme()) && "http".equals(from.getScheme());
      if (!location.isEmpty()
          && to.getHost() != null
          && (plain || "https".equals(to.getScheme()))) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      // told below, without the address: it may be signed
    }
    throw new UserException(origin(from) + ": redirects to an address that is not followed");
  }

  /** Scheme, host and port: what a message may show of an address that may be signed. */
  static String origin(URI uri) {
    int usual = "https".equals(uri.getScheme()) ? 443 : 80;
    int port = uri.getPort() < 0 ? usual : uri.getPort();
    return uri.getScheme()
        + "://"
        + uri.getHost().toLowerCase(Locale.ROOT)
        + (port == usual ? "" : ":" + port);
  }

  private UserException tooManyRedirects(String repo, String file) {
    return new UserException(
        "%s/%s: more than %d redirects from %s".formatted(repo, file, MAX_REDIRECTS, endpoint));
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static boolean isTransient(int status) {
    return status >= 500 || status == 429 || status == 408;
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
