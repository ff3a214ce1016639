//! Access tokens that are made from a real one.

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;

use super::{Scenario, always, run};
use crate::entropy::is_jwt;
use crate::finding::{Tried, skip};
use crate::jwt::Received;
use crate::session::Session;
use fapi::requirement::{fapi2_sp, rfc9068};

pub(super) static SCENARIOS: &[Scenario] = &[Scenario::negative(
    "resource-unsigned-token",
    "A JWT access token whose header names alg none is refused, with and without a signature.",
    run!(unsigned),
)
.requires(&[&fapi2_sp::TOKEN_VALID, &rfc9068::VALIDATED, &rfc9068::INVALID_TOKEN])
.when(always)
.asserts(&[
    "alg none in four spellings, with an empty signature and with that of the real token: 401 or 400",
    "an opaque token instead gets a last part of an unsigned JWT: the same",
])];

async fn unsigned(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    if call.url().is_err() {
        return skip("there is no resource");
    }
    call.served().await?;
    for forged in forged(&tokens.access_token) {
        s.refused_by_resource(&call.clone().token(forged).send().await?, &[400, 401])?;
    }
    Ok(())
}

/// Tokens with the claims of this one.
fn forged(token: &str) -> Vec<String> {
    let Some(real) = Received::parse(token).ok().filter(|_| is_jwt(token)) else { return vec![format!("{token}.")] };
    let mut parts = token.split('.').skip(1);
    let (claims, signature) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let header = |alg: &str| {
        let mut header = real.header.clone();
        header.insert("alg".into(), Value::from(alg));
        BASE64URL_NOPAD.encode(Value::Object(header).to_string().as_bytes())
    };
    let spellings = ["none", "None", "NONE", "nOnE"].map(header);
    spellings.iter().flat_map(|header| [format!("{header}.{claims}."), format!("{header}.{claims}.{signature}")]).collect()
}
