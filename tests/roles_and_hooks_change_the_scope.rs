//! Role-based access control, offline access, consent, and the host's own code.

use crate::support::pipeline::*;
use crate::support::*;
use fapi::scope::Scope;
use fapi::{Dialect, HookPoint, OfflineAccess, Settings, SubjectType};

const BOTH: &str = "read:payments write:payments";

fn roles() -> Settings {
    let mut settings = two_apis();
    settings.apis[0].enforce_policies = true;
    settings
}

fn permit(world: &World, scope: &str) {
    let scope = if scope.is_empty() { Scope::default() } else { scope.parse().unwrap() };
    world.permissions.borrow_mut().insert(("alice".into(), PAYMENTS.into()), scope);
}

fn scope_of(result: Result<serde_json::Value, Error>) -> Result<String, Error> {
    result.map(|tokens| tokens["scope"].as_str().unwrap_or_default().to_owned())
}

/// API-12, API-13, SCP-15.
#[test]
fn users_get_at_most_what_they_are_permitted() {
    let world = World::with(roles());
    let app = App::new(&world);
    let ask = |scope: &str| scope_of(app.tokens(&[("scope", scope), ("audience", PAYMENTS)]));
    permit(&world, "write:payments delete:payments");
    assert_eq!(
        ask(&format!("openid email {BOTH}")).unwrap(),
        "openid email write:payments",
        "claims of users are no permissions"
    );
    permit(&world, "");
    assert_eq!(ask(&format!("openid {BOTH}")).unwrap(), "openid");
    let tokens = app.tokens(&[("scope", BOTH), ("audience", PAYMENTS)]).unwrap();
    assert_eq!((&tokens["scope"], &claims(&tokens).unwrap()["scope"]), (&"".into(), &"".into()), "what the user is permitted");
    assert_eq!(app.introspect(&tokens)["active"], true);
    assert_eq!(ask("delete:payments"), Err(error("invalid_scope")), "no scope of the API, whoever the user is");
    world.permissions.borrow_mut().clear();
    assert_eq!(
        scope_of(app.tokens(&[("scope", "read:accounts"), ("audience", ACCOUNTS)])).unwrap(),
        "read:accounts",
        "no roles there"
    );
}

#[test]
fn a_client_that_acts_for_itself_has_no_roles() {
    let mut settings = roles();
    settings.apis[0].dialect = Dialect::AccessTokenAuthz;
    let world = World::with(settings);
    let app = App::new(&world).granted(PAYMENTS, SubjectType::Client, "read:payments");
    let tokens = app.own(&[("scope", "read:payments"), ("audience", PAYMENTS)]).unwrap();
    assert_eq!(claims(&tokens).unwrap()["permissions"], serde_json::json!(["read:payments"]), "those of its grant");
    assert!(!world.traced().contains("permissions"), "the host is not asked");
}

#[test]
fn permissions_count_at_every_refresh_and_never_add_to_what_was_granted() {
    let mut settings = roles();
    settings.apis[0].allow_offline_access = OfflineAccess::Allowed;
    let world = World::with(settings);
    let app = App::new(&world);
    permit(&world, "read:payments");
    let tokens = app.tokens(&[("scope", &format!("openid offline_access {BOTH}")), ("audience", PAYMENTS)]).unwrap();
    assert_eq!(tokens["scope"], "openid offline_access read:payments");
    permit(&world, BOTH);
    assert_eq!(scope_of(app.refresh(&tokens, &[])).unwrap(), "openid offline_access read:payments", "as granted");
    permit(&world, "write:payments");
    assert_eq!(scope_of(app.refresh(&tokens, &[])).unwrap(), "openid offline_access");
    permit(&world, "read:payments");
    assert_eq!(scope_of(app.refresh(&tokens, &[])).unwrap(), "openid offline_access read:payments", "back again");
}

/// API-16, PIPE-13.
#[test]
fn offline_access_and_refresh_tokens_come_together() {
    for (allowed, prompt, granted) in [
        (OfflineAccess::Never, "consent", false),
        (OfflineAccess::Allowed, "consent", true),
        (OfflineAccess::Allowed, "login", true),
        (OfflineAccess::WithConsent, "consent", true),
        (OfflineAccess::WithConsent, "login", false),
    ] {
        let mut settings = two_apis();
        settings.apis[0].allow_offline_access = allowed;
        let world = World::with(settings);
        let app = App::new(&world);
        let ask = |scope: &str| app.tokens(&[("scope", scope), ("audience", PAYMENTS), ("prompt", prompt)]).unwrap();
        let tokens = ask("openid offline_access read:payments");
        assert_eq!(tokens["scope"].as_str().unwrap().contains("offline_access"), granted, "{allowed:?} {prompt}");
        assert_eq!(tokens["refresh_token"].is_string(), granted, "{allowed:?} {prompt}");
        assert!(ask("openid read:payments")["refresh_token"].is_null(), "nobody asked for it");
    }
}

/// API-12, API-14: an API that reads `permissions` needs no scope.
#[test]
fn permissions_are_listed_also_if_none_of_them_was_requested() {
    let mut settings = roles();
    settings.apis[0].dialect = Dialect::AccessTokenAuthz;
    let world = World::with(settings);
    let app = App::new(&world);
    permit(&world, "write:payments");
    let tokens = app.tokens(&[("scope", "read:payments"), ("audience", PAYMENTS)]).unwrap();
    let claims = claims(&tokens).unwrap();
    assert_eq!((&claims["scope"], &claims["permissions"]), (&"".into(), &serde_json::json!(["write:payments"])));
}

/// API-16, RT-08.
#[test]
fn an_api_that_forbids_offline_access_later_ends_the_use_of_its_refresh_tokens() {
    let mut settings = two_apis();
    settings.apis.iter_mut().for_each(|api| api.allow_offline_access = OfflineAccess::Allowed);
    let world = World::with(settings.clone());
    let app = App::new(&world);
    let ask = |scope: &str, audience| app.tokens(&[("scope", scope), ("audience", audience)]).unwrap();
    let payments = ask("openid offline_access read:payments", PAYMENTS);
    let accounts = ask("offline_access read:accounts", ACCOUNTS);
    let forbidden = later(&world, |settings| settings.apis[0].allow_offline_access = OfflineAccess::Never, settings.clone());
    let there = App { world: &forbidden, metadata: app.metadata.clone(), terms: app.terms.clone() };
    assert_eq!(there.refresh(&payments, &[]), Err(error("invalid_grant")));
    assert_eq!(there.refresh(&payments, &[("scope", "openid")]), Err(error("invalid_grant")), "also for less");
    assert!(there.refresh(&accounts, &[]).is_ok(), "another API");
    for allowed in [OfflineAccess::Allowed, OfflineAccess::WithConsent] {
        let again = later(&forbidden, |settings| settings.apis[0].allow_offline_access = allowed, settings.clone());
        let there = App { world: &again, metadata: app.metadata.clone(), terms: app.terms.clone() };
        assert!(there.refresh(&payments, &[]).is_ok(), "{allowed:?}");
    }
}

/// SCP-14, PIPE-13.
#[test]
fn a_user_may_allow_less_and_keep_offline_access_back() {
    let mut settings = two_apis();
    settings.apis[0].allow_offline_access = OfflineAccess::Allowed;
    let world = World::with(settings);
    let app = App::new(&world);
    let ask = [("scope", "openid offline_access read:payments write:payments"), ("audience", PAYMENTS)];
    let code = app.code_allowing(&ask, Some("openid read:payments")).unwrap();
    let tokens = app.redeem(&code, &[]).unwrap();
    assert_eq!(tokens["scope"], "openid read:payments");
    assert!(tokens["refresh_token"].is_null());
}

/// API-18, ACC-18, CLI-14.
#[test]
fn the_host_has_the_last_word_within_the_api() {
    let mut settings = roles();
    settings.switches.hooks = true;
    settings.apis[0].allow_offline_access = OfflineAccess::Allowed;
    let world = World::with(settings);
    permit(&world, "read:payments");
    *world.hook.borrow_mut() = Some("write:payments read:accounts".parse().unwrap());
    let app = App::new(&world).with(|terms| drop(terms.metadata.insert("tier".into(), "gold".into())));
    let tokens = app.tokens(&[("scope", "openid offline_access read:payments"), ("audience", PAYMENTS)]).unwrap();
    assert_eq!(tokens["scope"], "openid offline_access write:payments", "over the roles, and never beyond the API");
    let seen = world.customized.borrow().last().cloned().unwrap();
    assert_eq!((seen.point, seen.client_metadata["tier"].as_str()), (HookPoint::PostLogin, "gold"));
    assert_eq!((seen.subject.as_deref(), seen.scope.as_str()), (Some("alice"), "openid offline_access read:payments"));
    let runs = world.customized.borrow().len();
    assert_eq!(scope_of(app.refresh(&tokens, &[])).unwrap(), "openid offline_access write:payments");
    assert_eq!(scope_of(app.refresh(&tokens, &[("scope", "openid")])).unwrap(), "openid", "a narrowed refresh stays narrow");
    assert_eq!(world.customized.borrow().len(), runs, "a refresh runs no code of the host");
    *world.hook.borrow_mut() = Some(Scope::default());
    assert_eq!(scope_of(app.tokens(&[("scope", "read:payments"), ("audience", PAYMENTS)])).unwrap(), "", "also for nothing");
}

#[test]
fn without_the_switch_the_host_is_not_asked() {
    let world = World::with(two_apis());
    *world.hook.borrow_mut() = Some("write:payments".parse().unwrap());
    let app = App::new(&world);
    assert_eq!(scope_of(app.tokens(&[("scope", "read:payments"), ("audience", PAYMENTS)])).unwrap(), "read:payments");
    assert!(world.customized.borrow().is_empty());
}

/// A later server over the same records.
fn later(world: &World, change: impl FnOnce(&mut Settings), settings: Settings) -> World {
    let mut settings = settings;
    change(&mut settings);
    let later = World::with(settings);
    *later.store.borrow_mut() = world.store.borrow().clone();
    later.now.set(world.now.get() + 1);
    *later.permissions.borrow_mut() = world.permissions.borrow().clone();
    later
}

/// RFC 6749 section 6: what the host's own code named before the API defined it is not granted by a refresh.
#[test]
fn a_refresh_does_not_bring_what_the_api_defines_later() {
    let mut settings = two_apis();
    settings.switches.hooks = true;
    settings.apis[0].scopes = "read:payments".parse().unwrap();
    settings.apis[0].allow_offline_access = OfflineAccess::Allowed;
    let world = World::with(settings.clone());
    *world.hook.borrow_mut() = Some(BOTH.parse().unwrap());
    let app = App::new(&world);
    let tokens = app.tokens(&[("scope", "offline_access read:payments"), ("audience", PAYMENTS)]).unwrap();
    assert_eq!(tokens["scope"], "offline_access read:payments");
    let later = later(&world, |settings| settings.apis[0].scopes = BOTH.parse().unwrap(), settings);
    let app = App { world: &later, ..app };
    assert_eq!(scope_of(app.refresh(&tokens, &[])).unwrap(), "offline_access read:payments");
}

/// API-12: a scope token of an API is the API's, also where the server lists it among its own.
#[test]
fn a_scope_token_that_the_server_knows_too_is_no_way_around_the_roles() {
    let mut settings = roles();
    settings.scopes = settings.scopes.union(&"write:payments".parse().unwrap());
    let world = World::with(settings);
    let app = App::new(&world);
    permit(&world, "read:payments");
    let tokens = app.tokens(&[("scope", &format!("openid {BOTH}")), ("audience", PAYMENTS)]);
    assert_eq!(scope_of(tokens).unwrap(), "openid read:payments");
}

/// PIPE-11, PIPE-35: the pipeline of a client counts when a token is issued.
#[test]
fn a_client_that_moves_to_the_older_pipeline_gets_no_further_tokens_for_apis() {
    let mut settings = two_apis();
    settings.apis[0].allow_offline_access = OfflineAccess::Allowed;
    let world = World::with(settings);
    let app = App::new(&world);
    let ask = [("scope", "openid offline_access read:payments"), ("audience", PAYMENTS)];
    let (tokens, code) = (app.tokens(&ask).unwrap(), app.code(&ask).unwrap());
    assert!(claims(&app.refresh(&tokens, &[]).unwrap()).is_some(), "the control");
    let app = app.with(|terms| terms.oidc_conformant = false);
    for moved in [app.refresh(&tokens, &[]).unwrap(), app.redeem(&code, &[]).unwrap()] {
        assert!(claims(&moved).is_none(), "a reference");
        assert_eq!(moved["scope"], "openid offline_access");
        assert!(app.admitted(PAYMENTS, &moved).is_none());
        assert_eq!(app.userinfo(&moved), http::StatusCode::OK);
    }
}

#[test]
fn a_token_for_an_api_that_is_gone_is_none_for_userinfo() {
    let settings = two_apis();
    let world = World::with(settings.clone());
    let app = App::new(&world);
    let tokens = app.tokens(&[("scope", "openid read:payments"), ("audience", PAYMENTS)]).unwrap();
    assert_eq!(app.userinfo(&tokens), http::StatusCode::OK, "the control");
    let later = later(&world, |settings| drop(settings.apis.remove(0)), settings);
    assert_eq!(App { world: &later, ..app }.userinfo(&tokens), http::StatusCode::UNAUTHORIZED);
}
