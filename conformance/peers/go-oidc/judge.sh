#!/usr/bin/env bash
# Runs the suite against a server on go-oidc, over TLS and in all twelve variants. Known deviations are in ../../expected. Further
# arguments go to the suite.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR source=../judge.sh
source ../judge.sh

../clients.sh keys
go vet ./...
go build -o "$repository/target/peers/go-oidc" .
start 10 https://127.0.0.1:9472/.well-known/openid-configuration "$repository/target/peers/go-oidc"
judge go-oidc --fast "$@"
