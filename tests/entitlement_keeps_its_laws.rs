//! Laws of the decision about scopes, whatever is configured and requested: nothing is granted that one of the limits excludes, the
//! order of a configuration means nothing, a stricter API grants no more, and an exchange issues what `Explain` says.

use crate::support::pipeline::*;
use crate::support::*;
use fapi::scope::Scope;
use fapi::*;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const TOKENS: &[&str] = &[
    "openid",
    "email",
    "offline_access",
    "read:payments",
    "write:payments",
    "delete:payments",
    "read:accounts",
    "admin",
    "nickname",
];
const OF_API: &[&str] = &["read:payments", "write:payments", "delete:payments"];

/// A question, and the configuration that it is asked under.
#[derive(Debug, Clone)]
struct Case {
    api: Api,
    terms: ClientTerms,
    subject_type: SubjectType,
    /// The client asks for userinfo alone.
    userinfo: bool,
    registered: Option<Scope>,
    scope: Option<Scope>,
    original: Option<Scope>,
    permissions: Scope,
    consented: Option<Scope>,
    customized: Option<Scope>,
    prompt: bool,
}

fn scope_of(tokens: &'static [&'static str]) -> impl Strategy<Value = Scope> {
    subsequence(tokens, 0..=tokens.len()).prop_map(|tokens| scope(&tokens.join(" ")))
}

fn scope(text: &str) -> Scope {
    if text.is_empty() { Scope::default() } else { text.parse().unwrap() }
}

fn access() -> impl Strategy<Value = AccessPolicy> {
    select(vec![
        AccessPolicy::AllowAll,
        AccessPolicy::RequireClientGrant,
        AccessPolicy::RequireClientGrant,
        AccessPolicy::DenyAll,
    ])
}

fn api() -> impl Strategy<Value = Api> {
    let offline = select(vec![OfflineAccess::Never, OfflineAccess::Allowed, OfflineAccess::WithConsent]);
    (scope_of(OF_API), any::<bool>(), access(), access(), offline).prop_map(|(scopes, roles, user, client, offline)| {
        let mut api = Api::new(PAYMENTS, scopes.into());
        (api.enforce_policies, api.access.user, api.access.client) = (roles, user, client);
        api.allow_offline_access = offline;
        api
    })
}

fn granted(subject_type: SubjectType) -> impl Strategy<Value = Option<ClientGrant>> {
    let scopes = prop_oneof![1 => Just(GrantedScopes::All), 3 => scope_of(OF_API).prop_map(GrantedScopes::These)];
    option::weighted(0.8, scopes.prop_map(move |scopes| ClientGrant::new(PAYMENTS, subject_type, scopes)))
}

fn terms() -> impl Strategy<Value = ClientTerms> {
    (granted(SubjectType::User), granted(SubjectType::Client), prop::bool::weighted(0.9)).prop_map(
        |(user, client, conformant)| {
            let mut terms = ClientTerms::default();
            terms.grants = user.into_iter().chain(client).collect();
            terms.grants.push(ClientGrant::new(ACCOUNTS, SubjectType::User, GrantedScopes::All));
            terms.oidc_conformant = conformant;
            terms
        },
    )
}

fn case() -> impl Strategy<Value = Case> {
    let subject_type = select(vec![SubjectType::User, SubjectType::User, SubjectType::Client]);
    let scopes = (
        option::weighted(0.2, scope_of(TOKENS)),
        option::weighted(0.9, scope_of(TOKENS)),
        option::weighted(0.3, scope_of(TOKENS)),
        scope_of(TOKENS),
        option::weighted(0.3, scope_of(TOKENS)),
        option::weighted(0.2, scope_of(TOKENS)),
    );
    (api(), terms(), subject_type, prop::bool::weighted(0.1), any::<bool>(), scopes).prop_map(
        |(api, terms, subject_type, userinfo, prompt, (registered, scope, original, permissions, consented, customized))| {
            let user = subject_type == SubjectType::User;
            let original = original.filter(|_| user);
            let consented = consented.filter(|_| user);
            Case { api, terms, subject_type, userinfo, registered, scope, original, permissions, consented, customized, prompt }
        },
    )
}

fn settings_of(case: &Case) -> Settings {
    let mut settings = two_apis();
    settings.apis[0] = case.api.clone();
    settings
}

fn explained(case: &Case, settings: &Settings) -> Explanation {
    let mut metadata = ClientMetadata::new("app", fapi::policy::AuthenticationMethod::ClientSecretPost);
    metadata.scope = case.registered.clone();
    metadata.grant_types = ["authorization_code", "refresh_token", "client_credentials"].map(GrantType::from).to_vec();
    let mut question = Explain::new(&metadata, &case.terms, case.subject_type).permissions(&case.permissions);
    if !case.userinfo {
        question = question.audience(PAYMENTS);
    }
    if let Some(scope) = &case.scope {
        question = question.scope(scope);
    }
    if let Some(original) = &case.original {
        question = question.refreshing(original);
    }
    if let Some(consented) = &case.consented {
        question = question.consented(consented);
    }
    if let Some(customized) = &case.customized {
        question = question.customized(customized);
    }
    if case.prompt {
        question = question.consent_prompted();
    }
    question.at(settings, Timestamp::from_seconds(1_800_000_000))
}

/// The API that decides: none for userinfo, which is the only audience of users in the older pipeline.
fn decides(case: &Case) -> Option<&Api> {
    let conformant = case.terms.oidc_conformant || case.subject_type == SubjectType::Client;
    (!case.userinfo && conformant).then_some(&case.api)
}

proptest! {
    /// ACC-12, API-12, SCP-14.
    #[test]
    fn nothing_is_granted_that_a_limit_excludes(case in case()) {
        let settings = settings_of(&case);
        let granted = explained(&Case { customized: None, ..case.clone() }, &settings).scope;
        let user = case.subject_type == SubjectType::User;
        for token in granted.iter() {
            let claim = !case.terms.oidc_conformant && settings.claims.iter().any(|claim| claim == token);
            let of_user = user && (settings.scopes.contains(token) || claim);
            let api = decides(&case).filter(|_| !of_user);
            prop_assert!(of_user || api.is_some_and(|api| api.scopes.scope().contains(token)), "{token} is not defined");
            prop_assert!(case.scope.as_ref().is_none_or(|scope| scope.contains(token)), "{token} was not requested");
            prop_assert!(case.original.as_ref().is_none_or(|original| original.contains(token)), "{token} was not granted before");
            prop_assert!(case.registered.as_ref().is_none_or(|registered| registered.contains(token)), "{token} is not registered");
            prop_assert!(case.consented.as_ref().is_none_or(|consented| consented.contains(token)), "{token} was not allowed");
            let Some(api) = api else { continue };
            prop_assert!(!user || !api.enforce_policies || case.permissions.contains(token), "{token} is not permitted");
            let needed = api.access.of(case.subject_type) == AccessPolicy::RequireClientGrant;
            let fits = |grant: &&ClientGrant| grant.audience == PAYMENTS && grant.subject_type == case.subject_type;
            let grant = case.terms.grants.iter().find(fits);
            prop_assert!(!needed || grant.is_some_and(|grant| grant.scopes.contains(token)), "{token} is beyond the client grant");
        }
    }

    /// API-18, ACC-18.
    #[test]
    fn the_hosts_own_code_stays_within_the_api_and_what_was_granted_of_openid_connect(case in case()) {
        let settings = settings_of(&case);
        let before = explained(&Case { customized: None, ..case.clone() }, &settings);
        let granted = explained(&case, &settings).scope;
        for token in granted.iter() {
            let of_api = decides(&case).is_some_and(|api| api.scopes.scope().contains(token));
            prop_assert!(of_api || before.scope.contains(token), "{token}");
        }
    }

    #[test]
    fn the_order_of_a_configuration_means_nothing(case in case()) {
        let settings = settings_of(&case);
        let reversed = |tokens: &Scope| scope(&tokens.iter().collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join(" "));
        let (mut turned, mut other) = (case.clone(), settings.clone());
        turned.terms.grants.reverse();
        turned.scope = case.scope.as_ref().map(reversed);
        turned.permissions = reversed(&case.permissions);
        other.apis[0].scopes = reversed(case.api.scopes.scope()).into();
        other.apis.reverse();
        other.scopes = reversed(&settings.scopes);
        let (one, two) = (explained(&case, &settings), explained(&turned, &other));
        prop_assert_eq!(one.scope, two.scope);
        prop_assert_eq!(one.refused.map(|refused| refused.error), two.refused.map(|refused| refused.error));
    }

    #[test]
    fn a_stricter_api_grants_no_more(case in case(), stricter in 0..5) {
        let case = Case { customized: None, ..case };
        let settings = settings_of(&case);
        let mut strict = settings.clone();
        let api = &mut strict.apis[0];
        match stricter {
            0 => api.enforce_policies = true,
            1 if api.access.user == AccessPolicy::AllowAll => api.access.user = AccessPolicy::RequireClientGrant,
            1 => api.access.user = AccessPolicy::DenyAll,
            2 if api.access.client == AccessPolicy::AllowAll => api.access.client = AccessPolicy::RequireClientGrant,
            2 => api.access.client = AccessPolicy::DenyAll,
            3 if api.allow_offline_access == OfflineAccess::Allowed => api.allow_offline_access = OfflineAccess::WithConsent,
            3 => api.allow_offline_access = OfflineAccess::Never,
            _ => api.scopes = scope("read:payments").into(),
        }
        prop_assume!(stricter != 4 || settings.apis[0].scopes.scope().contains("read:payments"));
        let (lax, strict) = (explained(&case, &settings).scope, explained(&case, &strict).scope);
        prop_assert!(strict.is_subset(&lax), "{strict} of {lax}");
    }

    /// RT-07.
    #[test]
    fn a_refresh_never_grows(case in case()) {
        let settings = settings_of(&case);
        let case = Case { subject_type: SubjectType::User, customized: None, ..case };
        let first = explained(&Case { original: None, ..case.clone() }, &settings).scope;
        prop_assume!(!first.is_empty());
        let again = explained(&Case { original: Some(first.clone()), ..case.clone() }, &settings);
        prop_assert!(again.scope.is_subset(&first), "{} of {first}", again.scope);
        let all = explained(&Case { original: Some(first.clone()), scope: None, ..case }, &settings);
        prop_assert_eq!(all.scope, first, "without scope, everything that was granted");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_client_gets_for_itself_what_is_explained(api in api(), terms in terms(), asked in option::weighted(0.9, scope_of(TOKENS))) {
        let asked = asked.filter(|asked| !asked.is_empty());
        let mut settings = two_apis();
        let closed = if api.access.client == AccessPolicy::AllowAll { AccessPolicy::DenyAll } else { api.access.client };
        settings.apis[0] = api;
        settings.apis[0].access.client = closed;
        let case = Case {
            api: settings.apis[0].clone(), terms: terms.clone(), subject_type: SubjectType::Client, userinfo: false, registered: None,
            scope: asked.clone(), original: None, permissions: Scope::default(), consented: None, customized: None, prompt: false,
        };
        let explained = explained(&case, &settings);
        let world = World::with(settings);
        let app = App::new(&world).with(|known| *known = terms);
        let asked = asked.map(|asked| asked.to_string());
        let mut parameters = vec![("audience", PAYMENTS)];
        parameters.extend(asked.as_deref().map(|asked| ("scope", asked)));
        match (app.own(&parameters), explained.refused) {
            (Ok(tokens), None) => {
                let issued: Scope = tokens["scope"].as_str().unwrap_or_default().parse().unwrap();
                prop_assert_eq!(issued, explained.scope);
            }
            (Err(told), Some(refused)) => prop_assert_eq!(told, error(refused.error.name())),
            (got, explained) => prop_assert!(false, "{:?} and {:?}", got, explained),
        }
    }
}
