//! The kinds that are whole requests to an endpoint: runs the earlier steps one by one, and then the input.

use super::Otherwise;
use super::group::{array, maybe, member, object, text};
use super::request::{Given, Sent};
use super::user::User;
use super::world::{World, client, now, terms};
use fapi::jose::{Json, Object};
use fapi::{Navigation, PromptKind, Registration, Response, SessionChange, SessionHandle, Step};
use http::Method;
use http::header::LOCATION;

/// The reply of an endpoint.
enum Told {
    Response(Response),
    /// A page of this kind, to be shown.
    Page(PromptKind, String),
}

/// The world of a group, and the values that its steps provided.
struct Play {
    world: World,
    given: Given,
    session: Option<SessionHandle>,
}

macro_rules! judges {
    ($($(#[$doc:meta])* $name:ident = $endpoint:literal;)*) => { $(
        $(#[$doc])*
        pub(super) fn $name(group: &Object, test: &Object) -> Result<(), Otherwise> {
            judge(group, test, $endpoint)
        }
    )* };
}

judges! {
    authorization_request = "authorization_endpoint";
    pushed_request = "pushed_authorization_request_endpoint";
    token_request = "token_endpoint";
    introspection_request = "introspection_endpoint";
    revocation_request = "revocation_endpoint";
    userinfo_request = "userinfo_endpoint";
}

fn judge(group: &Object, test: &Object, endpoint: &str) -> Result<(), Otherwise> {
    let world = World::of(group).map_err(preparing)?;
    let mut play = Play { world, given: Given::new(), session: None };
    if group.contains("before") {
        for step in array(group, "before")? {
            play.step(object(step)?).map_err(preparing)?;
        }
    }
    play.world.set_time(now(group));
    let told = play.send(endpoint, object(member(test, "input")?)?)?;
    match test.get("output") {
        Some(wanted) => Otherwise::unless_same(wanted, &Json::Object(output(&told, object(wanted)?)?)),
        None => Ok(()),
    }
}

fn preparing(why: Otherwise) -> Otherwise {
    Otherwise::Unjudged(format!("preparation failed: {why:?}"))
}

impl Play {
    /// Runs an earlier step: registers a client, ends a user's logins, or sends a request.
    fn step(&mut self, step: &Object) -> Result<(), Otherwise> {
        if let Some(at) = step.get("at").and_then(Json::as_integer) {
            self.world.set_time(at);
        }
        if step.contains("client") {
            let registration = Registration::of(client(step)?).terms(terms(step)?);
            return self.world.register_with(registration, maybe(step, "client_secret"));
        }
        if let Some(subject) = maybe(step, "subject_revoked") {
            return self.world.drive(self.world.server.revoke_subject(subject, self.world.context())).map(drop);
        }
        let told = self.send(text(step, "endpoint")?, object(member(step, "request")?)?)?;
        for (name, wanted) in step.get("gives").map(object).transpose()?.into_iter().flat_map(Object::iter) {
            let members = members(&told)?;
            let value = members.get(wanted.as_str().unwrap_or_default()).and_then(Json::as_str);
            let value = value.ok_or_else(|| Otherwise::Unjudged(format!("the response has no {wanted}: {members:?}")))?;
            self.given.insert(name.to_owned(), value.to_owned());
        }
        Ok(())
    }

    fn send(&mut self, endpoint: &str, request: &Object) -> Result<Told, Otherwise> {
        if let Some(at) = request.get("at").and_then(Json::as_integer) {
            self.world.set_time(at);
        }
        let method = if matches!(endpoint, "authorization_endpoint" | "userinfo_endpoint") { Method::GET } else { Method::POST };
        let sent = Sent::parse(request, method, &self.given)?;
        let (server, context, session) = (&self.world.server, self.world.context(), self.session.clone());
        let inbound = sent.inbound(session.as_ref());
        let step = match endpoint {
            "authorization_endpoint" => {
                let step = server.authorization_request(inbound, context);
                return self.navigate(step, User::of(request)?.as_ref());
            }
            "pushed_authorization_request_endpoint" => server.pushed_authorization_request(inbound, context),
            "token_endpoint" => server.token_request(inbound, context),
            "introspection_endpoint" => server.introspection_request(inbound, context),
            "revocation_endpoint" => server.revocation_request(inbound, context),
            "userinfo_endpoint" => server.userinfo_request(inbound, context),
            other => return Err(Otherwise::Unjudged(format!("there is no endpoint {other}"))),
        };
        Ok(Told::Response(self.world.drive(step)?.reply))
    }

    /// Follows the pages as long as there is a user who answers them.
    fn navigate(&mut self, step: Step<Navigation>, user: Option<&User>) -> Result<Told, Otherwise> {
        let mut outcome = self.world.drive(step)?;
        for _ in 0..4 {
            if let SessionChange::Start { session, .. } = &outcome.session {
                self.session = Some(session.clone());
            }
            let (prompt, user) = match (outcome.reply, user) {
                (Navigation::Respond(response), _) => return Ok(Told::Response(response)),
                (Navigation::Inform(page), _) => return Ok(Told::Response(page.response())),
                (Navigation::Interact(prompt), None) => return Ok(Told::Page(prompt.kind, prompt.permissions.scope.to_string())),
                (Navigation::Interact(prompt), Some(user)) => (prompt, user),
            };
            let (server, verdict) = (&self.world.server, user.answer(&prompt));
            let (request, browser) = (http::Request::default(), user.browser(&prompt));
            let inbound = fapi::Inbound::new(&request).browser(browser.as_ref()).session(self.session.as_ref());
            outcome = self.world.drive(server.answer(inbound, &prompt.id, verdict.clone(), self.world.context()))?;
            if user.answers_twice() {
                outcome = self.world.drive(server.answer(inbound, &prompt.id, verdict, self.world.context()))?;
            }
        }
        Err(Otherwise::Unjudged("the server shows too many pages".into()))
    }
}

/// The members of the JSON body, or the parameters of the redirect.
fn members(told: &Told) -> Result<Object, Otherwise> {
    let Told::Response(response) = told else { return Err(Otherwise::Unjudged("a page was shown".into())) };
    let Some(location) = response.headers().get(LOCATION) else {
        let body = if response.body().is_empty() { b"{}" } else { &response.body()[..] };
        return Object::parse(body).map_err(Otherwise::unjudged);
    };
    let query = location.to_str().unwrap_or_default().split_once('?').map_or("", |(_, query)| query);
    let parameters = form_urlencoded::parse(query.as_bytes());
    Ok(parameters.fold(Object::new(), |members, (name, value)| members.with(&*name, value.into_owned())))
}

/// The part of a reply that the file specifies: all names, and the values that it lists.
fn output(told: &Told, wanted: &Object) -> Result<Object, Otherwise> {
    let response = match told {
        Told::Page(need, scope) => {
            let page = match need {
                PromptKind::Login => "login",
                PromptKind::SelectAccount => "select_account",
                PromptKind::Consent => "consent",
                _ => "another",
            };
            return Ok(Object::new().with("page", page).with("scope", scope.clone()));
        }
        Told::Response(response) => response,
    };
    let members = members(told)?;
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    let mut output = Object::new().with("status", i64::from(response.status().as_u16())).with("names", names);
    if let Some(values) = wanted.get("values") {
        let known = object(values)?.iter().filter_map(|(name, _)| Some((name, members.get(name)?.clone())));
        output.insert("values", known.fold(Object::new(), |values, (name, value)| values.with(name, value)));
    }
    Ok(output)
}
