package io.github.compacter4j.checkpoint;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Flow.Publisher;

/**
 * Brings one file into the cache: under a lock, into {@code <etag>.incomplete}, continued where an
 * earlier download broke off, checked, synced and renamed.
 */
final class HubDownload {
  private static final int STEP = 1 << 20;

  private final HubHttp http;
  private final HubLimits limits;
  private final HubProgress progress;

  HubDownload(HubHttp http, HubLimits limits, HubProgress progress) {
    this.http = http;
    this.limits = limits;
    this.progress = progress;
  }

  /** Makes the snapshot hold the file; asks for nothing that the cache has. */
  void fetch(HubLayout layout, HubFile file) throws IOException, InterruptedException {
    if (HubLayout.holds(layout.pointer(file), file)) {
      return;
    }
    try (HubLock lock = HubLock.take(layout.lock(file))) {
      if (HubLayout.holds(layout.pointer(file), file)) { // another one was faster
        return;
      }
      boolean newBlob = !HubLayout.holds(layout.blob(file), file);
      if (newBlob) {
        download(file, layout.blob(file));
      }
      layout.show(file, newBlob);
    }
  }

  private void download(HubFile file, Path blob) throws IOException, InterruptedException {
    Files.createDirectories(blob.getParent());
    Path part = blob.resolveSibling(blob.getFileName() + ".incomplete");
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
    HubLayout.moveSynced(part, blob);
  }

  /** Transfers until all bytes are there; true where some of them were there before. */
  private boolean complete(HubFile file, Path part) throws IOException, InterruptedException {
    boolean resumed = sizeOf(part) > 0;
    long most = sizeOf(part);
    for (int failures = 0; ; ) {
      try {
        transfer(file, part);
        return resumed;
      } catch (HubUnreachableException e) {
        failures = sizeOf(part) > most ? 1 : failures + 1;
        most = Math.max(most, sizeOf(part));
        if (failures >= limits.attempts()) {
          throw e;
        }
        limits.pauseAfter(failures);
      }
    }
  }

  private void transfer(HubFile file, Path part) throws IOException, InterruptedException {
    long there = sizeOf(part);
    long from = there > file.size() ? 0 : there; // anew also where the size is unknown, -1
    if (from == file.size() && from > 0) {
      return;
    }
    HttpResponse<Publisher<List<ByteBuffer>>> response = http.get(file, from);
    if (response.statusCode() != 200 && !continuesAt(response, from)) {
      discard(response);
      from = 0;
      response = http.get(file, from);
    }
    from = response.statusCode() == 200 ? 0 : from;
    long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
    if (file.size() >= 0 && length >= 0 && from + length != file.size()) {
      discard(response);
      throw wrongSize(file, from + length);
    }
    long total = length >= 0 ? from + length : file.size();
    try (HubBody body = body(response);
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
  private long write(HubFile file, HubBody body, FileChannel out, long total)
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
  private static void alone(HubFile file, FileChannel out, long size) throws IOException {
    if (out.size() != size) {
      throw new UserException(
          file.label()
              + ": another program is downloading it into the same cache;"
              + " wait until that has ended, then try again");
    }
  }

  private HubBody body(HttpResponse<Publisher<List<ByteBuffer>>> response) {
    return new HubBody(response.body(), HubHttp.origin(response.uri()), limits.silence());
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

  private static boolean isIntact(HubFile file, Path part) throws IOException {
    return !file.hasSha256() || sha256(part).equals(file.etag());
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[STEP];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static long sizeOf(Path part) throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  private static UserException damaged(HubFile file) {
    return new UserException(
        ("%s: the bytes that came do not have the SHA-256 that the hub names (%s);"
                + " nothing was kept; try again, or download the model elsewhere and pass its"
                + " folder")
            .formatted(file.label(), file.etag()));
  }

  private static UserException wrongSize(HubFile file, long found) {
    return new UserException(
        "%s: expected %d bytes, the server gives %d; try again later, or see HF_ENDPOINT"
            .formatted(file.label(), file.size(), found));
  }
}
