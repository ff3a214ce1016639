//! Servers that take a value from the wrong place, or change it before they look at it.

use fapi::requirement::{Requirement, ocp, oidcc, rfc6749};
use url::Url;

use crate::mutant::opened::Opened;

/// A name, the fault in one sentence, the requirement, and the way in which the server reads a request.
type Misread = (&'static str, &'static str, &'static Requirement, fn(&mut Opened<'_>));

pub(super) static MISREAD: &[Misread] = &[
    ("asked/prompt/OIDCC-3.1.2.1-7", "The prompt parameter is ignored.", &oidcc::LOGIN_AGAIN, prompts),
    ("asked/arrays", "Names with brackets count as the names before them.", &rfc6749::INVALID_REQUEST, arrays),
    (
        "asked/query-first",
        "A code in the query counts before the one in the body.",
        &rfc6749::NO_REPEATED_TOKEN_PARAMETER,
        query_first,
    ),
    ("asked/paths-resolved", "Redirect URIs are compared after their paths are resolved.", &rfc6749::REDIRECT_EXACT, resolved),
    ("asked/no-extension-grants", "The grant types of extensions are unknown.", &ocp::grt::EXTENSIONS, no_extensions),
    ("asked/no-backchannel-grant", "The grant type of backchannel requests is unknown.", &ocp::grt::CIBA, no_backchannel),
];

fn no_extensions(request: &mut Opened<'_>) {
    unknown_after(request, "http://auth0.com/oauth/grant-type/");
}

fn no_backchannel(request: &mut Opened<'_>) {
    unknown_after(request, "urn:openid:params:grant-type:");
}

/// Takes grant types that begin so for ones that nobody knows.
fn unknown_after(request: &mut Opened<'_>, start: &str) {
    if request.endpoint() == "token" && request.field("grant_type").is_some_and(|sent| sent.starts_with(start)) {
        request.set("grant_type", "urn:example:unknown");
    }
}

fn prompts(request: &mut Opened<'_>) {
    if request.endpoint() == "par" {
        request.remove("prompt");
    }
}

fn arrays(request: &mut Opened<'_>) {
    if request.is_back_channel() {
        for (name, _) in &mut request.fields {
            name.truncate(name.find('[').unwrap_or(name.len()));
        }
    }
}

fn query_first(request: &mut Opened<'_>) {
    if request.endpoint() == "token" {
        let code = request.request.url.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
        if let Some(code) = code {
            request.set("code", code);
        }
    }
}

fn resolved(request: &mut Opened<'_>) {
    let Some(client) = request.client() else { return };
    let place = |uri: &str| Url::parse(uri).map(|url| url.as_str().trim_end_matches(['/', '.']).to_owned());
    if let Some(Ok(sent)) = request.field("redirect_uri").map(place)
        && place(&client.redirect_uri).is_ok_and(|own| own == sent)
    {
        request.set("redirect_uri", client.redirect_uri.clone());
    }
}
