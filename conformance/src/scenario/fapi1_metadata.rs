//! The metadata of a server of FAPI 1.0 Advanced.

use super::discovery::{fetch, named};
use super::facts::Facts;
use super::replies::demand;
use super::{Scenario, advanced, rules, run};
use crate::finding::Tried;
use crate::http::Reply;
use crate::session::Session;
use crate::target::{Metadata, openid_location};
use fapi::requirement::{Requirement, fapi1_adv, jarm, oidcd, rfc8414, rfc8705, rfc9126};

pub(super) static SCENARIOS: &[Scenario] = &[Scenario::positive(
    "metadata-fapi1",
    "The metadata has everything that a client of FAPI 1.0 Advanced needs.",
    run!(metadata),
)
.oidf(&[advanced!("discovery-end-point-verification")])
.requires(&[
    &rfc8414::METADATA_SHAPE,
    &rfc8414::SUPPORT_LISTED,
    &rfc8414::CHALLENGE_METHODS,
    &oidcd::ISSUER,
    &oidcd::REQUIRED_MEMBERS,
    &oidcd::SCOPES_LISTED,
    &jarm::MODES_PUBLISHED,
    &fapi1_adv::SIGNING_ALGORITHMS,
    &rfc8705::BINDING_PUBLISHED,
    &rfc9126::ENDPOINT_PUBLISHED,
])
.under(rules::signed_responses)
.direct()
.asserts(&[
    "200 application/json; issuer equals the configured issuer; jwks_uri, a subject type, and openid in scopes_supported",
    "response_types_supported has the variant's response type; with JARM response_modes_supported has jwt",
    "token_endpoint_auth_methods_supported has the variant's method, grant_types_supported authorization_code",
    "each list of signing algorithms has PS256 or ES256; tls_client_certificate_bound_access_tokens is true",
    "pushed: an https URL as pushed_authorization_request_endpoint, and S256 in code_challenge_methods_supported",
    "not pushed: request_parameter_supported is true, and require_pushed_authorization_requests is not",
])];

/// The algorithms that FAPI 1.0 Advanced allows.
const ALGORITHMS: [&str; 2] = ["PS256", "ES256"];

async fn metadata(s: &Session) -> Tried<()> {
    let reply = fetch(s, &openid_location(&s.target.issuer)).await?;
    demand(&reply, &rfc8414::METADATA_SHAPE, reply.status() == 200, "status 200 from the metadata endpoint", || {
        format!("status {}", reply.status())
    })?;
    let mut check = Check { reply: &reply, document: &Metadata::read(&reply)?, facts: Facts::default() };
    let media = reply.media_type().unwrap_or_default();
    check.demand(&rfc8414::METADATA_SHAPE, media == "application/json", "content type application/json");
    let is_own = check.document.text("issuer") == Some(&s.target.issuer);
    check.demand(&oidcd::ISSUER, is_own, &format!("issuer {}", s.target.issuer));
    check.members(s);
    check.algorithms(s);
    check.delivery(s);
    check.facts.told(s)
}

/// The metadata, and the facts about it.
struct Check<'a> {
    reply: &'a Reply,
    document: &'a Metadata,
    facts: Facts,
}

impl Check<'_> {
    fn demand(&mut self, rule: &'static Requirement, holds: bool, expected: &str) {
        self.facts.demand(self.reply, rule, holds, expected, || "other metadata".into());
    }

    /// Demands one of these values in a list.
    fn lists(&mut self, rule: &'static Requirement, name: &str, wanted: &[&str]) {
        let listed = self.document.list(name);
        let holds = wanted.iter().any(|value| listed.contains(value));
        let expected = format!("{} in {name}", crate::words::list(wanted, "or"));
        self.facts.demand(self.reply, rule, holds, &expected, || named(&listed));
    }

    fn members(&mut self, s: &Session) {
        let variant = s.variant();
        let answer = variant.response_type().map_or("code", crate::variant::ResponseType::parameter);
        self.lists(&oidcd::REQUIRED_MEMBERS, "response_types_supported", &[answer]);
        if variant.signed_responses() {
            self.lists(&jarm::MODES_PUBLISHED, "response_modes_supported", &["jwt"]);
        }
        let methods: &[&str] =
            if variant.private_key_jwt() { &["private_key_jwt"] } else { &["tls_client_auth", "self_signed_tls_client_auth"] };
        self.lists(&rfc8414::SUPPORT_LISTED, "token_endpoint_auth_methods_supported", methods);
        if self.document.document.get("grant_types_supported").is_some() {
            self.lists(&rfc8414::SUPPORT_LISTED, "grant_types_supported", &["authorization_code"]);
        }
        self.lists(&oidcd::SCOPES_LISTED, "scopes_supported", &["openid"]);
        let has_subjects = !self.document.list("subject_types_supported").is_empty();
        self.demand(&oidcd::REQUIRED_MEMBERS, has_subjects, "a subject type in subject_types_supported");
        let has_keys = self.document.text("jwks_uri").is_some_and(|url| url.starts_with("https://"));
        self.demand(&oidcd::REQUIRED_MEMBERS, has_keys, "an https URL as `jwks_uri`");
        let is_bound = self.document.is_true("tls_client_certificate_bound_access_tokens");
        self.demand(&rfc8705::BINDING_PUBLISHED, is_bound, "tls_client_certificate_bound_access_tokens: true");
    }

    fn algorithms(&mut self, s: &Session) {
        let of_assertions = s.variant().private_key_jwt().then_some("token_endpoint_auth_signing_alg_values_supported");
        let of_responses = s.variant().signed_responses().then_some("authorization_signing_alg_values_supported");
        let always = ["id_token_signing_alg_values_supported", "request_object_signing_alg_values_supported"];
        for name in always.into_iter().chain(of_assertions).chain(of_responses) {
            self.lists(&fapi1_adv::SIGNING_ALGORITHMS, name, &ALGORITHMS);
        }
    }

    fn delivery(&mut self, s: &Session) {
        if s.variant().pushed() {
            let endpoint = self.document.text("pushed_authorization_request_endpoint");
            let has_endpoint = endpoint.is_some_and(|url| url.starts_with("https://"));
            let expected = "an https URL as `pushed_authorization_request_endpoint`";
            self.demand(&rfc9126::ENDPOINT_PUBLISHED, has_endpoint, expected);
            self.lists(&rfc8414::CHALLENGE_METHODS, "code_challenge_methods_supported", &["S256"]);
        } else {
            let takes_objects = self.document.is_true("request_parameter_supported");
            self.demand(&rfc8414::SUPPORT_LISTED, takes_objects, "request_parameter_supported: true");
            let pushed_only = self.document.is_true("require_pushed_authorization_requests");
            self.demand(&rfc8414::SUPPORT_LISTED, !pushed_only, "no require_pushed_authorization_requests: true");
        }
    }
}
