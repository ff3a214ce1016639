//! Tokens for registered APIs.

use fapi::requirement::ocp;
use serde_json::{Value, json};

use super::draft::Draft;
use super::{Place, Slip, slip};

const TOKENS: Place = Place::served(&["/token"]);
const REFUSED: Place = Place::refused(&["/token"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("aud-of-another", "aud is another API.", &ocp::api::IDENTIFIER, TOKENS, |draft| {
        set(draft, "aud", json!("https://api.bank.example/other"));
    }),
    slip("aud-without-slash", "aud has no slash at its end.", &ocp::api::TRAILING_SLASH, TOKENS, |draft| {
        draft.access_token(|_, claims| {
            if let Some(Value::String(aud)) = claims.get_mut("aud") {
                *aud = aud.trim_end_matches('/').to_owned();
            }
        });
    }),
    slip("aud-text", "aud is a string where it is a list.", &ocp::pipe::JWT_CLAIMS, TOKENS, |draft| {
        draft.access_token(|_, claims| {
            let first = claims.get("aud").and_then(|aud| aud.get(0)).cloned();
            claims.extend(first.map(|first| ("aud".to_owned(), first)));
        });
    }),
    slip("no-azp", "azp is missing.", &ocp::pipe::JWT_CLAIMS, TOKENS, |draft| {
        draft.access_token(|_, claims| drop(claims.remove("azp")));
    }),
    slip("user-claims", "An access token has the user's address.", &ocp::pipe::NO_PROFILE, TOKENS, |draft| {
        set(draft, "email", json!("alice@example.com"));
    }),
    slip("permissions-beyond", "permissions has more than the user's.", &ocp::api::PERMISSIONS, TOKENS, |draft| {
        draft.access_token(|_, claims| {
            if let Some(Value::Array(permissions)) = claims.get_mut("permissions") {
                permissions.push(json!("write:payments"));
            }
        });
    }),
    slip("lives-longer", "exp is a day later than expires_in says.", &ocp::api::LIFETIME_BOUNDS, TOKENS, |draft| {
        draft.access_token(|_, claims| {
            if let Some(exp) = claims.get("exp").and_then(Value::as_i64) {
                claims.insert("exp".into(), json!(exp + 86_400));
            }
        });
    }),
    slip("reference-readable", "A token for userinfo is a JWT.", &ocp::pipe::USERINFO_OPAQUE, TOKENS, |draft| {
        if draft.text("access_token").is_some_and(|token| !token.contains('.')) {
            draft.set("access_token", "eyJhbGciOiJub25lIn0.e30.AA");
        }
    }),
    slip("refresh-narrowed", "A refresh without scope narrows it.", &ocp::acc::REFRESH_EXCEPTED, TOKENS, |draft| {
        if draft.asked("grant_type").as_deref() == Some("refresh_token") && draft.asked("scope").is_none() {
            draft.set("scope", "openid");
        }
    }),
    slip(
        "own-refresh-token",
        "A client gets a refresh token for itself.",
        &ocp::grt::CLIENT_CREDENTIALS_RESPONSE,
        TOKENS,
        |draft| {
            if draft.asked("grant_type").as_deref() == Some("client_credentials") {
                draft.set("refresh_token", crate::keys::random());
            }
        },
    ),
    slip("own-scope-less", "A client gets nothing but its first scope.", &ocp::grt::SUBJECT_TYPES, TOKENS, |draft| {
        if draft.asked("grant_type").as_deref() == Some("client_credentials") {
            draft.set("scope", "read:nothing");
        }
    }),
    slip("grant-unnamed", "A refusal does not say which grant type is not allowed.", &ocp::grt::NOT_ALLOWED, REFUSED, |draft| {
        if draft.text("error").as_deref() == Some("unauthorized_client") {
            draft.set("error_description", "This is not allowed.");
        }
    }),
    slip("grant-otherwise", "A refusal names the grant type in other words.", &ocp::err::GRANT_TYPE, REFUSED, |draft| {
        if let (Some("unauthorized_client"), Some(grant)) = (draft.text("error").as_deref(), draft.asked("grant_type")) {
            draft.set("error_description", format!("{grant} is not allowed."));
        }
    }),
    slip("profile-unasked", "An ID token has the user's name.", &ocp::cli::THIRD_PARTY_PROFILE, TOKENS, |draft| {
        draft.id_token(|claims| drop(claims.insert("name".into(), json!("Alice Adams"))));
    }),
    slip("calls-api", "The server calls the identifier of an API.", &ocp::api::NEVER_CALLED, TOKENS, |draft| {
        call(draft.asked("audience"));
    }),
    slip("calls-redirect-uri", "The server calls a redirect URI.", &ocp::uri::NEVER_CALLED, TOKENS, |draft| {
        call(draft.asked("redirect_uri"));
    }),
];

/// Connects to an address in this machine.
fn call(named: Option<String>) {
    let address = named.as_deref().and_then(|uri| uri.strip_prefix("http://")).and_then(|rest| rest.split('/').next());
    let address = address.and_then(|address| address.parse::<std::net::SocketAddr>().ok());
    drop(address.map(std::net::TcpStream::connect));
}

fn set(draft: &mut Draft<'_>, name: &str, value: Value) {
    draft.access_token(|_, claims| drop(claims.insert(name.to_owned(), value)));
}
