# Sourced by bin/supervise when there is nothing whole to run: builds it, or waits for who does.

# Builds supervise with Maven, quietly: a line when it begins, one when it ends, on a terminal the
# seconds between them; the rest goes to target/build.log. Of several first uses at once one builds and the others wait. Returns 1, having
# said why, if there is nothing to run afterwards.
#
# Two things are told apart in target/build.lock: the lock on it (held by this shell and by Maven,
# let go by the kernel whatever happens to them) and its content (there from the first to the last
# moment of a build, so content without a lock is a build that was cut).
supervise_build() {
  supervise_lock=$supervise_home/target/build.lock
  supervise_log=$supervise_home/target/build.log
  { mkdir -p "$supervise_home/target" && : >>"$supervise_lock"; } 2>/dev/null || {
    supervise_say "it is not built yet, and $supervise_home/target cannot be written to." \
      "Let its owner run 'mvn package' there."
    return 1
  }

  exec 9<>"$supervise_lock"
  # Where there is no flock (macOS), two first uses at once are not kept apart.
  if command -v flock >/dev/null && ! flock -n 9; then
    supervise_say "first use: another one is building; waiting for it"
    flock 9
  fi

  supervise_result=0
  if [ ! -f "$supervise_lib/supervise.jar" ] || [ -s "$supervise_lock" ]; then
    echo $$ >"$supervise_lock"
    trap supervise_build_stopped INT TERM HUP
    supervise_run_maven
    supervise_result=$?
    trap - INT TERM HUP
    : >"$supervise_lock"
  fi
  exec 9>&-
  return $supervise_result
}

supervise_run_maven() {
  command -v mvn >/dev/null || {
    supervise_say "first use: it is not built yet, and there is no mvn on the PATH." \
      "Install Maven 3.8 or newer (apt-get install maven), then try again."
    return 1
  }
  supervise_say "first use: building, once (log in $supervise_log) ..."
  supervise_begun=$(date +%s)
  # In the background, so that a signal is heard while it runs.
  (
    cd "$supervise_home" || exit
    JAVA_HOME=${supervise_java%/bin/java} exec mvn -B -q -Dmaven.test.skip=true package
  ) >"$supervise_log" 2>&1 &
  supervise_maven=$!
  if [ -t 2 ]; then
    while kill -0 $supervise_maven 2>/dev/null; do
      printf '\r  %s s ' "$(($(date +%s) - supervise_begun))" >&2
      sleep 1
    done
    printf '\r' >&2
  fi
  if wait $supervise_maven && [ -f "$supervise_lib/supervise.jar" ]; then
    supervise_say "first use: built in $(($(date +%s) - supervise_begun)) s"
    return 0
  fi
  rm -f "$supervise_lib/supervise.jar"
  supervise_say "first use: the build failed. From $supervise_log:"
  grep 'ERROR' "$supervise_log" | head -n 10 >&2
  return 1
}

supervise_build_stopped() {
  trap '' INT TERM HUP
  if [ -n "${supervise_maven-}" ]; then
    kill "$supervise_maven"
    wait "$supervise_maven"
  fi
  rm -f "$supervise_lib/supervise.jar"
  : >"$supervise_lock"
  supervise_say "first use: the build was interrupted; the next start begins it again"
  exit 125
}
