package dev.supervise.spec;

import java.util.Arrays;
import java.util.Optional;

/// A resource limit of a process (getrlimit(2)).
///
/// @param soft in the resource's own unit; [#INFINITY] for none
/// @param hard likewise, not below `soft`
public record Limit(Resource resource, long soft, long hard) {
  /// RLIM_INFINITY.
  public static final long INFINITY = -1L;

  public Limit {
    if (Long.compareUnsigned(soft, hard) > 0) {
      throw new InvalidSpec(
          "limit " + resource.word() + ": soft " + soft + " is above hard " + hard);
    }
  }

  /// The resources a script may limit, with Linux's numbers. Two are absent that the kernel has not
  /// looked at since 2.4: `rss`, and `locks`, which the keeper marks runs with.
  public enum Resource {
    CPU(0),
    FSIZE(1),
    DATA(2),
    STACK(3),
    CORE(4),
    NPROC(6),
    NOFILE(7),
    MEMLOCK(8),
    AS(9),
    SIGPENDING(11),
    MSGQUEUE(12),
    NICE(13),
    RTPRIO(14),
    RTTIME(15);

    private final int number;

    Resource(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }

    /// As scripts write it: `nofile`.
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    public static Optional<Resource> of(String word) {
      return Arrays.stream(values()).filter(r -> r.word().equals(word)).findFirst();
    }
  }
}
