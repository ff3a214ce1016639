//! Metadata about signed and encrypted messages that is wrong.

use fapi::requirement::rfc8414;
use serde_json::{Value, json};

use super::draft::Draft;
use super::{Place, Slip, slip};

const METADATA: Place = Place::served(&["/.well-known/"]);

/// The messages whose algorithms are listed, beside ID tokens.
const SIGNED: &[&str] = &["authorization", "introspection", "request_object", "userinfo"];
const ENCRYPTED: &[&str] = &["authorization", "id_token", "introspection", "request_object", "userinfo"];

pub(super) static SLIPS: &[Slip] = &[
    slip("signing-text", "Signature algorithms of messages are a string.", &rfc8414::METADATA_SHAPE, METADATA, |draft| {
        replace(draft, SIGNED, "signing_alg", &json!("ES256"));
    }),
    slip(
        "encryption-empty",
        "Algorithms for keys of encrypted messages are empty lists.",
        &rfc8414::METADATA_SHAPE,
        METADATA,
        |draft| replace(draft, ENCRYPTED, "encryption_alg", &json!([])),
    ),
    slip(
        "encryption-text",
        "Algorithms for the contents of encrypted messages are a string.",
        &rfc8414::METADATA_SHAPE,
        METADATA,
        |draft| replace(draft, ENCRYPTED, "encryption_enc", &json!("A256GCM")),
    ),
    slip("signed-requests-text", "require_signed_request_object is a string.", &rfc8414::METADATA_SHAPE, METADATA, |draft| {
        draft.set("require_signed_request_object", "false")
    }),
];

/// Replaces the lists of these messages that the server has.
fn replace(draft: &mut Draft<'_>, messages: &[&str], list: &str, value: &Value) {
    draft.json(|members| {
        for message in messages {
            if let Some(listed) = members.get_mut(&format!("{message}_{list}_values_supported")) {
                *listed = value.clone();
            }
        }
    });
}
