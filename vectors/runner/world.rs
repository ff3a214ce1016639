//! The authorization server of a group: a store in memory, a host whose signatures are dummies, one client, one user.
//!
//! The members of a group all have defaults: `policy` (names of presets), `issuer`, `now`, `entropy` (32 octets in base64url;
//! each further exchange adds one to the first), `keys` (the server's public JWKs), `client` (metadata), `client_secret`,
//! `client_assertion`, `nonces`, `lifetimes`.

use super::Otherwise;
use super::group::{array, key, maybe, object};
use super::rules::policy;
use bytes::Bytes;
use fapi::jose::{Json, Object, base64url};
use fapi::policy::OAUTH;
use fapi::primitives::{Hash, aws_lc};
use fapi::scope::Scope;
use fapi::*;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// The default redirect URI of clients.
pub(super) const REDIRECT: &str = "https://client.example/cb";
pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const CLIENT_ID: &str = "client-1";
const ISSUER: &str = "https://as.example";
const NOW: i64 = 1_800_000_000;
const SECRET: &str = "a secret that is long enough for every purpose";
/// The key of RFC 7515, appendix A.3. Nothing is signed with it.
const SERVER_KEY: &str = r#"{"kty":"EC","crv":"P-256","kid":"as-1","alg":"ES256",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;

pub(super) struct World {
    pub(super) server: Arc<AuthorizationServer>,
    pub(super) client: ClientMetadata,
    secret: Option<String>,
    /// The assertion that authenticates it if it has no secret.
    assertion: Option<String>,
    store: RefCell<Memory>,
    now: Cell<i64>,
    entropy: Cell<[u8; 32]>,
    nonces: Option<DpopNonces>,
    /// The claims of its user that the host knows.
    pub(super) claims: Object,
    /// The permissions of its user at every API.
    pub(super) permissions: Scope,
}

impl World {
    /// The server that the group describes, with its client registered.
    pub(super) fn of(group: &Object) -> Result<Self, Otherwise> {
        let world = Self::without_client(group)?;
        world.register(world.client.clone())?;
        Ok(world)
    }

    /// The settings of the group's server.
    pub(super) fn settings(group: &Object) -> Result<Settings, Otherwise> {
        let keys = match group.get("keys") {
            Some(_) => array(group, "keys")?.iter().map(key).collect::<Result<_, _>>()?,
            None => vec![key(&Json::parse(SERVER_KEY.as_bytes()).map_err(Otherwise::unjudged)?)?],
        };
        let mut settings = Settings::new(maybe(group, "issuer").unwrap_or(ISSUER), policy(group)?, keys);
        let scope = |text: &str| Scope::parse(text).map_err(Otherwise::unjudged);
        settings
            .serve_only(Api::open(maybe(group, "resource").unwrap_or("https://api.example"), scope("accounts payments")?.into()));
        if maybe(group, "access_token_format") != Some("jwt") {
            settings.apis[0].dialect = Dialect::Opaque;
        }
        registered(group, &mut settings)?;
        settings.scopes = scope("openid profile email offline_access")?;
        settings.claims = ["name", "email", "email_verified", "address", "birthdate"].map(String::from).to_vec();
        settings.acr_values = vec!["urn:example:strong".into()];
        lifetimes(group, &mut settings.lifetimes)?;
        Ok(settings)
    }

    /// The server that the group describes, before its client is registered.
    pub(super) fn without_client(group: &Object) -> Result<Self, Otherwise> {
        let settings = Self::settings(group)?;
        let client: ClientMetadata = client(group)?;
        let public = client.token_endpoint_auth_method == policy::AuthenticationMethod::None || client.jwks.is_some();
        let secret = maybe(group, "client_secret").map(str::to_owned).or((!public).then(|| SECRET.to_owned()));
        Ok(Self {
            server: AuthorizationServer::new(settings).map_err(Otherwise::unjudged)?,
            client,
            secret,
            store: RefCell::default(),
            now: Cell::new(now(group)),
            entropy: Cell::new(entropy(group)?),
            nonces: nonces(group)?,
            assertion: maybe(group, "client_assertion").map(str::to_owned),
            claims: group.get("user_claims").map(object).transpose()?.cloned().unwrap_or_default(),
            permissions: Scope::default(),
        })
    }

    /// Sets the time.
    pub(super) fn set_time(&self, now: i64) {
        self.now.set(now);
    }

    /// The context of the next exchange.
    pub(super) fn context(&self) -> Context {
        let mut entropy = self.entropy.get();
        let context = Context::new(Timestamp::from_seconds(self.now.get()), Entropy::new(entropy));
        entropy[0] = entropy[0].wrapping_add(1);
        self.entropy.set(entropy);
        match &self.nonces {
            Some(nonces) => context.dpop_nonces(nonces.clone()),
            None => context,
        }
    }

    /// Runs an exchange to its end. Only an accepted one has a reply.
    pub(super) fn drive<R: Reply>(&self, step: Step<R>) -> Result<Outcome<R>, Otherwise> {
        let outcome = fapi::drive(self, step);
        match &outcome.event.disposition {
            Disposition::Accepted => Ok(outcome),
            Disposition::Refused { error, requirements, detail, .. } => Err(Otherwise::told(*error, requirements, detail)),
            other => Err(Otherwise::Unjudged(format!("{other:?}"))),
        }
    }

    /// Registers a client with the secret of the group.
    pub(super) fn register(&self, client: impl Into<Registration>) -> Result<(), Otherwise> {
        use policy::AuthenticationMethod::{ClientSecretBasic, ClientSecretJwt, ClientSecretPost};
        let client = client.into();
        let method = client.metadata.token_endpoint_auth_method;
        let uses_secret = matches!(method, ClientSecretBasic | ClientSecretPost | ClientSecretJwt);
        self.register_with(client, self.secret.as_deref().filter(|_| uses_secret))
    }

    /// Registers a client with this secret, or without one.
    pub(super) fn register_with(&self, client: impl Into<Registration>, secret: Option<&str>) -> Result<(), Otherwise> {
        let mut registration = client.into();
        registration.secret = secret.map(|secret| Secret::from(secret.to_owned())).into();
        self.drive(self.server.register(vec![registration], self.context())).map(drop)
    }

    /// Pushes an authorization request of the group's client.
    pub(super) fn push(&self, parameters: &[(&str, &str)]) -> Result<Outcome, Otherwise> {
        let request = post(&self.with_credentials(parameters));
        self.drive(self.server.pushed_authorization_request(Inbound::new(&request), self.context()))
    }

    /// Gets a code for the group's client from its user, who agrees to everything. These parameters add to or replace the usual
    /// ones. A failure here means that the test cannot be judged.
    pub(super) fn code(&self, parameters: &[(&str, &str)], user: Authentication) -> Result<String, Otherwise> {
        self.prepared(parameters, user).map_err(|why| Otherwise::Unjudged(format!("preparation failed: {why:?}")))
    }

    pub(super) fn prepared(&self, parameters: &[(&str, &str)], user: Authentication) -> Result<String, Otherwise> {
        let mut all = vec![("response_type", "code"), ("redirect_uri", REDIRECT), ("scope", "openid accounts")];
        all.retain(|(name, _)| parameters.iter().all(|(given, _)| given != name));
        all.extend(parameters);
        let pushed = self.push(&all)?;
        let request_uri = body(&pushed.reply, "request_uri")?;
        let request = get(&[("client_id", &self.client.client_id), ("request_uri", &request_uri)]);
        let shown = self.drive(self.server.authorization_request(Inbound::new(&request), self.context()))?;
        let mut navigation = shown.reply;
        for _ in 0..3 {
            let prompt = match navigation {
                Navigation::Respond(response) => return location(&response, "code"),
                Navigation::Inform(page) => return location(&page.response(), "code"),
                Navigation::Interact(prompt) => prompt,
            };
            let verdict = match prompt.kind {
                PromptKind::Consent => UserDecision::consented(prompt.permissions.scope.clone(), false),
                _ => UserDecision::LoggedIn(user.clone()),
            };
            let request = post(&[]);
            let inbound = Inbound::new(&request).browser(Some(&prompt.browser));
            navigation = self.drive(self.server.answer(inbound, &prompt.id, verdict, self.context()))?.reply;
        }
        Err(Otherwise::Unjudged("the server shows too many pages".into()))
    }

    /// Redeems a code.
    pub(super) fn redeem(&self, code: &str, parameters: &[(&str, &str)]) -> Result<Outcome, Otherwise> {
        let mut all = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT)];
        all.extend(parameters);
        let request = post(&self.with_credentials(&all));
        self.drive(self.server.token_request(Inbound::new(&request), self.context()))
    }

    /// Makes the grant that the access tokens of these files name: the client's own, whose handle is that of the first exchange.
    pub(super) fn has_granted(&self) -> Result<(), Otherwise> {
        let server = self.lenient()?;
        let mut metadata = ClientMetadata::new(CLIENT_ID, policy::AuthenticationMethod::ClientSecretPost);
        metadata.grant_types = vec!["client_credentials".into()];
        let registration = Registration::of(metadata).secret(SECRET.to_owned());
        self.drive(server.register(vec![registration], self.context())).map(drop)?;
        let request = post(&[("grant_type", "client_credentials"), ("client_id", CLIENT_ID), ("client_secret", SECRET)]);
        self.drive(server.token_request(Inbound::new(&request), self.context())).map(drop)
    }

    /// Revokes an access token of the client that [`has_granted`](Self::has_granted) registers.
    pub(super) fn revoke(&self, token: &str) -> Result<(), Otherwise> {
        let request = post(&[("token", token), ("client_id", CLIENT_ID), ("client_secret", SECRET)]);
        self.drive(self.lenient()?.revocation_request(Inbound::new(&request), self.context())).map(drop)
    }

    /// Revokes everything that was issued for logins of a subject before this moment.
    pub(super) fn revoke_subject(&self, subject: &str, at: i64) -> Result<(), Otherwise> {
        let context = Context::new(Timestamp::from_seconds(at), Entropy::new([0xee; 32]));
        self.drive(self.server.revoke_subject(subject, context)).map(drop)
    }

    /// The same server with only the rules of OAuth, to prepare the state for a stricter one.
    fn lenient(&self) -> Result<Arc<AuthorizationServer>, Otherwise> {
        let mut settings = self.server.settings().clone();
        settings.policy = OAUTH.policy();
        settings.apis[0].dialect = Dialect::Opaque;
        AuthorizationServer::new(settings).map_err(Otherwise::unjudged)
    }

    /// The parameters together with the client's credentials.
    pub(super) fn with_credentials<'a>(&'a self, parameters: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut all = vec![("client_id", self.client.client_id.as_str())];
        all.extend(self.secret.as_deref().map(|secret| ("client_secret", secret)));
        if let Some(assertion) = &self.assertion {
            all.extend([("client_assertion_type", JWT_BEARER), ("client_assertion", assertion)]);
        }
        all.extend(parameters);
        all
    }
}

impl Host for World {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        Ok(self.store.borrow().load(&load.keys))
    }

    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        Ok(self.store.borrow().list(list))
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        Ok(self.store.borrow_mut().commit(commit))
    }

    /// Returns dummy signatures, which are not verified: only the signing input is checked.
    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        match key_use {
            KeyUse::Sign { input, .. } | KeyUse::Mac { input } => Ok(aws_lc().mac(Hash::Sha256, &[7; 32], input)),
            KeyUse::Seal { input } | KeyUse::Open { input } => Ok(input.iter().map(|octet| octet ^ 0x55).collect()),
            _ => Err(Unavailable),
        }
    }

    fn claims(&self, request: &ClaimsRequest) -> Result<UserClaims, Unavailable> {
        let known = |name: &String| Some((name.clone(), self.claims.get(name)?.clone()));
        Ok(request.names.iter().filter_map(known).collect())
    }

    fn permissions(&self, _: &PermissionsRequest) -> Result<UserPermissions, Unavailable> {
        Ok(self.permissions.clone())
    }
}

/// A form posted to an endpoint.
pub(super) fn post(parameters: &[(&str, &str)]) -> http::Request<Bytes> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let mut request = http::Request::new(Bytes::from(body));
    *request.method_mut() = http::Method::POST;
    let form = http::HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert(http::header::CONTENT_TYPE, form);
    request
}

fn get(parameters: &[(&str, &str)]) -> http::Request<Bytes> {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let mut request = http::Request::new(Bytes::new());
    if let Ok(uri) = format!("/?{query}").parse() {
        *request.uri_mut() = uri;
    }
    request
}

/// A member of a JSON body.
pub(super) fn body(response: &Response, name: &str) -> Result<String, Otherwise> {
    let members = Object::parse(response.body()).map_err(Otherwise::unjudged)?;
    super::group::text(&members, name).map(str::to_owned)
}

fn location(response: &Response, name: &str) -> Result<String, Otherwise> {
    let location = response.headers().get(http::header::LOCATION).and_then(|location| location.to_str().ok()).unwrap_or_default();
    let query = location.split_once('?').map_or("", |(_, query)| query);
    let value = form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    value.ok_or_else(|| Otherwise::Unjudged(format!("the redirect {location:?} has no {name}")))
}

/// The server's time.
pub(super) fn now(group: &Object) -> i64 {
    group.get("now").and_then(Json::as_integer).unwrap_or(NOW)
}

/// The metadata of the group over the defaults; null removes a default.
pub(super) fn client(group: &Object) -> Result<ClientMetadata, Otherwise> {
    let mut metadata = Object::new()
        .with("client_id", CLIENT_ID)
        .with("redirect_uris", vec![REDIRECT])
        .with("grant_types", vec!["authorization_code", "refresh_token", "client_credentials"])
        .with("token_endpoint_auth_method", "client_secret_post");
    for (name, value) in group.get("client").map(object).transpose()?.into_iter().flat_map(Object::iter) {
        match value {
            Json::Null => metadata.remove(name),
            value => metadata.insert(name, value.clone()),
        };
    }
    serde_json::from_str(&Json::Object(metadata).to_string()).map_err(Otherwise::unjudged)
}

/// The operator's terms for the client, which an object may contain in addition to its metadata.
pub(super) fn terms(object: &Object) -> Result<ClientTerms, Otherwise> {
    let Some(terms) = object.get("terms") else { return Ok(ClientTerms::default()) };
    let member = |name: &str| terms.as_object().and_then(|terms| terms.get(name));
    if let Some(kind) = member("kind").and_then(Json::as_str) {
        kind.parse::<ClientKind>().map_err(|unknown| wrong(unknown.basis()))?;
    }
    for channel in member("async_approval_notification_channels").and_then(Json::as_array).into_iter().flatten() {
        let channel = channel.as_str().unwrap_or_default();
        channel.parse::<NotificationChannel>().map_err(|unknown| wrong(unknown.basis()))?;
    }
    serde_json::from_str(&terms.to_string()).map_err(Otherwise::unjudged)
}

/// The refusal of a registration that cannot even be read.
pub(super) fn wrong(basis: &'static requirement::Requirement) -> Otherwise {
    let error = ErrorCode::InvalidClientMetadata.name();
    Otherwise::Refused { error: Some(error), requirements: vec![basis], detail: None }
}

/// Sets what the operator registers: `apis`, `default_audience`, `organizations`, `connections` and `switches`, as in a
/// configuration.
fn registered(group: &Object, settings: &mut Settings) -> Result<(), Otherwise> {
    if group.contains("apis") {
        settings.apis = array(group, "apis")?.iter().map(api).collect::<Result<_, _>>()?;
        settings.default_audience = maybe(group, "default_audience").map(str::to_owned);
    }
    if group.contains("organizations") {
        let ids = array(group, "organizations")?.iter().filter_map(Json::as_str);
        settings.organizations = ids.map(Organization::new).collect();
    }
    if group.contains("connections") {
        let connections = array(group, "connections")?.iter().map(|known| serde_json::from_str(&known.to_string()));
        settings.connections = connections.collect::<Result<_, _>>().map_err(Otherwise::unjudged)?;
    }
    if let Some(switches) = group.get("switches") {
        settings.switches = serde_json::from_str(&switches.to_string()).map_err(Otherwise::unjudged)?;
    }
    Ok(())
}

/// An API as in a configuration, with its `signing_secret`.
pub(super) fn api(value: &Json) -> Result<Api, Otherwise> {
    let mut members = object(value)?.clone();
    let secret = members.remove("signing_secret");
    let mut api: Api = serde_json::from_str(&Json::Object(members).to_string()).map_err(Otherwise::unjudged)?;
    api.signing_secret = secret.as_ref().and_then(Json::as_str).map(|secret| Secret::from(secret.to_owned()));
    Ok(api)
}

/// Sets the lifetimes that the group gives, in seconds.
fn lifetimes(group: &Object, lifetimes: &mut Lifetimes) -> Result<(), Otherwise> {
    for (name, value) in group.get("lifetimes").map(object).transpose()?.into_iter().flat_map(Object::iter) {
        let lifetime = match name {
            "proof" => &mut lifetimes.proof,
            "assertion" => &mut lifetimes.assertion,
            "future_tolerance" => &mut lifetimes.future_tolerance,
            "id_token" => &mut lifetimes.id_token,
            "refresh_retry_window" => &mut lifetimes.refresh_retry_window,
            other => return Err(Otherwise::Unjudged(format!("there is no lifetime {other}"))),
        };
        let seconds = value.as_integer().and_then(|seconds| u32::try_from(seconds).ok());
        *lifetime = seconds.ok_or_else(|| Otherwise::Unjudged(format!("the lifetime {name} is {value}")))?;
    }
    Ok(())
}

fn entropy(group: &Object) -> Result<[u8; 32], Otherwise> {
    let Some(text) = maybe(group, "entropy") else { return Ok([1; 32]) };
    let octets = base64url::decode(text).and_then(|octets| octets.try_into().ok());
    octets.ok_or_else(|| Otherwise::Unjudged("the entropy does not have 32 octets".into()))
}

fn nonces(group: &Object) -> Result<Option<DpopNonces>, Otherwise> {
    let Some(_) = group.get("nonces") else { return Ok(None) };
    let mut nonces = array(group, "nonces")?.iter().filter_map(Json::as_str).map(str::to_owned);
    let current = nonces.next().ok_or_else(|| Otherwise::Unjudged("nonces is empty".into()))?;
    Ok(Some(DpopNonces { current, accepted: nonces.collect() }))
}
