# Sourced by mvnw and by the launcher, so that both find the same JDK. POSIX sh.

JDK_WANTED=25

# Sets jdk to the home of the first JDK of at least JDK_WANTED that has bin/$1; fails when there is none.
find_jdk() {
  jdk=
  if [ -n "${ORCHESTRIX_JAVA_HOME:-}" ]; then
    is_wanted_jdk "$ORCHESTRIX_JAVA_HOME" "$1" && jdk=$ORCHESTRIX_JAVA_HOME
    [ -n "$jdk" ]
    return
  fi
  for candidate in \
    "${JAVA_HOME:-}" \
    /usr/lib/jvm/* /usr/java/* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.m2/jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /opt/java* /opt/java/* /opt/jdk*; do
    if is_wanted_jdk "$candidate" "$1"; then
      jdk=$candidate
      return
    fi
  done
  candidate=$(command -v java) || return 1
  candidate=$(readlink -f "$candidate" 2>/dev/null) || return 1
  candidate=${candidate%/bin/java}
  is_wanted_jdk "$candidate" "$1" && jdk=$candidate
}

# Reads the release file, which every JDK has, instead of starting a JVM to ask it.
is_wanted_jdk() {
  [ -n "$1" ] && [ -x "$1/bin/$2" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=\"[0-9]*)
        line=${line#*\"}
        line=${line%%[!0-9]*}
        [ "$line" -ge "$JDK_WANTED" ]
        return
        ;;
    esac
  done <"$1/release"
  return 1
}

explain_missing_jdk() {
  if [ -n "${ORCHESTRIX_JAVA_HOME:-}" ]; then
    echo "ORCHESTRIX_JAVA_HOME=$ORCHESTRIX_JAVA_HOME is not a JDK $JDK_WANTED or newer (a JRE cannot build)." >&2
    return
  fi
  cat >&2 <<EOF
Orchestrix needs a JDK $JDK_WANTED or newer, and there is none in any of these places:
  ORCHESTRIX_JAVA_HOME   (not set)
  JAVA_HOME              (${JAVA_HOME:-not set})
  /usr/lib/jvm/*, /usr/java/*
  $HOME/.sdkman/candidates/java/*, $HOME/.jdks/*, $HOME/.m2/jdks/*
  /Library/Java/JavaVirtualMachines/*, /opt/homebrew/opt/openjdk*
  /opt/java*, /opt/java/*, /opt/jdk*
  java on the PATH       ($(command -v java || echo none))
Install one (Debian, Ubuntu: openjdk-$JDK_WANTED-jdk-headless; SDKMAN: sdk install java; macOS: brew install openjdk),
or set ORCHESTRIX_JAVA_HOME to the folder of one that is elsewhere.
EOF
}
