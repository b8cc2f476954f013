# Sourced by the programs of this directory: finds a JDK of the version the project needs without
# starting one. Sets `java`; returns 1 and leaves a sentence in `jdk_missing` when there is none.

jdk_wanted=25

# Is $1 the home of a JDK that is new enough? Read from its `release` file: starting java to ask
# costs more than starting what we want.
jdk_fits() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS='="' read -r key _ value _; do
    [ "$key" = JAVA_VERSION ] || continue
    value=${value%%[!0-9]*}
    [ "${value:-0}" -ge "$jdk_wanted" ] && java=$1/bin/java
    return
  done <"$1/release"
  return 1
}

find_jdk() {
  java=
  [ -n "${JAVA_HOME-}" ] && jdk_fits "$JAVA_HOME" && return

  found=$(command -v java) && found=$(readlink -f "$found") && jdk_fits "${found%/bin/java}" && return

  for jdk_home in /usr/lib/jvm/* "${SDKMAN_DIR:-${HOME-}/.sdkman}"/candidates/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    jdk_fits "$jdk_home" && return
  done

  jdk_missing="needs a JDK $jdk_wanted or newer. Looked at JAVA_HOME (${JAVA_HOME:-not set}), \
java on the PATH (${found:-none}), /usr/lib/jvm and SDKMAN. Install one (Temurin: https://adoptium.net) \
or set JAVA_HOME to it, then try again."
  return 1
}
