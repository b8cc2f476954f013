# Sourced by the programs of this directory: which java to run and how. Nothing here forks unless
# it must; a fork costs a millisecond of every start.

supervise_jdk_wanted=25

# Is $1 the home of a JDK that is new enough? Its `release` file says so; starting java to ask costs
# more than starting what we want. Sets supervise_java and supervise_jdk_version.
supervise_jdk_fits() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS='="' read -r supervise_key _ supervise_value _; do
    [ "$supervise_key" = JAVA_VERSION ] || continue
    supervise_major=${supervise_value%%[!0-9]*}
    [ "${supervise_major:-0}" -ge "$supervise_jdk_wanted" ] || return 1
    supervise_java=$1/bin/java
    supervise_jdk_version=$supervise_value
    return 0
  done <"$1/release"
  return 1
}

# Sets supervise_java to the java of JAVA_HOME, else the one found last time (if it still fits), else
# the one on the PATH, in /usr/lib/jvm, in SDKMAN. Returns 1 and sets supervise_jdk_missing if there
# is none. $1: where the last find is remembered.
supervise_find_java() {
  [ -n "${JAVA_HOME-}" ] && supervise_jdk_fits "$JAVA_HOME" && return

  if [ -r "$1" ]; then
    IFS= read -r supervise_jdk <"$1"
    supervise_jdk_fits "$supervise_jdk" && return
  fi

  supervise_on_path=$(command -v java) && supervise_on_path=$(readlink -f "$supervise_on_path")
  for supervise_jdk in "${supervise_on_path%/bin/java}" /usr/lib/jvm/* \
    "${SDKMAN_DIR:-${HOME-}/.sdkman}"/candidates/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if supervise_jdk_fits "$supervise_jdk"; then
      # Best effort: an installation that may not be written to is searched again each time.
      (printf '%s\n' "$supervise_jdk" >"$1") 2>/dev/null
      return 0
    fi
  done

  supervise_jdk_missing="no JDK $supervise_jdk_wanted or newer. Looked at JAVA_HOME \
(${JAVA_HOME:-not set}), java on the PATH (${supervise_on_path:-none}), /usr/lib/jvm and SDKMAN. \
Install one (for example Temurin, https://adoptium.net) or set JAVA_HOME to it, then try again."
  return 1
}

# Sets supervise_aot: where the AOT cache for the found JDK, and for $supervise_kind, is. A cache of
# another JDK is never looked at: refusing one costs more than having none.
supervise_find_aot() {
  supervise_aot=$supervise_home/target/supervise/jdk-$supervise_jdk_version${supervise_kind-}.aot
}

# Becomes supervise: this shell is replaced by the JVM, which gets the arguments "$@". Everything that
# decides whether an AOT cache fits stands here, so that the run that makes it (bin/aot) and the runs
# that use it agree. Words in supervise_more_options are further options.
#   -MaxFDLimit      the JVM must not raise the soft limit of descriptors: children inherit it
#   SerialGC, C1     the least memory and the quickest start; the loop has microseconds of work
#   NewSize          an unchanged script starts without a collection
#   HeapFreeRatio    what the compiler of scripts took is given back
#   UsePerfData      no file under /tmp: a disk that stalls must not stop the JVM
#   parallelism      functions may block or spin; 16 of them do
#                    not stop the others; more with more processors
#   useNativeAccessorOnly  for clients: quicker for the few records they read than what it spins
#   Xlog             a cache that does not fit after all is left alone, without a word; a thread that
#                    cannot be had is told by supervise itself
supervise_exec_java() {
  supervise_cpus=0
  if [ -r /sys/devices/system/cpu/online ]; then
    read -r supervise_cpus </sys/devices/system/cpu/online
    supervise_cpus=$((${supervise_cpus##*[!0-9]} + 1))
  fi
  [ "$supervise_cpus" -gt 16 ] || supervise_cpus=16

  # Otherwise the JDK looks through every jar for another one.
  supervise_selector=
  [ -n "${supervise_kind-}" ] && [ -d /proc/self ] &&
    supervise_selector=-Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider

  supervise_find_aot
  [ -f "$supervise_aot" ] || supervise_aot=
  # The JVM does not start when it is given these together with a cache.
  case "$supervise_users_options ${supervise_more_options-}" in
    *-XX:AOT* | *-Xshare* | *-XX:SharedArchiveFile*) supervise_aot= ;;
  esac

  # A shell drops variables it could not have named itself (BASH_FUNC_x%%, a.b) and adds PWD; what it
  # was started with stands here. A kernel takes no string of more than 128 KiB.
  unset SUPERVISE_CALLER_ENVIRON
  [ -r /proc/$$/environ ] && supervise_environ=$(base64 -w0 /proc/$$/environ 2>/dev/null) &&
    [ ${#supervise_environ} -lt 131000 ] &&
    export "SUPERVISE_CALLER_ENVIRON=$supervise_environ"
  if [ "${LC_ALL+set}" ]; then
    export "SUPERVISE_CALLER_LC_ALL==$LC_ALL"
  else
    export SUPERVISE_CALLER_LC_ALL=
  fi
  export LC_ALL=C.UTF-8

  set -f # options are split at blanks, nothing more
  exec "$supervise_java" -XX:-MaxFDLimit -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -XX:+UseCompactObjectHeaders -XX:C1MaxInlineSize=12 -XX:C1MaxInlineLevel=3 -Xms16m -XX:NewSize=6m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30 -XX:-UsePerfData \
    -Xlog:os+thread=off --enable-native-access=ALL-UNNAMED -Djdk.virtualThreadScheduler.parallelism=$supervise_cpus \
    ${supervise_aot:+"-XX:AOTCache=$supervise_aot" -Xlog:aot*=off -Xlog:cds*=off} \
    ${supervise_kind:+-Djdk.reflect.useNativeAccessorOnly=true} $supervise_selector \
    ${supervise_more_options-} ${SUPERVISE_JAVA_OPTS-} \
    -cp "$supervise_home/target/supervise/lib/supervise.jar" "${supervise_main:-dev.supervise.cli.Main}" "$@"
}

# All the places the user can put options for the JVM.
supervise_users_options="${JAVA_TOOL_OPTIONS-} ${JDK_JAVA_OPTIONS-} ${_JAVA_OPTIONS-} ${SUPERVISE_JAVA_OPTS-}"
