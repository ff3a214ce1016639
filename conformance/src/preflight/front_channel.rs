//! The answers of the authorization endpoint to requests that nobody pushed. Many servers that do not tell a client why its
//! authentication is refused tell a user that a client is unknown.

use super::walk::Walk;
use crate::http::{Http, Reply};

/// Returns true if the server knows the client, and false if it does not; `None` if its answers do not tell.
///
/// It does not know the client if it answers to it as to an unknown one, but in another way to the other client.
pub(super) async fn knows(walk: &Walk, nobody: &str) -> Option<bool> {
    let own = answer(walk, walk.client.id()).await?;
    let unknown = answer(walk, nobody).await?;
    if answer(walk, nobody).await? != unknown {
        return None;
    }
    if own != unknown {
        return Some(true);
    }
    (answer(walk, walk.other.id()).await? != unknown).then_some(false)
}

/// Everything in an answer that does not depend on the moment or on the id of the client.
async fn answer(walk: &Walk, id: &str) -> Option<String> {
    let mut url = walk.metadata().optional_endpoint("authorization_endpoint")?;
    let request_uri = "urn:ietf:params:oauth:request_uri:no-such-request";
    url.query_pairs_mut().append_pair("client_id", id).append_pair("request_uri", request_uri);
    // These requests are no part of the record that the diagnosis shows.
    let reply = Http::new(walk.http.connector().clone()).fetch("a request that nobody pushed", &url).await.ok()?;
    Some(constant(&reply, id))
}

fn constant(reply: &Reply, id: &str) -> String {
    let body = reply.text().replace(id, "ID");
    let words = body.split(|character: char| !character.is_alphanumeric());
    // Numbers of requests, nonces and times contain digits.
    let words: Vec<_> = words.filter(|word| !word.is_empty() && !word.chars().any(|letter| letter.is_ascii_digit())).collect();
    let location = reply.header("location").unwrap_or_default();
    let location = location.split(['?', '#']).next().unwrap_or_default();
    format!("{} {location} {}", reply.status(), words.join(" "))
}
