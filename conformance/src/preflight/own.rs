//! Settings that cannot be right, whatever the server says.

use x509_parser::der_parser::Oid;
use x509_parser::oid_registry::{OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER, OID_X509_EXT_SUBJECT_ALT_NAME};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::Diagnosis;
use crate::http::Identity;
use crate::target::Target;
use crate::variant::Authentication;

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
    "request",
    "request_uri",
    "response_mode",
    "dpop_jkt",
    "code",
    "client_assertion",
    "client_assertion_type",
    "client_secret",
    "grant_type",
    "code_verifier",
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
    check_impostors(target, unfit_impostor)
}

/// Checks that the names in the certificates of impostors fit those of the clients' own, which are known to be right.
pub(super) fn check_names(target: &Target) -> Result<(), Box<Diagnosis>> {
    // Only for clients that authenticate by certificate are there scenarios with impostors.
    let by_certificate = target.variant.client_authentication() == Some(Authentication::Mtls);
    if by_certificate { check_impostors(target, misnamed_impostor) } else { Ok(()) }
}

fn check_impostors(target: &Target, unfit: fn(&Target, usize) -> Option<(&'static str, String)>) -> Result<(), Box<Diagnosis>> {
    for number in [0, 1] {
        if let Some((member, text)) = unfit(target, number) {
            let mistake = target.places.mistake(&format!("client[{number}].impostors.{member}.certificate"), text);
            return Err(Box::new(Diagnosis { mistake, exchange: None, exchanges: Vec::new() }));
        }
    }
    Ok(())
}

/// An impostor's certificate of a client that would not be one, and the reason.
fn unfit_impostor(target: &Target, number: usize) -> Option<(&'static str, String)> {
    let client = &target.clients[number];
    let impostors = client.impostors.as_ref()?;
    let of_another = Some(("of_another", impostors.of_another.as_ref()));
    let counterfeit = impostors.counterfeit.as_ref().map(|identity| ("counterfeit", identity.as_ref()));
    for (member, identity) in of_another.into_iter().chain(counterfeit) {
        let owner = target
            .clients
            .iter()
            .position(|other| other.identity.as_ref().is_some_and(|other| other.thumbprint() == identity.thumbprint()));
        if let Some(owner) = owner {
            let at = target.places.line(&format!("client[{owner}].certificate"));
            return Some((member, format!("the certificate of the client `{}` itself ({at})", target.clients[owner].id)));
        }
        if let Some(text) = out_of_date(identity, target.instance.now()) {
            return Some((member, text));
        }
    }
    None
}

/// An impostor's certificate of a client whose names do not fit the client's own, and the reason.
fn misnamed_impostor(target: &Target, number: usize) -> Option<(&'static str, String)> {
    let client = &target.clients[number];
    let (own, impostors) = (client.identity.as_ref()?, client.impostors.as_ref()?);
    let own = Names::of(own)?;
    let another = Names::of(&impostors.of_another)?;
    if !own.is_self_signed() {
        if another.issuer != own.issuer {
            let text =
                format!("a certificate by {}; expected one by the authority of the client's own, {}", another.issuer, own.issuer);
            return Some(("of_another", text));
        }
        if another.subject == own.subject && another.alternative == own.alternative {
            return Some((
                "of_another",
                format!("a certificate of the client's own subject, {}; expected another one", own.subject),
            ));
        }
    }
    let counterfeit = Names::of(impostors.counterfeit.as_ref()?)?;
    if counterfeit.subject != own.subject || counterfeit.alternative != own.alternative {
        let text =
            format!("a certificate of {}; expected the client's own subject and names, {}", counterfeit.subject, own.subject);
        return Some(("counterfeit", text));
    }
    (counterfeit.issuer == own.issuer && counterfeit.authority == own.authority && own.authority.is_some()).then(|| {
        let text = format!(
            "a certificate by the authority of the client's own, {}; expected one that the server does not know",
            own.issuer
        );
        ("counterfeit", text)
    })
}

/// The names in a certificate.
struct Names {
    subject: String,
    issuer: String,
    /// The subject's alternative names, in DER.
    alternative: Option<Vec<u8>>,
    /// The identifier of the authority's key, in DER.
    authority: Option<Vec<u8>>,
}

impl Names {
    fn of(identity: &Identity) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(identity.chain.first()?).ok()?;
        let extension = |of: &Oid<'_>| certificate.get_extension_unique(of).ok().flatten().map(|it| it.value.to_vec());
        Some(Self {
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            alternative: extension(&OID_X509_EXT_SUBJECT_ALT_NAME),
            authority: extension(&OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER),
        })
    }

    fn is_self_signed(&self) -> bool {
        self.subject == self.issuer
    }
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
