//! The check of the operator's terms.

use super::{Found, Registration};
use crate::api::SubjectType;
use crate::client::{ClientGrant, ClientKind, ClientOrigin, ClientTerms, GrantType, GrantedScopes, Usage};
use crate::detail::words;
use crate::error_code::ErrorCode::InvalidClientMetadata;
use crate::refusal::Refusal;
use crate::requirement::{Requirement, ocp, rfc8707};
use crate::settings::Settings;

/// Every mistake in the terms.
pub(super) fn check(registration: &Registration, settings: &Settings, found: &mut Found) {
    let terms = &registration.terms;
    texts(terms, found);
    party(terms, found);
    channels(terms, found);
    level(terms, found);
    client_grants(terms, settings, found);
    connections(terms, settings, found);
    let mut demand = |member, holds, basis: &'static Requirement, words| {
        found.add(member, basis.require(holds, InvalidClientMetadata, words));
    };
    demand(
        "signed_request_object",
        !terms.signed_request_object.required,
        &ocp::cli::JAR_PROPERTY,
        "signed_request_object.required is true, and this server does not serve signed requests yet.",
    );
    demand(
        "organization_usage",
        terms.organization_usage != Usage::Require,
        &ocp::cli::ORGANIZATION_PROPERTY,
        "organization_usage is require, and users do not log in for organizations at this server yet.",
    );
}

fn texts(terms: &ClientTerms, found: &mut Found) {
    let mut demand = |member, length: usize, most: usize, basis: &'static Requirement, what| {
        let words = words!("{} {}; at most {} are allowed.", length, what, most);
        found.add(member, basis.require(length <= most, InvalidClientMetadata, words));
    };
    let length = |text: &String| text.chars().count();
    let (most, longest) = (ClientTerms::MAX_METADATA, ClientTerms::MAX_METADATA_LENGTH);
    demand("description", length(&terms.description), ClientTerms::MAX_DESCRIPTION, &ocp::cli::DESCRIPTION, "characters of text");
    demand("metadata", terms.metadata.len(), most, &ocp::cli::METADATA_LIMITS, "entries");
    let name = terms.metadata.keys().map(length).max().unwrap_or_default();
    let value = terms.metadata.values().map(length).max().unwrap_or_default();
    demand("metadata", name, longest, &ocp::cli::METADATA_LIMITS, "characters in a name");
    demand("metadata", value, longest, &ocp::cli::METADATA_LIMITS, "characters in a value");
}

/// The party follows from the origin where that is the client itself.
fn party(terms: &ClientTerms, found: &mut Found) {
    let fits = terms.origin == ClientOrigin::Operator || !terms.first_party;
    let words = "first_party is true, and the client registered itself.";
    let party = ocp::cli::PARTY.require(fits, InvalidClientMetadata, words);
    found.add("first_party", party.map_err(|refusal| refusal.also([&ocp::dcr::THIRD_PARTY])));
}

/// A user is asked through a channel or not; to name it twice says nothing more.
fn channels(terms: &ClientTerms, found: &mut Found) {
    let channels = &terms.notification_channels;
    let second = channels.iter().enumerate().find(|(at, channel)| channels.iter().take(*at).any(|before| before == *channel));
    let words = words!("Entry {} of async_approval_notification_channels is there already.", second.map_or(0, |(at, _)| at + 1));
    let once = ocp::cli::CHANNELS_PROPERTY.require(second.is_none(), InvalidClientMetadata, words);
    found.add("async_approval_notification_channels", once);
}

fn level(terms: &ClientTerms, found: &mut Found) {
    let Some(level) = terms.compliance_level else { return };
    let name = level.row().name;
    let words = words!("compliance_level is {}, which needs signed requests; this server does not serve them yet.", name);
    let served = ocp::fapi::JAR.require(!level.row().signed_requests, InvalidClientMetadata, words);
    found.add("compliance_level", served.map_err(|refusal| refusal.also([&ocp::cli::LEVEL_PROPERTY])));
    let words = words!("compliance_level is {}, which needs a client that is oidc_conformant.", name);
    let conformant = ocp::fapi::CONFORMANT.require(terms.oidc_conformant, InvalidClientMetadata, words);
    found.add("compliance_level", conformant.map_err(|refusal| refusal.also([&ocp::pipe::CONFORMANT_ONLY])));
}

fn client_grants(terms: &ClientTerms, settings: &Settings, found: &mut Found) {
    for (at, grant) in terms.grants.iter().enumerate() {
        let mut demand = |holds, basis: &'static Requirement, words: &'static str| {
            let words = words!("Entry {} of grants {}.", at + 1, words);
            found.add("grants", basis.require(holds, InvalidClientMetadata, words));
        };
        demand(settings.api(&grant.audience).is_some(), &ocp::acc::GRANT_MEMBERS, "is for an API that this server does not have");
        let same = |other: &ClientGrant| other.audience == grant.audience && other.subject_type == grant.subject_type;
        let first = !terms.grants.iter().take(at).any(same);
        demand(first, &ocp::acc::ONE_PER_SUBJECT, "is a second one for the same API and subject_type");
        let of_client = grant.subject_type == SubjectType::Client;
        let details = of_client && !grant.authorization_details_types.is_empty();
        demand(!details, &ocp::acc::DETAILS_FOR_USERS, "has authorization_details_types, which subject_type client cannot have");
        let organizations =
            grant.organization_usage != Usage::Deny || grant.allow_any_organization || !grant.organizations.is_empty();
        demand(
            of_client || !organizations,
            &ocp::acc::ORGANIZATIONS,
            "is about organizations, which subject_type user cannot be",
        );
        let known = |id: &String| settings.organizations.iter().any(|organization| organization.id == *id);
        demand(
            grant.organizations.iter().all(known),
            &ocp::acc::ORGANIZATIONS,
            "lists an organization that this server does not have",
        );
    }
}

fn connections(terms: &ClientTerms, settings: &Settings, found: &mut Found) {
    for (at, name) in terms.connections.iter().flatten().enumerate() {
        let connection = settings.connections.iter().find(|known| known.name == *name);
        let words = words!("Entry {} of connections is not one of this server.", at + 1);
        found.add("connections", ocp::cli::CONNECTION_ENABLED.require(connection.is_some(), InvalidClientMetadata, words));
        let of_domain = terms.first_party || connection.is_none_or(|known| known.is_domain_connection);
        let words = words!("Entry {} of connections is no domain connection, and the client is not first-party.", at + 1);
        found.add("connections", ocp::cli::THIRD_PARTY_CONNECTIONS.require(of_domain, InvalidClientMetadata, words));
    }
}

/// Every unwise choice.
pub(super) fn warnings(registration: &Registration, settings: &Settings) -> Vec<(&'static str, Refusal)> {
    let (metadata, terms) = (&registration.metadata, &registration.terms);
    let mut found = vec![];
    for (at, identifier) in terms.introspects.iter().enumerate() {
        if settings.api(identifier).is_none() {
            let words = words!("Entry {} of introspects is an API that this server does not have.", at + 1);
            found.push(("introspects", rfc8707::RESOURCE_KNOWN.refuse(InvalidClientMetadata, words)));
        }
    }
    for (at, grant) in terms.grants.iter().enumerate() {
        let (Some(api), GrantedScopes::These(scope)) = (settings.api(&grant.audience), &grant.scopes) else { continue };
        if !scope.is_subset(api.scopes.scope()) {
            let words = words!("Entry {} of grants has a scope that the API does not define.", at + 1);
            found.push(("grants", ocp::acc::GRANT_MEMBERS.refuse(InvalidClientMetadata, words)));
        }
    }
    let with_browser = |grant: &&GrantType| matches!(grant, GrantType::AuthorizationCode | GrantType::Implicit);
    if terms.kind == Some(ClientKind::NonInteractive) && metadata.grant_types.iter().any(|grant| with_browser(&grant)) {
        let words = "The client is non_interactive, and it has a grant type of clients with users.";
        found.push(("grant_types", ocp::grt::CONFIDENTIAL_DEFAULTS.refuse(InvalidClientMetadata, words)));
    }
    found
}
