//! The pages: plain HTML that works without scripts, with a keyboard, and with a screen reader.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64;
use fapi::{Prompt, PromptKind, Response};
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::sync::LazyLock;
use url::Url;

/// The text of a page for an error of the server.
pub(crate) const OUR_SIDE: &str = "Something went wrong on our side. Please try again.";

const STYLE: &str = "\
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}\
body{max-width:28rem;margin:10vh auto;padding:0 1rem}\
label{display:block;margin:1rem 0}\
input:not([type=checkbox]){display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem}\
button{font:inherit;padding:.5rem 1.25rem;margin:1rem .5rem 0 0}\
[role=alert]{border-left:.25rem solid #b00020;padding-left:.75rem}\
code{overflow-wrap:anywhere}";

static STYLE_HASH: LazyLock<String> = LazyLock::new(|| BASE64.encode(digest(&SHA256, STYLE.as_bytes()).as_ref()));

/// The content of a page in addition to the prompt.
pub(crate) struct View<'v> {
    /// The URL that the form is submitted to.
    pub(crate) action: &'v str,
    /// The name of the user who is logged in.
    pub(crate) user: Option<&'v str>,
    /// The failure of the previous attempt.
    pub(crate) failure: Option<Failure>,
}

/// A reason for which a login failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    Credentials,
    Paused,
}

impl Failure {
    /// The name in the URL of the page.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Paused => "paused",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Credentials, Self::Paused].into_iter().find(|known| known.name() == name)
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Credentials => "Wrong user name or password. Please try again.",
            Self::Paused => "Too many failed logins. Please wait a minute and try again.",
        }
    }
}

/// The page of a prompt.
pub(crate) fn prompt(prompt: &Prompt, view: &View<'_>) -> Response {
    let (title, form) = match prompt.kind {
        PromptKind::Consent => ("Allow access", consent(prompt, view)),
        _ => ("Log in", login(prompt, view)),
    };
    page(StatusCode::OK, title, &form, form_targets(prompt.redirect_uri.as_deref().unwrap_or_default()))
}

/// A page without a form, for an error outside of the library.
pub(crate) fn notice(status: StatusCode, title: &str, text: &str) -> Response {
    page(status, title, &html! { h1 { (title) } p { (text) } }, String::new())
}

fn login(prompt: &Prompt, view: &View<'_>) -> Markup {
    let described = view.failure.map(|_| "failure");
    html! {
        h1 { "Log in" }
        p { "to continue to " strong { (client(prompt)) } }
        @if let Some(failure) = view.failure { p role="alert" id="failure" { (failure.text()) } }
        form method="post" action=(view.action) {
            label {
                "User name"
                input type="text" name="username" value=[prompt.login_hint.as_deref()] autocomplete="username" autocapitalize="none"
                    spellcheck="false" required autofocus aria-describedby=[described];
            }
            label {
                "Password"
                input type="password" name="password" autocomplete="current-password" required aria-describedby=[described];
            }
            button type="submit" name="decision" value="approve" { "Log in" }
            button type="submit" name="decision" value="deny" formnovalidate { "Cancel" }
        }
    }
}

fn consent(prompt: &Prompt, view: &View<'_>) -> Markup {
    html! {
        h1 { "Allow access?" }
        p { strong { (client(prompt)) } " asks for access to your account. If you allow it, it may:" }
        ul {
            @for token in prompt.permissions.scope.iter() { li { (meaning(token)) " " code { (token) } } }
        }
        @if !prompt.claims.is_empty() {
            p { "It will also receive:" }
            ul { @for claim in &prompt.claims { li { code { (claim) } } } }
        }
        @if let Some(user) = view.user { p { "You are logged in as " strong { (user) } "." } }
        p { "You will be sent to " code { (destination(prompt.redirect_uri.as_deref().unwrap_or_default())) } "." }
        form method="post" action=(view.action) {
            input type="hidden" name="scope" value=(prompt.permissions.scope);
            label { input type="checkbox" name="remember" value="yes"; " Do not ask again for this" }
            button type="submit" name="decision" value="approve" { "Allow" }
            button type="submit" name="decision" value="deny" { "Deny" }
        }
    }
}

fn client(prompt: &Prompt) -> &str {
    prompt.client_name.as_deref().unwrap_or(&prompt.client_id)
}

/// A description of a scope token; those of the resource have only their names.
fn meaning(token: &str) -> &'static str {
    match token {
        "openid" => "know who you are",
        "profile" => "read your profile",
        "email" => "read your e-mail address",
        "address" => "read your postal address",
        "phone" => "read your phone number",
        "offline_access" => "keep this access while you are away",
        _ => "use",
    }
}

/// The host of a redirect URI, or the whole URI of an app.
fn destination(redirect_uri: &str) -> String {
    let url = Url::parse(redirect_uri).ok();
    url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| redirect_uri.to_owned())
}

/// Browsers apply `form-action` to the redirects after a form too, so it lists the client.
fn form_targets(redirect_uri: &str) -> String {
    let target = Url::parse(redirect_uri).ok().map(|url| match url.origin() {
        origin if origin.is_tuple() => origin.ascii_serialization(),
        _ => format!("{}:", url.scheme()),
    });
    // These characters would end the directive.
    let target = target.filter(|target| !target.contains([';', ',']));
    format!("'self' {}", target.unwrap_or_default())
}

fn page(status: StatusCode, title: &str, content: &Markup, form_targets: String) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (content) } }
        }
    };
    let form_targets = if form_targets.is_empty() { "'none'".to_owned() } else { form_targets };
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; form-action {form_targets}; frame-ancestors 'none'; base-uri 'none'",
        *STYLE_HASH
    );
    let mut response = Response::new(markup.into_string().into());
    *response.status_mut() = status;
    let headers: [(HeaderName, &str); 6] = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, &policy),
        (X_FRAME_OPTIONS, "DENY"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_may_redirect_to_the_client_only() {
        assert_eq!(form_targets("https://client.example/cb?a=b"), "'self' https://client.example");
        assert_eq!(form_targets("https://client.example:8443/cb"), "'self' https://client.example:8443");
        assert_eq!(form_targets("com.example.app:/cb"), "'self' com.example.app:");
        assert_eq!(form_targets("https://a;b/"), "'self' ");
    }

    #[test]
    fn notices_have_no_form() {
        let response = notice(StatusCode::BAD_REQUEST, "Not <understood>", "a & b");
        let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("form-action 'none'"), "{policy}");
        let text = String::from_utf8(response.into_body().to_vec()).unwrap();
        assert!(text.contains("Not &lt;understood&gt;") && text.contains("a &amp; b"), "{text}");
    }
}
