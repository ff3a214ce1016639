//! The buttons of consent pages, in the languages in which the suite guesses.

use std::sync::Arc;

use fapi_conformance::browser::{Browser, Intention, Landing};
use fapi_conformance::http::{Answer, Connector, Http, Middleware, Request};
use fapi_conformance::target::{FormStrategy, UserStrategy};
use url::Url;

use super::{CALLBACK, START, TRUST};

/// A button that refuses and one that allows.
const PAIRS: &[(&str, &str)] = &[
    ("Deny", "Allow"),
    ("No, thanks", "Yes, I agree"),
    ("Don't allow", "Allow, and don't ask again"),
    ("Do not allow", "Authorize"),
    ("Not now", "OK"),
    ("Abbrechen", "Weiter"),
    ("ABLEHNEN", "Zustimmen"),
    ("Nicht zulassen", "Zulassen"),
    ("Refuser", "Autoriser"),
    ("Ne pas autoriser", "Accepter"),
    ("Rechazar", "Aceptar"),
    ("Cancelar", "Permitir"),
    ("Recusar", "Aceitar"),
    ("Não permitir", "Permitir"),
    ("Rifiuta", "Accetta"),
    ("Annulla", "Consenti"),
    ("Weigeren", "Toestaan"),
    ("Niet toestaan", "Akkoord"),
    ("Neka", "Godkänn"),
    ("Tillåt inte", "Tillåt"),
];

/// A server with one page of two buttons, in either order.
struct Consent {
    page: String,
}

impl Middleware for Consent {
    fn request(&self, request: Request) -> Request {
        Request { url: Url::parse("none://host/").unwrap_or(request.url), ..request }
    }

    fn answer(&self, request: &Request, _: Answer) -> Answer {
        let (status, headers, body) = match request.method.as_str() {
            "POST" => (303, vec![("location".into(), format!("{CALLBACK}?{}", String::from_utf8_lossy(&request.body)))], ""),
            _ => (200, Vec::new(), self.page.as_str()),
        };
        Answer::Response { status, headers, body: body.to_owned().into() }
    }
}

async fn pressed(page: String, intention: Intention) -> Option<String> {
    let http = Http::new(Connector::new(TRUST.clone()).through(Arc::new(Consent { page })));
    let user = Arc::new(UserStrategy::Form(FormStrategy::default()));
    let start = Url::parse(START).ok()?;
    match Browser::new(http, user).visit(start, CALLBACK, intention).await.ok()? {
        Landing::Callback(callback) => callback.parameter("b"),
        _ => None,
    }
}

#[tokio::test]
async fn the_button_is_known_by_its_text_in_eight_languages() {
    for (refuses, allows) in PAIRS {
        let refusal = format!("<button name=b value=1>{refuses}</button>");
        let approval = format!("<button name=b value=2>{allows}</button>");
        for page in [format!("{refusal}{approval}"), format!("{approval}{refusal}")] {
            let page = format!("<form method=post>{page}</form>");
            assert_eq!(pressed(page.clone(), Intention::Approve).await.as_deref(), Some("2"), "{page}");
            assert_eq!(pressed(page.clone(), Intention::Deny).await.as_deref(), Some("1"), "{page}");
        }
    }
}
