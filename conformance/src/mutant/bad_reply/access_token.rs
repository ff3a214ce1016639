//! Access tokens, which are JWTs here.

use fapi::requirement::{fapi2_sp, rfc6750, rfc8705, rfc8707, rfc8725, rfc9068, rfc9449, rfc9700};
use serde_json::{Value, json};

use super::draft::{self, Draft};
use super::{Place, Slip, slip};
use crate::keys::SigningKey;

const TOKENS: Place = Place::served(&["/token"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("unbound", "Tokens have no sender constraint.", &fapi2_sp::SENDER_CONSTRAINED, TOKENS, |draft| without(draft, "cnf")),
    slip("unbound-dpop", "Tokens are not bound to the DPoP key.", &rfc9449::JKT_IN_TOKEN, TOKENS, |draft| unbind(draft, "jkt")),
    slip("bound-to-another", "Tokens are bound to another key.", &rfc9449::JKT_IN_TOKEN, TOKENS, |draft| {
        bind(draft, "jkt", &SigningKey::es256().thumbprint());
    }),
    slip("other-hash", "The key's thumbprint is in hex.", &rfc9449::JKT_IN_TOKEN, TOKENS, |draft| {
        bind(draft, "jkt", "f2ca1bb6c7e907d06dafe4687e579fce76b37e4e93b7605022da52e6ccc26fd2");
    }),
    slip("unbound-mtls", "Tokens are not bound to the certificate.", &rfc8705::THUMBPRINT_IN_TOKEN, TOKENS, |draft| {
        unbind(draft, "x5t#S256");
    }),
    slip("padded-thumbprint", "The certificate's thumbprint is padded.", &rfc8705::THUMBPRINT_FORM, TOKENS, |draft| {
        draft.access_token(|_, claims| {
            if let Some(Value::String(thumbprint)) = claims.get_mut("cnf").and_then(|cnf| cnf.get_mut("x5t#S256")) {
                thumbprint.push('=');
            }
        });
    }),
    slip("unbound-at-first", "Tokens of a first login are bearer tokens.", &rfc9700::SENDER_CONSTRAINED, TOKENS, |draft| {
        if draft.asked("grant_type").as_deref() != Some("refresh_token") {
            without(draft, "cnf");
        }
    }),
    slip("untyped", "typ is missing.", &rfc8725::EXPLICIT_TYP, TOKENS, |draft| {
        draft.access_token(|header, _| drop(header.remove("typ")));
    }),
    slip("typed-jwt", "typ is JWT.", &rfc9068::TYPED, TOKENS, |draft| {
        draft.access_token(|header, _| drop(header.insert("typ".into(), "JWT".into())));
    }),
    slip("bad-signature", "The signature is not valid.", &rfc9068::SIGNED, TOKENS, |draft| {
        let message = draft.text("access_token").and_then(|token| Some(token.rsplit_once('.')?.0.to_owned()));
        let Some(message) = message else { return };
        draft.set("access_token", format!("{message}.{}", "A".repeat(86)));
        draft.hash_again();
    }),
    slip("no-iss", "iss is missing.", &rfc9068::CLAIMS, TOKENS, |draft| without(draft, "iss")),
    slip("other-iss", "iss is another issuer.", &rfc9068::CLAIMS, TOKENS, |draft| {
        set(draft, "iss", json!("https://other.example"));
    }),
    slip("amr-of-refresh", "amr is different after a refresh.", &rfc9068::AUTHENTICATION_CLAIMS, TOKENS, |draft| {
        if draft.asked("grant_type").as_deref() == Some("refresh_token") {
            set(draft, "amr", json!(["otp"]));
        }
    }),
    slip("no-client", "client_id is missing.", &rfc9068::CLAIMS, TOKENS, |draft| without(draft, "client_id")),
    slip("no-jti", "jti is missing.", &rfc9068::CLAIMS, TOKENS, |draft| without(draft, "jti")),
    slip("no-iat", "iat is missing.", &rfc9068::CLAIMS, TOKENS, |draft| without(draft, "iat")),
    slip("exp-text", "exp is a string.", &rfc9068::CLAIMS, TOKENS, |draft| {
        draft.access_token(|_, claims| {
            let exp = claims.get("exp").map(Value::to_string).unwrap_or_default();
            claims.insert("exp".into(), exp.into());
        });
    }),
    slip("client-as-user", "sub is the client although a user logged in.", &rfc9068::SUBJECT, TOKENS, |draft| {
        draft.access_token(|_, claims| {
            let client = claims.get("client_id").cloned().unwrap_or_default();
            claims.insert("sub".into(), client);
        });
    }),
    slip("no-audience", "aud is missing.", &rfc9068::AUDIENCE_DEFAULT, TOKENS, |draft| without(draft, "aud")),
    slip("audience-everybody", "aud is `*`.", &rfc8707::AUDIENCE_RESTRICTED, TOKENS, |draft| set(draft, "aud", json!("*"))),
    slip("no-scope", "scope is missing.", &rfc9068::SCOPE_CLAIM, TOKENS, |draft| without(draft, "scope")),
    slip("scope-list", "scope is a list.", &rfc9068::SCOPE_CLAIM, TOKENS, |draft| {
        set(draft, "scope", json!(["openid", "api:read"]));
    }),
    slip("login-of-refresh", "auth_time is the time of the refresh.", &rfc9068::AUTHENTICATION_CLAIMS, TOKENS, |draft| {
        if draft.asked("grant_type").as_deref() == Some("refresh_token") {
            set(draft, "auth_time", json!(4_000_000_000_u64));
        }
    }),
    slip("never-over", "Tokens expire only after a century.", &rfc6750::LIFETIME_AND_INTEGRITY, TOKENS, |draft| {
        set(draft, "exp", json!(4_900_000_000_u64));
    }),
];

fn without(draft: &mut Draft<'_>, name: &str) {
    draft.access_token(|_, claims| drop(claims.remove(name)));
}

fn set(draft: &mut Draft<'_>, name: &str, value: Value) {
    draft.access_token(|_, claims| drop(claims.insert(name.to_owned(), value)));
}

fn unbind(draft: &mut Draft<'_>, member: &str) {
    draft.access_token(|_, claims| draft::unbind(claims, member));
}

fn bind(draft: &mut Draft<'_>, member: &str, thumbprint: &str) {
    draft.access_token(|_, claims| draft::bind(claims, member, thumbprint));
}
