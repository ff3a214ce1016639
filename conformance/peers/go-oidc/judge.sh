#!/usr/bin/env bash
# Runs the suite against a server on go-oidc, over TLS: in all twelve variants of the Security Profile, and in four of Message Signing.
# Known deviations are in ../../expected. Further arguments go to the suite.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR source=../judge.sh
source ../judge.sh

../clients.sh keys
../clients.sh keys/signed signed
go vet ./...
go build -o "$repository/target/peers/go-oidc" .
status=0
start 10 https://127.0.0.1:9472/.well-known/openid-configuration "$repository/target/peers/go-oidc"
known='go-oidc go-oidc-unsigned' judge go-oidc --fast "$@" || status=$?
stop
authority=keys/signed/ca.pem
start 10 https://127.0.0.1:9472/.well-known/openid-configuration "$repository/target/peers/go-oidc" -keys keys/signed -signed
target=target-signed.toml known='go-oidc go-oidc-signed' judge go-oidc-signed --plan fapi2-message-signing --fast "$@" || status=$?
exit "$status"
