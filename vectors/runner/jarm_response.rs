//! `jarm_response`: the answer to an authorization request, signed, or signed and then encrypted.
//!
//! An error is an answer, too: a valid input may lead to one. An invalid input is refused before there is a way to sign the answer, or
//! because it asks for one that is not signed.

use super::Otherwise;
use super::answer::{Answer, Opened, listed};
use super::group::{array, maybe, member, object};
use super::user::User;
use super::world::{World, body, get};
use fapi::jose::Object;
use fapi::{Disposition, Inbound, Navigation, Outcome};

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let input = object(member(test, "input")?)?;
    let world = World::of(group)?;
    let answered = answered(&world, group, input)?;
    let Some(wanted) = test.get("output") else {
        return match answered.event.disposition {
            Disposition::Accepted => Ok(()),
            Disposition::Refused { error, requirements, detail, .. } => Err(Otherwise::told(error, &requirements, &detail)),
            other => Err(Otherwise::Unjudged(format!("{other:?}"))),
        };
    };
    let Navigation::Respond(response) = &answered.reply else {
        return Err(Otherwise::Differs(format!("the client gets no answer: {:?}", answered.event.disposition)));
    };
    let (answer, wanted) = (Answer::of(response)?, object(wanted)?);
    let mut output = Object::new().with("sent_to", answer.sent_to).with("mode", answer.mode);
    let mut names: Vec<&str> = answer.parameters.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    output.insert("parameters", names);
    if let Some(signed) = maybe(&answer.parameters, "response") {
        let opened = Opened::of(&world, group, signed)?;
        if let Some(encryption) = opened.encryption {
            output.insert("encryption", encryption);
        }
        output.insert("header", opened.header);
        output.insert("claims", listed(&opened.claims, wanted.get("claims").map(object).transpose()?)?);
    }
    Otherwise::unless_same(wanted, &output)
}

/// Sends the request, pushed if the group says so, and lets the user of the input answer the pages.
fn answered(world: &World, group: &Object, input: &Object) -> Result<Outcome<Navigation>, Otherwise> {
    let pairs = array(input, "parameters")?.iter().map(|pair| pair.as_strings().filter(|pair| pair.len() == 2));
    let pairs = pairs.collect::<Option<Vec<_>>>().ok_or_else(|| Otherwise::Unjudged("a parameter is no pair".into()))?;
    let mut parameters: Vec<(&str, &str)> = pairs.iter().map(|pair| (pair[0], pair[1])).collect();
    let request_uri;
    if maybe(group, "endpoint") == Some("pushed_authorization_request_endpoint") {
        request_uri = body(&world.push(&parameters)?.reply, "request_uri")?;
        parameters = vec![("request_uri", &request_uri)];
    }
    parameters.push(("client_id", &world.client.client_id));
    let request = get(&parameters);
    let mut outcome = fapi::drive(world, world.server.authorization_request(Inbound::new(&request), world.context()));
    let user = User::of(input)?;
    for _ in 0..4 {
        let (Navigation::Interact(prompt), Some(user)) = (&outcome.reply, &user) else { return Ok(outcome) };
        let (request, browser) = (http::Request::default(), user.browser(prompt));
        let inbound = Inbound::new(&request).browser(browser.as_ref());
        outcome = fapi::drive(world, world.server.answer(inbound, &prompt.id, user.answer(prompt), world.context()));
    }
    Err(Otherwise::Unjudged("the server shows too many pages".into()))
}
