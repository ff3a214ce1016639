//! The demo prints what its first caller needs: clients, redirect URIs, keys, and a request for a token.

mod common;

use common::Client;
use common::files::{Directory, write};
use fapi_server::{Authority, demo};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The demo as a process that ends with this.
struct Demo(Child);

impl Demo {
    /// Starts it; the lines that it prints until it serves requests.
    fn start(directory: &Directory, arguments: &[&str]) -> (Self, Vec<String>) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fapi-server"));
        command.args(["--ephemeral", "--port", "0"]).args(arguments).arg("--data").arg(directory.path("data"));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = vec![];
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap) {
            let last = line.starts_with("first token ");
            lines.push(line);
            if last {
                break;
            }
        }
        (Self(child), lines)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn line<'l>(lines: &'l [String], start: &str) -> &'l str {
    lines.iter().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}: {lines:?}"))
}

#[tokio::test]
async fn the_printed_request_gets_a_token() {
    let directory = Directory::new("demo");
    let (_demo, lines) = Demo::start(&directory, &[]);
    let words: Vec<_> = line(&lines, "first token ").split_whitespace().skip(3).collect();
    let after = |flag: &str| words.iter().position(|word| *word == flag).map(|at| words[at + 1]).unwrap();
    let authority = CertificateDer::from_pem_file(after("--cacert")).unwrap();
    let certificate = CertificateDer::from_pem_file(after("--cert")).unwrap();
    let key = PrivateKeyDer::from_pem_file(after("--key")).unwrap();
    let form: Vec<_> = words.windows(2).filter(|pair| pair[0] == "-d").map(|pair| pair[1].split_once('=').unwrap()).collect();
    let client = Client::with([authority].iter(), Some((certificate, key)), false);
    let answer = client.post(words.last().unwrap(), &form).await;
    assert_eq!(answer.status(), 200, "{}", answer.body());
    let answer: serde_json::Value = serde_json::from_str(answer.body()).unwrap();
    assert_eq!((answer["token_type"].as_str(), answer["scope"].as_str()), (Some("Bearer"), Some("api:read")));
    let metadata = client.get(line(&lines, "metadata ").split(' ').next_back().unwrap()).await;
    assert!(metadata.body().contains("\"token_endpoint\""));
}

#[test]
fn every_client_is_printed_with_its_keys_and_redirect_uris() {
    let directory = Directory::new("demo-clients");
    for (arguments, ids) in [(&[][..], &["demo-es256", "demo-mtls"][..]), (&["--http"], &["demo-es256"])] {
        let (_demo, lines) = Demo::start(&directory, arguments);
        let clients: Vec<_> = lines.iter().filter(|line| line.starts_with("client ")).collect();
        assert_eq!(clients.len(), ids.len(), "{lines:?}");
        for (line, id) in clients.iter().zip(ids) {
            assert!(line.starts_with(&format!("client       {id} (")), "{line}");
            let keys = line.split("keys in ").nth(1).unwrap().split(" and ");
            assert!(keys.into_iter().all(|file| Path::new(file).is_file()), "{line}");
        }
        assert_eq!(line(&lines, "redirect to "), "redirect to  https://client.example/cb or https://localhost:8443/cb");
    }
}

/// The reason for which the demo cannot be set up, with the directory replaced.
fn refused(directory: &Directory) -> String {
    let error = demo(&directory.path(""), 0, false, true).unwrap_err().to_string();
    error.replace(&directory.path("").display().to_string(), "/var/demo/")
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let directory = Directory::new("demo-files");
    demo(&directory.path(""), 0, false, true).unwrap();
    let good = |name: &str| std::fs::read(directory.path(name)).unwrap();
    let certificate = good("ca.pem");
    let other = Authority::generate().unwrap();
    for (name, wrong, text) in [
        ("ca.key", b"garbage".to_vec(), "holds no private key in PEM"),
        ("ca.key", certificate, "holds a certificate; expected a private key"),
        ("ca.pem", b"garbage".to_vec(), "holds no certificate in PEM"),
        ("ca.pem", other.certificate_pem().into_bytes(), "is not the certificate of ca.key"),
        ("ca.key", include_bytes!("files/secp256k1.key").to_vec(), "expected a key of the curve P-256"),
        ("clients/demo-es256.pem", include_bytes!("files/secp256k1.key").to_vec(), "expected a key of the curve P-256"),
        ("clients/demo-es256.pem", b"garbage".to_vec(), "holds no private key in PEM"),
    ] {
        let right = good(name);
        write(&directory, name, &wrong);
        let told = refused(&directory);
        assert!(told.starts_with(&format!("/var/demo/{name}: ")) && told.ends_with(text), "{told}");
        write(&directory, name, &right);
    }
    demo(&directory.path(""), 0, false, true).unwrap();
    std::fs::remove_file(directory.path("ca.pem")).unwrap();
    let told = refused(&directory);
    assert!(told.starts_with("/var/demo/ca.key: ") && told.contains("/var/demo/ca.pem is missing"), "{told}");
}
