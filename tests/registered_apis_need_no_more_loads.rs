//! Requests for an API with client grants, roles and the host's own code load and store as often as those for an API that has none of
//! them: the decision about their scope reads nothing but the settings and the client, and asks the host only what they add.

use crate::support::pipeline::*;
use crate::support::*;
use fapi::policy::OAUTH;
use fapi::{Api, ClientGrant, Dialect, GrantedScopes, OfflineAccess, Settings, SubjectType};

const SCOPE: &str = "openid offline_access read:payments write:payments";

fn open() -> Settings {
    let mut settings = settings(OAUTH.policy());
    settings.serve_only(Api::open(PAYMENTS, "read:payments write:payments".parse().unwrap()));
    settings
}

fn registered() -> Settings {
    let mut settings = two_apis();
    let api = &mut settings.apis[0];
    (api.enforce_policies, api.allow_offline_access) = (true, OfflineAccess::Allowed);
    (api.dialect, api.access.user) = (Dialect::Rfc9068ProfileAuthz, fapi::AccessPolicy::RequireClientGrant);
    settings.switches.hooks = true;
    settings
}

/// The questions to the host in every exchange.
fn questions(settings: Settings) -> Vec<(&'static str, Vec<String>)> {
    let world = World::with(settings);
    world.permissions.borrow_mut().insert(("alice".into(), PAYMENTS.into()), "read:payments write:payments".parse().unwrap());
    let app = App::new(&world).with(|terms| {
        terms.introspects = vec![PAYMENTS.into()];
        let granted = |subject_type| ClientGrant::new(PAYMENTS, subject_type, GrantedScopes::All);
        terms.grants = vec![granted(SubjectType::User), granted(SubjectType::Client)];
    });
    let mut found = vec![];
    let mut note = |what| found.push((what, world.traced().split(' ').map(str::to_owned).collect()));
    world.traced();
    app.own(&[("scope", "read:payments"), ("audience", PAYMENTS)]).unwrap();
    note("client credentials");
    let asked = [("scope", SCOPE), ("audience", PAYMENTS), ("prompt", "consent")];
    app.push(&asked).unwrap();
    note("push");
    let code = app.code(&asked).unwrap();
    note("authorization, login and consent");
    let tokens = app.redeem(&code, &[]).unwrap();
    note("code");
    app.refresh(&tokens, &[]).unwrap();
    note("refresh");
    app.refresh(&tokens, &[("scope", "read:payments")]).unwrap();
    note("narrower refresh");
    assert!(app.userinfo(&tokens).is_success());
    note("userinfo");
    assert!(app.admitted(PAYMENTS, &tokens).is_some());
    note("resource");
    assert_eq!(app.introspect(&tokens)["active"], true);
    note("introspection");
    found
}

#[test]
fn only_the_questions_that_they_add_are_asked() {
    let added = |question: &String| ["permissions", "customize"].contains(&question.as_str());
    let (open, registered) = (questions(open()), questions(registered()));
    for ((what, before), (_, after)) in open.iter().zip(&registered) {
        assert!(before.iter().any(|question| question == "load") && !before.iter().any(added), "{what}: the control: {before:?}");
        let rest: Vec<_> = after.iter().filter(|question| !added(question)).collect();
        assert_eq!(rest, before.iter().collect::<Vec<_>>(), "{what}");
    }
    let asks = |(what, asked): &(&'static str, Vec<String>)| {
        let count = |name: &str| asked.iter().filter(|question| *question == name).count();
        (*what, count("load"), count("permissions"), count("customize"))
    };
    insta::assert_debug_snapshot!("loads", registered.iter().map(asks).collect::<Vec<_>>());
}
