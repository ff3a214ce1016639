//! The audience that a request is for ([RFC 8707 §2](https://www.rfc-editor.org/rfc/rfc8707#section-2)).

use crate::api::Api;
use crate::client::ClientTerms;
use crate::error_code::ErrorCode::InvalidTarget;
use crate::parameters::Parameters;
use crate::refusal::{Also, Refusal};
use crate::requirement::{ocp, rfc8707};
use crate::settings::Settings;
use crate::table::Is::{Any, No, Yes};
use crate::table::{Case, Table};
use crate::uri::Uri;

/// The recipient of an access token.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Audience<'s> {
    /// Userinfo of this server alone, by its address.
    Userinfo(&'s str),
    /// An API.
    Api(&'s Api),
}

impl<'s> Audience<'s> {
    /// Its `aud`.
    pub(crate) fn identifier(self) -> &'s str {
        match self {
            Self::Userinfo(address) => address,
            Self::Api(api) => &api.identifier,
        }
    }

    /// The API.
    pub(crate) fn api(self) -> Option<&'s Api> {
        match self {
            Self::Userinfo(_) => None,
            Self::Api(api) => Some(api),
        }
    }
}

/// The source of the audience of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudienceSource {
    /// The parameter `audience`.
    Audience,
    /// The parameter `resource`.
    Resource,
    /// The server's default audience.
    Default,
    /// None: the token is for userinfo alone.
    Userinfo,
}

/// What names the audience of a request.
pub const AUDIENCE: Table<5, AudienceSource> = Table {
    name: "audience",
    inputs: ["conformant", "audience sent", "resource sent", "resource counts", "default set"],
    cases: &[
        Case { when: [No, Any, Any, Any, Any], then: AudienceSource::Userinfo, basis: &ocp::pipe::LEGACY_OPAQUE },
        Case { when: [Any, Yes, Any, Any, Any], then: AudienceSource::Audience, basis: &ocp::pipe::API_NAMED },
        Case { when: [Any, Any, Yes, Yes, Any], then: AudienceSource::Resource, basis: &ocp::ten::RESOURCE_ON },
        Case { when: [Any, Any, Any, Any, Yes], then: AudienceSource::Default, basis: &ocp::ten::DEFAULT_AUDIENCE },
        Case { when: [Any, Any, Any, Any, Any], then: AudienceSource::Userinfo, basis: &ocp::pipe::AUDIENCE_OPTIONAL },
    ],
};

/// The audience of a request. A request that names another API must not get a token for this one, and a token is for one API only.
pub(crate) fn requested<'s>(
    settings: &'s Settings,
    terms: &ClientTerms,
    parameters: &Parameters<'_>,
) -> Result<Audience<'s>, Refusal> {
    let userinfo = Audience::Userinfo(&settings.endpoints.userinfo);
    let source = source(settings, terms, parameters);
    let by_default = settings.default_api().filter(|_| source == AudienceSource::Default).map_or(userinfo, Audience::Api);
    Ok(named(settings, source, parameters)?.unwrap_or(by_default))
}

/// The audience that the parameters name, if they count.
fn named<'s>(
    settings: &'s Settings,
    source: AudienceSource,
    parameters: &Parameters<'_>,
) -> Result<Option<Audience<'s>>, Refusal> {
    match source {
        AudienceSource::Audience => by_audience(settings, parameters),
        AudienceSource::Resource => by_resource(settings, parameters),
        AudienceSource::Default | AudienceSource::Userinfo => Ok(None),
    }
}

fn source(settings: &Settings, terms: &ClientTerms, parameters: &Parameters<'_>) -> AudienceSource {
    let sent = |name| parameters.all(name).any(|value| !value.is_empty());
    let resource = settings.switches.resource_parameter;
    let answers = [terms.oidc_conformant, sent("audience"), sent("resource"), resource, settings.default_api().is_some()];
    AUDIENCE.decide(answers).then
}

/// The audience of a grant, if the request names no other.
pub(crate) fn granted<'s>(
    settings: &'s Settings,
    terms: &ClientTerms,
    parameters: &Parameters<'_>,
    resources: &[String],
) -> Result<Audience<'s>, Refusal> {
    if !terms.oidc_conformant {
        return Ok(Audience::Userinfo(&settings.endpoints.userinfo));
    }
    let granted = resources.first().and_then(|identifier| known(settings, identifier));
    let granted = rfc8707::RESOURCE_KNOWN.demand(granted, InvalidTarget, "The API of the grant is not served any more.")?;
    let named = named(settings, source(settings, terms, parameters), parameters)?;
    let same = named.is_none_or(|named| named.identifier() == granted.identifier());
    rfc8707::RESOURCE_KNOWN.require(same, InvalidTarget, "The request names another API than the one that was granted.")?;
    Ok(granted)
}

/// The audience that a record names.
pub(crate) fn of_record<'s>(settings: &'s Settings, resources: &[String]) -> Option<Audience<'s>> {
    known(settings, resources.first()?)
}

/// The audience with this identifier.
fn known<'s>(settings: &'s Settings, identifier: &str) -> Option<Audience<'s>> {
    let userinfo = &settings.endpoints.userinfo;
    settings.api(identifier).map(Audience::Api).or_else(|| (userinfo == identifier).then_some(Audience::Userinfo(userinfo)))
}

fn by_audience<'s>(settings: &'s Settings, parameters: &Parameters<'_>) -> Result<Option<Audience<'s>>, Refusal> {
    let mut found = None;
    for identifier in parameters.all("audience").filter(|identifier| !identifier.is_empty()) {
        let audience = ocp::pipe::API_NAMED
            .demand(known(settings, identifier), InvalidTarget, "audience is not the identifier of an API of this server.")
            .also(&rfc8707::RESOURCE_KNOWN)?;
        found = Some(one(found, audience, "audience names two APIs; a token is for one.")?);
    }
    Ok(found)
}

/// `resource` may be repeated.
fn by_resource<'s>(settings: &'s Settings, parameters: &Parameters<'_>) -> Result<Option<Audience<'s>>, Refusal> {
    let mut found = None;
    for identifier in parameters.all("resource").filter(|identifier| !identifier.is_empty()) {
        let absolute = Uri::parse(identifier).is_ok_and(|uri| !uri.has_fragment());
        rfc8707::RESOURCE_ABSOLUTE
            .require(absolute, InvalidTarget, "resource is not an absolute URI without fragment.")
            .also(&ocp::ten::RESOURCE_URI)
            .also(&rfc8707::RESOURCE_KNOWN)?;
        let audience = rfc8707::RESOURCE_KNOWN.demand(
            known(settings, identifier),
            InvalidTarget,
            "resource is not the identifier of an API of this server.",
        )?;
        found = Some(one(found, audience, "resource names two APIs; a token is for one.")?);
    }
    Ok(found)
}

/// The one audience that was found, if the next one is the same.
fn one<'s>(found: Option<Audience<'s>>, next: Audience<'s>, words: &'static str) -> Result<Audience<'s>, Refusal> {
    let same = found.is_none_or(|found| found.identifier() == next.identifier());
    rfc8707::RESOURCE_KNOWN.require(same, InvalidTarget, words)?;
    Ok(next)
}
