//! The registry of requirements: every normative statement that this project enforces, emits or leaves to its host is a typed
//! constant.
//!
//! Each document has a module that contains only a table. The same constant documents the rule, appears on the line that
//! enforces it, is carried by every refusal and [`Event`](crate::Event), is cited by a conjunct of a [policy](crate::policy),
//! and is the unit in which the conformance suite reports.

pub mod ciba;
pub mod fapi1_adv;
pub mod fapi1_base;
pub mod fapi2_am;
pub mod fapi2_ms;
pub mod fapi2_sp;
pub mod fapi_ciba;
pub mod jarm;
pub mod local;
pub mod oauth2_fp;
pub mod oauth2_rt;
pub mod ocp;
pub mod oidcbcl;
pub mod oidcc;
pub mod oidcd;
pub mod oidcfcl;
pub mod oidcr;
pub mod oidcril;
pub mod oidcsm;
pub mod rfc6749;
pub mod rfc6750;
pub mod rfc7009;
pub mod rfc7515;
pub mod rfc7516;
pub mod rfc7517;
pub mod rfc7518;
pub mod rfc7519;
pub mod rfc7521;
pub mod rfc7523;
pub mod rfc7523bis;
pub mod rfc7591;
pub mod rfc7592;
pub mod rfc7636;
pub mod rfc7638;
pub mod rfc7662;
pub mod rfc8252;
pub mod rfc8414;
pub mod rfc8628;
pub mod rfc8693;
pub mod rfc8705;
pub mod rfc8707;
pub mod rfc8725;
pub mod rfc9068;
pub mod rfc9101;
pub mod rfc9110;
pub mod rfc9126;
pub mod rfc9207;
pub mod rfc9396;
pub mod rfc9449;
pub mod rfc9470;
pub mod rfc9700;
pub mod rfc9701;
pub mod rfc9728;
pub mod rfc9864;

/// One normative statement of one document, in our own words; of the registry, or [of a policy of your
/// own](crate::policy#a-profile-of-your-own). Two are equal if their ids are.
#[derive(Debug)]
#[non_exhaustive]
pub struct Requirement {
    /// The stable identifier, `DOCUMENT-clause-item`, which is never reused.
    pub id: &'static str,
    /// The usual name of the document.
    pub document: &'static str,
    /// The clause of the document.
    pub clause: &'static str,
    /// The URL at which the clause can be read.
    pub url: &'static str,
    /// The level of obligation.
    pub level: Level,
    /// The kind of action that the statement demands of an implementation.
    pub duty: Duty,
    /// The statement in our own words.
    pub summary: &'static str,
    /// The names of the statement in the official conformance suite.
    pub oidf: &'static [&'static str],
    /// The ids of rows, mostly in other documents, that say the same or that amount to it. One check observes all of them,
    /// under the policies to which they belong.
    pub restated_by: &'static [&'static str],
    /// The ids of rows in other documents that demand the opposite. A policy chooses between them.
    pub opposed_by: &'static [&'static str],
    /// The capability to which the statement belongs, one of [`CAPABILITIES`], if that is not built yet.
    pub planned: Option<&'static str>,
}

/// The capabilities that are not built yet, and the only ones for which a row may be planned.
pub const CAPABILITIES: &[&str] = &[
    // Client-Initiated Backchannel Authentication, and its FAPI profile.
    "CIBA",
    // EdDSA with Ed448 (RFC 9864).
    "Ed448",
    // The profiles Baseline and Advanced, as far as they differ from what the library supports today.
    "FAPI 1",
    // Request objects, by value and by reference (RFC 9101, OpenID Connect Core §6).
    "JAR",
    // Authorization responses that are JWTs.
    "JARM",
    // Encryption and decryption of JWTs (RFC 7516).
    "JWE",
    // Assertions as authorization grants (RFC 7523 §2.1).
    "JWT bearer grant",
    // `authorization_details` (RFC 9396).
    "RAR",
    // Claims that other providers assert (OpenID Connect Core §5.6.2).
    "aggregated and distributed claims",
    // Claims in several languages and scripts (OpenID Connect Core §5.2).
    "claims in languages",
    // Codes that are entered on another device (RFC 8628).
    "device flow",
    // Registration requested by the clients themselves (RFC 7591, OpenID Connect Registration).
    "dynamic registration",
    // Responses that a page posts to the client.
    "form post",
    // Response types that return tokens or ID tokens from the authorization endpoint.
    "hybrid and implicit",
    // RP-initiated, back-channel and front-channel logout.
    "logout",
    // The FAPI 2.0 profile of signed requests and responses.
    "message signing",
    // Keys without `alg` that are used with one algorithm only (RFC 8725 §3.1).
    "one algorithm per key",
    // Subjects that differ per sector (OpenID Connect Core §8.1).
    "pairwise subjects",
    // Applications and APIs as registered things, and explicit policy about who may have what (docs/pipeline.md).
    "pipeline",
    // Metadata of resource servers (RFC 9728).
    "protected resource metadata",
    // Pushed requests with a redirect URI that is not registered (RFC 9126 §2.4).
    "redirect URIs per request",
    // Reading, changing and deleting a registration at the client's request (RFC 7592).
    "registration management",
    // Several resources at one server, and tokens narrowed to some of them (RFC 8707).
    "resource indicators",
    // Iframes that tell clients whether the user is still logged in (OpenID Connect Session Management).
    "session management",
    // Introspection responses that are JWTs (RFC 9701).
    "signed introspection",
    // UserInfo as a JWT (OpenID Connect Core §5.3.2).
    "signed userinfo",
    // Challenges for a stronger or more recent login (RFC 9470).
    "step-up",
    // Tokens in return for other tokens (RFC 8693).
    "token exchange",
];

/// The level of obligation of a requirement. Exhaustive: these are RFC 2119's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// An absolute requirement.
    Must,
    /// An absolute prohibition.
    MustNot,
    /// A recommendation.
    Should,
    /// A recommendation against something.
    ShouldNot,
    /// An option.
    May,
}

/// The kind of action that a requirement demands of an implementation. Exhaustive: every row is one of the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Refuse anything that violates the requirement.
    Refuse,
    /// Accept everything that the requirement allows.
    Accept,
    /// Send what the requirement describes.
    Emit,
    /// The host must fulfil the requirement, because a pure library cannot.
    Caller,
}

/// The rows of a document.
#[derive(Debug)]
#[non_exhaustive]
pub struct Specification {
    /// The usual name of the document.
    pub name: &'static str,
    /// The rows, in clause order.
    pub requirements: &'static [&'static Requirement],
}

/// Returns every document of the registry.
pub fn specifications() -> &'static [Specification] {
    DOCUMENTS
}

/// Iterates over every requirement of the registry.
pub fn all() -> impl Iterator<Item = &'static Requirement> {
    DOCUMENTS.iter().flat_map(|document| document.requirements.iter().copied())
}

/// Returns the requirement with this id.
pub fn find(id: &str) -> Option<&'static Requirement> {
    all().find(|requirement| requirement.id == id)
}

impl Requirement {
    /// A requirement of a document that is not in the registry, for policies that cite it: its id, the document's usual name, the
    /// clause and where it can be read, how binding it is, what it asks for, and what it says.
    ///
    /// Refusals cite id, document and clause in `error_description`: [`AuthorizationServer::new`](crate::AuthorizationServer::new)
    /// refuses policies whose requirements have other characters than an `error_description` may have
    /// ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)), or an id with a space, a comma or parentheses.
    ///
    /// ```
    /// use fapi::requirement::{Duty, Level, Requirement};
    ///
    /// static RULE: Requirement = Requirement::new(
    ///     "BANK-4.2-1",
    ///     "Rules for applications",
    ///     "4.2",
    ///     "https://bank.example/rules#4.2",
    ///     Level::Must,
    ///     Duty::Refuse,
    ///     "A code expires after 30 seconds.",
    /// );
    /// assert_eq!(RULE.id, "BANK-4.2-1");
    /// ```
    pub const fn new(
        id: &'static str,
        document: &'static str,
        clause: &'static str,
        url: &'static str,
        level: Level,
        duty: Duty,
        summary: &'static str,
    ) -> Self {
        Self { id, document, clause, url, level, duty, summary, oidf: &[], restated_by: &[], opposed_by: &[], planned: None }
    }
}

impl PartialEq for Requirement {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Requirement {}

macro_rules! documents {
    ($($module:ident)*) => {
        static DOCUMENTS: &[Specification] = &[$(Specification { name: $module::ALL[0].document, requirements: $module::ALL }),*];
    };
}

documents! {
    fapi2_sp fapi2_ms fapi2_am fapi1_base fapi1_adv fapi_ciba ciba jarm rfc6749 rfc6750 rfc7009 rfc7515 rfc7516 rfc7517
    rfc7518 rfc7519 rfc7521 rfc7523 rfc7523bis rfc7591 rfc7592 rfc7636 rfc7638 rfc7662 rfc8252 rfc8414 rfc8628 rfc8693
    rfc8705 rfc8707 rfc8725 rfc9068 rfc9101 rfc9110 rfc9126 rfc9207 rfc9396 rfc9449 rfc9470 rfc9700 rfc9701 rfc9728 rfc9864
    oidcc oidcd oidcr oidcril oidcbcl oidcfcl oidcsm oauth2_rt oauth2_fp ocp local
}

/// The number of rows of several parts of a document.
const fn total(parts: &[&[&Requirement]]) -> usize {
    let (mut part, mut total) = (0, 0);
    while part < parts.len() {
        total += parts[part].len();
        part += 1;
    }
    total
}

/// The rows of all parts, in their order.
const fn joined<const N: usize>(parts: &[&[&'static Requirement]]) -> [&'static Requirement; N] {
    let mut all = [parts[0][0]; N];
    let (mut part, mut row, mut next) = (0, 0, 0);
    while part < parts.len() {
        if row == parts[part].len() {
            (part, row) = (part + 1, 0);
        } else {
            all[next] = parts[part][row];
            (row, next) = (row + 1, next + 1);
        }
    }
    all
}

/// Defines the table of a document. After level and duty, a row may have `oidf [..]`, `same [..]`, `against [..]` and
/// `planned ".."`, in this order.
macro_rules! document {
    (
        $document:literal, $base:literal;
        $(
            $name:ident = $id:literal, $clause:literal, $level:ident, $duty:ident, $summary:literal
            $(, oidf [$($oidf:literal),* $(,)?])?
            $(, same [$($same:literal),* $(,)?])?
            $(, against [$($against:literal),* $(,)?])?
            $(, planned $planned:literal)?
            ;
        )*
    ) => {
        use super::{Duty, Level, Requirement};

        $(
            #[doc = $summary]
            #[doc = ""]
            #[doc = concat!("[", $document, " §", $clause, "](", $base, $clause, "), `", $id, "`.")]
            pub static $name: Requirement = Requirement {
                id: $id,
                document: $document,
                clause: $clause,
                url: concat!($base, $clause),
                level: Level::$level,
                duty: Duty::$duty,
                summary: $summary,
                oidf: &[$($($oidf),*)?],
                restated_by: &[$($($same),*)?],
                opposed_by: &[$($($against),*)?],
                planned: super::document!(@planned $($planned)?),
            };
        )*

        pub(super) static ALL: &[&Requirement] = &[$(&$name),*];
    };
    (@planned) => { None };
    (@planned $capability:literal) => { Some($capability) };
}
use document;
