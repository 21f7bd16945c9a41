package io.github.compacter4j.download;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Flow.Publisher;
import java.util.function.Function;

/**
 * The two requests of a download: what is told of a file, and its bytes. Java's proxy properties
 * are heeded; redirects are followed at most ten times and never from encrypted to plain.
 */
public final class WebClient {
  /** The most redirects that are followed. */
  public static final int MAX_REDIRECTS = 10;

  private final DownloadLimits limits;
  private final Function<URI, Map<String, String>> headers;
  private final HttpClient client;

  /**
   * A client.
   *
   * @param headers what to send besides the usual headers to an address, such as a token to those
   *     of one server
   */
  public WebClient(DownloadLimits limits, Function<URI, Map<String, String>> headers) {
    this.limits = limits;
    this.headers = headers;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER) // done here, so that a token stays home
            .connectTimeout(limits.connect())
            .proxy(ProxySelector.getDefault())
            .build();
  }

  /**
   * Asks what an address has, again and again while the server is overloaded; follows no redirect.
   *
   * @throws UnreachableException where the network or the server fails
   */
  public HttpResponse<Void> head(URI at) throws UnreachableException, InterruptedException {
    for (int failure = 1; ; failure++) {
      HttpResponse<Void> response = once("HEAD", at, 0, BodyHandlers.discarding());
      if (!isTransient(response.statusCode())) {
        return response;
      }
      if (failure >= limits.attempts()) {
        throw new UnreachableException(origin(at) + ": status " + response.statusCode());
      }
      limits.pauseAfter(failure);
    }
  }

  /**
   * Asks once for the bytes of a file from some byte on.
   *
   * @return an answer of status 200 (all bytes), 206 (those asked for) or 416 (there are none)
   * @throws UnreachableException where the network or the server fails
   * @throws UserException where the server has no such file for this user
   */
  HttpResponse<Publisher<List<ByteBuffer>>> get(RemoteFile file, long from)
      throws UnreachableException, InterruptedException {
    BodyHandler<Publisher<List<ByteBuffer>>> handler =
        info ->
            info.statusCode() == 200 || info.statusCode() == 206
                ? BodySubscribers.ofPublisher()
                : BodySubscribers.replacing(null);
    URI at = file.address();
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpResponse<Publisher<List<ByteBuffer>>> response = once("GET", at, from, handler);
      int status = response.statusCode();
      if (isRedirect(status)) {
        at = redirected(at, response.headers().firstValue("Location").orElse(""));
      } else if (status == 200 || (from > 0 && (status == 206 || status == 416))) {
        return response;
      } else if (isTransient(status)) {
        throw new UnreachableException(origin(at) + ": status " + status);
      } else {
        throw new UserException(
            file.label() + ": expected its bytes from " + origin(at) + ", got status " + status);
      }
    }
    throw tooManyRedirects(file.label(), file.address());
  }

  private <T> HttpResponse<T> once(String method, URI at, long from, BodyHandler<T> handler)
      throws UnreachableException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(limits.silence())
            .header("User-Agent", "compacter4j")
            .header("Accept-Encoding", "identity"); // sizes and ranges of the file itself
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    headers.apply(at).forEach(request::header);
    try {
      return client.send(request.build(), handler);
    } catch (IOException e) {
      throw new UnreachableException(origin(at), e);
    }
  }

  /**
   * Where a redirect leads.
   *
   * @throws UserException where it leads nowhere, or from encrypted to plain
   */
  public static URI redirected(URI from, String location) {
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

  /** What to tell where redirects do not end. */
  public static UserException tooManyRedirects(String label, URI address) {
    return new UserException(
        "%s: more than %d redirects from %s".formatted(label, MAX_REDIRECTS, origin(address)));
  }

  /** Scheme, host and port: what a message may show of an address that may be signed. */
  public static String origin(URI uri) {
    int usual = "https".equals(uri.getScheme()) ? 443 : 80;
    int port = uri.getPort() < 0 ? usual : uri.getPort();
    return uri.getScheme()
        + "://"
        + uri.getHost().toLowerCase(Locale.ROOT)
        + (port == usual ? "" : ":" + port);
  }

  /** Whether a status says that the content lies elsewhere. */
  public static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static boolean isTransient(int status) {
    return status >= 500 || status == 429 || status == 408;
  }
}
