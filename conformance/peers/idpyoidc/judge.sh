#!/usr/bin/env bash
# Installs idpyoidc from the Python Package Index and runs the suite against its provider, over TLS. Known deviations are in
# ../../expected. Further arguments go to the suite.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR source=../judge.sh
source ../judge.sh

../clients.sh keys
venv=$repository/target/peers/idpyoidc
if ! cmp --silent requirements.txt "$venv/installed"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement requirements.txt
    cp requirements.txt "$venv/installed"
fi
start 20 https://127.0.0.1:9475/.well-known/openid-configuration "$venv/bin/python" server.py
judge idpyoidc --fast "$@"
