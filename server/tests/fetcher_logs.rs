//! The log names the URL of a key set that cannot be fetched or read, every key that is skipped, and the request it was fetched for.

mod common;

use common::host::{End, Host, Reply};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tracing::Instrument;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The lines that the fetcher logs for these bodies, with the URL shortened.
async fn lines(bodies: &[&str]) -> Vec<String> {
    let replies = bodies.iter().map(|body| {
        let head = if body.is_empty() { "HTTP/1.1 302 Found\r\nLocation: /other" } else { "HTTP/1.1 200 OK" };
        let octets = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes();
        Reply { octets, end: End::Close }
    });
    let host = Host::serving(replies.collect()).await;
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).without_time().with_target(false);
    // The tests run on one thread, and so do the tasks in them.
    let guard = tracing::subscriber::set_default(subscriber.with_max_level(tracing::Level::INFO).finish());
    for number in 1..=bodies.len() {
        // Each document is fetched for a request.
        let _ = host.get().instrument(tracing::error_span!("request", id = number)).await;
        host.clock.advance(600);
    }
    drop(guard);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    text.lines().map(|line| line.replace(host.url(), "URL").trim().to_owned()).collect()
}

#[tokio::test]
async fn skipped_keys_are_named_once_a_download() {
    let set = r#"{"keys":[
        {"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        {"kty":"AKP","alg":"ML-DSA-65","kid":"pq-1","pub":"AAAA","use":"sig"},
        {"kty":"RSA","use":"enc","alg":"RSA-OAEP-256","kid":"enc-1","e":"AQAB","n":"0vx7"}]}"#;
    assert_eq!(
        lines(&[set]).await,
        [
            r#"INFO request{id=1}: key skipped url="URL" key=keys[1] ("pq-1"): the key type is unknown"#,
            r#"INFO request{id=1}: key skipped url="URL" key=keys[2] ("enc-1"): the key is not meant for verification"#,
        ]
    );
}

#[tokio::test]
async fn broken_sets_are_named_with_their_url() {
    let good = r#"{"keys":[]}"#;
    let secret = r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#;
    let log = lines(&["<html>", secret, good, "{}", ""]).await;
    assert_eq!(
        log,
        [
            "WARN request{id=1}: key set broken url=\"URL\" error=the JWK Set is invalid: not exactly one JSON value \
             requirement=\"RFC7517-4-1\" earlier_copy_used=false",
            "WARN request{id=2}: key set broken url=\"URL\" error=the JWK Set discloses a secret key: the private member k is present \
             requirement=\"RFC7517-9.2-1\" earlier_copy_used=false",
            "WARN request{id=4}: key set broken url=\"URL\" error=the JWK Set has no `keys` array \
             requirement=\"RFC7517-4-1\" earlier_copy_used=true",
            "WARN request{id=5}: document not fetched url=\"URL\" error=the status is 302 Found; redirects are not followed, so the address \
             that they name must be registered earlier_copy_used=true",
        ]
    );
    assert!(!log.concat().contains("c2VjcmV0"));
}
