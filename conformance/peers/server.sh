# shellcheck shell=bash disable=SC2034 # the scripts that source it read the variables
# Sourced by the judge.sh of the peers that are clients: starts and stops the reference server on loopback, with its files in a
# temporary folder.
#
# The program is $FAPI_SERVER, or target/release/fapi-server of this repository.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
fapi_server=$(realpath -m "${FAPI_SERVER:-$repository/target/release/fapi-server}")
[ -x "$fapi_server" ] || { echo "$fapi_server is missing; build it with: cargo build --release -p fapi-server" >&2; exit 1; }
work=$(mktemp -d)
server='' issuer='' user=alice password=wonderland subject=248289761001

stop_server() {
    [ -n "$server" ] || return 0
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
}

end() {
    local status=$?
    stop_server
    [ "$status" = 0 ] || [ ! -f "$work/server.log" ] || { echo "-- the last lines of the server's log" >&2; tail -n 20 "$work/server.log" >&2; }
    rm -rf "$work"
    return "$status"
}
trap end EXIT

# user_section: prints the section of the user who logs in.
user_section() {
    cat <<TOML
[[users]]
name = "$user"
subject = "$subject"
password = "$(printf '%s' "$password" | "$fapi_server" --hash-password)"

[users.claims]
name = "Alice Liddell"
email = "alice@wonderland.example"
email_verified = true
TOML
}

# make_authority: writes ca.pem and server.{pem,key} for 127.0.0.1 and localhost to the folder.
make_authority() {
    openssl_quiet req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=FAPI test authority" \
        -keyout ca.key -out ca.pem
    make_certificate server "/CN=localhost" "IP:127.0.0.1,DNS:localhost"
}

# make_certificate NAME SUBJECT SAN: writes NAME.pem and NAME.key, issued by the authority.
make_certificate() {
    openssl_quiet req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$2" -keyout "$1.key" -out "$1.csr"
    printf 'subjectAltName=%s\n' "$3" >"$work/$1.ext"
    openssl_quiet x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.pem"
}

openssl_quiet() (
    cd "$work" || exit
    openssl "$@" 2>openssl.log || { cat openssl.log >&2; exit 1; }
)

# start_server FILE: starts the server with the configuration FILE in the folder, and sets `issuer`.
start_server() {
    : >"$work/server.out"
    "$fapi_server" --config "$work/$1" >"$work/server.out" 2>"$work/server.log" </dev/null &
    server=$!
    for _ in $(seq 100); do
        if grep -q '^resource' "$work/server.out"; then
            issuer=$(sed -n 's/^issuer *//p' "$work/server.out")
            return 0
        fi
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    echo "the server did not start" >&2
    return 1
}
