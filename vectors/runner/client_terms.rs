//! `client_terms`: the operator's terms for a client, beside its metadata.
//!
//! Without `client`, the client has the metadata of its kind. Every mistake counts, not the first one alone. `before` is the
//! registration that this one replaces, or with `removed` one that is removed before. `beside` is registered together with it.

use super::Otherwise;
use super::group::{maybe, member, object};
use super::world::{REDIRECT, World, client, now, terms, wrong};
use fapi::jose::{Json, Object};
use fapi::policy::AuthenticationMethod;
use fapi::{ClientMetadata, MethodMembers, Registration, Secret, Timestamp};

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let world = World::without_client(group)?;
    let input = object(member(test, "input")?)?;
    if let Some(before) = input.get("before") {
        let before = registration(&world, object(before)?)?;
        let client_id = before.metadata.client_id.clone();
        world.drive(world.server.register(vec![before], world.context())).map(drop)?;
        if input.get("removed").and_then(Json::as_bool) == Some(true) {
            world.drive(world.server.remove_clients(vec![client_id], world.context())).map(drop)?;
        }
    }
    let registration = registration(&world, input)?;
    let settings = world.server.settings();
    let mistakes = registration.mistakes(settings, Timestamp::from_seconds(now(group)));
    if let Some(first) = mistakes.first() {
        let requirements = mistakes.iter().flat_map(|mistake| mistake.requirements.iter().copied()).collect();
        return Err(Otherwise::Refused { error: Some(first.error.name()), requirements, detail: None });
    }
    let told = told(&registration, settings);
    let mut together = vec![registration];
    if let Some(beside) = input.get("beside") {
        together.push(self::registration(&world, object(beside)?)?);
    }
    world.drive(world.server.register(together, world.context())).map(drop)?;
    Otherwise::unless_same(member(test, "output")?, &Json::Object(told))
}

fn registration(world: &World, input: &Object) -> Result<Registration, Otherwise> {
    let terms = terms(input)?;
    let mut metadata = match (input.contains("client"), terms.kind) {
        (false, Some(kind)) => {
            let mut metadata = ClientMetadata::of_kind(&world.client.client_id, kind, &world.server.settings().policy);
            metadata.redirect_uris = vec![REDIRECT.into()];
            metadata
        }
        _ => client(input)?,
    };
    if let Some(method) = method(input)? {
        metadata.token_endpoint_auth_method = method;
    }
    let secret = maybe(input, "client_secret").map(|secret| Secret::from(secret.to_owned()));
    let mut registration = Registration::of(metadata).terms(terms);
    registration.secret = secret.into();
    Ok(registration)
}

/// The method that `client_authentication_methods` names, if the client has it.
fn method(input: &Object) -> Result<Option<AuthenticationMethod>, Otherwise> {
    let Some(client) = input.get("client").and_then(Json::as_object) else { return Ok(None) };
    let Some(methods) = client.get("client_authentication_methods").and_then(Json::as_object) else { return Ok(None) };
    let members = MethodMembers {
        token_endpoint_auth_method: client.get("token_endpoint_auth_method").and_then(Json::as_str),
        client_authentication_methods: Some(methods.iter().map(|(name, _)| name).collect()),
    };
    members.method().map_err(|error| wrong(error.basis()))
}

/// The method and the grant types of the client, and the statements behind warnings.
fn told(registration: &Registration, settings: &fapi::Settings) -> Object {
    let metadata = &registration.metadata;
    let grant_types: Vec<_> = metadata.grant_types.iter().map(|grant| grant.as_str().to_owned()).collect();
    let warnings = registration.warnings(settings);
    let warnings: Vec<_> = warnings.iter().flat_map(|warning| warning.requirements.iter().map(|it| it.id)).collect();
    Object::new()
        .with("token_endpoint_auth_method", metadata.token_endpoint_auth_method.name())
        .with("grant_types", grant_types)
        .with("warnings", warnings)
}
