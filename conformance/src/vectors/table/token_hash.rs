//! `token_hash`: hashes that identify other values in ID tokens and proofs.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::oidcc::AT_HASH;
use serde_json::json;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::vectors::file::{File, Group};

pub(super) fn file() -> File {
    File::new(
        "token_hash",
        &[
            "A value and the hash with which a token or proof names it: ath in a DPoP proof (the SHA-256), at_hash and c_hash in an",
            "ID token (the left half of the hash of the ID token's alg). Every input is valid; its output is the hash in base64url.",
        ],
    )
    .flag("Rfc", "an example of a specification")
    .flag("Algorithm", "the hash that goes with an algorithm")
    .flag("Octets", "the hashed octets: ASCII, as sent")
    .group(
        Group::from("RFC 9449, section 7.1")
            .gives("claim", "ath")
            .valid("Rfc", "the access token of the RFC", "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU")
            .output("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo")
            .valid("Octets", "ath: a token with every character of its alphabet", EVERY)
            .output(BASE64URL_NOPAD.encode(&Sha256::digest(EVERY))),
    )
    .group(
        Group::from("OpenID Connect Core 1.0, appendix A.3")
            .gives("claim", "at_hash")
            .gives("algorithm", "RS256")
            .valid("Rfc", "the access token of OpenID Connect Core", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y")
            .output("77QmUPtjPfzWtF2AnpK9RQ"),
    )
    .group(
        Group::from("OpenID Connect Core 1.0, appendix A.4")
            .gives("claim", "c_hash")
            .gives("algorithm", "RS256")
            .valid("Rfc", "the code of OpenID Connect Core", "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk")
            .output("LDktKdoQak3Pk0cnXxCltA"),
    )
    .groups(["ES256", "PS256", "ES384", "PS384", "ES512", "PS512", "EdDSA", "Ed25519"].map(of))
}

/// All kinds of characters of a token in an Authorization field.
const EVERY: &str = "ABCXYZabcxyz0189-._~+/==";

fn of(algorithm: &'static str) -> Group {
    let hash = match &algorithm[algorithm.len() - 3..] {
        "256" => Sha256::digest(EVERY)[..16].to_vec(),
        "384" => Sha384::digest(EVERY)[..24].to_vec(),
        // Ed25519 uses SHA-512.
        _ => Sha512::digest(EVERY)[..32].to_vec(),
    };
    Group::new()
        .gives("claim", "at_hash")
        .gives("algorithm", json!(algorithm))
        .valid("Algorithm", format!("at_hash for {algorithm}"), EVERY)
        .output(BASE64URL_NOPAD.encode(&hash))
        .shows(&AT_HASH)
}
