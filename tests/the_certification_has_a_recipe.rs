//! The recipe for the FAPI certification: with a level, its client authentication, tokens bound to certificates and pushed requests, a
//! client of the conformant pipeline goes through, at each of the four levels that are certified.

use crate::support::bank::Bank;
use crate::support::client::{Client, pairs};
use crate::support::front::{parameters, signed};
use crate::support::*;
use fapi::jose::Json;
use fapi::policy::{LEVELS, Level, OAUTH, OPENID};
use fapi::*;

const ACR: &str = "urn:mace:incommon:iap:silver";

fn world() -> World {
    let mut settings = settings(OAUTH.policy().tighten(&OPENID.policy()).unwrap());
    settings.acr_values = vec![ACR.into()];
    settings.switches.remove_alg_from_jwks = true;
    settings.mtls_endpoints = Some(Endpoints::below("https://mtls.as.example"));
    World::with(settings)
}

/// The `request_uri` of a request that the level accepts.
fn pushed(bank: &Bank<'_>, level: Level) -> String {
    let told = if matches!(level, Level::Fapi1AdvPkjPar | Level::Fapi1AdvMtlsPar) {
        bank.push(&bank.object("ES256", &[]), &[])
    } else {
        let mut plain = bank.client.push_parameters();
        plain.retain(|(name, _)| name != "client_id");
        bank.send(AuthorizationServer::pushed_authorization_request, &pairs(&plain), &bank.chain)
    };
    assert_eq!(told.reply.status(), 201, "{level:?}: {:?}", told.event);
    member(&told.reply, "request_uri")
}

#[test]
fn each_of_the_four_levels_goes_through() {
    let world = world();
    let targets: Vec<_> = LEVELS.iter().filter(|row| !row.name.ends_with("_dpop")).collect();
    assert_eq!(targets.len(), 4);
    for row in targets {
        let mut terms = ClientTerms::default();
        terms.compliance_level = Some(row.level);
        let by_certificate = matches!(row.level, Level::Fapi1AdvMtlsPar | Level::Fapi2SpMtlsMtls);
        let bank = Bank::new(&world, by_certificate);
        let mut metadata = bank.metadata();
        let response_type = if row.name.starts_with("fapi1") { "code id_token" } else { "code" };
        metadata.response_types = vec![response_type.into()];
        metadata.grant_types.retain(|grant| response_type != "code" || *grant != GrantType::Implicit);
        world.registered(Registration::of(metadata).terms(terms), None);
        let shown = prompt(bank.client.present(&world, &pushed(&bank, row.level), None));
        let mut login = Authentication::of("alice");
        login.acr = Some(ACR.into());
        let shown = prompt(bank.client.answer(&world, &shown, UserDecision::LoggedIn(login)));
        assert_eq!(shown.kind, PromptKind::Consent, "{}", row.name);
        let told = response(bank.client.answer(&world, &shown, Client::consent("openid accounts")));
        let redeemed = bank.redeem(&parameters(&told).1["code"], &bank.chain);
        assert_eq!(redeemed.reply.status(), 200, "{}: {:?}", row.name, redeemed.event);
        let claims = signed(&world, &member(&redeemed.reply, "id_token"));
        assert_eq!(claims.get("acr").and_then(Json::as_str), Some(ACR), "{}", row.name);
        assert!(matches!(bank.call(&member(&redeemed.reply, "access_token"), &bank.chain).reply, Access::Allowed(_)));
        // The consent of one level is not that of the next.
        let _ = world.drive(world.server.withdraw("alice", "bank", world.context()));
        world.pass(120);
    }
}

#[test]
fn published_keys_have_no_algorithm() {
    let algorithms = |world: &World| {
        let document = world.server.jwks(Timestamp::from_seconds(world.now.get()));
        let keys = document.get("keys").and_then(Json::as_array).unwrap().to_vec();
        keys.iter().map(|key| key.as_object().unwrap().contains("alg")).collect::<Vec<_>>()
    };
    assert_eq!((algorithms(&world()), algorithms(&World::new(OAUTH.policy()))), (vec![false], vec![true]));
}
