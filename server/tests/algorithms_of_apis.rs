//! An API keeps the algorithm that its access tokens were signed with at the last start.

mod common;

use common::{oauth, options};
use fapi::Api;
use fapi::jose::Algorithm;
use fapi_server::config::{ApiConfig, State};
use fapi_server::{Config, Running, StartError, start};
use std::path::{Path, PathBuf};

struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("fapi-server-algorithms-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self(folder)
    }

    /// Starts a server with these APIs, each with its algorithm, and stops it again.
    async fn started(&self, apis: &[(&str, Option<Algorithm>)]) -> Result<(), String> {
        let told = |error: StartError| error.to_string();
        start(configured(&self.0, apis), options()).await.map_err(told)?.shutdown().await;
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn configured(folder: &Path, apis: &[(&str, Option<Algorithm>)]) -> Config {
    let mut config = oauth();
    // The port differs between the starts, and the state belongs to an issuer.
    config.issuer = "http://127.0.0.1".into();
    config.state = State::File(folder.join("state.redb"));
    config.apis = apis.iter().map(|(identifier, algorithm)| api(identifier, *algorithm)).collect();
    config.clients.iter_mut().for_each(|client| client.metadata.scope = None);
    config
}

fn api(identifier: &str, algorithm: Option<Algorithm>) -> ApiConfig {
    let mut api = Api::new(identifier, "read".parse().unwrap());
    api.signing_alg = algorithm;
    api.into()
}

const A: &str = "https://a.example";
const B: &str = "https://b.example";

/// API-07.
#[tokio::test]
async fn a_server_does_not_start_with_another_algorithm_of_an_api() {
    let place = Place::new("changed");
    let (rs256, ps256) = (Some(Algorithm::RS256), Some(Algorithm::PS256));
    place.started(&[(A, rs256), (B, ps256)]).await.unwrap();
    place.started(&[(B, ps256), (A, rs256)]).await.expect("the order of the APIs does not matter");
    let refused = place.started(&[(B, ps256), (A, ps256)]).await.unwrap_err();
    assert!(refused.contains("apis[1].signing_alg: the API \"https://a.example\" is registered with RS256"), "{refused}");
    assert!(refused.contains("OCP-API-07") && !refused.contains(B), "{refused}");
    place.started(&[(A, rs256), (B, ps256)]).await.expect("the refused start changed nothing");
    place.started(&[(B, ps256)]).await.unwrap();
    place.started(&[(A, ps256), (B, ps256)]).await.expect("an API that was removed is registered anew");
}

#[tokio::test]
async fn an_algorithm_that_nobody_named_is_named_as_it_is() {
    let place = Place::new("named");
    place.started(&[(A, None)]).await.unwrap();
    assert!(place.started(&[(A, Some(Algorithm::PS256))]).await.is_err());
    place.started(&[(A, Some(Algorithm::RS256))]).await.expect("the one that it has by default");
    place.started(&[(A, None)]).await.expect("the same");
}

/// API-01: the state belongs to an issuer.
#[tokio::test]
async fn another_issuer_has_apis_of_its_own() {
    let place = Place::new("issuer");
    place.started(&[(A, Some(Algorithm::RS256))]).await.unwrap();
    let mut other = configured(&place.0, &[(A, Some(Algorithm::PS256))]);
    other.issuer = "http://127.0.0.1:1".into();
    let running: Running = start(other, options()).await.unwrap();
    running.shutdown().await;
    assert!(place.started(&[(A, Some(Algorithm::PS256))]).await.is_err());
}
