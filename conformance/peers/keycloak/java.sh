# shellcheck shell=bash
# Sourced by judge.sh and by CI's script.

# java_home: finds a JDK of version 21 or newer, exports it as JAVA_HOME, or says what is missing.
java_home() {
    local candidate version
    for candidate in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v javac || true)")")")" /usr/lib/jvm/*; do
        [ -x "$candidate/bin/javac" ] || continue
        version=$("$candidate/bin/javac" -version 2>&1 | sed 's/^javac \([0-9]*\).*/\1/')
        if [ "${version:-0}" -ge 21 ]; then
            export JAVA_HOME=$candidate
            return 0
        fi
    done
    echo "Keycloak needs a JDK of version 21 or newer: set JAVA_HOME" >&2
    return 1
}
