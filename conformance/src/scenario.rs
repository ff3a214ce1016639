//! Scenarios: one behaviour each, written once, run in every variant that it applies to.

mod after_the_fact;
mod assertion_nearly;
mod callers_nearly;
mod certificate_nearly;
mod client_assertion;
mod client_credentials;
mod code_nearly;
mod discovery;
mod dpop;
mod dpop_binding;
mod dpop_resource;
mod entropy;
mod everything_else;
mod facts;
mod forged_tokens;
mod front_nearly;
mod happy;
mod id_token;
mod interaction;
mod introspection;
mod malformed;
mod mtls;
mod mtls_tokens;
mod nearly_right;
mod nonces;
mod pages;
mod pipeline;
mod pkce_downgrade;
mod pkce_nearly;
mod polluted;
mod present;
mod proof_carriers;
mod proof_everywhere;
mod proof_nearly;
mod proof_trivial;
mod proofs;
mod push;
mod push_client;
mod push_features;
mod races;
mod refresh;
mod relying_party;
mod replies;
mod replies_access_token;
mod replies_back;
mod replies_front;
mod replies_id_token;
mod replies_metadata;
mod replies_resource;
mod replies_token;
mod resource;
mod response;
mod revocation;
mod rules;
mod says;
mod server_keys;
mod tls;
mod token;
mod token_client;
mod token_nearly;
mod tolerated;
mod unbound;
mod user_nearly;

use fapi::policy::Policy;
use fapi::requirement::Requirement;

use crate::finding::Tried;
use crate::session::Session;
use crate::target::BoxFuture;
use crate::variant::{Features, Grant, Plan, Variant};

/// One behaviour of an authorization server.
#[derive(Debug)]
pub struct Scenario {
    /// Stable, unique, for `--scenario` and known results.
    pub id: &'static str,
    /// The behaviour, in one sentence.
    pub summary: &'static str,
    /// The assertions.
    pub asserts: &'static [&'static str],
    /// The clauses that it proves.
    pub requires: &'static [&'static Requirement],
    /// The features of the plan of registered APIs that it shows: such a scenario runs in variants with [`Apis`](crate::variant::Apis), any
    /// other in the rest.
    pub features: &'static [&'static str],
    /// The official suite's modules that assert the same, in any of its plans; at most three of each.
    pub oidf: &'static [&'static str],
    /// The kind of answer that the server must give.
    pub kind: Kind,
    /// The variants it is about.
    pub when: fn(&Variant) -> bool,
    /// The rules it is about: where they are not in force, the server may behave otherwise.
    pub under: fn(&Policy) -> bool,
    /// Its needs other than requests.
    pub needs: Needs,
    /// Runs it.
    pub run: Run,
}

/// The body of a scenario.
pub type Run = for<'a> fn(&'a Session) -> BoxFuture<'a, Tried<()>>;

/// The kind of answer that the server must give. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It must work.
    Positive,
    /// It must be refused.
    Negative,
}

/// The needs of a scenario other than requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// Seconds that must pass; 0 if none.
    pub seconds: u64,
    /// It has races, floods or lockouts, which `--gentle` leaves out.
    pub rough: bool,
    /// The wait is needed only for some servers.
    pub rarely: bool,
    /// It needs a server that requires its nonces in DPoP proofs, if there is one.
    pub nonces: bool,
    /// It takes long and shows the same in every variant, so that it runs only in the last one of a server, which needs the fewest
    /// signatures.
    pub once: bool,
    /// It changes the configuration of the server between two requests, which only its host can.
    pub changes: bool,
}

impl Scenario {
    /// Returns true if its assertions must hold for a server with these features.
    pub fn applies(&self, features: &Features) -> bool {
        let registered = features.variant.apis().is_some();
        let fits = self.id == EVERYTHING_ELSE || registered != self.features.is_empty();
        fits && (self.when)(&features.variant) && (self.under)(&features.policy)
    }

    /// Returns true if it runs in a variant of a plan.
    pub fn runs(&self, plan: &Plan, variant: Variant) -> bool {
        plan.features_of(variant).is_some_and(|features| self.applies(&features))
    }

    const fn new(id: &'static str, summary: &'static str, kind: Kind, run: Run) -> Self {
        let needs = Needs { seconds: 0, rough: false, rarely: false, nonces: false, once: false, changes: false };
        Self {
            id,
            summary,
            asserts: &[],
            requires: &[],
            features: &[],
            oidf: &[],
            kind,
            when: always,
            under: rules::any,
            needs,
            run,
        }
    }

    const fn positive(id: &'static str, summary: &'static str, run: Run) -> Self {
        Self::new(id, summary, Kind::Positive, run)
    }

    const fn negative(id: &'static str, summary: &'static str, run: Run) -> Self {
        Self::new(id, summary, Kind::Negative, run)
    }

    const fn asserts(mut self, asserts: &'static [&'static str]) -> Self {
        self.asserts = asserts;
        self
    }

    const fn requires(mut self, requires: &'static [&'static Requirement]) -> Self {
        self.requires = requires;
        self
    }

    const fn oidf(mut self, modules: &'static [&'static str]) -> Self {
        self.oidf = modules;
        self
    }

    const fn when(mut self, when: fn(&Variant) -> bool) -> Self {
        self.when = when;
        self
    }

    const fn under(mut self, under: fn(&Policy) -> bool) -> Self {
        self.under = under;
        self
    }

    const fn shows(mut self, features: &'static [&'static str]) -> Self {
        self.features = features;
        self
    }

    const fn changes(mut self) -> Self {
        self.needs.changes = true;
        self
    }

    const fn seconds(mut self, seconds: u64) -> Self {
        self.needs.seconds = seconds;
        self
    }

    const fn rarely(mut self, seconds: u64) -> Self {
        self.needs.seconds = seconds;
        self.needs.rarely = true;
        self
    }

    const fn nonces(mut self) -> Self {
        self.needs.nonces = true;
        self
    }

    const fn once(mut self) -> Self {
        self.needs.once = true;
        self
    }

    const fn rough(mut self) -> Self {
        self.needs.rough = true;
        self
    }
}

/// The id of the scenario that sends nothing itself: it tells, once, every deviation that other scenarios saw and are not about.
pub const EVERYTHING_ELSE: &str = "everything-else";

/// Every scenario, in the order of the report.
pub fn all() -> impl Iterator<Item = &'static Scenario> {
    AREAS.iter().flat_map(|area| area.iter())
}

/// The scenarios that run in some variant of a plan, in the order of the report.
pub fn of(plan: &Plan) -> impl Iterator<Item = &'static Scenario> {
    let features = plan.features();
    all().filter(move |scenario| features.iter().any(|features| scenario.applies(features)))
}

/// The scenario of this id.
pub fn find(id: &str) -> Option<&'static Scenario> {
    all().find(|scenario| scenario.id == id)
}

static AREAS: &[&[Scenario]] = &[
    discovery::SCENARIOS,
    server_keys::SCENARIOS,
    happy::SCENARIOS,
    push::SCENARIOS,
    push_client::SCENARIOS,
    push_features::SCENARIOS,
    front_nearly::SCENARIOS,
    user_nearly::SCENARIOS,
    present::SCENARIOS,
    response::SCENARIOS,
    interaction::SCENARIOS,
    token::SCENARIOS,
    code_nearly::SCENARIOS,
    pkce_nearly::SCENARIOS,
    token_client::SCENARIOS,
    client_assertion::SCENARIOS,
    assertion_nearly::SCENARIOS,
    mtls::SCENARIOS,
    mtls_tokens::SCENARIOS,
    certificate_nearly::SCENARIOS,
    dpop::SCENARIOS,
    dpop_binding::SCENARIOS,
    dpop_resource::SCENARIOS,
    proof_nearly::SCENARIOS,
    proof_trivial::SCENARIOS,
    proof_everywhere::SCENARIOS,
    refresh::SCENARIOS,
    client_credentials::SCENARIOS,
    id_token::SCENARIOS,
    nonces::SCENARIOS,
    resource::SCENARIOS,
    forged_tokens::SCENARIOS,
    token_nearly::SCENARIOS,
    introspection::SCENARIOS,
    revocation::SCENARIOS,
    after_the_fact::SCENARIOS,
    callers_nearly::SCENARIOS,
    malformed::SCENARIOS,
    polluted::SCENARIOS,
    pkce_downgrade::SCENARIOS,
    pages::SCENARIOS,
    entropy::SCENARIOS,
    races::SCENARIOS,
    tls::SCENARIOS,
    relying_party::SCENARIOS,
    replies_metadata::SCENARIOS,
    replies::SCENARIOS,
    replies_front::SCENARIOS,
    replies_token::SCENARIOS,
    replies_id_token::SCENARIOS,
    replies_access_token::SCENARIOS,
    replies_back::SCENARIOS,
    replies_resource::SCENARIOS,
    says::SCENARIOS,
    tolerated::SCENARIOS,
    pipeline::apis::SCENARIOS,
    pipeline::audience::SCENARIOS,
    pipeline::access::SCENARIOS,
    pipeline::roles::SCENARIOS,
    pipeline::machine::SCENARIOS,
    pipeline::code::SCENARIOS,
    pipeline::grants::SCENARIOS,
    pipeline::connections::SCENARIOS,
    pipeline::calls::SCENARIOS,
    pipeline::legacy::SCENARIOS,
    pipeline::offline::SCENARIOS,
    pipeline::together::SCENARIOS,
    pipeline::changes::SCENARIOS,
    everything_else::SCENARIOS,
];

fn always(_: &Variant) -> bool {
    true
}

fn front_channel(variant: &Variant) -> bool {
    variant.front_channel()
}

fn client_credentials(variant: &Variant) -> bool {
    variant.grant() == Some(Grant::ClientCredentials)
}

fn openid(variant: &Variant) -> bool {
    variant.openid()
}

fn dpop(variant: &Variant) -> bool {
    variant.dpop()
}

fn dpop_codes(variant: &Variant) -> bool {
    variant.dpop() && variant.front_channel()
}

fn assertions(variant: &Variant) -> bool {
    variant.private_key_jwt()
}

fn assertions_pushed(variant: &Variant) -> bool {
    variant.private_key_jwt() && variant.front_channel()
}

/// A scenario's body as a function pointer.
macro_rules! run {
    ($function:path) => {
        |session| Box::pin($function(session))
    };
}
use run;

/// The official suite's name of a module of the final FAPI 2.0 Security Profile. The [tables](crate::variant::Official) of the plans
/// list the modules of each.
macro_rules! module {
    ($name:literal) => {
        concat!("fapi2-security-profile-final-", $name)
    };
}
use module;
