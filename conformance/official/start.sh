#!/usr/bin/env bash
# Starts what a run needs, on loopback only: the database, TLS in front of the suite, the suite, and two instances of the
# reference server. start.sh [db] [tls] [suite] [servers] starts only these parts. stop.sh ends them.
#
#   SUITE_JAR    the jar of the official suite             (required for `suite`)
#   JAVA_HOME    a JDK of version 21 or newer              (required for `suite`)
#   FAPI_SERVER  the reference server                      [target/release/fapi-server of this repository]
#   DB           mini | secantus                           [mini]
#   DB_PORT      the port of the database                  [27017]
#   NGINX_BIN    nginx, if it is not in the PATH
#   TLS          nginx | direct                            [nginx if it is installed, else direct]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${WORK:-$here/work}
python=${PYTHON:-$here/venv/bin/python}
java=${JAVA_HOME:-/usr}/bin/java
server=${FAPI_SERVER:-$here/../../target/release/fapi-server}
db=${DB:-mini} db_port=${DB_PORT:-27017}
nginx=${NGINX_BIN:-$(command -v nginx || true)}
tls=${TLS:-$([ -n "$nginx" ] && echo nginx || echo direct)}
[ -f "$work/runs.json" ] || "$python" "$here/make.py" --work "$work"
. "$work/ports.env"
mkdir -p "$work/pids" "$work/logs"

start() { # NAME COMMAND…: in the background, with a pid file and a log
    local name=$1; shift
    if [ -f "$work/pids/$name" ] && kill -0 "$(cat "$work/pids/$name")" 2>/dev/null; then echo "$name is running already"; return; fi
    setsid nohup "$@" >"$work/logs/$name.log" 2>&1 </dev/null &
    echo $! >"$work/pids/$name"
    echo "$name: pid $!, $work/logs/$name.log"
}

until_it_answers() { # NAME SECONDS COMMAND…
    local name=$1 seconds=$2; shift 2
    for _ in $(seq "$seconds"); do
        if "$@" >/dev/null 2>&1; then return; fi
        if [ -f "$work/pids/$name" ] && ! kill -0 "$(cat "$work/pids/$name")" 2>/dev/null; then break; fi
        sleep 1
    done
    echo "$name does not answer; the end of its log:" >&2
    tail -n 30 "$work/logs/$name.log" >&2
    exit 1
}

start_db() {
    case $db in
        mini) start db "$python" "$here/db/mini.py" "$db_port" ;;
        secantus) start db "$python" "$here/db/serve.py" "$db_port" "$work/db" ;;
    esac
    until_it_answers db 60 bash -c "</dev/tcp/127.0.0.1/$db_port"
    "$python" "$here/db/probe.py" "mongodb://127.0.0.1:$db_port" >"$work/logs/probe.log" || { grep FAILED "$work/logs/probe.log"; exit 1; }
    echo "db: probe.py passed"
}

start_tls() {
    [ "$tls" = nginx ] || return 0
    "$nginx" -e "$work/logs/nginx.log" -c "$work/nginx.conf" ${NGINX_PREFIX:+-p "$NGINX_PREFIX"}
    echo "nginx: $SUITE_PORT and $SUITE_MTLS_PORT to $BACKEND_PORT"
}

start_suite() {
    # The suite's callback page loads scripts from these two hosts. They are mapped to loopback, so that nothing waits for them.
    grep -q cdn.jsdelivr.net /etc/hosts || echo "127.0.0.1 cdn.jsdelivr.net api.ipify.org" >>/etc/hosts
    local listen=(--server.address=127.0.0.1)
    if [ "$tls" = nginx ]; then
        listen+=(--server.port="$BACKEND_PORT")
    else
        listen+=(--server.port="$SUITE_PORT" --server.forward-headers-strategy=NONE
            --server.ssl.certificate="file:$work/pki/suite.pem" --server.ssl.certificate-private-key="file:$work/pki/suite.key")
    fi
    start suite "$java" -Xmx"${SUITE_MEMORY:-4g}" -Djdk.tls.maxHandshakeMessageSize=65536 -jar "$SUITE_JAR" "${listen[@]}" \
        --fintechlabs.devmode=true --fintechlabs.startredir=false \
        --fintechlabs.base_url="https://localhost:$SUITE_PORT" --fintechlabs.base_mtls_url="https://localhost:$SUITE_MTLS_PORT" \
        --spring.mongodb.uri="mongodb://127.0.0.1:$db_port/test_suite" --openid.mongodb.targetFeatureCompatibilityVersion= \
        --oidc.gitlab.iss=https://localhost:1 --oidc.google.iss=https://localhost:1
    until_it_answers suite 240 curl -sfk "https://localhost:$SUITE_PORT/api/runner/available" -o /dev/null
    echo "suite: https://localhost:$SUITE_PORT"
}

start_servers() {
    start fapi "$server" --config "$work/fapi.toml"
    start op "$server" --config "$work/op.toml"
    until_it_answers fapi 20 curl -sf --cacert "$work/pki/ca.pem" "https://localhost:$PORT/health"
    until_it_answers op 20 curl -sf --cacert "$work/pki/ca.pem" "https://localhost:$OP_PORT/health"
}

for part in "${@:-db servers tls suite}"; do for one in $part; do "start_$one"; done; done
