#!/usr/bin/env bash
# Runs the suite against the reference server as against a server that it does not know: over TLS, in all twelve variants, with a
# target file. There are no known deviations. Further arguments go to the suite.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR source=../judge.sh
source ../judge.sh

fapi_server=$(realpath -m "${FAPI_SERVER:-$repository/target/release/fapi-server}")
[ -x "$fapi_server" ] || { echo "$fapi_server is missing; build it with: cargo build --release -p fapi-server" >&2; exit 1; }
../clients.sh keys
start 10 https://127.0.0.1:9476/.well-known/openid-configuration "$fapi_server" --config server.toml
judge own --fast "$@"
