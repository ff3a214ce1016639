//! `introspection_response`: the answer of the introspection endpoint, as JSON or as a JWT for the caller
//! ([RFC 9701](https://www.rfc-editor.org/rfc/rfc9701)).

use super::Otherwise;
use super::answer::{Opened, listed};
use super::exchange::answer;
use super::group::{member, object};
use fapi::jose::{Json, Object};
use http::header::CONTENT_TYPE;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let (world, response) = answer(group, test, "introspection_endpoint")?;
    let Some(wanted) = test.get("output") else { return Ok(()) };
    let wanted = object(wanted)?;
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = header(CONTENT_TYPE);
    let mut output = Object::new().with("status", i64::from(response.status().as_u16())).with("media_type", media_type);
    let part = |name: &str| wanted.get(name).map(object).transpose();
    let told = match media_type {
        "application/token-introspection+jwt" => {
            let compact = std::str::from_utf8(response.body()).map_err(Otherwise::unjudged)?;
            let opened = Opened::of(&world, group, compact)?;
            if let Some(encryption) = opened.encryption {
                output.insert("encryption", encryption);
            }
            output.insert("header", opened.header);
            output.insert("claims", listed(&opened.claims, part("claims")?)?);
            object(member(&opened.claims, "token_introspection")?)?.clone()
        }
        _ => Object::parse(response.body()).map_err(Otherwise::unjudged)?,
    };
    output.insert("token", listed(&told, part("token")?)?);
    Otherwise::unless_same(&Json::Object(wanted.clone()), &Json::Object(output))
}
