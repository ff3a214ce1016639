//! What the files say: a table per kind.

mod access_token;
mod basic;
mod client_assertion;
mod code_challenge;
mod common;
mod distinguished_name;
mod dpop_proof;
mod form;
mod htu;
mod id_token;
mod jwk;
mod jwk_set;
mod jws;
mod pkce;
mod redirect_uri;
mod redirect_uri_match;
mod scope;
mod thumbprint;
mod token_hash;

use super::file::File;
use super::keys::Keys;

/// Every file.
pub(super) fn files(keys: &Keys) -> Vec<File> {
    vec![
        access_token::file(keys),
        basic::file(),
        client_assertion::file(keys),
        code_challenge::file(keys),
        distinguished_name::file(keys),
        dpop_proof::file(keys),
        form::file(),
        htu::file(),
        id_token::file(keys),
        jwk::file(keys),
        jwk_set::file(keys),
        jws::file(keys),
        pkce::file(),
        redirect_uri::file(),
        redirect_uri_match::file(),
        scope::file(),
        thumbprint::file(keys),
        token_hash::file(),
    ]
}
