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

/// Returns true if a text says that a thing is absent, and not that a part of it is.
pub(super) fn says_absent(said: &str, things: &[&str]) -> bool {
    const BEFORE: &[&str] = &["no", "without", "missing", "absent", "lacks"];
    const AFTER: &[&[&str]] =
        &[&["missing"], &["absent"], &["not", "present"], &["not", "provided"], &["not", "sent"], &["not", "found"]];
    const BETWEEN: &[&str] = &[
        "a", "an", "any", "the", "such", "is", "was", "are", "were", "client", "tls", "mtls", "http", "header", "field", "jwt",
        "required",
    ];
    /// Words by which a sentence ends, or goes on without a part of the thing.
    const AFTERWARDS: &[&str] = &["in", "from", "for", "on", "with", "but", "and"];
    let said = said.to_ascii_lowercase();
    said.split(['.', ';', ',', ':', '"']).any(|sentence| {
        let words: Vec<_> =
            sentence.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let is_between = |word: &&&str| BETWEEN.contains(*word) || things.contains(*word);
        let ends = |rest: &[&str]| rest.first().is_none_or(|word| AFTERWARDS.contains(word));
        (0..words.len()).any(|at| {
            let (before, from) = words.split_at(at);
            let thing = from[1..].iter().take_while(is_between).count();
            let forwards =
                BEFORE.contains(&from[0]) && from[1..=thing].iter().any(|word| things.contains(word)) && ends(&from[1 + thing..]);
            let backwards = AFTER.iter().any(|absent| from.starts_with(absent) && ends(&from[absent.len()..]))
                && before.iter().rev().take_while(is_between).any(|word| things.contains(word));
            forwards || backwards
        })
    })
}

/// A sentence about something that was sent and that a reply says is absent, if it does.
pub(super) fn dropped(reply: &Reply) -> Option<String> {
    let exchange = reply.exchange();
    let sent_proof = exchange.headers.iter().any(|(field, _)| field == "dpop");
    let challenges = reply
        .headers("www-authenticate")
        .filter_map(|challenge| challenge.split_once("error_description=\"")?.1.split('"').next());
    let said: Vec<_> = reply.member("error_description").into_iter().chain(challenges.map(str::to_owned)).collect();
    let is_absent =
        |name: &str| said.iter().any(|said| said.to_ascii_lowercase().contains(name) && says_absent(said, &[name, "proof"]));
    let what = if sent_proof && is_absent("dpop") {
        "a proof in the header `DPoP`"
    } else if exchange.identity.is_some() && is_absent("certificate") {
        "a client certificate"
    } else {
        return None;
    };
    Some(format!(
        "the suite sent {what}, and {} says that there is none: either a proxy before the server drops it, or the server is broken; it \
         answers {}",
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
            "{url} asks for a nonce (use_dpop_nonce) and gives none: its answer has no `DPoP-Nonce`; either a proxy drops the header, \
             or the server is broken"
        ),
        Some(_) => format!(
            "{url} refuses the nonce that it gave: it answers use_dpop_nonce again to a proof with that nonce; either the nodes of the \
             server do not know each other's nonces, or the server is broken"
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

#[cfg(test)]
mod tests {
    use super::says_absent;

    #[test]
    fn descriptions_of_something_absent() {
        let proof = |said| says_absent(said, &["dpop", "proof"]);
        for said in [
            "The request has no such proof (DPoP).",
            "Missing DPoP header",
            "The code is bound to a DPoP key, and the request has no DPoP proof.",
            "DPoP proof is missing",
            "the DPoP header was not provided in the request",
            "Access tokens are bound by DPoP, and the request has no such proof; see the documentation.",
        ] {
            assert!(proof(said), "{said}");
        }
        for said in [
            "DPoP proof is missing jti",
            "missing DPoP nonce",
            "The DPoP proof has no ath",
            "The DPoP token has no scope for this resource",
            "DPoP proof without the claim nonce",
            "the DPoP proof is not valid",
        ] {
            assert!(!proof(said), "{said}");
        }
        let certificate = |said| says_absent(said, &["certificate", "proof"]);
        assert!(certificate("The request came without a client certificate; the addresses are elsewhere."));
        assert!(certificate("client certificate not found in the request"));
        assert!(!certificate("no such client for the certificate"));
        assert!(!certificate("certificate has no subject alternative name"));
        assert!(!certificate("the certificate is missing the subject of the client"));
    }
}
