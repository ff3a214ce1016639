//! Servers that nobody reaches, and what stands before a server.

use fapi_conformance::http::Answer;
use tokio::net::TcpListener;

use super::bench::{CERTIFICATES, CREDENTIALS, KEYS, Mistake, changed, mistake, refusal, response};

const METADATA: &str = "/.well-known/";
const HTML: &[(&str, &str)] = &[("content-type", "text/html")];

pub(crate) fn mistakes() -> Vec<Mistake> {
    [unreachable(), before_the_metadata(), before_the_endpoints(), what_proxies_drop()].into_iter().flatten().collect()
}

/// Headers and certificates that are sent and do not arrive, and nonces.
fn what_proxies_drop() -> Vec<Mistake> {
    let nonce = |status, given: bool| {
        let mut headers = vec![("content-type", "application/json"), ("www-authenticate", "DPoP error=\"use_dpop_nonce\"")];
        headers.extend(given.then_some(("dpop-nonce", "n-0S6_WzA2Mj")));
        response(status, &headers, "{\"error\":\"use_dpop_nonce\"}")
    };
    vec![
        mistake("a nonce that is asked for and not given", KEYS).answer("/token", move |_, _| nonce(400, false)).is(
            "",
            "issuer",
            "asks for a nonce (use_dpop_nonce) and gives none",
        ),
        mistake("a nonce that only a challenge asks for", KEYS)
            .answer("/token", move |_, _| response(401, &[("www-authenticate", "DPoP error=\"use_dpop_nonce\"")], ""))
            .is("", "issuer", "asks for a nonce (use_dpop_nonce) and gives none"),
        mistake("a nonce that is refused", KEYS).answer("/token", move |_, _| nonce(400, true)).is(
            "",
            "issuer",
            "refuses the nonce that it gave",
        ),
        mistake("a nonce of the resource that is not given", CREDENTIALS).answer("/resource", move |_, _| nonce(401, false)).is(
            "resource",
            "url",
            "asks for a nonce (use_dpop_nonce) and gives none",
        ),
        mistake("proofs that are dropped", KEYS)
            .answer("/token", |_, _| refusal(400, "invalid_request", "The request has no such proof (DPoP)."))
            .is("", "issuer", "the suite sent a proof in the header `DPoP`"),
        mistake("certificates that are dropped", CERTIFICATES)
            .answer("/par", |_, _| refusal(401, "invalid_client", "The request came without a client certificate."))
            .is("", "issuer", "the suite sent a client certificate"),
        mistake("tokens that are dropped", CREDENTIALS)
            .answer("/resource", |_, _| response(401, &[("www-authenticate", "DPoP algs=\"ES256\"")], ""))
            .is("resource", "url", "a proxy before the resource drops the header"),
        mistake("cookies that are dropped", KEYS)
            .answer("", |request, answer| match answer {
                Answer::Response { status, mut headers, body } if request.purpose == "user agent" => {
                    headers.retain(|(name, _)| name != "set-cookie");
                    Answer::Response { status, headers, body }
                }
                other => other,
            })
            .is("", "issuer", "a proxy before the server drops `Set-Cookie`"),
    ]
}

/// A port that is closed: the listener is gone.
fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap_or_else(|error| panic!("{error}"));
    listener.local_addr().map_or(1, |address| address.port())
}

/// A port whose connections are closed as soon as they are there.
pub(crate) fn hanging_up() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap_or_else(|error| panic!("{error}"));
    let port = listener.local_addr().map_or(1, |address| address.port());
    listener.set_nonblocking(true).unwrap_or_else(|error| panic!("{error}"));
    let listener = TcpListener::from_std(listener).unwrap_or_else(|error| panic!("{error}"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(stream)
        }
    });
    port
}

fn unreachable() -> Vec<Mistake> {
    let at = |name, says, address: fn() -> String| {
        let named = move |text: &mut String, _: &std::path::Path| {
            let from = text.find("issuer = ").unwrap_or(0);
            let to = from + text[from..].find('\n').unwrap_or(0);
            text.replace_range(from..to, &format!("issuer = \"{}\"", address()));
        };
        mistake(name, KEYS).edit(named).is("", "issuer", says)
    };
    let endpoint = |name, endpoint: &'static str, says| {
        let port = closed_port();
        let url = format!("https://localhost:{port}/internal");
        mistake(name, KEYS)
            .answer(METADATA, move |_, answer| changed(answer, |json| json[endpoint] = url.as_str().into()))
            .is("", "issuer", says)
    };
    vec![
        at("nobody listens", "nothing listens at https://localhost:", || format!("https://localhost:{}", closed_port())),
        at("nobody listens without TLS", "nothing listens at http://127.0.0.1:", || {
            format!("http://127.0.0.1:{}", closed_port())
        }),
        at("a name that does not resolve", "the name no-such-host.invalid cannot be resolved", || {
            "https://no-such-host.invalid".into()
        }),
        at("a connection that is closed", "closes the connection without an answer", || {
            format!("https://localhost:{}", hanging_up())
        }),
        at("a connection without TLS that is closed", "closes the connection without an answer", || {
            format!("http://localhost:{}", hanging_up())
        }),
        endpoint(
            "an internal address of pushed requests",
            "pushed_authorization_request_endpoint",
            "is the address of the pushed authorization request",
        ),
        endpoint("an internal address of pages", "authorization_endpoint", "is the address of the user agent"),
        endpoint("an internal address of tokens", "token_endpoint", "is the address of the token request"),
    ]
}

fn before_the_metadata() -> Vec<Mistake> {
    let says = |name, status, headers: &'static [(&'static str, &'static str)], says| {
        mistake(name, KEYS).answer(METADATA, move |_, _| response(status, headers, "<title>Proxy</title>")).is("", "issuer", says)
    };
    vec![
        says("a proxy that wants a name", 407, HTML, "a proxy demands authentication"),
        says("a gateway before nothing", 502, HTML, "a gateway answers"),
        says("a server in maintenance", 503, HTML, "a gateway answers"),
        says("a gateway that waits", 504, HTML, "a gateway answers"),
        says("a login before the server", 401, HTML, "needs a login of its own"),
        says("a firewall", 403, HTML, "needs a login of its own"),
        says("a portal", 302, &[("location", "https://portal.example/login")], "redirects to https://portal.example/login"),
        says("another address", 301, &[("location", "https://www.localhost/")], "redirects to https://www.localhost/"),
        says("a rate limit", 429, &[("retry-after", "0")], "asks for slower requests"),
        says("a page of a proxy", 200, HTML, "a proxy answers in the server's place"),
        says("a teapot", 418, HTML, "answers with status 418"),
    ]
}

fn before_the_endpoints() -> Vec<Mistake> {
    let says = |name, variant, url, status, headers: &'static [(&'static str, &'static str)], says| {
        mistake(name, variant).answer(url, move |_, _| response(status, headers, "<title>Proxy</title>")).is("", "issuer", says)
    };
    vec![
        says("a gateway before pushed requests", KEYS, "/par", 502, HTML, "a gateway answers"),
        says("a firewall before pushed requests", KEYS, "/par", 403, HTML, "a proxy or a login may stand before the server"),
        says("a redirect before pushed requests", KEYS, "/par", 307, &[("location", "/login")], "redirects"),
        says("a page of a firewall in place of pushed requests", KEYS, "/par", 200, HTML, "a proxy or a login may stand before"),
        says("a page of a firewall in place of tokens", KEYS, "/token", 202, HTML, "a proxy or a login may stand before"),
        says("pushed requests elsewhere", KEYS, "/par", 404, HTML, "is named in the metadata, but answers status 404"),
        says("a rate limit of pushed requests", KEYS, "/par", 429, &[("retry-after", "0")], "asks for slower requests"),
        says("pushed requests that fail", KEYS, "/par", 500, &[], "fails with status 500"),
        says("a gateway before tokens", KEYS, "/token", 503, HTML, "a gateway answers"),
        says("tokens elsewhere", CREDENTIALS, "/token", 404, &[], "is named in the metadata, but answers status 404"),
        says("tokens that fail", CREDENTIALS, "/token", 500, &[], "fails with status 500"),
        says("a proxy before tokens", CREDENTIALS, "/token", 407, HTML, "a proxy demands authentication"),
        says("a gateway before the pages", KEYS, "/authorize", 502, HTML, "a gateway answers"),
    ]
}
