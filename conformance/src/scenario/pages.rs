//! Every page of a flow, not only the first.

use std::sync::Arc;

use super::{Scenario, front_channel, run};
use crate::browser::page::Page;
use crate::finding::{Finding, Tried, skip};
use crate::http::{HttpExchange, Reply, USER_AGENT};
use crate::keys;
use crate::session::Session;
use fapi::requirement::{rfc6749, rfc9700};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "every-page-is-protected",
        "No page of a flow and no error page can be framed or tells its URL to other sites.",
        run!(every_page),
    )
    .requires(&[&rfc6749::NO_FRAMING, &rfc9700::NO_CLICKJACKING, &rfc9700::NO_REFERRER])
    .when(front_channel)
    .once()
    .asserts(&[
        "each page up to the code, and the page for an unknown request_uri, has X-Frame-Options or frame-ancestors (otherwise a warning)",
        "each has a Referrer-Policy, as a header or as a meta element, that keeps its path and query from other sites (the same)",
        "skipped if there is no page",
    ]),
];

/// The policies that keep path and query of the page's URL from other sites.
const CLOSED: &[&str] =
    &["no-referrer", "same-origin", "origin", "strict-origin", "origin-when-cross-origin", "strict-origin-when-cross-origin"];
/// Older names of them, for a meta element only.
const CLOSED_OF_OLD: &[&str] = &["never", "default"];

async fn every_page(s: &Session) -> Tried<()> {
    let before = s.http().exchanges().len();
    s.one.code().await?;
    let pushed = s.pushed().await?;
    let handle = format!("urn:ietf:params:oauth:request_uri:{}", keys::random());
    s.one.authorize(&pushed).set("request_uri", handle).looking().land().await?;
    let exchanges = s.http().exchanges();
    let pages: Vec<_> = exchanges.iter().skip(before).filter_map(page).collect();
    if pages.is_empty() {
        return skip("the server shows no page");
    }
    let (mut framed, mut open) = (Vec::new(), Vec::new());
    for reply in &pages {
        if can_be_framed(reply) {
            framed.push(reply);
        }
        if let Some(policy) = open_policy(reply) {
            open.push((reply, policy));
        }
    }
    let count = pages.len();
    // A page may have other protections that its response does not show.
    if let Some(first) = framed.first() {
        let got = format!("neither on {} of {count} pages", framed.len());
        let finding = Finding::new("X-Frame-Options, or a frame-ancestors policy without wildcard, on every page", got);
        s.also(finding.shown_by(first.number()).against(&rfc6749::NO_FRAMING));
    }
    if let Some((first, policy)) = open.first() {
        let finding = Finding::new(
            "a Referrer-Policy on every page that keeps its URL from other sites",
            format!("{policy} on {} of {count} pages", open.len()),
        );
        s.also(finding.shown_by(first.number()).against(&rfc9700::NO_REFERRER));
    }
    Ok(())
}

/// The page that a browser showed.
fn page(exchange: &Arc<HttpExchange>) -> Option<Reply> {
    let reply = Reply::of(exchange).filter(|_| exchange.purpose == USER_AGENT)?;
    let shown = !(300..400).contains(&reply.status()) && reply.media_type().as_deref() == Some("text/html");
    shown.then_some(reply)
}

/// Returns true if nothing in a page's header keeps other sites from framing it.
pub(super) fn can_be_framed(page: &Reply) -> bool {
    let policies = page.headers("content-security-policy").flat_map(|policy| policy.split([';', ','])).map(str::trim);
    let ancestors: Vec<String> = policies
        .map(str::to_ascii_lowercase)
        .filter_map(|directive| Some(directive.strip_prefix("frame-ancestors")?.trim().to_owned()))
        .collect();
    let anywhere = |sources: &String| sources.split_whitespace().any(|source| source == "*");
    page.header("x-frame-options").is_none() && ancestors.iter().all(anywhere)
}

/// The referrer policy of a page that tells its URL to other sites: the last one that browsers know. `none` if there is none.
fn open_policy(page: &Reply) -> Option<String> {
    let known = |policy: &str| CLOSED.contains(&policy) || ["unsafe-url", "no-referrer-when-downgrade"].contains(&policy);
    let fields =
        page.headers("referrer-policy").flat_map(|field| field.split(',')).map(|policy| policy.trim().to_ascii_lowercase());
    let header = fields.filter(|policy| known(policy)).last();
    // A meta element replaces the header.
    match Page::read(&page.text()).referrer.map(|policy| policy.trim().to_ascii_lowercase()).or(header) {
        Some(policy) if CLOSED.contains(&policy.as_str()) || CLOSED_OF_OLD.contains(&policy.as_str()) => None,
        Some(policy) => Some(policy),
        None => Some("none".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_meta_element_counts() {
        let policy = |html: &str| Page::read(html).referrer;
        assert_eq!(policy("<meta name=referrer content=origin><META NAME=Referrer CONTENT=never>").as_deref(), Some("never"));
        assert_eq!(policy("<meta name=referrer><meta name=robots content=none>"), None);
    }
}
