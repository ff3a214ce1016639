//! Messages of HTTP that are malformed, ambiguous or too slow are refused, and lawful ones of every form are read.

mod common;

use common::{Client, oauth, running};
use fapi_server::{Authority, Config, Running};
use http::{Method, Request, StatusCode};
use http_body_util::Full;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// 32 octets that the token endpoint refuses with `unsupported_grant_type` once it has read them.
const BODY: &str = "client_id=web&grant_type=magical";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// Everything that the server writes until it closes the connection.
async fn exchange(running: &Running, request: &str) -> String {
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn status(answer: &str) -> &str {
    answer.strip_prefix("HTTP/1.1 ").or_else(|| answer.strip_prefix("HTTP/1.0 ")).map_or(answer, |answer| &answer[..3])
}

#[tokio::test]
async fn a_request_names_its_host_once() {
    let running = running(oauth()).await;
    for (version, hosts, expected) in [
        ("1.1", "Host: as.example\r\n", "200"),
        ("1.1", "host: [::1]:9443\r\n", "200"),
        ("1.1", "", "400"),
        ("1.1", "Host:\r\n", "400"),
        ("1.1", "Host: as.example\r\nHost: as.example\r\n", "400"),
        ("1.1", "Host: as.example\r\nHost: other.example\r\n", "400"),
        ("1.1", "Host: as.example, other.example\r\n", "400"),
        ("1.1", "Host: user@as.example\r\n", "400"),
        ("1.1", "Host: as.example/path\r\n", "400"),
        ("1.1", "Host: as.example:port\r\n", "400"),
        ("1.0", "", "200"),
        ("1.0", "Host: as example\r\n", "400"),
        ("1.0", "Host: as.example\r\nHost: as.example\r\n", "400"),
    ] {
        for path in ["health", "jwks"] {
            let answer = exchange(&running, &format!("GET /{path} HTTP/{version}\r\n{hosts}Connection: close\r\n\r\n")).await;
            assert_eq!(status(&answer), expected, "{version} {hosts:?}: {answer}");
        }
    }
    // A path that does not exist is no exception.
    let answer = exchange(&running, "GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n").await;
    assert_eq!(status(&answer), "400");
    assert!(answer.contains("RFC 9112, section 3.2"), "{answer}");
}

#[tokio::test]
async fn a_target_in_absolute_form_is_read_by_its_path() {
    let running = running(oauth()).await;
    for (target, host, expected) in [
        ("http://as.example/health", "Host: as.example\r\n", "200"),
        ("http://as.example/health", "Host: other.example\r\n", "200"),
        ("http://as.example/health", "", "400"),
        ("http://as.example/nowhere", "Host: as.example\r\n", "404"),
        ("*", "Host: as.example\r\n", "404"),
        ("as.example:443", "Host: as.example\r\n", "404"),
    ] {
        let answer = exchange(&running, &format!("GET {target} HTTP/1.1\r\n{host}Connection: close\r\n\r\n")).await;
        assert_eq!(status(&answer), expected, "{target} {host:?}: {answer}");
    }
}

#[tokio::test]
async fn a_body_that_is_declared_too_long_is_refused_at_once() {
    let mut config = oauth();
    config.limits.body = 1_000;
    let running = running(config).await;
    // The body never comes: an answer shows that it was not waited for.
    for (path, headers) in [
        ("token", "Content-Length: 1001\r\n"),
        ("par", "Content-Length: 999999999999\r\n"),
        ("revoke", "Content-Length: 1001\r\nExpect: 100-continue\r\n"),
        ("introspect", "Content-Length: 9999999999999999999\r\nExpect: 100-continue\r\n"),
        ("userinfo", "Content-Length: 1001\r\nExpect: 100-continue\r\n"),
        ("authorize", "Content-Length: 1001\r\nExpect: 100-continue\r\n"),
        ("interaction/x", "Content-Length: 1001\r\nExpect: 100-continue\r\n"),
        ("resource", "Content-Length: 1001\r\nExpect: 100-continue\r\n"),
    ] {
        let head = format!("POST /{path} HTTP/1.1\r\nHost: as.example\r\n{FORM}{headers}Connection: close\r\n\r\n");
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 413", "{path} {headers:?}");
    }
    // A length within the limit is asked for.
    let head = format!("POST /token HTTP/1.1\r\nHost: as.example\r\n{FORM}Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n");
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100");
}

#[tokio::test]
async fn a_client_that_sends_its_body_all_the_same_reads_the_refusal() {
    let mut config = oauth();
    config.limits.body = 100_000;
    let running = running(config).await;
    for octets in [100_001, 1_000_000] {
        let head = format!("POST /token HTTP/1.1\r\nHost: a\r\n{FORM}Content-Length: {octets}\r\nConnection: close\r\n\r\n");
        let answer = exchange(&running, &format!("{head}{}", "a".repeat(octets))).await;
        assert_eq!(status(&answer), "413", "{answer}");
        assert!(answer.contains("FAPI-LIMITS-1"), "{answer}");
    }
}

#[tokio::test]
async fn the_length_of_a_body_is_not_ambiguous() {
    let running = running(oauth()).await;
    let body = BODY;
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let hidden = "0\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n";
    for (headers, body, expected, answers) in [
        ("Content-Length: 32\r\n", body, "400", "unsupported_grant_type"),
        ("Content-Length: 32\r\nContent-Length: 32\r\n", body, "400", "unsupported_grant_type"),
        ("Content-Length: 32\r\nContent-Length: 5\r\n", body, "400", ""),
        ("Content-Length: +32\r\n", body, "400", ""),
        ("Content-Length: 32, 32\r\n", body, "400", ""),
        ("Transfer-Encoding: chunked\r\n", &*chunked, "400", "unsupported_grant_type"),
        ("Transfer-Encoding: gzip\r\n", body, "400", ""),
        ("Transfer-Encoding: chunked, gzip\r\n", body, "400", ""),
        ("Transfer-Encoding: chunked\r\nContent-Length: 32\r\n", &*chunked, "400", "unsupported_grant_type"),
        ("Content-Length: 43\r\nTransfer-Encoding: chunked\r\n", hidden, "400", ""),
    ] {
        let answer =
            exchange(&running, &format!("POST /token HTTP/1.1\r\nHost: a\r\n{FORM}{headers}Connection: close\r\n\r\n{body}"))
                .await;
        assert_eq!(status(&answer), expected, "{headers:?}: {answer}");
        assert!(answer.contains(answers), "{headers:?}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{headers:?}: {answer}");
    }
}

/// RFC 9112 §6.1: after a request with both headers, the connection is closed, whatever the client wants.
#[tokio::test]
async fn a_connection_is_closed_after_a_chunked_request() {
    let running = running(oauth()).await;
    let both = "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n";
    let second = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
    let answer = exchange(&running, &format!("POST /token HTTP/1.1\r\nHost: a\r\n{FORM}{both}\r\n0\r\n\r\n{second}")).await;
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    assert!(answer.to_lowercase().contains("connection: close"), "{answer}");
}

#[tokio::test]
async fn heads_that_are_malformed_are_refused() {
    let running = running(oauth()).await;
    for (what, head) in [
        ("a folded line", "GET /health HTTP/1.1\r\nHost: a\r\nX-Folded: one\r\n two\r\n"),
        ("a space before the colon", "GET /health HTTP/1.1\r\nHost : a\r\n"),
        ("a space at the beginning", "GET /health HTTP/1.1\r\n Host: a\r\n"),
        ("no colon", "GET /health HTTP/1.1\r\nHost a\r\n"),
        ("a control character in a value", "GET /health HTTP/1.1\r\nHost: a\r\nX-Control: a\u{1}b\r\n"),
        ("a space in the target", "GET /health /jwks HTTP/1.1\r\nHost: a\r\n"),
        ("no method", " /health HTTP/1.1\r\nHost: a\r\n"),
        ("a method that is no token", "GE(T /health HTTP/1.1\r\nHost: a\r\n"),
        ("an unknown version", "GET /health HTTP/3.7\r\nHost: a\r\n"),
    ] {
        let answer = exchange(&running, &format!("{head}Connection: close\r\n\r\n")).await;
        assert_eq!(status(&answer), "400", "{what}: {answer}");
    }
}

#[tokio::test]
async fn headers_that_are_single_are_not_repeated() {
    let running = running(oauth()).await;
    for (path, repeated, error) in [
        ("token", format!("{FORM}{FORM}"), "invalid_request"),
        ("token", format!("{FORM}DPoP: a\r\nDPoP: a\r\n"), "invalid_dpop_proof"),
        ("token", format!("{FORM}Authorization: Basic YTpi\r\nAuthorization: Basic YTpi\r\n"), "invalid_request"),
        ("userinfo", "Authorization: Bearer a\r\nAuthorization: Bearer a\r\n".into(), "invalid_request"),
        ("resource", "Authorization: Bearer a\r\nAuthorization: DPoP a\r\n".into(), "invalid_request"),
    ] {
        let head = format!("POST /{path} HTTP/1.1\r\nHost: a\r\n{repeated}Content-Length: 32\r\nConnection: close\r\n\r\n");
        let answer = exchange(&running, &format!("{head}{BODY}")).await;
        assert_eq!(status(&answer), "400", "{path} {repeated:?}: {answer}");
        assert!(answer.contains(error), "{path} {repeated:?}: {answer}");
    }
}

#[tokio::test]
async fn forms_are_utf_8() {
    let running = running(oauth()).await;
    for (content_type, error) in [
        ("application/x-www-form-urlencoded", "unsupported_grant_type"),
        ("application/x-www-form-urlencoded; charset=utf-8", "unsupported_grant_type"),
        ("Application/X-WWW-Form-URLEncoded;charset=\"UTF-8\"", "unsupported_grant_type"),
        ("application/x-www-form-urlencoded; charset=iso-8859-1", "invalid_request"),
        ("application/json", "invalid_request"),
        ("multipart/form-data; boundary=a", "invalid_request"),
        ("application/x-www-form-urlencoded, application/json", "invalid_request"),
    ] {
        let head = format!(
            "POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: {content_type}\r\nContent-Length: 32\r\nConnection: close\r\n"
        );
        let answer = exchange(&running, &format!("{head}\r\n{BODY}")).await;
        assert_eq!(status(&answer), "400", "{content_type}: {answer}");
        assert!(answer.contains(error), "{content_type}: {answer}");
    }
}

#[tokio::test]
async fn a_method_that_is_not_supported_is_told_those_that_are() {
    let running = running(oauth()).await;
    let client = Client::of(&running);
    for (path, allowed) in [
        ("par", "POST"),
        ("token", "POST"),
        ("introspect", "POST"),
        ("revoke", "POST"),
        ("userinfo", "GET, POST"),
        ("authorize", "GET, POST"),
        ("resource", "GET, HEAD, POST"),
        ("interaction/x", "GET, HEAD, POST"),
        ("jwks", "GET,HEAD"),
        ("health", "GET,HEAD"),
        (".well-known/openid-configuration", "GET,HEAD"),
    ] {
        for method in ["BREW", "PUT", "DELETE", "TRACE", "OPTIONS", "get"] {
            let request = Request::builder().method(method).uri(format!("{}/{path}", running.issuer));
            let response = client.send(request.body(Full::default()).unwrap()).await;
            assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert_eq!(response.headers()["allow"], allowed, "{method} {path}");
        }
        if allowed.contains("HEAD") && !path.contains("interaction") && path != "resource" {
            let ask = |method| Request::builder().method(method).uri(format!("{}/{path}", running.issuer)).body(Full::default());
            let (head, get) = (client.send(ask(Method::HEAD).unwrap()).await, client.send(ask(Method::GET).unwrap()).await);
            assert_eq!((head.status(), head.body().len()), (StatusCode::OK, 0), "{path}");
            assert_eq!(head.headers()["content-length"], get.headers()["content-length"], "{path}");
        }
    }
}

#[tokio::test]
async fn only_the_exact_paths_exist() {
    let running = running(oauth()).await;
    let client = Client::of(&running);
    for path in ["token/", "/token", "Token", "%74oken", "token/x", "./token/.", "interaction/", "interaction/a/b"] {
        let answer = exchange(&running, &format!("GET /{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).await;
        assert_eq!(status(&answer), "404", "{path}");
    }
    assert_eq!(client.get(&format!("{}/token", running.issuer)).await.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn what_comes_too_slowly_is_not_waited_for() {
    let mut config = oauth();
    (config.limits.head_timeout, config.limits.body_timeout) = (Duration::from_millis(50), Duration::from_millis(50));
    let running = running(config).await;
    // Nothing, or a head that does not end: the connection is closed. The time passes in the server.
    for begun in ["", "GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: "] {
        let answer = exchange(&running, begun).await;
        assert!(answer.is_empty() || status(&answer) == "408", "{answer}");
    }
    let body = format!("POST /token HTTP/1.1\r\nHost: a\r\n{FORM}Content-Length: 32\r\n\r\ngrant_");
    let chunk = format!("POST /token HTTP/1.1\r\nHost: a\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n5\r\ngra");
    for begun in [body, chunk] {
        let answer = exchange(&running, &begun).await;
        assert_eq!(status(&answer), "408", "{answer}");
    }
}

#[tokio::test]
async fn heads_have_limits() {
    let mut config = oauth();
    config.limits.head = 8 * 1024;
    let running = running(config).await;
    let many = "X-Many: a\r\n".repeat(200);
    for (what, head) in [
        ("a long header", format!("GET /health HTTP/1.1\r\nHost: a\r\nX-Large: {}\r\n", "a".repeat(8 * 1024))),
        ("a long target", format!("GET /health?{} HTTP/1.1\r\nHost: a\r\n", "a".repeat(8 * 1024))),
        ("many headers", format!("GET /health HTTP/1.1\r\nHost: a\r\n{many}")),
    ] {
        let answer = exchange(&running, &format!("{head}Connection: close\r\n\r\n")).await;
        assert_eq!(status(&answer), "431", "{what}: {answer}");
    }
    let fits = format!("GET /health HTTP/1.1\r\nHost: a\r\nX-Large: {}\r\nConnection: close\r\n\r\n", "a".repeat(7 * 1024));
    assert_eq!(status(&exchange(&running, &fits).await), "200");
}

#[tokio::test]
async fn a_host_of_http_2_agrees_with_the_authority() {
    let running = running(Config::new(Some(Arc::new(Authority::generate().unwrap())))).await;
    let client = Client::http2(&running);
    for (host, expected) in [(None, 200), (Some("LOCALHOST"), 200), (Some("other.example"), 400), (Some(""), 400)] {
        let mut request = Request::get(format!("{}/health", running.issuer));
        if let Some(host) = host {
            request = request.header("host", host);
        }
        assert_eq!(client.send(request.body(Full::default()).unwrap()).await.status(), expected, "{host:?}");
    }
}

#[tokio::test]
async fn an_interaction_id_comes_back_and_a_new_one_is_a_uuid() {
    let running = running(oauth()).await;
    let client = Client::of(&running);
    for path in ["resource", "userinfo"] {
        let url = format!("{}/{path}", running.issuer);
        let mut made = vec![];
        for method in ["GET", "POST", "PUT"] {
            let ask = Request::builder().method(method).uri(&url).body(Full::default()).unwrap();
            made.push(client.send(ask).await.headers()["x-fapi-interaction-id"].to_str().unwrap().to_owned());
        }
        for id in &made {
            let groups: Vec<_> = id.split('-').map(str::len).collect();
            assert_eq!(groups, [8, 4, 4, 4, 12], "{id}");
            assert!(id.bytes().all(|octet| octet == b'-' || octet.is_ascii_digit() || (b'a'..=b'f').contains(&octet)), "{id}");
            assert!(
                id.as_bytes()[14] == b'4' && b"89ab".contains(&id.as_bytes()[19]),
                "random, of the variant of RFC 4122: {id}"
            );
        }
        made.dedup();
        assert_eq!(made.len(), 3);
        for sent in ["c770aef3-6784-41f7-8e0e-ff5f97bddb3a", "C770AEF3-6784-41F7-8E0E-FF5F97BDDB3A", "not a uuid <&>"] {
            let ask = Request::get(&url).header("x-fapi-interaction-id", sent).body(Full::default()).unwrap();
            assert_eq!(client.send(ask).await.headers()["x-fapi-interaction-id"], sent, "{path}");
        }
    }
}
