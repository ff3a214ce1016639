//! Answers in words.

use crate::http::{Outcome, Reply};

/// A refusal in words: the status, the error, and the server's own description of it.
pub(super) fn refusal(reply: &Reply) -> String {
    let mut text = format!("status {}", reply.status());
    if let Some(error) = reply.member("error") {
        text.push_str(&format!(" with the error {error}"));
    }
    match description(reply) {
        Some(description) => text.push_str(&format!(" (\"{description}\")")),
        None if reply.media_type().is_some_and(|media| media.contains("html")) => text.push_str(" with an HTML page"),
        None => {}
    }
    text
}

/// Returns true if a reply neither refuses a request nor comes from what stands before the server. Its form is judged by the run.
pub(super) fn serves(reply: &Reply) -> bool {
    reply.outcome() != Outcome::Refused && !reply.exchange().is_intercepted()
}

/// The server's own description of an error.
pub(super) fn description(reply: &Reply) -> Option<String> {
    let text = reply.member("error_description")?;
    let text: String = text.chars().filter(|character| !character.is_control()).take(300).collect();
    let text = text.trim().trim_end_matches('.');
    (!text.is_empty()).then(|| text.to_owned())
}

/// Returns true if the server's description contains one of these words.
pub(super) fn mentions(reply: &Reply, words: &[&str]) -> bool {
    let said = reply.member("error_description").unwrap_or_default().to_ascii_lowercase();
    words.iter().any(|word| said.contains(word))
}

/// Returns true if a text says that one of these things is absent.
pub(super) fn says_absent(said: &str, things: &[&str]) -> bool {
    const ABSENT: &[&str] =
        &["no such", "missing", "absent", "not present", "not provided", "not sent", "without", "lacks", "has no", "no dpop"];
    let said = said.to_ascii_lowercase();
    things.iter().any(|thing| said.contains(thing)) && ABSENT.iter().any(|word| said.contains(word))
}

/// A sentence about something that was sent and that a reply says is absent, if it does.
pub(super) fn dropped(reply: &Reply) -> Option<String> {
    let exchange = reply.exchange();
    let sent = |name: &str| exchange.headers.iter().any(|(field, _)| field == name);
    let challenges: Vec<_> = reply.headers("www-authenticate").collect();
    let said = format!("{} {}", reply.member("error_description").unwrap_or_default(), challenges.join(" "));
    let what = if sent("dpop") && says_absent(&said, &["dpop"]) {
        "a proof in the header `DPoP`"
    } else if exchange.identity.is_some() && says_absent(&said, &["certificate"]) {
        "a client certificate"
    } else {
        return None;
    };
    Some(format!(
        "the suite sent {what}, and {} says that it is absent: a proxy before the server drops it; it answers {}",
        exchange.url,
        refusal(reply)
    ))
}

/// A sentence about a demand for a nonce that cannot be met, if a reply is one.
pub(super) fn nonce(reply: &Reply) -> Option<String> {
    let challenged = reply.headers("www-authenticate").any(|challenge| challenge.contains("use_dpop_nonce"));
    if error(reply) != "use_dpop_nonce" && !challenged {
        return None;
    }
    let exchange = reply.exchange();
    let url = &exchange.url;
    Some(match reply.header("dpop-nonce") {
        None => format!(
            "{url} asks for a nonce (use_dpop_nonce) and gives none: its answer has no `DPoP-Nonce`; either a proxy drops it, or the \
             server is broken"
        ),
        Some(_) => format!(
            "{url} refuses the nonce that it gave: it answers use_dpop_nonce again to a proof with the nonce of its last answer; either \
             its nodes do not know each other's nonces, or the server is broken"
        ),
    })
}

/// Everything in a refusal that does not depend on the moment or on the id of the client: equal refusals have equal reasons as
/// far as the server tells them.
pub(super) fn reason(reply: &Reply, id: &str) -> String {
    let said = reply.member("error_description").unwrap_or_default().replace(id, "ID");
    // Numbers of requests and times.
    let said: String = said.split_whitespace().filter(|word| !word.chars().any(|letter| letter.is_ascii_digit())).collect();
    format!("{} {} {said}", reply.status(), reply.member("error").unwrap_or_default())
}

/// The error of a reply; empty if it has none.
pub(super) fn error(reply: &Reply) -> String {
    reply.member("error").unwrap_or_default()
}
