//! The content of the files: one table per kind.

mod access_token;
mod api;
mod audience;
mod authorization_request;
mod basic;
mod client_assertion;
mod client_registration;
mod client_terms;
mod code_challenge;
mod common;
mod distinguished_name;
mod dpop_proof;
mod entitlement;
mod exchange;
mod flow;
mod form;
mod htu;
mod id_token;
mod introspection_request;
mod jwk;
mod jwk_set;
mod jws;
mod level;
mod metadata;
mod pkce;
mod pushed_request;
mod redirect_uri;
mod redirect_uri_match;
mod revocation_request;
mod scope;
#[allow(clippy::module_inception)]
mod table;
mod thumbprint;
mod token_dialect;
mod token_hash;
mod token_request;
mod userinfo_request;

use super::file::File;
use super::keys::Keys;
use super::own;

/// All files.
pub(super) fn files(keys: &Keys) -> Vec<File> {
    let mut files = vec![
        access_token::file(keys),
        api::file(keys),
        audience::file(keys),
        authorization_request::file(keys),
        basic::file(),
        client_assertion::file(keys),
        client_registration::file(keys),
        client_terms::file(keys),
        code_challenge::file(keys),
        distinguished_name::file(keys),
        dpop_proof::file(keys),
        entitlement::file(),
        form::file(),
        htu::file(),
        id_token::file(keys),
        introspection_request::file(keys),
        jwk::file(keys),
        jwk_set::file(keys),
        jws::file(keys),
        metadata::file(keys),
        pkce::file(),
        pushed_request::file(keys),
        redirect_uri::file(),
        redirect_uri_match::file(),
        revocation_request::file(),
        scope::file(),
        table::file(),
        thumbprint::file(keys),
        token_dialect::file(keys),
        token_hash::file(),
        token_request::file(keys),
        userinfo_request::file(keys),
    ];
    files.extend(flow::files(keys));
    files.into_iter().map(own::mark).collect()
}
