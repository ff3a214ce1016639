//! Any lawful reply of a host is read, however it answers, closes and encodes; others are refused and not kept.

mod common;

use common::host::{End, Host, Reply};
use fapi::Unavailable;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

const SET: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

fn gzip(body: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::default());
    encoder.write_all(body.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// 200 with these header lines and the body in its length.
fn sized(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn chunked(headers: &str, body: &[u8], extension: &str, trailers: &str) -> Vec<u8> {
    let (one, other) = body.split_at(body.len() / 2);
    let chunk = |part: &[u8]| [format!("{:x}{extension}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
    let head = format!("HTTP/1.1 200 OK\r\n{headers}Transfer-Encoding: chunked\r\n\r\n");
    [head.as_bytes(), &chunk(one), &chunk(other), format!("0{extension}\r\n{trailers}\r\n").as_bytes()].concat()
}

fn plain(head: &str) -> Vec<u8> {
    format!("{head}\r\n\r\n{SET}").into_bytes()
}

#[tokio::test]
async fn lawful_replies_are_read() {
    use End::{Abrupt, Close, Open};
    let set = SET.as_bytes();
    let replies = [
        ("kept open", sized("", set), Open),
        ("Connection: close", sized("Content-Type: application/json\r\nConnection: close\r\n", set), Close),
        ("Connection: Close, and no close_notify", sized("Connection: Close\r\n", set), Abrupt),
        ("no word of closing, but closed", sized("", set), Close),
        ("chunks", chunked("", set, "", ""), Open),
        ("chunks, then the end", chunked("Connection: close\r\n", set, "", ""), Close),
        ("chunks, and no close_notify", chunked("Connection: close\r\n", set, "", ""), Abrupt),
        ("chunks with extensions", chunked("", set, ";name=value;other=\"quoted; text\"", ""), Open),
        ("chunks with trailers", chunked("Trailer: Digest\r\n", set, "", "Digest: x\r\nServer-Timing: y\r\n"), Open),
        ("the body ends with the connection", plain("HTTP/1.1 200 OK\r\nConnection: close"), Close),
        ("HTTP/1.0", plain("HTTP/1.0 200 OK\r\nContent-Type: application/json"), Close),
        ("HTTP/1.0 with a length", plain(&format!("HTTP/1.0 200 OK\r\nContent-Length: {}", SET.len())), Close),
        (
            "HTTP/1.0 kept alive",
            plain(&format!("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: {}", SET.len())),
            Open,
        ),
        ("no reason phrase", plain(&format!("HTTP/1.1 200 \r\nContent-Length: {}", SET.len())), Open),
        ("another reason phrase", plain(&format!("HTTP/1.1 200 Tout va bien\r\nContent-Length: {}", SET.len())), Open),
        ("203", plain(&format!("HTTP/1.1 203 Non-Authoritative Information\r\nContent-Length: {}", SET.len())), Open),
        ("100 before", [b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(), sized("", set)].concat(), Open),
        ("103 twice before", [b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".repeat(2), sized("", set)].concat(), Open),
        ("gzip", sized("Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n", &gzip(SET)), Open),
        ("x-gzip in chunks", chunked("Content-Encoding: x-gzip\r\n", &gzip(SET), "", ""), Close),
        ("gzip to the end", [b"HTTP/1.1 200 OK\r\nContent-Encoding: GZIP\r\n\r\n".to_vec(), gzip(SET)].concat(), Close),
        ("identity", sized("Content-Encoding: identity\r\n", set), Open),
        ("application/jwk-set+json", sized("Content-Type: application/jwk-set+json\r\n", set), Open),
        ("a parameter", sized("Content-Type: application/jwk-set+json; profile=\"a;b\"; x=y\r\n", set), Open),
        ("a charset", sized("Content-Type: application/json;charset=UTF-8\r\n", set), Open),
        ("a file's type", sized("Content-Type: application/octet-stream\r\n", set), Open),
        ("no type", sized("", set), Open),
        ("names in upper case", plain(&format!("HTTP/1.1 200 OK\r\nCONTENT-LENGTH:{}", SET.len())), Open),
        ("the same length twice", sized(&format!("Content-Length: {}\r\n", SET.len()), set), Open),
        ("white space around the set", sized("", format!("\r\n\t {SET}\n\n").as_bytes()), Open),
        ("many headers", sized(&"X-Header: some value\r\n".repeat(60), set), Open),
    ];
    for (what, octets, end) in replies {
        let host = Host::serving(vec![Reply { octets, end }]).await;
        let body = host.get().await.map(|body| body.trim().to_owned());
        assert_eq!(body.as_deref(), Ok(SET), "{what}");
        assert_eq!(host.get().await.map(drop), Ok(()), "{what}");
        assert_eq!(host.requests(), 1, "{what}: it is kept");
    }
}

#[tokio::test]
async fn replies_that_are_unlawful_or_incomplete_are_refused_and_not_kept() {
    use End::{Abrupt, Close};
    let set = SET.as_bytes();
    let longer = |end: usize| format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{SET}", SET.len() + end).into_bytes();
    let cut = chunked("", set, "", "");
    let replies = [
        ("nothing", vec![], Close),
        ("no HTTP", b"hello\r\n\r\n".to_vec(), Close),
        ("HTTP/2 in the clear of HTTP/1.1", plain("HTTP/2 200"), Close),
        ("a head that ends early", b"HTTP/1.1 200 OK\r\nContent-Le".to_vec(), Close),
        ("fewer octets than declared", longer(1), Close),
        ("fewer octets, and no close_notify", longer(1), Abrupt),
        // RFC 9112 9.8: without length and close_notify nobody knows whether the reply is complete.
        ("the body ends with the connection, and no close_notify", plain("HTTP/1.1 200 OK\r\nConnection: close"), Abrupt),
        ("chunks without the last", cut[..cut.len() - 5].to_vec(), Close),
        ("a chunk size that is none", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n".to_vec(), Close),
        ("two lengths", plain(&format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nContent-Length: 1", SET.len())), Close),
        ("a length below 0", plain("HTTP/1.1 200 OK\r\nContent-Length: -1"), Close),
        ("gzip that is none", sized("Content-Encoding: gzip\r\n", set), Close),
        ("gzip that is cut off", sized("Content-Encoding: gzip\r\n", &gzip(SET)[..40]), Close),
        ("gzip of too much", sized("Content-Encoding: gzip\r\n", &gzip(&" ".repeat(10_000_000))), Close),
        ("a coding that was not offered", sized("Content-Encoding: br\r\n", set), Close),
        ("204", b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(), Close),
        ("206", plain(&format!("HTTP/1.1 206 Partial Content\r\nContent-Length: {}", SET.len())), Close),
        ("301", plain(&format!("HTTP/1.1 301 Moved\r\nLocation: /jwks\r\nContent-Length: {}", SET.len())), Close),
        ("304", b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec(), Close),
        ("503", plain(&format!("HTTP/1.1 503 Later\r\nRetry-After: 1\r\nContent-Length: {}", SET.len())), Close),
        ("headers without end", [b"HTTP/1.1 200 OK\r\n".to_vec(), b"X: y\r\n".repeat(100_000)].concat(), Close),
    ];
    for (what, octets, end) in replies {
        let host = Host::serving(vec![Reply { octets, end }, Reply { octets: sized("", set), end: End::Open }]).await;
        assert_eq!(host.get().await, Err(Unavailable), "{what}");
        assert_eq!(host.get().await, Err(Unavailable), "{what}: the host is left alone for a while");
        assert_eq!(host.requests(), 1, "{what}");
        host.clock.advance(10);
        assert_eq!(host.get().await.as_deref(), Ok(SET), "{what}: it is not kept");
    }
}

/// A set that is no set is read once, since the exchange says why, and not kept however long the host says.
#[tokio::test]
async fn broken_sets_are_read_and_not_kept() {
    let bom = format!("\u{feff}{SET}");
    for body in [
        "<html>We are maintaining this",
        "",
        "{}",
        r#"{"keys":{}}"#,
        // RFC 8259 8.1: a sender must not add a byte order mark.
        &*bom,
        r#"{"keys":[{"kty":"oct","k":"AAAA","kid":"s"}]}"#,
    ] {
        let broken = sized("Content-Type: text/html\r\nCache-Control: public, max-age=86400\r\n", body.as_bytes());
        let good = sized("", SET.as_bytes());
        let replies = [broken, good].map(|octets| Reply { octets, end: End::Close });
        let host = Host::serving(replies.to_vec()).await;
        assert_eq!(host.get().await.as_deref(), Ok(body));
        host.clock.advance(9);
        assert_eq!((host.get().await.as_deref(), host.requests()), (Ok(body), 1), "{body}");
        host.clock.advance(1);
        assert_eq!((host.get().await.as_deref(), host.requests()), (Ok(SET), 2), "{body}");
    }
}

/// The last good set outlives everything that its host sends in its place, up to the limit.
#[tokio::test]
async fn a_good_set_is_used_while_its_host_is_down_up_to_the_limit() {
    let good = || Reply { octets: sized("Cache-Control: max-age=600\r\n", SET.as_bytes()), end: End::Close };
    let broken = [
        Reply { octets: vec![], end: End::Abrupt },
        Reply { octets: b"HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n".to_vec(), end: End::Close },
        Reply { octets: sized("Cache-Control: max-age=86400\r\n", b"<html>"), end: End::Close },
    ];
    for reply in broken {
        let host = Host::serving(vec![good(), reply.clone(), reply, good()]).await;
        assert_eq!(host.get().await.as_deref(), Ok(SET));
        host.clock.advance(600);
        assert_eq!((host.get().await.as_deref(), host.requests()), (Ok(SET), 2));
        host.clock.advance(24 * 3_600);
        assert_ne!(host.get().await.as_deref(), Ok(SET), "a day after its lifetime");
        assert_eq!(host.requests(), 3);
        host.clock.advance(10);
        assert_eq!((host.get().await.as_deref(), host.requests()), (Ok(SET), 4));
    }
}

#[tokio::test]
async fn a_host_that_forbids_stale_copies_is_obeyed() {
    for (control, used) in
        [("max-age=600", true), ("max-age=600, must-revalidate", false), ("max-age=600, stale-if-error=5", false)]
    {
        let good = sized(&format!("Cache-Control: {control}\r\n"), SET.as_bytes());
        let replies = [good, vec![]].map(|octets| Reply { octets, end: End::Close });
        let host = Host::serving(replies.to_vec()).await;
        assert_eq!(host.get().await.as_deref(), Ok(SET));
        host.clock.advance(606);
        assert_eq!(host.get().await.is_ok(), used, "{control}");
    }
}

#[tokio::test]
async fn a_slow_reply_within_the_deadline_is_read() {
    let octets = chunked("", SET.as_bytes(), "", "");
    let host = Host::serving(vec![Reply { octets, end: End::Slow }]).await;
    assert_eq!(host.get().await.as_deref(), Ok(SET));
}

#[tokio::test]
async fn a_reply_that_does_not_end_is_given_up_at_the_deadline() {
    let octets = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec();
    let host = Host::within(std::time::Duration::from_millis(50), vec![Reply { octets, end: End::Open }]).await;
    assert_eq!(host.get().await, Err(Unavailable));
}

#[tokio::test]
async fn http2_is_spoken_where_the_host_speaks_it() {
    let host = Host::http2(SET).await;
    assert_eq!(host.get().await.as_deref(), Ok(SET));
    assert_eq!(host.requests(), 1);
}

/// A caller that leaves does not end the download: otherwise it could make us call the host as often as it likes.
#[tokio::test]
async fn callers_that_leave_at_once_cause_one_request() {
    let host = Host::serving(vec![Reply { octets: sized("", SET.as_bytes()), end: End::Open }; 9]).await;
    for _ in 0..8 {
        let mut get = Box::pin(host.get());
        let left =
            std::future::poll_fn(|context| std::task::Poll::Ready(std::future::Future::poll(get.as_mut(), context).is_pending()));
        left.await;
    }
    assert_eq!(host.get().await.as_deref(), Ok(SET));
    assert_eq!(host.requests(), 1);
}
