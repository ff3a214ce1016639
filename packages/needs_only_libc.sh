#!/usr/bin/env bash
# needs_only_libc.sh PROGRAM: fails if the program needs a library other than those that come with glibc, or a glibc that is newer
# than 2.34 (Debian 12, Ubuntu 22.04, RHEL 9). Prints what it needs.
set -euo pipefail
needed=$(readelf --dynamic --wide "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
others=$(grep -v -x -E 'lib(c|m|dl|rt|pthread)\.so\.[0-9]+|libgcc_s\.so\.1|ld-linux.*\.so\.[0-9]+' <<<"$needed" || true)
[ -z "$others" ] || { printf '%s needs:\n%s\n' "$1" "$others" >&2; exit 1; }
glibc=$(readelf --version-info --wide "$1" | grep -o 'GLIBC_[0-9.]*' | sort --unique --version-sort | tail -n 1)
newest=$(printf '%s\nGLIBC_2.34\n' "$glibc" | sort --version-sort | tail -n 1)
[ "$newest" = GLIBC_2.34 ] || { printf '%s needs %s\n' "$1" "$glibc" >&2; exit 1; }
printf '%s needs %s(%s)\n' "$(basename "$1")" "$(tr '\n' ' ' <<<"$needed")" "$glibc"
