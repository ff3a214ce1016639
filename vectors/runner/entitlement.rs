//! `entitlement`: what is granted of a requested scope, and what takes the rest away.

use super::Otherwise;
use super::group::{maybe, member, object, text};
use super::world::{World, client, now, terms};
use fapi::jose::{Json, Object};
use fapi::scope::Scope;
use fapi::{Explain, Explanation, SubjectType, Timestamp};

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let settings = World::settings(group)?;
    let input = object(member(test, "input")?)?;
    let (metadata, terms) = (client(input)?, terms(input)?);
    let subject_type = match text(input, "subject_type")? {
        "user" => SubjectType::User,
        "client" => SubjectType::Client,
        other => return Err(Otherwise::Unjudged(format!("there is no subject_type {other}"))),
    };
    let (requested, original) = (scope(input, "scope")?, scope(input, "original")?);
    let (permissions, consented) = (scope(input, "permissions")?, scope(input, "consented")?);
    let customized = scope(input, "customized")?;
    let mut question = Explain::new(&metadata, &terms, subject_type);
    if let Some(audience) = maybe(input, "audience") {
        question = question.audience(audience);
    }
    if let Some(organization) = maybe(input, "organization") {
        question = question.organization(organization);
    }
    if let Some(requested) = &requested {
        question = question.scope(requested);
    }
    if let Some(original) = &original {
        question = question.refreshing(original);
    }
    if let Some(permissions) = &permissions {
        question = question.permissions(permissions);
    }
    if let Some(consented) = &consented {
        question = question.consented(consented);
    }
    if let Some(customized) = &customized {
        question = question.customized(customized);
    }
    if maybe(input, "prompt") == Some("consent") {
        question = question.consent_prompted();
    }
    let explained = question.at(&settings, Timestamp::from_seconds(now(group)));
    if let Some(refused) = &explained.refused {
        return Err(Otherwise::told(refused.error, &refused.requirements, &refused.detail));
    }
    let output = object(member(test, "output")?)?;
    Otherwise::unless_same(output, &told(&explained, output.contains("token")))
}

/// A scope of the input, which may be empty.
fn scope(input: &Object, name: &str) -> Result<Option<Scope>, Otherwise> {
    match maybe(input, name) {
        Some("") => Ok(Some(Scope::default())),
        Some(text) => Scope::parse(text).map(Some).map_err(Otherwise::unjudged),
        None => Ok(None),
    }
}

/// The granted scope, the statements that took something away, and the tokens that are issued, if the file tells them.
fn told(explained: &Explanation, with_token: bool) -> Object {
    let dropping = explained.steps.iter().filter(|step| !step.dropped.is_empty());
    let dropped = dropping.map(|step| Json::from(vec![step.basis.id.to_owned(), step.dropped.to_string()]));
    let told = Object::new().with("scope", explained.scope.to_string()).with("dropped", dropped.collect::<Vec<_>>());
    match explained.token.as_ref().filter(|_| with_token) {
        Some(token) => told.with(
            "token",
            Object::new()
                .with("aud", token.audience.clone())
                .with("lifetime", i64::from(token.lifetime))
                .with("permissions", token.permissions.as_ref().map_or(Json::Null, |listed| listed.to_string().into()))
                .with("id_token", token.with_id_token)
                .with("refresh_token", token.with_refresh_token),
        ),
        None => told,
    }
}
