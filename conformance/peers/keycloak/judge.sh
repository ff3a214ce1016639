#!/usr/bin/env bash
# Runs the suite against Keycloak with its client profiles for FAPI 2.0, over TLS and in all twelve variants. The distribution comes
# from Maven Central and is kept in Maven's local repository. Known deviations are in ../../expected.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR source=../judge.sh
source ../judge.sh
# shellcheck source-path=SCRIPTDIR source=java.sh
source ./java.sh
java_home

version=26.7.3
home=$repository/target/peers/keycloak-$version
port=9474
# The options of the build; with others it is built again.
options=(--db=dev-mem '--features=par,dpop,client-policies' --https-client-auth=request)
if [ "$(cat "$home/built" 2>/dev/null)" != "${options[*]}" ]; then
    rm -rf "$home"
    mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
        -Dartifact="org.keycloak:keycloak-quarkus-dist:$version:zip" -DoutputDirectory="$repository/target/peers"
    # Each JDK has a program that unpacks.
    (cd "$repository/target/peers" && "$JAVA_HOME/bin/jar" --extract --file="keycloak-quarkus-dist-$version.zip")
    rm "$repository/target/peers/keycloak-quarkus-dist-$version.zip"
    sh "$home/bin/kc.sh" build "${options[@]}"
    printf '%s\n' "${options[*]}" >"$home/built"
fi

../clients.sh keys
mkdir -p "$home/data/import" "$home/trusted"
./realm.sh keys >"$home/data/import/fapi-realm.json"
# The self-signed certificates are their own authorities.
cp keys/ca.pem keys/mtls-*-2.pem "$home/trusted/"

export JAVA_OPTS_KC_HEAP='-Xms256m -Xmx1200m'
ciphers=TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384
ciphers+=,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
start 240 "https://127.0.0.1:$port/realms/fapi/.well-known/openid-configuration" \
    sh "$home/bin/kc.sh" start --optimized --import-realm --http-enabled=false --http-host=127.0.0.1 --https-port=$port \
    --hostname="https://127.0.0.1:$port" --https-certificate-file=keys/server.pem --https-certificate-key-file=keys/server.key \
    --truststore-paths="$home/trusted" --https-protocols=TLSv1.3,TLSv1.2 --https-cipher-suites="$ciphers"
judge keycloak --fast "$@"
