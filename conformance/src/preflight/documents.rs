//! The metadata: found, of this issuer, and with the endpoints that the variant needs.

use std::collections::HashMap;
use std::sync::Arc;

use url::Url;

use super::Diagnosis;
use super::reach::{cause, origin};
use super::walk::diagnosis;
use crate::finding::Stop;
use crate::http::{Answer, Http, Unanswered};
use crate::target::{Metadata, Target, oauth_location, openid_location};
use crate::variant::{Authentication, Variant};

/// The addresses that were asked for, and whether each asks for a client certificate.
#[derive(Debug, Default)]
pub(super) struct Ports(HashMap<String, bool>);

impl Ports {
    /// Returns true if the server at a URL asks for a client certificate in the TLS handshake.
    pub(super) async fn asks(&mut self, http: &Http, url: &Url) -> bool {
        let at = origin(url);
        if let Some(asks) = self.0.get(&at) {
            return *asks;
        }
        // A failure shows itself when a request is sent.
        let asks = http.connector().asks_for_certificate(url).await.unwrap_or(true);
        self.0.insert(at, asks);
        asks
    }
}

/// Fetches the metadata.
pub(super) async fn read(target: &Target, http: &Http) -> Result<Arc<Metadata>, Box<Diagnosis>> {
    let stop = match target.metadata(http).await {
        Ok(metadata) => return Ok(metadata),
        Err(stop) => stop,
    };
    let Some(last) = http.exchanges().last().cloned() else {
        let text = match stop {
            Stop::Failed(finding) => format!("expected {}; got {}", finding.expected, finding.got),
            _ => "it cannot be used".into(),
        };
        return Err(diagnosis(target, http, "issuer", None, text));
    };
    let (path, text) = match &last.answer {
        Answer::Nothing(..) => cause(target, http, &Unanswered(last.clone()), None).await,
        Answer::Response { status, headers, body } => {
            ("issuer", other_answer(target, http, &last.url, *status, headers, body).await)
        }
    };
    Err(diagnosis(target, http, path, Some(last.number), text))
}

/// Checks the issuer and the endpoints.
pub(super) async fn check(target: &Target, http: &Http, metadata: &Metadata, ports: &mut Ports) -> Result<(), Box<Diagnosis>> {
    let shown = http.exchanges().last().map(|exchange| exchange.number);
    let wrong = |path: &str, text: String| Err(diagnosis(target, http, path, shown, text));
    match metadata.text("issuer") {
        Some(said) if said != target.issuer => return wrong("issuer", another_issuer(&target.issuer, said)),
        // A document without an issuer is the server's violation.
        _ => {}
    }
    let endpoints: &[&str] = match target.variant.front_channel() {
        true => &["pushed_authorization_request_endpoint", "authorization_endpoint", "token_endpoint"],
        false => &["token_endpoint"],
    };
    for name in endpoints {
        if let Some(text) = missing(metadata, name, target.variant) {
            return wrong(feature(target, "grant"), text);
        }
    }
    if target.variant.certificates() {
        let by_certificate = target.variant.client_authentication() == Some(Authentication::Mtls);
        let feature = feature(target, if by_certificate { "client_authentication" } else { "sender_constraint" });
        let endpoints = endpoints.iter().filter(|name| **name != "authorization_endpoint");
        for url in endpoints.filter_map(|name| metadata.optional_endpoint(name)) {
            if !ports.asks(http, &url).await {
                let alias = match metadata.document.get("mtls_endpoint_aliases") {
                    None => "and the metadata has no `mtls_endpoint_aliases`",
                    Some(_) => "although clients with certificates are to use this address",
                };
                let text = format!(
                    "{} needs client certificates, but {url} does not ask for one in the TLS handshake, {alias}: either the \
                     server does not offer mTLS, or its configuration lacks a part",
                    target.variant
                );
                return wrong(feature, text);
            }
        }
    }
    Ok(())
}

/// The path of a feature of the server.
pub(super) fn feature(target: &Target, axis: &str) -> &'static str {
    let paths = ["features.grant", "features.client_authentication", "features.sender_constraint", "features.protocol"];
    let path = paths.into_iter().find(|path| path.ends_with(axis)).filter(|path| target.places.has(path));
    path.unwrap_or("features")
}

fn missing(metadata: &Metadata, name: &str, variant: Variant) -> Option<String> {
    if metadata.optional_endpoint(name).is_some_and(|url| matches!(url.scheme(), "https" | "http")) {
        return None;
    }
    Some(match metadata.document.get(name) {
        None => format!(
            "{variant} needs the `{name}`, which the metadata does not have: the server does not offer it, or does not say so"
        ),
        Some(value) => format!("the `{name}` of the metadata is {value}, which is no address of a server"),
    })
}

/// A sentence about metadata of another issuer.
fn another_issuer(own: &str, said: &str) -> String {
    let difference = match (Url::parse(own), Url::parse(said)) {
        _ if own.trim_end_matches('/') == said.trim_end_matches('/') => "only the slash at the end differs",
        (Ok(one), Ok(two)) if one == two => "they are written differently (upper case, or a port that is the usual one)",
        (Ok(one), Ok(two)) if one.scheme() != two.scheme() => "the scheme differs",
        (Ok(one), Ok(two)) if one.host() != two.host() => match one.host() {
            Some(url::Host::Ipv4(_) | url::Host::Ipv6(_)) => "the server was reached by its address, but has a name",
            _ => "the host differs",
        },
        (Ok(one), Ok(two)) if one.port_or_known_default() != two.port_or_known_default() => "the port differs",
        (Ok(one), Ok(two)) if one.path().eq_ignore_ascii_case(two.path()) => "the path differs in upper and lower case",
        (Ok(_), Ok(_)) => "the path differs",
        _ => "it is no URL",
    };
    format!(
        "this file says {own}, but the metadata says {said} ({difference}); they must be equal letter by letter: correct the one \
         that is wrong"
    )
}

/// A sentence about a reply that is not a metadata document.
async fn other_answer(target: &Target, http: &Http, url: &Url, status: u16, headers: &[(String, String)], body: &[u8]) -> String {
    let header = |name: &str| headers.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let start = String::from_utf8_lossy(&body[..body.len().min(64)]).trim_start().to_ascii_lowercase();
    let html = header("content-type").is_some_and(|media| media.contains("html")) || start.starts_with('<');
    match status {
        300..400 => {
            let to = header("location").unwrap_or("nowhere");
            format!("{url} redirects to {to}: the issuer is another, or a proxy or a login stands before the server")
        }
        407 => format!("a proxy demands authentication (status 407 at {url})"),
        401 | 403 => format!("{url} needs a login of its own (status {status}): something stands before the server"),
        400 if url.scheme() == "http" && super::reach::speaks_tls(http, url).await => {
            format!("{} speaks TLS: the address must begin with https://", origin(url))
        }
        404 | 405 | 410 => not_found(target, http).await,
        429 => format!("{url} asks for slower requests (status 429) before the first has succeeded"),
        502..=504 => format!("a gateway answers that the server behind it cannot be reached (status {status} at {url})"),
        500..600 => {
            format!(
                "{url} fails with status {status}: this is not the address of an authorization server, or the server is broken"
            )
        }
        200 if header("content-encoding").is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) => {
            let coding = header("content-encoding").unwrap_or_default();
            format!(
                "{url} is compressed (Content-Encoding: {coding}), although the suite asks for `identity`: a proxy may do that, and must \
                 not to a client that does not ask for it"
            )
        }
        200 if html => {
            format!("{url} is an HTML page instead of metadata: the issuer is another, or a proxy answers in the server's place")
        }
        200 if serde_json::from_slice::<serde_json::Value>(body).is_ok() => {
            format!("{url} is JSON, but no object, so it is not the metadata of an authorization server")
        }
        200 => format!("{url} is no JSON: it is not the address of an authorization server, or the server is broken"),
        _ => format!(
            "{url} answers with status {status}: it is not the address of an authorization server, or the server is broken"
        ),
    }
}

/// A sentence about an issuer without metadata. The host may have those of another path.
async fn not_found(target: &Target, http: &Http) -> String {
    let mut text =
        format!("no metadata at {} nor at {} (status 404)", openid_location(&target.issuer), oauth_location(&target.issuer));
    let Ok(issuer) = Url::parse(&target.issuer) else { return text };
    let root = origin(&issuer);
    if issuer.path() == "/" {
        text.push_str(": the issuer may have a path");
        return text;
    }
    // The record of this search is not shown: the diagnosis shows the exchange before it.
    let aside = Http::new(http.connector().clone());
    for location in [openid_location(&root), oauth_location(&root)] {
        let Ok(url) = Url::parse(&location) else { continue };
        let Ok(reply) = aside.fetch("metadata", &url).await else { continue };
        if let Some(issuer) = reply.member("issuer").filter(|_| reply.status() == 200) {
            return format!("{text}, but {location} is the metadata of {issuer}");
        }
    }
    text.push_str(": the path of the issuer may be another");
    text
}

#[cfg(test)]
mod tests {
    use super::another_issuer;

    #[test]
    fn issuers_that_differ() {
        for (own, said, difference) in [
            ("https://a.example", "https://a.example/", "only the slash"),
            ("https://A.example", "https://a.example", "written differently"),
            ("https://a.example:443", "https://a.example", "written differently"),
            ("https://a.example", "http://a.example", "the scheme"),
            ("https://127.0.0.1", "https://a.example", "by its address"),
            ("https://b.example", "https://a.example", "the host"),
            ("https://a.example:1", "https://a.example:2", "the port"),
            ("https://a.example/T", "https://a.example/t", "upper and lower case"),
            ("https://a.example/s", "https://a.example/t", "the path differs)"),
            ("https://a.example", "a", "no URL"),
        ] {
            let text = another_issuer(own, said);
            assert!(text.contains(difference) && text.contains(own) && text.contains(said), "{text}");
        }
    }
}
