//! Settings that cannot be right, whatever the server says.

use x509_parser::prelude::{FromDer, X509Certificate};

use super::Diagnosis;
use crate::http::Identity;
use crate::target::Target;

/// The parameters of every authorization request of the suite.
const OURS: &[&str] = &[
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "code_challenge",
    "code_challenge_method",
    "scope",
    "nonce",
    "request_uri",
];

/// Checks that the two clients of a target differ, and that their certificates are valid now.
pub(super) fn check(target: &Target) -> Result<(), Box<Diagnosis>> {
    let [one, two] = &target.clients;
    let wrong = |path: &str, text: String| {
        Err(Box::new(Diagnosis { mistake: target.places.mistake(path, text), exchange: None, exchanges: Vec::new() }))
    };
    if one.id == two.id {
        let at = target.places.line("client[0].id");
        return wrong("client[1].id", format!("the same id as that of the other client ({at}); {} needs two", target.variant));
    }
    if let (true, Some(first), Some(second)) = (target.variant.private_key_jwt(), &one.key, &two.key)
        && first.thumbprint() == second.thumbprint()
    {
        let member = |number: usize| if target.places.has(&format!("client[{number}].jwk")) { "jwk" } else { "key" };
        let at = target.places.line(&format!("client[0].{}", member(0)));
        let text = format!("the same key as that of the other client ({at}); each client needs a key of its own");
        return wrong(&format!("client[1].{}", member(1)), text);
    }
    for (number, client) in target.clients.iter().enumerate() {
        if let Some((name, _)) = client.parameters.iter().find(|(name, _)| OURS.contains(&name.as_str())) {
            let text = "the suite sets this parameter itself in each request; remove it here".into();
            return wrong(&format!("client[{number}].parameters.{name}"), text);
        }
    }
    if !target.variant.certificates() {
        return Ok(());
    }
    if let (Some(first), Some(second)) = (&one.identity, &two.identity)
        && first.thumbprint() == second.thumbprint()
    {
        let at = target.places.line("client[0].certificate");
        let text = format!("the same certificate as that of the other client ({at}); each client needs one of its own");
        return wrong("client[1].certificate", text);
    }
    for (number, client) in target.clients.iter().enumerate() {
        if let Some(text) = client.identity.as_ref().and_then(|identity| out_of_date(identity, target.instance.now())) {
            return wrong(&format!("client[{number}].certificate"), text);
        }
    }
    Ok(())
}

/// The reason why a certificate is not valid now, if it is not.
fn out_of_date(identity: &Identity, now: i64) -> Option<String> {
    identity.chain.iter().find_map(|der| {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let (subject, validity) = (certificate.subject(), certificate.validity());
        let date = |seconds: i64| jiff::Timestamp::from_second(seconds).map(|date| date.to_string()).unwrap_or_default();
        if validity.not_after.timestamp() < now {
            return Some(format!("the certificate of {subject} expired on {}", date(validity.not_after.timestamp())));
        }
        (validity.not_before.timestamp() > now).then(|| {
            let from = date(validity.not_before.timestamp());
            format!("the certificate of {subject} is valid from {from}, which the clock of this machine has not reached")
        })
    })
}
