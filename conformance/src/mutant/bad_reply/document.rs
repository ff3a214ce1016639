//! The metadata document: its location and its format.

use fapi::requirement::{oidcd, rfc8414, rfc9068};
use serde_json::{Value, json};

use super::{Place, Slip, slip};

const METADATA: Place = Place::served(&["/.well-known/"]);
const OAUTH: Place = Place::served(&["/.well-known/oauth-authorization-server"]);
const OPENID: Place = Place::served(&["/.well-known/openid-configuration"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("content-type", "Metadata is served as text.", &rfc8414::METADATA_SHAPE, METADATA, |draft| {
        draft.set_header("content-type", "text/plain");
    }),
    slip("created", "Metadata is served with status 201.", &oidcd::METADATA_SHAPE, METADATA, |draft| draft.status = 201),
    slip("empty-list", "A member without values is an empty list.", &rfc8414::METADATA_SHAPE, METADATA, |draft| {
        draft.set("acr_values_supported", json!([]));
    }),
    slip("null-member", "A member without a value is null.", &oidcd::METADATA_SHAPE, METADATA, |draft| {
        draft.set("service_documentation", Value::Null);
    }),
    slip("list-as-text", "A list is a space-separated string.", &rfc8414::METADATA_SHAPE, METADATA, |draft| {
        draft.set("scopes_supported", "openid profile email");
    }),
    slip("flag-as-text", "A boolean is a string.", &rfc8414::METADATA_SHAPE, METADATA, |draft| {
        draft.set("require_pushed_authorization_requests", "true");
    }),
    slip("other-endpoint", "The two documents name different endpoints.", &rfc8414::WELL_KNOWN, OAUTH, |draft| {
        draft.set("token_endpoint", "https://other.example/token");
    }),
    slip("other-keys", "The two documents name different keys.", &rfc9068::METADATA_AGREES, OAUTH, |draft| {
        draft.set("jwks_uri", "https://other.example/jwks");
    }),
    slip("nowhere", "The document is not at the location of OpenID Connect Discovery.", &oidcd::WELL_KNOWN, OPENID, |draft| {
        draft.status = 404
    }),
];
