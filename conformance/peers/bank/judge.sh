#!/usr/bin/env bash
# Runs the plan conformant-pipeline against the reference server with the APIs and applications of conformance/bank, as against a server
# that it does not know: over the network, with a target file. There are no known deviations. Further arguments go to the suite.
set -euo pipefail
cd "$(dirname "$0")/../../bank"
# shellcheck source-path=SCRIPTDIR source=../judge.sh
source ../peers/judge.sh

fapi_server=$(realpath -m "${FAPI_SERVER:-$repository/target/release/fapi-server}")
[ -x "$fapi_server" ] || { echo "$fapi_server is missing; build it with: cargo build --release -p fapi-server" >&2; exit 1; }
start 10 http://127.0.0.1:9480/.well-known/openid-configuration "$fapi_server" --config bank.toml
judge bank --plan conformant-pipeline --fast "$@"
