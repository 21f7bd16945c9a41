package io.github.compacter4j.download;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer, read with a limit on silence and open to interrupts; the HTTP client's own
 * stream waits for ever and, in Java 17, swallows interrupts.
 */
final class Body implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {
  /** Some bytes, or an error, or (both null) the end. */
  private record Event(List<ByteBuffer> bytes, Throwable error) {}

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Duration silence;
  private final String host;
  private volatile Flow.Subscription subscription;

  Body(Flow.Publisher<List<ByteBuffer>> body, String host, Duration silence) {
    this.host = host;
    this.silence = silence;
    body.subscribe(this);
  }

  /** The next bytes, empty at the end. */
  List<ByteBuffer> next() throws UnreachableException, InterruptedException {
    Event event = events.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
    if (event == null) {
      throw new UnreachableException(
          host + ": silent for " + silence.toMillis() / 1000.0 + " seconds");
    }
    if (event.error() != null) {
      throw new UnreachableException(host, event.error());
    }
    if (event.bytes() == null) {
      return List.of();
    }
    subscription.request(1);
    return event.bytes();
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    events.add(new Event(bytes, null));
  }

  @Override
  public void onError(Throwable error) {
    events.add(new Event(null, error));
  }

  @Override
  public void onComplete() {
    events.add(new Event(null, null));
  }

  @Override
  public void close() {
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
