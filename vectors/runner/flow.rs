//! `flow/..`: whole flows, exchange by exchange, with the requests to the host, its answers, and the reply.
//!
//! An exchange is a function of its input and the answers of the host. So each is replayed alone with the answers of the file,
//! and its requests to the host and its reply must equal those of the file: every record, signing input and body, octet by octet.

use super::Otherwise;
use super::group::{array, maybe, member, object, text};
use super::request::{Given, Sent};
use super::world::World;
use fapi::jose::{Json, Object, base64url};
use fapi::record::{Owner, Record, Version, Versioned, Write};
use fapi::scope::Scope;
use fapi::*;
use http::Method;
use std::cell::RefCell;
use std::sync::Arc;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let input = object(member(test, "input")?)?;
    let turns = array(input, "turns")?;
    let replay = Replay { turns, at: RefCell::new(0), differs: RefCell::new(None) };
    let told = play(&replay, &server(group)?, input);
    if let Some(differs) = replay.differs.take() {
        return Err(differs);
    }
    Otherwise::unless_same(&turns.len(), &replay.at.take())?;
    Otherwise::unless_same(member(test, "output")?, &Json::Object(told?))
}

/// The server of a group.
pub(super) fn server(group: &Object) -> Result<Arc<AuthorizationServer>, Otherwise> {
    AuthorizationServer::new(World::settings(group)?).map_err(Otherwise::unjudged)
}

/// Runs one exchange against a host and returns the reply.
pub(super) fn play(host: &impl Host, server: &Arc<AuthorizationServer>, input: &Object) -> Result<Object, Otherwise> {
    let now = member(input, "now")?.as_integer().unwrap_or_default();
    let entropy = base64url::decode(text(input, "entropy")?).and_then(|octets| octets.try_into().ok());
    let entropy = entropy.ok_or_else(|| Otherwise::Unjudged("the entropy does not have 32 octets".into()))?;
    let context = Context::new(Timestamp::from_seconds(now), Entropy::new(entropy));
    let endpoint = text(input, "endpoint")?;
    if endpoint == "client_registration" {
        let metadata: ClientMetadata =
            serde_json::from_str(&member(input, "client")?.to_string()).map_err(Otherwise::unjudged)?;
        let outcome = drive(host, server.register(vec![metadata.into()], context));
        return Ok(match &outcome.reply {
            Registered::Stored => Object::new().with("registered", true),
            Registered::Refused(told) => response(told),
        });
    }
    let request = object(member(input, "request")?)?;
    let usual =
        if matches!(endpoint, "authorization_endpoint" | "resource" | "userinfo_endpoint") { Method::GET } else { Method::POST };
    let sent = Sent::parse(request, usual, &Given::new())?;
    let inbound = sent.inbound(None);
    Ok(match endpoint {
        "authorization_endpoint" => navigation(&drive(host, server.authorization_request(inbound, context))),
        "interaction" => {
            let browser = BrowserHandle::new(text(input, "browser")?);
            let id = InteractionId::new(text(input, "interaction")?);
            let verdict = match maybe(input, "consented") {
                Some(scope) => {
                    let scope = Scope::parse(scope).map_err(Otherwise::unjudged)?;
                    UserDecision::consented(scope, false)
                }
                None => UserDecision::LoggedIn(Authentication::of(text(input, "logged_in")?)),
            };
            navigation(&drive(host, server.answer(inbound.browser(Some(&browser)), &id, verdict, context)))
        }
        "resource" => {
            let needed = RequiredAccess::scope(Scope::parse(text(input, "scope")?).map_err(Otherwise::unjudged)?);
            match drive(host, server.resource_server("https://api.example").expect("an API").protect(inbound, needed, context))
                .reply
            {
                Access::Denied(told) => response(&told),
                Access::Allowed(authorized) => Object::new()
                    .with("client_id", authorized.client_id)
                    .with("subject", authorized.subject.map_or(Json::Null, Json::from))
                    .with("scope", authorized.scope.to_string())
                    .with("expires", authorized.expires.seconds()),
            }
        }
        "pushed_authorization_request_endpoint" => {
            response(&drive(host, server.pushed_authorization_request(inbound, context)).reply)
        }
        "token_endpoint" => response(&drive(host, server.token_request(inbound, context)).reply),
        "userinfo_endpoint" => response(&drive(host, server.userinfo_request(inbound, context)).reply),
        "introspection_endpoint" => response(&drive(host, server.introspection_request(inbound, context)).reply),
        "revocation_endpoint" => response(&drive(host, server.revocation_request(inbound, context)).reply),
        other => return Err(Otherwise::Unjudged(format!("there is no endpoint {other}"))),
    })
}

fn navigation(outcome: &Outcome<Navigation>) -> Object {
    let told = match &outcome.reply {
        Navigation::Respond(told) => response(told),
        Navigation::Inform(page) => response(&page.response()),
        Navigation::Interact(prompt) => Object::new()
            .with("page", format!("{:?}", prompt.kind))
            .with("interaction", prompt.id.as_str())
            .with("browser", prompt.browser.as_str())
            .with("client_id", prompt.client_id.as_str())
            .with("redirect_uri", prompt.redirect_uri.as_deref().unwrap_or_default())
            .with("scope", prompt.permissions.scope.to_string()),
    };
    match &outcome.session {
        SessionChange::Start { session, expires } => {
            told.with("session", Object::new().with("cookie", session.as_str()).with("expires", expires.seconds()))
        }
        _ => told,
    }
}

/// The status, the fields in alphabetical order, and the body.
fn response(told: &Response) -> Object {
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    let mut fields: Vec<_> = told.headers().iter().map(|(name, value)| vec![name.to_string(), text(value.as_bytes())]).collect();
    fields.sort();
    Object::new().with("status", i64::from(told.status().as_u16())).with("headers", fields).with("body", text(told.body()))
}

/// A load, as the files represent it.
pub(super) fn asked_load(load: &Load) -> Object {
    Object::new().with("load", load.keys.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// The records that a load found.
pub(super) fn found(loaded: &Loaded) -> Json {
    let one = |found: &Option<Versioned>| match found {
        None => Json::Null,
        Some(found) => Json::Object(
            Object::new()
                .with("version", found.version.0 as i64)
                .with("expires", found.expires.seconds())
                .with("record", record(&found.record)),
        ),
    };
    Json::Array(loaded.iter().map(one).collect())
}

/// The writes of a commit.
pub(super) fn asked_commit(commit: &Commit) -> Object {
    let on = |version: &Version| version.0 as i64;
    let texts = |owners: &[Owner]| owners.iter().map(ToString::to_string).collect::<Vec<_>>();
    let one = |write: &Write| match write {
        Write::Insert { key, record: stored, expires, owners } => Object::new()
            .with("insert", key.to_string())
            .with("record", record(stored))
            .with("expires", expires.seconds())
            .with("owners", texts(owners)),
        Write::Replace { key, on: version, record: stored, expires, owners } => Object::new()
            .with("replace", key.to_string())
            .with("on", on(version))
            .with("record", record(stored))
            .with("expires", expires.seconds())
            .with("owners", texts(owners)),
        Write::Remove { key, on: version } => Object::new().with("remove", key.to_string()).with("on", on(version)),
        Write::Unchanged { key, on: version } => Object::new()
            .with("unchanged", key.to_string())
            .with("on", version.as_ref().map_or(Json::Null, |version| on(version).into())),
        Write::Enqueue { key, record: stored, due } => {
            Object::new().with("enqueue", key.to_string()).with("record", record(stored)).with("due", due.seconds())
        }
        Write::Acknowledge { key } => Object::new().with("acknowledge", key.to_string()),
    };
    let writes: Vec<Object> = commit.writes.iter().map(one).collect();
    Object::new().with("commit", writes).with("now", commit.now.seconds())
}

/// The use of a key.
pub(super) fn asked_key(key_use: &KeyUse) -> Object {
    match key_use {
        KeyUse::Sign { key, algorithm, input } => {
            let input = String::from_utf8_lossy(input).into_owned();
            Object::new().with("sign", input).with("key", key.as_str()).with("algorithm", algorithm.name())
        }
        KeyUse::Mac { input } => Object::new().with("mac", base64url::encode(input)),
        KeyUse::Seal { input } => Object::new().with("seal", base64url::encode(input)),
        KeyUse::Open { input } => Object::new().with("open", base64url::encode(input)),
        _ => Object::new().with("unknown", true),
    }
}

/// A request for claims of a user.
pub(super) fn asked_claims(request: &ClaimsRequest) -> Object {
    Object::new()
        .with("claims", request.names.clone())
        .with("subject", request.subject.as_str())
        .with("locales", request.locales.clone())
}

/// The user whose status is requested.
pub(super) fn asked_subject(request: &SubjectRequest) -> Object {
    Object::new().with("status_of", request.subject.as_str())
}

/// The text of a record: the version of its format, then JSON.
fn record(record: &Record) -> String {
    String::from_utf8_lossy(record.as_bytes()).into_owned()
}

/// A host that gives the answers of the file as long as the library's requests are those of the file.
struct Replay<'a> {
    turns: &'a [Json],
    at: RefCell<usize>,
    differs: RefCell<Option<Otherwise>>,
}

impl Replay<'_> {
    fn answer(&self, asked: Object) -> Result<&Json, Unavailable> {
        let at = self.at.replace_with(|at| *at + 1);
        let turn = self.turns.get(at).and_then(Json::as_object);
        let (wanted, asked) = (turn.and_then(|turn| turn.get("asked")), Json::Object(asked));
        if wanted != Some(&asked) {
            let mut differs = self.differs.borrow_mut();
            differs.get_or_insert_with(|| Otherwise::Differs(format!("turn {at} asks for {asked}, not for {wanted:?}")));
            return Err(Unavailable);
        }
        turn.and_then(|turn| turn.get("answer")).ok_or(Unavailable)
    }
}

impl Host for Replay<'_> {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        let one = |found: &Json| -> Option<Versioned> {
            let found = found.as_object()?;
            let number = |name: &str| found.get(name).and_then(Json::as_integer).unwrap_or_default();
            Some(Versioned {
                version: Version(u64::try_from(number("version")).unwrap_or_default()),
                expires: Timestamp::from_seconds(number("expires")),
                record: Record::from_bytes(maybe(found, "record")?.as_bytes().to_vec()),
            })
        };
        Ok(self.answer(asked_load(load))?.as_array().ok_or(Unavailable)?.iter().map(one).collect())
    }

    /// No flow lists records.
    fn list(&self, _: &List) -> Result<Listed, Unavailable> {
        Err(Unavailable)
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        self.answer(asked_commit(commit)).map(|_| Committed::Applied)
    }

    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        self.answer(asked_key(key_use))?.as_str().and_then(base64url::decode).ok_or(Unavailable)
    }

    fn claims(&self, request: &ClaimsRequest) -> Result<UserClaims, Unavailable> {
        let told = self.answer(asked_claims(request))?.as_object().ok_or(Unavailable)?;
        Ok(told.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect())
    }

    fn subject(&self, request: &SubjectRequest) -> Result<SubjectStatus, Unavailable> {
        match self.answer(asked_subject(request))?.as_str() {
            Some("active") => Ok(SubjectStatus::Active),
            Some("inactive") => Ok(SubjectStatus::Inactive),
            _ => Err(Unavailable),
        }
    }
}
