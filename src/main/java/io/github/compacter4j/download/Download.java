package io.github.compacter4j.download;

import io.github.compacter4j.UserException;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.files.Disguise;
import io.github.compacter4j.files.Hashes;
import io.github.compacter4j.files.ProcessLock;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow.Publisher;

/**
 * Brings a file here: into {@code <name>.incomplete}, continued where an earlier download broke
 * off, checked, synced and renamed. The caller holds a {@link ProcessLock} where others may do the
 * same.
 */
public final class Download {
  private static final int STEP = 1 << 20;

  private final WebClient web;
  private final DownloadLimits limits;
  private final DownloadProgress progress;
  private final String advice;

  /**
   * A way to download.
   *
   * @param advice what messages tell a user to try where a server gives wrong bytes
   */
  public Download(WebClient web, DownloadLimits limits, DownloadProgress progress, String advice) {
    this.web = web;
    this.limits = limits;
    this.progress = progress;
    this.advice = advice;
  }

  /**
   * Downloads a file, whatever lies at its place.
   *
   * @throws UnreachableException where the network or the server fails, again and again
   * @throws IOException where the local disk does
   * @throws UserException where the server has no such file, or its bytes have not the size or the
   *     SHA-256 that they should have, or are something else in the file's place
   */
  public void fetch(RemoteFile file, Path to) throws IOException, InterruptedException {
    Files.createDirectories(to.toAbsolutePath().getParent());
    Path part = to.resolveSibling(to.getFileName() + ".incomplete");
    boolean resumed = complete(file, part);
    if (!isIntact(file, part)) {
      Files.delete(part);
      if (!resumed) {
        throw damaged(file);
      }
      complete(file, part); // what an earlier download left was damaged: all anew
      if (!isIntact(file, part)) {
        Files.delete(part);
        throw damaged(file);
      }
    }
    if (file.sha256().isEmpty()) {
      refuseDisguised(file, part);
    }
    AtomicFiles.move(part, to);
  }

  /** Transfers until all bytes are there; true where some of them were there before. */
  private boolean complete(RemoteFile file, Path part) throws IOException, InterruptedException {
    boolean resumed = sizeOf(part) > 0;
    long most = sizeOf(part);
    for (int failures = 0; ; ) {
      try {
        transfer(file, part);
        return resumed;
      } catch (UnreachableException e) {
        failures = sizeOf(part) > most ? 1 : failures + 1;
        most = Math.max(most, sizeOf(part));
        if (failures >= limits.attempts()) {
          throw e;
        }
        limits.pauseAfter(failures);
      }
    }
  }

  private void transfer(RemoteFile file, Path part) throws IOException, InterruptedException {
    long there = sizeOf(part);
    long from = there > file.size() ? 0 : there; // anew also where the size is unknown, -1
    if (from == file.size() && from > 0) {
      return;
    }
    HttpResponse<Publisher<List<ByteBuffer>>> response = web.get(file, from);
    if (response.statusCode() != 200 && !continuesAt(response, from)) {
      discard(response);
      from = 0;
      response = web.get(file, from);
    }
    from = response.statusCode() == 200 ? 0 : from;
    long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
    if (file.size() >= 0 && length >= 0 && from + length != file.size()) {
      discard(response);
      throw wrongSize(file, from + length);
    }
    long total = length >= 0 ? from + length : file.size();
    try (Body body = body(response);
        FileChannel out =
            FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      alone(file, out, there);
      out.truncate(from);
      out.position(from);
      long done = write(file, body, out, total);
      if (file.size() >= 0 && done != file.size()) {
        out.truncate(0);
        throw wrongSize(file, done);
      }
    }
  }

  /** Writes what comes; returns the bytes that the file then has. */
  private long write(RemoteFile file, Body body, FileChannel out, long total)
      throws IOException, InterruptedException {
    long done = out.position();
    long told = done;
    progress.bytes(file.name(), done, total);
    for (List<ByteBuffer> bytes = body.next(); !bytes.isEmpty(); bytes = body.next()) {
      for (ByteBuffer buffer : bytes) {
        alone(file, out, done);
        while (buffer.hasRemaining()) {
          done += out.write(buffer);
        }
      }
      if (done - told >= STEP) {
        progress.bytes(file.name(), done, total);
        told = done;
      }
    }
    progress.bytes(file.name(), done, total);
    return done;
  }

  /**
   * Python's client locks in a way of its own and appends, so a second writer shows in the size.
   */
  private static void alone(RemoteFile file, FileChannel out, long size) throws IOException {
    if (out.size() != size) {
      throw new UserException(
          file.label()
              + ": another program is downloading it into the same cache;"
              + " wait until that has ended, then try again");
    }
  }

  private Body body(HttpResponse<Publisher<List<ByteBuffer>>> response) {
    return new Body(response.body(), WebClient.origin(response.uri()), limits.silence());
  }

  private void discard(HttpResponse<Publisher<List<ByteBuffer>>> response) {
    if (response.body() != null) {
      body(response).close();
    }
  }

  private static boolean continuesAt(HttpResponse<?> response, long from) {
    HttpHeaders headers = response.headers();
    return response.statusCode() == 206
        && headers.firstValue("Content-Range").orElse("").startsWith("bytes " + from + "-");
  }

  private static boolean isIntact(RemoteFile file, Path part) throws IOException {
    return file.sha256().isEmpty() || Hashes.sha256(part).equals(file.sha256());
  }

  private static long sizeOf(Path part) throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  private void refuseDisguised(RemoteFile file, Path part) throws IOException {
    Optional<String> disguise = Disguise.of(part);
    if (disguise.isPresent()) {
      Files.delete(part);
      throw new UserException(
          "%s: what came is %s; nothing was kept; %s"
              .formatted(file.label(), disguise.get(), advice));
    }
  }

  private UserException damaged(RemoteFile file) {
    return new UserException(
        "%s: the bytes that came do not have the SHA-256 that they should have (%s); nothing was kept; %s"
            .formatted(file.label(), file.sha256(), advice));
  }

  private UserException wrongSize(RemoteFile file, long found) {
    return new UserException(
        "%s: expected %d bytes, the server gives %d; %s"
            .formatted(file.label(), file.size(), found, advice));
  }
}
