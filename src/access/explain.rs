//! What a client would get, for people: the decision of an exchange, without one.

use super::entitlement::{Bounds, Place, Step, Wanted, entitle_step_by_step};
use super::user::is_emptied_by_host;
use super::{Audience, REFRESH_TOKEN, RefreshToken, signing_algorithm, still_offline};
use crate::api::{Dialect, SubjectType};
use crate::client::{ClientMetadata, ClientTerms, GrantType, not_allowed};
use crate::detail::Detail;
use crate::error_code::ErrorCode;
use crate::jose::Algorithm;
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::requirement::{Requirement, ocp, rfc6749, rfc8707};
use crate::scope::Scope;
use crate::settings::Settings;
use crate::time::Timestamp;

/// A question about what a client would get; the answer is an [`Explanation`].
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
/// # use setup::*;
/// use fapi::{ClientMetadata, ClientTerms, Explain, SubjectType, policy::AuthenticationMethod};
///
/// # let (server, _host) = started()?;
/// let metadata = ClientMetadata::new("shop", AuthenticationMethod::ClientSecretBasic);
/// let terms = ClientTerms::default();
/// let scope = "read admin".parse()?;
/// let explained = Explain::new(&metadata, &terms, SubjectType::User)
///     .audience("https://api.example")
///     .scope(&scope)
///     .at(server.settings(), fapi::Timestamp::from_seconds(1_800_000_000));
/// assert_eq!(explained.scope.to_string(), "read");
/// assert_eq!(explained.steps[0].dropped.to_string(), "admin");
/// assert!(explained.refused.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Explain<'a> {
    metadata: &'a ClientMetadata,
    terms: &'a ClientTerms,
    subject_type: SubjectType,
    audience: Option<&'a str>,
    scope: Option<&'a Scope>,
    organization: Option<&'a str>,
    permissions: Option<&'a Scope>,
    consented: Option<&'a Scope>,
    customized: Option<&'a Scope>,
    original: Option<&'a Scope>,
    consent_prompted: bool,
}

impl<'a> Explain<'a> {
    /// A question about a client that acts for a user or for itself.
    pub const fn new(metadata: &'a ClientMetadata, terms: &'a ClientTerms, subject_type: SubjectType) -> Self {
        Self {
            metadata,
            terms,
            subject_type,
            audience: None,
            scope: None,
            organization: None,
            permissions: None,
            consented: None,
            customized: None,
            original: None,
            consent_prompted: false,
        }
    }

    /// The API that the request names; without it, the default audience.
    #[must_use]
    pub const fn audience(mut self, identifier: &'a str) -> Self {
        self.audience = Some(identifier);
        self
    }

    /// The scope that the request asks for; without it, the request has none.
    #[must_use]
    pub const fn scope(mut self, scope: &'a Scope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// The organization that the request names.
    #[must_use]
    pub const fn organization(mut self, id: &'a str) -> Self {
        self.organization = Some(id);
        self
    }

    /// The permissions that the user has at the API.
    #[must_use]
    pub const fn permissions(mut self, permissions: &'a Scope) -> Self {
        self.permissions = Some(permissions);
        self
    }

    /// The scope that the user allows; without it, everything.
    #[must_use]
    pub const fn consented(mut self, scope: &'a Scope) -> Self {
        self.consented = Some(scope);
        self
    }

    /// The scope that the host's own code puts in the place of the API's.
    #[must_use]
    pub const fn customized(mut self, scope: &'a Scope) -> Self {
        self.customized = Some(scope);
        self
    }

    /// The request is a refresh of a grant with this scope.
    #[must_use]
    pub const fn refreshing(mut self, original: &'a Scope) -> Self {
        self.original = Some(original);
        self
    }

    /// The request has `prompt=consent`.
    #[must_use]
    pub const fn consent_prompted(mut self) -> Self {
        self.consent_prompted = true;
        self
    }

    /// The answer at a server with these settings, at this time.
    pub fn at(&self, settings: &Settings, now: Timestamp) -> Explanation {
        let userinfo = Audience::Userinfo(&settings.endpoints.userinfo);
        // The older pipeline is for users alone.
        let conformant = self.terms.oidc_conformant || self.subject_type == SubjectType::Client;
        let named = self.audience.filter(|_| conformant);
        let known = match named {
            Some(identifier) if identifier == settings.endpoints.userinfo => Some(userinfo),
            Some(identifier) => settings.api(identifier).map(Audience::Api),
            None if conformant => Some(settings.default_api().map_or(userinfo, Audience::Api)),
            None => Some(userinfo),
        };
        let Some(audience) = known else { return Explanation::unknown_audience() };
        if let Err(refusal) = self.grant_type(settings) {
            let audience = Some(audience.identifier().to_owned());
            return Explanation { audience, refused: Some(refusal.into()), ..Explanation::default() };
        }
        if let (SubjectType::Client, Audience::Userinfo(_)) = (self.subject_type, audience) {
            return if self.audience.is_some() { Explanation::unknown_audience() } else { Explanation::no_audience() };
        }
        let nothing = Scope::default();
        let within = Bounds {
            settings,
            metadata: self.metadata,
            terms: self.terms,
            audience,
            subject_type: self.subject_type,
            place: match (self.subject_type, self.original) {
                (SubjectType::User, None) => Place::Authorization,
                _ => Place::Token,
            },
            organization: self.organization,
            consent_prompted: self.consent_prompted || self.original.is_some(),
            permissions: Some(self.permissions.unwrap_or(&nothing)),
            consented: self.consented,
            customized: self.customized,
        };
        let wanted = Wanted { scope: self.scope, original: self.original };
        let (entitled, ended) = entitle_step_by_step(wanted, &within);
        let mut explained = Explanation { audience: Some(audience.identifier().to_owned()), ..Explanation::default() };
        explained.steps = entitled.steps;
        let something = || {
            let by_host = is_emptied_by_host(&entitled.scope, self.customized, wanted, &within)?;
            let (basis, words) = match self.scope {
                None => (&rfc6749::SCOPE_DEFAULT, "scope is missing, and the client has no scope by default at this API."),
                Some(_) => (&rfc6749::UNAUTHORIZED_CLIENT, "Nothing is left of the requested scope."),
            };
            basis.require(by_host || !entitled.scope.is_empty(), ErrorCode::InvalidScope, words)
        };
        let token = ended.and_then(|()| something()).and_then(|()| self.token(audience, &entitled.scope, settings, now));
        match token {
            Ok(token) => (explained.scope, explained.token) = (entitled.scope, Some(token)),
            Err(refusal) => explained.refused = Some(refusal.into()),
        }
        explained
    }

    /// The token of an entitlement, or the refusal of an API whose tokens the policy does not allow.
    fn token(
        &self,
        audience: Audience<'_>,
        scope: &Scope,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<ExplainedToken, Refusal> {
        let policy = self.policy(Some(audience), settings)?;
        if let Some(original) = self.original {
            still_offline(&policy, audience, original)?;
        }
        let (openid, dialect) = (scope.contains("openid"), audience.dialect());
        let signed = audience.api().filter(|_| dialect.is_signed());
        let permissions = match self.subject_type {
            SubjectType::User => self.permissions,
            SubjectType::Client => Some(scope),
        };
        let offline = [self.terms.oidc_conformant, false, false, scope.contains("offline_access")];
        let offline = REFRESH_TOKEN.decide(offline).then == RefreshToken::Issued;
        Ok(ExplainedToken {
            audience: audience.recipients(settings, openid),
            dialect,
            algorithm: signed.map(|api| signing_algorithm(settings, &policy, api, now)).transpose()?,
            lifetime: audience.token_lifetime(settings),
            permissions: permissions.filter(|_| dialect.has_permissions()).cloned(),
            with_id_token: openid && self.subject_type == SubjectType::User,
            with_refresh_token: self.subject_type == SubjectType::User
                && self.metadata.may_use(&GrantType::RefreshToken)
                && policy.refresh_token.admits(&offline),
        })
    }

    /// Refuses the grant type that the request needs if the client may not use it.
    fn grant_type(&self, settings: &Settings) -> Result<(), Refusal> {
        let needed = match (self.subject_type, self.original) {
            (SubjectType::Client, _) => GrantType::ClientCredentials,
            (SubjectType::User, Some(_)) => GrantType::RefreshToken,
            (SubjectType::User, None) => GrantType::AuthorizationCode,
        };
        let policy = self.policy(None, settings)?;
        let may = self.terms.may_use(self.metadata, &needed, &policy);
        if may { Ok(()) } else { Err(not_allowed(&needed, ErrorCode::UnauthorizedClient)) }
    }

    /// The rules in force for the client, at the API if there is one.
    fn policy(&self, audience: Option<Audience<'_>>, settings: &Settings) -> Result<Policy, Refusal> {
        let of_api = audience.and_then(Audience::api).map(|api| &*api.profiles).unwrap_or_default();
        let profiles = [&*self.terms.profiles, of_api].concat();
        let composed = settings.policy_with(&profiles, &self.terms.own_rules(self.metadata));
        composed.map_err(|error| error.refuse(ErrorCode::UnauthorizedClient))
    }
}

/// What a client would get, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The API, or the address of userinfo.
    pub audience: Option<String>,
    /// The steps, in their order; those before a refusal, if there is one.
    pub steps: Vec<Step>,
    /// The refusal, if the request is refused.
    pub refused: Option<Refused>,
    /// The scope that is granted.
    pub scope: Scope,
    /// The access token, if there is one.
    pub token: Option<ExplainedToken>,
}

impl Explanation {
    fn no_audience() -> Self {
        let words = "audience is missing, and this server has no default audience.";
        let refusal = ocp::grt::CLIENT_CREDENTIALS_REQUEST.refuse(ErrorCode::InvalidRequest, words);
        Self { refused: Some(refusal.into()), ..Self::default() }
    }

    fn unknown_audience() -> Self {
        let refusal = rfc8707::RESOURCE_KNOWN.refuse(ErrorCode::InvalidTarget, "This server has no such API.");
        Self { refused: Some(refusal.into()), ..Self::default() }
    }
}

/// A request that would be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// The error.
    pub error: ErrorCode,
    /// What is wrong.
    pub detail: Detail,
    /// The statements, the most specific first.
    pub requirements: Vec<&'static Requirement>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { error: refusal.code, detail: refusal.detail, requirements: refusal.basis }
    }
}

/// The access token that a client would get, and what comes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedToken {
    /// Its `aud`.
    pub audience: Vec<String>,
    /// Its form and claims.
    pub dialect: Dialect,
    /// The algorithm that it is signed with.
    pub algorithm: Option<Algorithm>,
    /// Seconds that it is valid.
    pub lifetime: u32,
    /// Its `permissions`.
    pub permissions: Option<Scope>,
    /// An ID token comes with it.
    pub with_id_token: bool,
    /// A refresh token comes with it, if it comes from a code.
    pub with_refresh_token: bool,
}
