//! The pages: plain HTML that works without scripts, with a keyboard, and with a screen reader.

mod frame;

use fapi::{ErrorPage, Prompt, PromptKind, Response};
use http::StatusCode;
use maud::{Markup, html};
use url::Url;

/// The title of a page for an error of the server.
pub(crate) const OUR_SIDE: &str = "Something went wrong on our side";
/// The text of such a page.
pub(crate) const TRY_AGAIN: &str =
    "Neither you nor the application did anything wrong. Go back to the application and begin again.";

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

    const fn title(self) -> &'static str {
        match self {
            Self::Credentials => "Wrong user name or password",
            Self::Paused => "Too many failed logins",
        }
    }
}

/// The page of a prompt.
pub(crate) fn prompt(prompt: &Prompt, view: &View<'_>) -> Response {
    match (prompt.kind, view.failure) {
        (PromptKind::Consent, _) => frame::form("Allow access", &consent(prompt, view)),
        // The title is the first thing that a screen reader says.
        (_, Some(failure)) => frame::form(failure.title(), &login(prompt, view)),
        (_, None) => frame::form("Log in", &login(prompt, view)),
    }
}

/// The page for an error that the library tells the user.
pub(crate) fn error(page: &ErrorPage) -> Response {
    let content = html! {
        h1 { (page.title) }
        p { (page.text) }
        p { (page.advice) }
        p { small { "For support: " code { (page.reference()) } } }
    };
    let mut response = frame::text(page.status, page.title, &content);
    response.headers_mut().extend(page.headers());
    response
}

/// A page without a form, for an error outside of the library.
pub(crate) fn notice(status: StatusCode, title: &str, text: &str) -> Response {
    frame::text(status, title, &html! { h1 { (title) } p { (text) } })
}

fn login(prompt: &Prompt, view: &View<'_>) -> Markup {
    let described = view.failure.map(|_| "failure");
    let invalid = (view.failure == Some(Failure::Credentials)).then_some("true");
    // The user types first where something is missing.
    let known = prompt.login_hint.is_some();
    html! {
        h1 { "Log in" }
        p { "to continue to " strong { (client(prompt)) } }
        @if let Some(failure) = view.failure { p role="alert" id="failure" { (failure.text()) } }
        form method="post" action=(view.action) {
            label {
                "User name"
                input type="text" name="username" value=[prompt.login_hint.as_deref()] autocomplete="username" autocapitalize="none"
                    spellcheck="false" required autofocus[!known] aria-invalid=[invalid] aria-describedby=[described];
            }
            label {
                "Password"
                input type="password" name="password" autocomplete="current-password" required autofocus[known] aria-invalid=[invalid]
                    aria-describedby=[described];
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_have_no_form() {
        let response = notice(StatusCode::BAD_REQUEST, "Not <understood>", "a & b");
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("form-action 'none'"), "{policy}");
        let text = String::from_utf8(response.into_body().to_vec()).unwrap();
        assert!(text.contains("Not &lt;understood&gt;") && text.contains("a &amp; b"), "{text}");
    }
}
