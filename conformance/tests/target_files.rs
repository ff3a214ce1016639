//! The file of `init` can be used after it is filled in; the file of `serve` can be used immediately.

#[path = "support/server.rs"]
mod server;

use std::path::Path;

use fapi_conformance::http::{Connector, Trust};
use fapi_conformance::target::init::Wishes;
use fapi_conformance::target::{Target, file, in_process, init, written};
use fapi_conformance::variant::PLANS;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn begun(issuer: &str) -> Result<String, String> {
    let wishes = Wishes { issuer, plan: &PLANS[0], authority: None, clients: None, folder: Path::new("") };
    init::init(&wishes, Connector::new(Trust::system())).await.map(|begun| begun.text)
}

async fn written_for(locations: &[&str]) -> (MockServer, Result<String, String>) {
    let server = MockServer::start().await;
    for location in locations {
        let metadata = ResponseTemplate::new(200).set_body_json(server::metadata(&server.uri()));
        Mock::given(path(*location)).respond_with(metadata).mount(&server).await;
    }
    let text = begun(&server.uri()).await;
    (server, text)
}

fn names(targets: &[Target]) -> Vec<String> {
    targets.iter().map(|target| target.variant.to_string()).collect()
}

#[tokio::test]
async fn what_init_writes_is_read_once_it_is_filled_in() {
    let (server, text) = written_for(&["/.well-known/openid-configuration"]).await;
    let text = text.unwrap();
    insta::assert_snapshot!(text.replace(&server.uri(), "http://ISSUER"));
    let folder = server::folder("init");
    let mistakes = file::parse(&text, &folder.join("x.toml"), &PLANS[0]).err().unwrap_or_default();
    let filled_in = mistakes.0.iter().filter(|mistake| mistake.text.starts_with("replace FILL-IN"));
    assert_eq!(
        filled_in.count(),
        text.lines().filter(|line| !line.starts_with('#')).map(|line| line.matches("FILL-IN").count()).sum::<usize>(),
        "{mistakes}"
    );

    server::keys(&folder);
    let identity = rcgen::generate_simple_self_signed(vec!["client.example".into()]).unwrap();
    std::fs::write(folder.join("one.pem"), identity.cert.pem()).unwrap();
    std::fs::write(folder.join("one.key.pem"), identity.signing_key.serialize_pem()).unwrap();
    let filled =
        text.replace("FILL-IN.jwk.json", "one.json").replace("FILL-IN.pem", "one.pem").replace("FILL-IN.key.pem", "one.key.pem");
    let targets = file::parse(&filled.replace("FILL-IN", "it"), &folder.join("x.toml"), &PLANS[0])
        .unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(targets.len(), 8, "two protocols, two authentication methods, two sender constraints");
    assert_eq!((targets[0].issuer.as_str(), targets[0].clients[0].scope.as_str()), (server.uri().as_str(), "openid email"));
    assert!(targets[0].clients[1].redirect_uri.ends_with("?dummy1=lorem&dummy2=ipsum"));
}

#[tokio::test]
async fn every_key_is_explained_and_every_explained_key_is_known() {
    let (_server, text) = written_for(&["/.well-known/oauth-authorization-server"]).await;
    // The keys that are commented out, one per line.
    let is_key = |line: &str| {
        let (name, value) = line.strip_prefix("# ").and_then(|line| line.split_once(" = ")).unwrap_or_default();
        !value.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    };
    let uncommented: Vec<_> =
        text.unwrap().lines().map(|line| if is_key(line) { line[2..].to_owned() } else { line.to_owned() }).collect();
    let mistakes = file::parse(&uncommented.join("\n"), Path::new("/nonexistent/x.toml"), &PLANS[0]).err().unwrap_or_default();
    assert!(mistakes.0.iter().all(|mistake| !mistake.text.contains("unknown") && !mistake.path.is_empty()), "{mistakes}");
    assert!(
        uncommented.iter().any(|line| line.starts_with("authority = ")) && uncommented.iter().any(|line| line == "[resource]")
    );
}

#[tokio::test]
async fn plain_oauth_and_the_other_location() {
    let (_server, text) = written_for(&["/.well-known/oauth-authorization-server"]).await;
    let text = text.unwrap();
    assert!(text.contains("\nprotocol = [\"oauth\"]\n"), "{text}");
    assert!(text.contains("scope = \"FILL-IN\""));
}

#[tokio::test]
async fn without_metadata_there_is_nothing_to_write() {
    let (_server, text) = written_for(&[]).await;
    let error = text.err().unwrap_or_default();
    assert!(error.contains("no metadata") && error.matches("status 404").count() == 2, "{error}");
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("<html>")).mount(&server).await;
    for issuer in [server.uri().as_str(), "mailto:a@b.example", "no url", "http://127.0.0.1:1"] {
        assert!(begun(issuer).await.is_err(), "{issuer}");
    }
}

#[test]
fn what_serve_writes_is_read_back() {
    let folder = server::folder("serve");
    let path = server::target(&folder, "https://as.example");
    let more = "clock_tolerance = 2\nwaits = false\n[resource]\nurl = \"https://rs.example/a\"\nmethod = \"POST\"\nbody = \"{}\"\n\
        [user]\nfields = { login = \"a\\\"b\" }\napprove = [\"Go on\"]\n";
    let text = std::fs::read_to_string(path).unwrap().replacen("[features]", &format!("{more}[features]"), 1);
    let targets = file::parse(&text, &folder.join("x.toml"), &PLANS[0]).unwrap();
    let files = written::write(&targets, &folder.join("written")).unwrap();
    let [(path, _)] = &files[..] else { panic!("one issuer, one file") };
    let again = file::read(path, &PLANS[0]).unwrap();
    assert_eq!(names(&again), names(&targets));
    for (one, two) in targets.iter().zip(&again) {
        assert_eq!(
            (&one.name, &one.issuer, one.clock_tolerance, one.waits),
            (&two.name, &two.issuer, two.clock_tolerance, two.waits)
        );
        assert_eq!(format!("{:?} {:?}", one.user, one.resource), format!("{:?} {:?}", two.user, two.resource));
        for (one, two) in one.clients.iter().zip(&two.clients) {
            assert_eq!((&one.id, &one.redirect_uri, &one.scope), (&two.id, &two.redirect_uri, &two.scope));
            assert_eq!(one.key.as_ref().map(|key| key.thumbprint()), two.key.as_ref().map(|key| key.thumbprint()));
        }
    }
}

#[tokio::test]
async fn what_serve_writes_for_the_reference_server_has_every_variant_with_its_own_clients() {
    let targets = in_process::start(&PLANS[0]).await.unwrap();
    let files = written::write(&targets, &server::folder("serve-all")).unwrap();
    assert_eq!(files.len(), 2, "one per address of the resource");
    let read = files.iter().map(|(path, _)| file::read(path, &PLANS[0]).unwrap_or_else(|mistakes| panic!("{mistakes}")));
    let read: Vec<Target> = read.flatten().collect();
    let clients = |target: &Target| (target.variant, target.clients.iter().map(|client| client.id.clone()).collect::<Vec<_>>());
    let (mut written, mut again): (Vec<_>, Vec<_>) = (targets.iter().map(clients).collect(), read.iter().map(clients).collect());
    written.sort();
    again.sort();
    assert_eq!(again, written);
}
