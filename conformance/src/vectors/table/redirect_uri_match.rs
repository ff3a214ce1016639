//! `redirect_uri_match`: URIs that a request may have.

use fapi::requirement::rfc6749::{NO_REDIRECT_ON_DOUBT, REDIRECT_EXACT};
use fapi::requirement::rfc8252::LOOPBACK_PORT;
use serde_json::{Value, json};

use crate::vectors::file::{File, Group};

pub(super) fn file() -> File {
    File::new(
        "redirect_uri_match",
        &[
            "The redirect_uri of an authorization request from the client of the group, which has registered its redirect_uris.",
            "Valid means that the request is accepted and its response would be sent to this URI.",
        ],
    )
    .flag("Exact", "nothing is normalised before the comparison")
    .flag("LoopbackPort", "the port of an IP loopback address, and nothing else, may differ")
    .flag("Prefix", "URIs that begin or end like a registered one")
    .flag("Several", "several registered URIs, or none sent")
    .group(https())
    .group(loopback("127.0.0.1"))
    .group(loopback("[::1]"))
    .group(localhost())
    .group(private_use())
    .group(several())
}

fn of(uris: Value) -> Group {
    Group::new().gives("client", json!({ "redirect_uris": uris }))
}

fn https() -> Group {
    let mut group =
        of(json!(["https://client.example/cb?tenant=a"])).valid("Exact", "https: the same", "https://client.example/cb?tenant=a");
    for (flag, what, uri) in [
        ("Exact", "an upper-case scheme", "HTTPS://client.example/cb?tenant=a"),
        ("Exact", "an upper-case host", "https://CLIENT.example/cb?tenant=a"),
        ("Exact", "an upper-case path", "https://client.example/CB?tenant=a"),
        ("Exact", "the default port", "https://client.example:443/cb?tenant=a"),
        ("Exact", "another port", "https://client.example:8443/cb?tenant=a"),
        ("Exact", "an escape that is not needed", "https://client.example/c%62?tenant=a"),
        ("Exact", "a dot segment", "https://client.example/./cb?tenant=a"),
        ("Exact", "two dot segments that cancel out", "https://client.example/x/../cb?tenant=a"),
        ("Exact", "a slash at the end of the path", "https://client.example/cb/?tenant=a"),
        ("Exact", "a doubled slash", "https://client.example//cb?tenant=a"),
        ("Exact", "http", "http://client.example/cb?tenant=a"),
        ("Exact", "an empty fragment", "https://client.example/cb?tenant=a#"),
        ("Exact", "a fragment", "https://client.example/cb?tenant=a#x"),
        ("Exact", "user information", "https://x@client.example/cb?tenant=a"),
        ("Exact", "a dot after the host", "https://client.example./cb?tenant=a"),
        ("Exact", "a space at the end", "https://client.example/cb?tenant=a "),
        ("Exact", "a tab inside", "https://client.example/c\tb?tenant=a"),
        ("Exact", "backslashes", "https:\\\\client.example\\cb?tenant=a"),
        ("Prefix", "one more parameter", "https://client.example/cb?tenant=a&x=y"),
        ("Prefix", "another value of the parameter", "https://client.example/cb?tenant=b"),
        ("Prefix", "no query", "https://client.example/cb"),
        ("Prefix", "a path below", "https://client.example/cb/x?tenant=a"),
        ("Prefix", "a longer host", "https://client.example.attacker.example/cb?tenant=a"),
        ("Prefix", "a subdomain", "https://x.client.example/cb?tenant=a"),
        ("Prefix", "the registered URI as query of another", "https://attacker.example/?https://client.example/cb?tenant=a"),
        ("Prefix", "the registered host as user information", "https://client.example@attacker.example/cb?tenant=a"),
        ("Prefix", "another host", "https://attacker.example/cb?tenant=a"),
        ("Prefix", "no scheme", "//client.example/cb?tenant=a"),
        ("Prefix", "the path alone", "/cb?tenant=a"),
    ] {
        group = group.invalid(&REDIRECT_EXACT, flag, format!("https: {what}"), uri);
    }
    group.errors("invalid_request")
}

fn loopback(address: &str) -> Group {
    let name = |what: &str| format!("{address}: {what}");
    let uri = |rest: &str| format!("http://{address}{rest}");
    let mut group = of(json!([uri(":8080/cb?a=b")]));
    for (what, rest) in [
        ("another port", ":51004/cb?a=b"),
        ("the highest port", ":65535/cb?a=b"),
        ("no port", "/cb?a=b"),
        ("port 80", ":80/cb?a=b"),
    ] {
        group = group.valid("LoopbackPort", name(what), uri(rest)).shows(&LOOPBACK_PORT);
    }
    for (what, rest) in [
        ("port zero", ":0/cb?a=b"),
        ("a port beyond 65535", ":65536/cb?a=b"),
        ("a port with a leading zero", ":08080/cb?a=b"),
        ("an empty port", ":/cb?a=b"),
        ("a port with a sign", ":+8080/cb?a=b"),
        ("a port that is not a number", ":http/cb?a=b"),
        ("another path", ":8080/other?a=b"),
        ("another query", ":8080/cb?a=c"),
        ("a path before the query is gone", ":8080?a=b"),
        ("the port as user information", ":8080@attacker.example/cb?a=b"),
        ("a longer host", ".attacker.example:8080/cb?a=b"),
        ("a fragment", ":51004/cb?a=b#x"),
    ] {
        group = group.invalid(&REDIRECT_EXACT, "LoopbackPort", name(what), uri(rest));
    }
    group
        .invalid(&REDIRECT_EXACT, "LoopbackPort", name("over TLS"), format!("https://{address}:8080/cb?a=b"))
        .invalid(&REDIRECT_EXACT, "LoopbackPort", name("by the name localhost"), "http://localhost:8080/cb?a=b")
        .errors("invalid_request")
}

fn localhost() -> Group {
    of(json!(["http://localhost:8080/cb"]))
        .valid("LoopbackPort", "localhost: the same", "http://localhost:8080/cb")
        .invalid(&REDIRECT_EXACT, "LoopbackPort", "localhost: another port, because it is a name", "http://localhost:51004/cb")
        .invalid(&REDIRECT_EXACT, "LoopbackPort", "localhost: by its address", "http://127.0.0.1:8080/cb")
        .errors("invalid_request")
}

fn private_use() -> Group {
    of(json!(["com.example.app:/cb"]))
        .valid("Exact", "private use: the same", "com.example.app:/cb")
        .invalid(&REDIRECT_EXACT, "Exact", "private use: two slashes", "com.example.app://cb")
        .invalid(&REDIRECT_EXACT, "Exact", "private use: an upper-case scheme", "COM.example.app:/cb")
        .invalid(&REDIRECT_EXACT, "Exact", "private use: another scheme", "com.example.app2:/cb")
        .errors("invalid_request")
}

fn several() -> Group {
    of(json!(["https://client.example/a", "https://client.example/b"]))
        .valid("Several", "the first of two", "https://client.example/a")
        .valid("Several", "the second of two", "https://client.example/b")
        .invalid(&REDIRECT_EXACT, "Several", "neither of two", "https://client.example/c")
        .invalid(&REDIRECT_EXACT, "Several", "both of two", "https://client.example/a https://client.example/b")
        .invalid(&NO_REDIRECT_ON_DOUBT, "Several", "none sent where there are two", "")
        .errors("invalid_request")
}
