//! A first target file, made from a server's metadata: every key is explained, and known values are filled in.

mod clients;
mod text;

use std::path::Path;

use url::Url;

use super::{Metadata, oauth_location, openid_location};
use crate::http::{Answer, Connector, Http};
use crate::variant::Plan;

/// The placeholder of a value that only a person knows; a file that still contains it is refused.
pub const FILL_IN: &str = "FILL-IN";

/// The wishes for a target file.
#[derive(Debug, Clone, Copy)]
pub struct Wishes<'a> {
    /// The issuer identifier, exactly.
    pub issuer: &'a str,
    /// The plan with which the server is tested.
    pub plan: &'a Plan,
    /// The PEM file with the authorities of the server's certificate, if they are not those of the machine.
    pub authority: Option<&'a Path>,
    /// The folder in which two clients for each combination of features are made.
    pub clients: Option<&'a Path>,
    /// The folder of the target file. Paths in it are relative to this.
    pub folder: &'a Path,
}

/// A target file that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Its text.
    pub text: String,
    /// Things to do next, in sentences.
    pub next: Vec<String>,
}

/// Fetches the metadata of an issuer from both locations, and begins a target file for a plan. Metadata of another issuer are
/// refused (OpenID Connect Discovery 4.3, RFC 8414 3.3).
pub async fn init(wishes: &Wishes<'_>, connector: Connector) -> Result<Begun, String> {
    let Wishes { issuer, plan, .. } = *wishes;
    let url = Url::parse(issuer).map_err(|error| format!("{issuer} is not a URL: {error}"))?;
    if url.cannot_be_a_base() {
        return Err(format!("{issuer} is not the URL of a server"));
    }
    let http = Http::new(connector);
    let (mut documents, mut failures) = (Vec::new(), Vec::new());
    for location in [openid_location(issuer), oauth_location(issuer)] {
        match document(&http, &location).await {
            Ok(document) => documents.push((location, document)),
            Err(error) => failures.push(format!("{location}: {error}")),
        }
    }
    let Some((location, metadata)) = documents.first() else {
        let untrusted = failures.iter().any(|failure| failure.contains("UnknownIssuer"));
        let advice = if untrusted && wishes.authority.is_none() {
            "\nthe server's certificate is by an authority that this machine does not know; name its PEM file with --authority"
        } else {
            ""
        };
        return Err(format!("no metadata:\n  {}{advice}", failures.join("\n  ")));
    };
    for (location, metadata) in &documents {
        of_this_issuer(issuer, location, metadata)?;
    }
    let openid = documents.iter().any(|(location, _)| *location == openid_location(issuer));
    let mut begun = Begun { text: String::new(), next: text::unsuited(plan, metadata) };
    begun.text = text::write(wishes, location, metadata, openid, &mut begun.next)?;
    Ok(begun)
}

fn of_this_issuer(issuer: &str, location: &str, metadata: &Metadata) -> Result<(), String> {
    match metadata.text("issuer") {
        Some(own) if own == issuer => Ok(()),
        Some(own) if own.trim_end_matches('/') == issuer.trim_end_matches('/') => Err(format!(
            "{location} is the metadata of the issuer {own}, which differs from {issuer} in its last slash; give it exactly as it is there"
        )),
        Some(own) => Err(format!(
            "{location} is the metadata of another issuer, {own}, and must not be used for {issuer} \
             (OpenID Connect Discovery 4.3, RFC 8414 3.3); if {own} is the server that you want to test, name that"
        )),
        None => Err(format!("{location} has no `issuer`, which metadata must have (RFC 8414 2)")),
    }
}

async fn document(http: &Http, location: &str) -> Result<Metadata, String> {
    let url = Url::parse(location).map_err(|error| error.to_string())?;
    let reply = http.fetch("metadata", &url).await.map_err(|unanswered| match &unanswered.0.answer {
        Answer::Nothing(_, reason) => reason.clone(),
        Answer::Response { status, .. } => format!("status {status}"),
    })?;
    Metadata::read(&reply).map_err(|_| format!("status {} without a JSON object", reply.status()))
}
