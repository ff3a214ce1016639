#!/usr/bin/env bash
# Installs nginx and a Python environment on Debian, builds the reference server, and writes the configurations.
# Steps whose result exists already are left out. README.md says where the official suite comes from.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)
if ! command -v nginx >/dev/null; then
    apt-get update -q
    # The Debian package starts nginx when it is installed. Here only start.sh starts it, and only on loopback.
    own_policy=
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        own_policy=/usr/sbin/policy-rc.d
        printf '#!/bin/sh\nexit 101\n' >"$own_policy" && chmod +x "$own_policy"
    fi
    apt-get install -yq --no-install-recommends nginx libssl-dev pkg-config
    [ -z "$own_policy" ] || rm -f "$own_policy"
fi
[ -x "$here/venv/bin/python" ] || python3 -m venv "$here/venv"
"$here/venv/bin/pip" install -q pymongo cryptography
"$here/venv/bin/pip" install -q secantusdb || echo "SecantusDB could not be installed: DB=secantus is not available"
cargo build --manifest-path "$repository/Cargo.toml" --release -p fapi-server
"$here/venv/bin/python" "$here/make.py" --work "${WORK:-$here/work}"
