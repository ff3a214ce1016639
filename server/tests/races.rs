//! Many requests at once over HTTP, on threads of their own and a store in a file: one gets what there is, and none gets 503. A lost
//! reply to a refresh is asked for again, and a thief is found.

mod common;

use common::{Browser, Client, authorization_url, oauth, options};
use fapi_server::config::State;
use fapi_server::{Config, ManualClock, Running, start};
use http::Response;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

const REDIRECT: &str = "https://client.example/cb";

/// A server whose state is in a file that goes away with it.
struct Server {
    running: Option<Arc<Running>>,
    clock: Arc<ManualClock>,
    data: PathBuf,
}

impl Server {
    async fn new(name: &str, window: u32) -> Self {
        let data = std::env::temp_dir().join(format!("fapi-server-{name}-{}", std::process::id()));
        let mut config: Config = oauth();
        config.clients[0].metadata.grant_types = vec!["authorization_code".into(), "refresh_token".into()];
        config.auto_approve = true;
        config.state = State::File(data.join("state.redb"));
        config.lifetimes.refresh_retry_window = window;
        let clock = Arc::new(ManualClock::new());
        let mut options = options();
        options.clock = clock.clone();
        Self { running: Some(Arc::new(start(config, options).await.unwrap())), clock, data }
    }

    fn running(&self) -> &Arc<Running> {
        self.running.as_ref().unwrap()
    }

    async fn code(&self) -> String {
        let mut browser = Browser::new(self.running());
        let response = browser.open(&authorization_url(self.running(), "&scope=api:read")).await;
        let url = Url::parse(common::location(&response)).unwrap();
        url.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned()).unwrap()
    }

    async fn tokens(&self, form: &[(&str, &str)]) -> Response<String> {
        tokens(self.running(), form).await
    }

    async fn refresh(&self, token: &str) -> Response<String> {
        self.tokens(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    async fn refresh_token(&self) -> String {
        member(&self.tokens(&redeeming(&self.code().await)).await, "refresh_token")
    }

    /// The replies to the same form, sent so many times at once.
    async fn at_once(&self, racers: usize, form: &[(&'static str, &str)]) -> Vec<Response<String>> {
        let start = Arc::new(tokio::sync::Barrier::new(racers));
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let racer = |_| {
            let (start, running, form) = (start.clone(), self.running().clone(), form.clone());
            tokio::spawn(async move {
                let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
                start.wait().await;
                tokens(&running, &form).await
            })
        };
        let racers: Vec<_> = (0..racers).map(racer).collect();
        let mut replies = vec![];
        for racer in racers {
            replies.push(racer.await.unwrap());
        }
        replies
    }

    async fn end(mut self) {
        let running = Arc::into_inner(self.running.take().unwrap()).expect("every racer has ended");
        running.shutdown().await;
        std::fs::remove_dir_all(&self.data).unwrap();
    }
}

async fn tokens(running: &Running, form: &[(&str, &str)]) -> Response<String> {
    let form = [&[("client_id", "web")], form].concat();
    Client::of(running).post(&format!("{}/token", running.issuer), &form).await
}

fn redeeming(code: &str) -> [(&'static str, &str); 4] {
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT), ("code_verifier", verifier)]
}

fn refreshing(token: &str) -> [(&'static str, &str); 2] {
    [("grant_type", "refresh_token"), ("refresh_token", token)]
}

fn member(response: &Response<String>, name: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(response.body()).unwrap();
    json[name].as_str().unwrap_or_else(|| panic!("{name} in {json}")).to_owned()
}

/// The number of replies of each kind: the status, and the error.
fn counted(replies: &[Response<String>]) -> BTreeMap<String, usize> {
    let kind = |reply: &Response<String>| match reply.status().is_success() {
        true => "200".to_owned(),
        false => format!("{} {}", reply.status().as_str(), member(reply, "error")),
    };
    replies.iter().map(kind).fold(BTreeMap::new(), |mut counted, kind| {
        *counted.entry(kind).or_default() += 1;
        counted
    })
}

fn one_of(racers: usize) -> BTreeMap<String, usize> {
    [("200".to_owned(), 1), ("400 invalid_grant".to_owned(), racers - 1)].into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_redeemers_of_a_code_one_gets_tokens() {
    let server = Server::new("codes", 0).await;
    for racers in [2, 3, 8, 64] {
        let code = server.code().await;
        assert_eq!(counted(&server.at_once(racers, &redeeming(&code)).await), one_of(racers));
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_uses_of_a_refresh_token_that_is_replaced_one_gets_tokens() {
    let server = Server::new("refreshes", 0).await;
    for racers in [2, 64] {
        let token = server.refresh_token().await;
        assert_eq!(counted(&server.at_once(racers, &refreshing(&token)).await), one_of(racers));
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_retries_at_once_each_gets_tokens_and_one_is_continued() {
    let server = Server::new("retries", 10).await;
    let token = server.refresh_token().await;
    let replies = server.at_once(64, &refreshing(&token)).await;
    assert_eq!(counted(&replies), [("200".to_owned(), 64)].into());
    assert_eq!(server.refresh(&member(&replies[0], "refresh_token")).await.status(), 200);
    assert_eq!(counted(&[server.refresh(&member(&replies[1], "refresh_token")).await]), one_of(2).split_off("400"));
    server.end().await;
}

#[tokio::test]
async fn a_lost_reply_is_asked_for_again_within_the_window() {
    let server = Server::new("lost", 10).await;
    let first = server.refresh_token().await;
    assert_eq!(server.refresh(&first).await.status(), 200, "this reply is lost");
    server.clock.advance(9);
    let second = member(&server.refresh(&first).await, "refresh_token");
    let third = member(&server.refresh(&second).await, "refresh_token");
    // A thief has the first one, and comes after the next one was used.
    assert_eq!(member(&server.refresh(&first).await, "error"), "invalid_grant");
    assert_eq!(member(&server.refresh(&third).await, "error"), "invalid_grant", "the grant has ended");
    server.end().await;
}

#[tokio::test]
async fn a_reply_that_is_asked_for_too_late_ends_the_grant() {
    let server = Server::new("late", 10).await;
    let first = server.refresh_token().await;
    let second = member(&server.refresh(&first).await, "refresh_token");
    server.clock.advance(10);
    assert_eq!(member(&server.refresh(&first).await, "error"), "invalid_grant");
    assert_eq!(member(&server.refresh(&second).await, "error"), "invalid_grant");
    server.end().await;
}
