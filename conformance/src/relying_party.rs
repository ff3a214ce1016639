//! Whole flows driven by independent client crates, which have their own view of a correct server.
//!
//! They send their requests through the suite's HTTP client, so that they use its trusted authorities and client certificates and
//! are recorded, and they use the target's clock.

pub mod huskarl;
pub mod oauth2;
pub mod openidconnect;
mod transport;

pub(crate) use transport::Transport;

use crate::client::resource::served;
use crate::client::{Client, Pushed};
use crate::finding::Tried;
use fapi::requirement::Requirement;

/// Pushes exactly the parameters of an authorization URL that another client made.
async fn push(client: &Client, authorization_url: &url::Url) -> Tried<Pushed> {
    let theirs: Vec<(String, String)> = authorization_url.query_pairs().into_owned().collect();
    let mut push = client.push();
    for (name, _) in push.complete_fields() {
        if !name.starts_with("client_") && !theirs.iter().any(|(other, _)| *other == name) {
            push = push.without(&name);
        }
    }
    for (name, value) in theirs {
        push = push.set(&name, value);
    }
    push.pushed().await
}

/// The fields that a client crate that supports only bearer tokens must add to authenticate like the suite's client.
fn authentication(client: &Client) -> Vec<(&'static str, String)> {
    if client.variant().private_key_jwt() {
        vec![
            ("client_assertion_type", crate::client::form::ASSERTION_TYPE.into()),
            ("client_assertion", client.assertion().sign()),
        ]
    } else {
        Vec::new()
    }
}

/// Demands the token type of the variant.
fn check_token_type(transport: &Transport, client: &Client, got: &str) -> Tried<()> {
    use fapi::requirement::{rfc6749, rfc9449};
    let (wanted, rule): (_, &'static Requirement) =
        if client.variant().dpop() { ("DPoP", &rfc9449::TOKEN_TYPE_DPOP) } else { ("Bearer", &rfc6749::TOKEN_RESPONSE_SHAPE) };
    if got.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(transport.finding(&format!("token_type {wanted}"), got.to_owned(), rule))
}
