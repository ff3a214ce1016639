//! Access policies and client grants.

use crate::support::pipeline::*;
use crate::support::*;
use fapi::AccessPolicy::{self, AllowAll, DenyAll, RequireClientGrant};
use fapi::SubjectType::{Client, User};
use fapi::{Authentication, OmittedScope, Organization, Settings, Usage, UserDecision};

const BOTH: &str = "read:payments write:payments";

fn with(user: AccessPolicy, client: AccessPolicy) -> Settings {
    let mut settings = two_apis();
    settings.apis[0].access.user = user;
    settings.apis[0].access.client = client;
    settings
}

fn for_user(app: &App<'_>, scope: &str) -> Result<String, Error> {
    let tokens = app.tokens(&[("scope", scope), ("audience", PAYMENTS)])?;
    Ok(tokens["scope"].as_str().unwrap_or_default().to_owned())
}

fn for_itself(app: &App<'_>, parameters: &[(&str, &str)]) -> Result<String, Error> {
    let tokens = app.own(&[parameters, &[("audience", PAYMENTS)]].concat())?;
    Ok(tokens["scope"].as_str().unwrap_or_default().to_owned())
}

/// ACC-03, ACC-06, SCP-03.
#[test]
fn by_default_users_need_no_grant_and_clients_do() {
    let world = World::with(two_apis());
    let app = App::new(&world);
    assert_eq!(for_user(&app, BOTH).unwrap(), BOTH);
    assert_eq!(for_itself(&app, &[("scope", BOTH)]), Err(error("unauthorized_client")));
    let app = app.granted(PAYMENTS, Client, "all");
    assert_eq!(for_itself(&app, &[("scope", BOTH)]).unwrap(), BOTH);
}

/// ACC-04.
#[test]
fn who_is_denied_gets_nothing_whatever_else_is_configured() {
    let world = World::with(with(DenyAll, DenyAll));
    let app = App::new(&world).granted(PAYMENTS, User, "all").granted(PAYMENTS, Client, "all");
    assert_eq!(for_user(&app, BOTH), Err(error("access_denied")));
    assert_eq!(for_user(&app, "openid"), Err(error("access_denied")));
    assert_eq!(for_itself(&app, &[("scope", BOTH)]), Err(error("unauthorized_client")));
    assert!(app.code(&[("scope", "read:accounts"), ("audience", ACCOUNTS)]).is_ok(), "another API");
}

/// ACC-05, ACC-12, ACC-15.
#[test]
fn a_client_grant_is_a_ceiling_for_users() {
    let world = World::with(with(RequireClientGrant, RequireClientGrant));
    let app = App::new(&world);
    assert_eq!(for_user(&app, BOTH), Err(error("access_denied")));
    let app = app.granted(PAYMENTS, Client, "all").granted(ACCOUNTS, User, "all");
    assert_eq!(for_user(&app, BOTH), Err(error("access_denied")), "for another subject, and for another API");
    let app = app.granted(PAYMENTS, User, "read:payments");
    assert_eq!(for_user(&app, &format!("openid {BOTH}")).unwrap(), "openid read:payments");
    assert_eq!(for_user(&app, "write:payments"), Err(error("invalid_scope")));
}

/// ACC-11, SCP-17, GRT-16, GRT-18.
#[test]
fn a_client_gets_for_itself_what_the_grant_contains() {
    let world = World::with(with(AllowAll, RequireClientGrant));
    let app = App::new(&world).granted(PAYMENTS, Client, "read:payments");
    assert_eq!(for_itself(&app, &[("scope", "read:payments")]).unwrap(), "read:payments");
    assert_eq!(for_itself(&app, &[("scope", BOTH)]), Err(error("invalid_scope")), "outside of the grant");
    assert_eq!(for_user(&app, BOTH).unwrap(), BOTH, "the grant is for the client alone");
    let tokens = app.own(&[("scope", "read:payments"), ("audience", PAYMENTS)]).unwrap();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&"Bearer".into(), &86_400.into()));
    assert!(tokens["refresh_token"].is_null() && tokens["id_token"].is_null());
}

/// ACC-14, SCP-02.
#[test]
fn a_grant_for_all_scopes_follows_the_api() {
    let mut settings = with(RequireClientGrant, RequireClientGrant);
    let world = World::with(settings.clone());
    let app = App::new(&world).granted(PAYMENTS, User, "all").granted(PAYMENTS, Client, "all");
    assert_eq!(for_user(&app, &format!("{BOTH} delete:payments")).unwrap(), BOTH, "not defined yet");
    settings.apis[0].scopes = "read:payments delete:payments".parse().unwrap();
    let world = World::with(settings);
    let app = App::new(&world).granted(PAYMENTS, User, "all").granted(PAYMENTS, Client, "all");
    assert_eq!(for_user(&app, &format!("{BOTH} delete:payments")).unwrap(), "read:payments delete:payments");
    assert_eq!(for_itself(&app, &[("scope", "read:payments delete:payments")]).unwrap(), "read:payments delete:payments");
}

/// ACC-07, C-09.
#[test]
fn a_client_that_needs_a_grant_states_its_scope() {
    for (omitted, user, client) in [
        (OmittedScope::Refuse, Err(error("invalid_scope")), Err(error("invalid_scope"))),
        (OmittedScope::All, Ok("read:payments".to_owned()), Ok("read:payments".to_owned())),
        (OmittedScope::Openid, Ok("openid".to_owned()), Err(error("invalid_scope"))),
    ] {
        let mut settings = with(RequireClientGrant, RequireClientGrant);
        settings.switches.scope_omitted = omitted;
        let world = World::with(settings);
        let app = App::new(&world).granted(PAYMENTS, User, "read:payments").granted(PAYMENTS, Client, "read:payments");
        let tokens = app.tokens(&[("audience", PAYMENTS)]);
        assert_eq!(tokens.map(|tokens| tokens["scope"].as_str().unwrap_or_default().to_owned()), user, "{omitted:?}");
        assert_eq!(for_itself(&app, &[]), client, "{omitted:?}");
    }
    let world = World::with(two_apis());
    let tokens = App::new(&world).tokens(&[("audience", PAYMENTS)]).unwrap();
    assert_eq!(tokens["scope"], BOTH, "without a grant, everything that the API defines");
}

/// ACC-08, RT-06.
#[test]
fn a_refresh_without_scope_brings_the_scope_that_was_granted_first() {
    let mut settings = with(RequireClientGrant, RequireClientGrant);
    settings.apis[0].allow_offline_access = fapi::OfflineAccess::Allowed;
    let world = World::with(settings);
    let app = App::new(&world).granted(PAYMENTS, User, "all");
    let scope = format!("{BOTH} offline_access");
    let tokens = app.tokens(&[("scope", &scope), ("audience", PAYMENTS)]).unwrap();
    let narrowed = app.refresh(&tokens, &[("scope", "read:payments")]).unwrap();
    assert_eq!(narrowed["scope"], "read:payments");
    assert_eq!(app.refresh(&tokens, &[]).unwrap()["scope"], scope, "a narrowed refresh narrows nothing else");
    assert_eq!(app.refresh(&tokens, &[("scope", "read:accounts")]).unwrap_err(), error("invalid_scope"));
}

/// ACC-16, FAPI-26.
#[test]
fn without_its_grant_a_client_gets_no_further_tokens_and_keeps_those_it_has() {
    let mut settings = with(RequireClientGrant, RequireClientGrant);
    settings.apis[0].allow_offline_access = fapi::OfflineAccess::Allowed;
    let world = World::with(settings);
    let app = App::new(&world).granted(PAYMENTS, User, "all");
    let ask = [("scope", "read:payments offline_access"), ("audience", PAYMENTS)];
    let tokens = app.tokens(&ask).unwrap();
    let code = app.code(&ask).unwrap();
    let app = app.with(|terms| terms.grants.clear());
    assert!(app.admitted(PAYMENTS, &tokens).is_some(), "until it expires");
    assert_eq!(app.refresh(&tokens, &[]).unwrap_err(), error("unauthorized_client"));
    assert_eq!(app.redeem(&code, &[]).unwrap_err(), error("unauthorized_client"));
    assert_eq!(app.code(&ask), Err(error("access_denied")));
    let app = app.granted(PAYMENTS, User, "read:payments");
    assert!(app.refresh(&tokens, &[]).is_ok(), "with a grant again");
}

/// ACC-20.
#[test]
fn a_grant_without_scopes_permits_nothing() {
    let world = World::with(with(RequireClientGrant, RequireClientGrant));
    let app = App::new(&world).granted(PAYMENTS, User, "").granted(PAYMENTS, Client, "");
    assert_eq!(for_user(&app, BOTH), Err(error("access_denied")));
    assert_eq!(for_itself(&app, &[("scope", BOTH)]), Err(error("unauthorized_client")));
}

/// ACC-17, ORG-04.
#[test]
fn organizations_are_named_as_the_grant_says() {
    let mut settings = two_apis();
    settings.organizations = vec![Organization::new("org_north"), Organization::new("org_south")];
    let world = World::with(settings);
    let ask = |usage: Usage, any: bool, listed: &[&str], named: Option<&str>| {
        let app = App::new(&world).granted(PAYMENTS, Client, "all").with(|terms| {
            terms.grants[0].organization_usage = usage;
            terms.grants[0].allow_any_organization = any;
            terms.grants[0].organizations = listed.iter().map(|id| (*id).to_owned()).collect();
        });
        let named = named.map(|id| ("organization", id));
        for_itself(&app, &[&[("scope", "read:payments")][..], named.as_slice()].concat()).map(drop)
    };
    let refused = |name: &str| Err(error(name));
    assert_eq!(ask(Usage::Deny, true, &[], None), Ok(()));
    assert_eq!(ask(Usage::Deny, true, &[], Some("org_north")), refused("invalid_request"));
    assert_eq!(ask(Usage::Allow, true, &[], None), Ok(()));
    assert_eq!(ask(Usage::Allow, true, &[], Some("org_north")), Ok(()));
    assert_eq!(ask(Usage::Require, true, &[], None), refused("invalid_request"));
    assert_eq!(ask(Usage::Require, true, &[], Some("org_north")), Ok(()));
    assert_eq!(ask(Usage::Require, true, &[], Some("org_east")), refused("invalid_request"));
    assert_eq!(ask(Usage::Require, false, &["org_south"], Some("org_south")), Ok(()));
    assert_eq!(ask(Usage::Require, false, &["org_south"], Some("org_north")), refused("access_denied"));
}

/// FAPI-26: what changes while the user reads a page counts, and the page has had its one answer.
#[test]
fn a_client_grant_that_goes_while_the_user_reads_a_page_is_missed_at_once() {
    let world = World::with(with(RequireClientGrant, RequireClientGrant));
    let app = App::new(&world).granted(PAYMENTS, User, "all");
    let shown = app.presented(&[("scope", "read:payments"), ("audience", PAYMENTS)]);
    let shown = app.answered(&shown, UserDecision::LoggedIn(Authentication::of("alice"))).expect_err("the question for consent");
    let app = app.with(|terms| terms.grants.clear());
    let allowed = || UserDecision::consented("read:payments".parse().unwrap(), false);
    let answer = app.answered(&shown, allowed()).expect("an answer");
    assert_eq!(redirected(&answer, "error").as_deref(), Some("access_denied"));
    let app = app.granted(PAYMENTS, User, "all");
    let again = app.answered(&shown, allowed()).expect("a page");
    assert_eq!(again.status(), 400, "the interaction has ended");
}

/// ORG-04: what a client gets for one organization is not what it gets for another.
#[test]
fn tokens_name_the_organization_and_are_revoked_per_organization() {
    let mut settings = two_apis();
    settings.organizations = vec![Organization::new("org_north"), Organization::new("org_south")];
    let world = World::with(settings);
    let app = App::new(&world).granted(PAYMENTS, Client, "all").with(|terms| {
        terms.grants[0].organization_usage = Usage::Allow;
        terms.grants[0].allow_any_organization = true;
    });
    let own = |more: &[(&str, &str)]| app.own(&[&[("scope", "read:payments"), ("audience", PAYMENTS)], more].concat()).unwrap();
    let (north, south, none) = (own(&[("organization", "org_north")]), own(&[("organization", "org_south")]), own(&[]));
    for (tokens, named) in [(&north, Some("org_north")), (&south, Some("org_south")), (&none, None)] {
        assert_eq!(claims(tokens).unwrap()["org_id"].as_str(), named);
        assert_eq!(app.admitted(PAYMENTS, tokens).unwrap().organization.as_deref(), named);
    }
    let root = |tokens| claims(tokens).unwrap()["grant"].clone();
    assert!(root(&north) != root(&south) && root(&north) != root(&none));
}
