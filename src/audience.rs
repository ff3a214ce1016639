//! The API that a request is for ([RFC 8707 §2](https://www.rfc-editor.org/rfc/rfc8707#section-2)).

use crate::api::Api;
use crate::error_code::ErrorCode::InvalidTarget;
use crate::parameters::Parameters;
use crate::refusal::Refusal;
use crate::requirement::rfc8707;
use crate::settings::Settings;

/// The API named by `resource`, or the default one. A request that names another API must not get a token for this one, and a token
/// is for one API only.
pub(crate) fn requested<'s>(settings: &'s Settings, parameters: &Parameters<'_>) -> Result<&'s Api, Refusal> {
    match named(settings, parameters)? {
        Some(api) => Ok(api),
        None => rfc8707::RESOURCE_KNOWN.demand(
            settings.default_api(),
            InvalidTarget,
            "resource is missing, and this server has no API by default.",
        ),
    }
}

/// The API of a grant, if the request names no other.
pub(crate) fn granted<'s>(settings: &'s Settings, parameters: &Parameters<'_>, resources: &[String]) -> Result<&'s Api, Refusal> {
    let granted = resources.first().and_then(|identifier| settings.api(identifier));
    let granted = rfc8707::RESOURCE_KNOWN.demand(granted, InvalidTarget, "The API of the grant is not served any more.")?;
    let same = named(settings, parameters)?.is_none_or(|named| named.identifier == granted.identifier);
    rfc8707::RESOURCE_KNOWN.require(same, InvalidTarget, "resource names another API than the one that was granted.")?;
    Ok(granted)
}

/// The API named by `resource`, which may be repeated but must not name two.
pub(crate) fn named<'s>(settings: &'s Settings, parameters: &Parameters<'_>) -> Result<Option<&'s Api>, Refusal> {
    let mut found: Option<&Api> = None;
    for identifier in parameters.all("resource").filter(|identifier| !identifier.is_empty()) {
        let api = rfc8707::RESOURCE_KNOWN.demand(
            settings.api(identifier),
            InvalidTarget,
            "resource is not the identifier of an API of this server.",
        )?;
        let same = found.is_none_or(|found| found.identifier == api.identifier);
        rfc8707::RESOURCE_KNOWN.require(same, InvalidTarget, "resource names two APIs; a token is for one.")?;
        found = Some(api);
    }
    Ok(found)
}
