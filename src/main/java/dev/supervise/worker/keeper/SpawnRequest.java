package dev.supervise.worker.keeper;

import dev.supervise.worker.environment.EnvBlock;
import java.util.List;

/// All a keeper needs to start one program, as bytes: texts are UTF-8 whatever the locale,
/// inherited environment entries are what they were.
///
/// @param uid [#LEAVE] to inherit; likewise gid and umask
/// @param nice used when `hasNice`
/// @param groups supplementary groups, used when `hasGroups`
/// @param path where a program without slash is looked for
public record SpawnRequest(
    int uid,
    int gid,
    int umask,
    boolean hasNice,
    int nice,
    boolean hasGroups,
    int[] groups,
    List<LimitEntry> limits,
    byte[] dir,
    byte[] path,
    List<byte[]> argv,
    EnvBlock environment) {
  public static final int LEAVE = -1;

  /// The same with more in its environment.
  public SpawnRequest with(EnvBlock more) {
    return new SpawnRequest(
        uid,
        gid,
        umask,
        hasNice,
        nice,
        hasGroups,
        groups,
        limits,
        dir,
        path,
        argv,
        environment.with(more));
  }

  public record LimitEntry(int resource, long soft, long hard) {}
}
