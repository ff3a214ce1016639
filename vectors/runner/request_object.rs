//! `request_object`: a request object, and the parameters that it puts in force.
//!
//! The object comes in the parameter `request`, or in the document that the host fetches for `request_uri`. What is in force shows in
//! the page, in the answer after the user refuses, and in the ID token after the user agrees.

use super::Otherwise;
use super::answer::Answer;
use super::exchange::page;
use super::group::{array, maybe, member, object, octets};
use super::world::{World, body, get, now, post};
use fapi::jose::{Json, Jws, Object};
use fapi::{Authentication, FetchedDocument, Inbound, Navigation, Outcome, Prompt, Timestamp, UserDecision};

/// The verifier of the challenge of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let input = object(member(test, "input")?)?;
    let world = World::of(group)?;
    let shown = Shown::by(&world, group, input)?;
    let Some(wanted) = test.get("output") else { return Ok(()) };
    let mut output = described(&shown.prompt);
    let answer = shown.refused_by_user()?;
    output = output.with("redirect_uri", answer.sent_to).with("mode", answer.mode);
    if let Some(state) = state(&answer.parameters)? {
        output.insert("state", state);
    }
    if wanted.as_object().is_some_and(|wanted| wanted.contains("nonce")) {
        // That answer has ended the interaction.
        let world = World::of(group)?;
        output.insert("nonce", Shown::by(&world, group, input)?.nonce()?);
    }
    Otherwise::unless_same(wanted, &Json::Object(output))
}

/// The page that a request leads to.
struct Shown<'w> {
    world: &'w World,
    prompt: Prompt,
}

impl<'w> Shown<'w> {
    /// Sends the request, pushed or not.
    fn by(world: &'w World, group: &Object, input: &Object) -> Result<Self, Otherwise> {
        publish(world, group, input)?;
        let sent = ["request", "request_uri"].into_iter().filter_map(|name| Some((name, maybe(input, name)?)));
        let mut parameters: Vec<(&str, &str)> = sent.collect();
        let outside = if input.contains("outside") { array(input, "outside")? } else { &[] };
        for pair in outside {
            match pair.as_strings().as_deref() {
                Some([name, value]) => parameters.push((name, value)),
                _ => return Err(Otherwise::Unjudged(format!("{pair} is not a pair of name and value"))),
            }
        }
        let client = world.client.client_id.as_str();
        let request = if maybe(group, "endpoint") == Some("pushed_authorization_request_endpoint") {
            let request = post(&world.with_credentials(&parameters));
            let pushed = world.drive(world.server.pushed_authorization_request(Inbound::new(&request), world.context()))?;
            get(&[("client_id", client), ("request_uri", &body(&pushed.reply, "request_uri")?)])
        } else {
            parameters.push(("client_id", client));
            post(&parameters)
        };
        match world.drive(world.server.authorization_request(Inbound::new(&request), world.context()))?.reply {
            Navigation::Interact(prompt) => Ok(Self { world, prompt: *prompt }),
            _ => Err(Otherwise::Differs("no page is shown".into())),
        }
    }

    fn answered(&self, prompt: &Prompt, decision: UserDecision) -> Outcome<Navigation> {
        let request = post(&[]);
        let inbound = Inbound::new(&request).browser(Some(&prompt.browser));
        fapi::drive(self.world, self.world.server.answer(inbound, &prompt.id, decision, self.world.context()))
    }

    fn refused_by_user(&self) -> Result<Answer, Otherwise> {
        match self.answered(&self.prompt, UserDecision::Denied).reply {
            Navigation::Respond(response) => Answer::of(&response),
            _ => Err(Otherwise::Differs("the client gets no answer".into())),
        }
    }

    /// `nonce` of the ID token, which the client gets with the verifier of the challenge; null without one.
    fn nonce(&self) -> Result<Json, Otherwise> {
        let mut reply = self.answered(&self.prompt, UserDecision::LoggedIn(Authentication::of("alice"))).reply;
        if let Navigation::Interact(prompt) = &reply {
            let agrees = UserDecision::consented(prompt.permissions.scope.clone(), false);
            reply = self.answered(prompt, agrees).reply;
        }
        let Navigation::Respond(response) = reply else { return Err(Otherwise::Differs("the client gets no answer".into())) };
        let answer = Answer::of(&response)?;
        let code = maybe(&answer.parameters, "code").ok_or_else(|| Otherwise::Differs("the client gets no code".into()))?;
        let id_token = body(&self.world.redeem(code, &[("code_verifier", VERIFIER)])?.reply, "id_token")?;
        Ok(claims(&id_token)?.get("nonce").cloned().unwrap_or(Json::Null))
    }
}

/// Makes the document of the input what the host fetches.
fn publish(world: &World, group: &Object, input: &Object) -> Result<(), Otherwise> {
    let Some(document) = input.get("document").map(object).transpose()? else { return Ok(()) };
    let fetched = FetchedDocument::new(octets(member(document, "body")?)?, Timestamp::from_seconds(now(group)));
    world.publish(match maybe(document, "content_type") {
        Some(media_type) => fetched.content_type(media_type),
        None => fetched,
    });
    Ok(())
}

/// What the page shows, without what is empty.
fn described(prompt: &Prompt) -> Object {
    let scope = prompt.permissions.scope.to_string();
    let mut told = Object::new().with("page", page(prompt.kind)).with("scope", scope);
    let lists = [
        ("claims", &prompt.claims),
        ("acr_values", &prompt.acr_values),
        ("required_acr", &prompt.required_acr),
        ("ui_locales", &prompt.ui_locales),
    ];
    for (name, values) in lists.into_iter().filter(|(_, values)| !values.is_empty()) {
        told.insert(name, values.iter().map(String::as_str).collect::<Vec<_>>());
    }
    if let Some(hint) = &prompt.login_hint {
        told.insert("login_hint", hint.as_str());
    }
    told
}

/// `state` of the answer: a parameter, or a claim of the signed answer.
fn state(parameters: &Object) -> Result<Option<String>, Otherwise> {
    match maybe(parameters, "response") {
        Some(signed) => Ok(maybe(&claims(signed)?, "state").map(str::to_owned)),
        None => Ok(maybe(parameters, "state").map(str::to_owned)),
    }
}

fn claims(compact: &str) -> Result<Object, Otherwise> {
    let claims = Jws::parse(compact).and_then(|jws| jws.claims()).map_err(|error| Otherwise::Differs(error.to_string()))?;
    Ok(claims.into_members())
}
