//! Answers in words.

use crate::http::Reply;

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
