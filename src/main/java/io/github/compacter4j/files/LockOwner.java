package io.github.compacter4j.files;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Which process holds a lock.
 *
 * @param host name of its machine, for people: containers may share one
 * @param machine what tells its machine, or its container, from all others
 * @param pid its number there
 * @param started when it started, in milliseconds since 1970; 0 where the system does not tell
 * @param job Slurm's number of the job that it runs in, which a requeued job keeps; else null
 * @param restarts how often that job was started again
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonAutoDetect(isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public record LockOwner(
    String host, String machine, long pid, long started, String job, int restarts) {
  private static final LockOwner SELF = of(ProcessHandle.current(), System.getenv());

  /** The system reckons a start from its clock, which is set now and then. */
  private static final long CLOCK_MILLISECONDS = 10_000;

  /** This process. */
  public static LockOwner self() {
    return SELF;
  }

  private static LockOwner of(ProcessHandle process, Map<String, String> environment) {
    String host = hostName();
    String restarts = environment.getOrDefault("SLURM_RESTART_COUNT", "0");
    return new LockOwner(
        host,
        machine(host),
        process.pid(),
        startOf(process),
        environment.get("SLURM_JOB_ID"),
        restarts.matches("\\d{1,9}") ? Integer.parseInt(restarts) : 0);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** On Linux the system's start and the space of process numbers, which a container has apart. */
  private static String machine(String host) {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      return boot + " " + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException e) {
      return host;
    }
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /** Whether it is a process of this machine, and of this container where there are some. */
  public boolean isHere() {
    return machine.equals(SELF.machine);
  }

  /** Whether it is a process of this machine that lives. */
  public boolean isAlive() {
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    return isHere()
        && process
            .filter(now -> Math.abs(startOf(now) - started) <= CLOCK_MILLISECONDS)
            .isPresent();
  }

  /** Whether it was in an earlier run of the job of this process, which has ended for this one. */
  boolean isEarlierRunOfThisJob() {
    return job != null && job.equals(SELF.job) && restarts < SELF.restarts;
  }

  @Override
  public String toString() {
    return "%s, process %d".formatted(host, pid);
  }
}
