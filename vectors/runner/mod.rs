//! Runs the vectors against the library: one judge per kind.
//!
//! This is plain source without its own crate: the library's tests and the conformance suite both include it by `#[path]`, so that
//! both judge in the same way. It depends only on the library and on the crates of its public types.

mod access_token;
mod api;
mod audience;
mod basic;
mod client_assertion;
mod client_registration;
mod client_terms;
mod code_challenge;
mod distinguished_name;
mod dpop_proof;
mod entitlement;
mod exchange;
mod flow;
mod form;
pub mod fuzzed;
mod group;
mod htu;
mod id_token;
mod judged;
mod jwk;
mod jwk_set;
mod jws;
mod metadata;
mod pkce;
mod recorder;
mod redirect_uri;
mod redirect_uri_match;
mod request;
mod rules;
mod scope;
mod table;
mod thumbprint;
mod token_dialect;
mod token_hash;
mod user;
mod world;

use fapi::jose::{Json, Object};
use group::{array, object, text};
pub use judged::{Expected, Judged, Otherwise};
pub use recorder::Recorder;

/// Judges one test of one group.
type Judge = fn(&Object, &Object) -> Result<(), Otherwise>;

/// The kinds with their files and judges. A new kind needs one line here and one file next to this one.
macro_rules! kinds {
    ($($kind:literal $judge:path;)*) => {
        const FILES: &[(&str, &str)] = &[$(($kind, include_str!(concat!("../", $kind, ".json")))),*];
        const JUDGES: &[(&str, Judge)] = &[$(($kind, $judge)),*];
    };
}

kinds! {
    "access_token" access_token::judge;
    "api" api::judge;
    "audience" audience::judge;
    "authorization_request" exchange::authorization_request;
    "basic" basic::judge;
    "client_assertion" client_assertion::judge;
    "client_registration" client_registration::judge;
    "client_terms" client_terms::judge;
    "code_challenge" code_challenge::judge;
    "distinguished_name" distinguished_name::judge;
    "dpop_proof" dpop_proof::judge;
    "entitlement" entitlement::judge;
    "flow/openid_private_key_jwt_dpop" flow::judge;
    "flow/openid_private_key_jwt_mtls" flow::judge;
    "flow/openid_mtls_dpop" flow::judge;
    "flow/openid_mtls_mtls" flow::judge;
    "flow/oauth_private_key_jwt_dpop" flow::judge;
    "flow/oauth_private_key_jwt_mtls" flow::judge;
    "flow/oauth_mtls_dpop" flow::judge;
    "flow/oauth_mtls_mtls" flow::judge;
    "flow/client_credentials_private_key_jwt_dpop" flow::judge;
    "flow/client_credentials_private_key_jwt_mtls" flow::judge;
    "flow/client_credentials_mtls_dpop" flow::judge;
    "flow/client_credentials_mtls_mtls" flow::judge;
    "form" form::judge;
    "htu" htu::judge;
    "id_token" id_token::judge;
    "introspection_request" exchange::introspection_request;
    "jwk" jwk::judge;
    "jwk_set" jwk_set::judge;
    "jws" jws::judge;
    "metadata" metadata::judge;
    "pkce" pkce::judge;
    "pushed_request" exchange::pushed_request;
    "redirect_uri" redirect_uri::judge;
    "redirect_uri_match" redirect_uri_match::judge;
    "revocation_request" exchange::revocation_request;
    "scope" scope::judge;
    "table" table::judge;
    "thumbprint" thumbprint::judge;
    "token_dialect" token_dialect::judge;
    "token_hash" token_hash::judge;
    "token_request" exchange::token_request;
    "userinfo_request" exchange::userinfo_request;
}

/// Every file: its kind, which is also its name, and its text.
pub fn files() -> &'static [(&'static str, &'static str)] {
    FILES
}

/// Judges every test of a file, in the order of the file. A test that cannot be judged never agrees.
pub fn run(text: &str) -> Vec<Judged> {
    judge(text).unwrap_or_else(|why| vec![Judged::impossible(why)])
}

fn judge(file: &str) -> Result<Vec<Judged>, Otherwise> {
    let file = Object::parse(file.as_bytes()).map_err(|error| Otherwise::Unjudged(error.to_string()))?;
    let kind = text(&file, "kind")?;
    let judges = JUDGES.iter().find(|(known, _)| *known == kind);
    let (_, judge) = judges.ok_or_else(|| Otherwise::Unjudged(format!("there is no judge for the kind {kind}")))?;
    let mut judged = Vec::new();
    for (at, group) in array(&file, "groups")?.iter().enumerate() {
        let group = object(group)?;
        for test in array(group, "tests")? {
            let test = object(test)?;
            judged.push(Judged {
                kind: kind.to_owned(),
                group: at,
                profiles: profiles(group, test),
                id: text(test, "id")?.to_owned(),
                expected: expected(test)?,
                got: judge(group, test),
            });
        }
    }
    Ok(judged)
}

fn profiles(group: &Object, test: &Object) -> Vec<String> {
    let own = test.get("input").and_then(Json::as_object).and_then(|input| input.get("policy"));
    let names = own.or(group.get("policy")).and_then(Json::as_array).into_iter().flatten();
    names.filter_map(Json::as_str).map(str::to_owned).collect()
}

fn expected(test: &Object) -> Result<Expected, Otherwise> {
    let optional = |name: &str| test.get(name).and_then(Json::as_str).map(str::to_owned);
    let requirement = optional("requirement");
    match text(test, "result")? {
        "valid" => Ok(Expected::Valid { shows: requirement }),
        "invalid" => {
            let requirement = requirement.ok_or_else(|| Otherwise::Unjudged("an invalid test has no requirement".into()))?;
            Ok(Expected::Invalid { requirement, error: optional("error") })
        }
        other => Err(Otherwise::Unjudged(format!("there is no result {other:?}"))),
    }
}
