//! Pages of the library itself: an error that cannot be sent to a client, and a form that posts a response.

use crate::error_code::ErrorCode;
use crate::response::{Response, html};
use http::StatusCode;

/// A plain page that any browser shows. Hosts with a page of their own use the event.
pub(super) fn error(code: ErrorCode, described: Option<&str>) -> Response {
    let status = if code == ErrorCode::AccessDenied { StatusCode::BAD_REQUEST } else { code.status() };
    let why = match code.blames_peer() {
        true => "The application that sent you here made a request that was refused",
        false => "It is not your fault, nor that of the application that sent you here; please try again",
    };
    let text = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Request refused</title>\
         <h1>This request cannot be answered</h1><p>{why}: <code>{}</code>.</p><p>{}</p></html>",
        code.name(),
        described.unwrap_or_default(),
    );
    html(status, text, "default-src 'none'; frame-ancestors 'none'")
}

const SUBMIT: &str = "document.forms[0].submit()";
/// The SHA-256 of [`SUBMIT`] in base64: the page may run no other script.
const SUBMIT_HASH: &str = "ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE=";

/// A page that posts the parameters to the client
/// ([OAuth 2.0 Form Post Response Mode §2](https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html#FormPostResponseMode)).
pub(super) fn form_post(uri: &str, parameters: &[(&str, &str)]) -> Response {
    let inputs = parameters
        .iter()
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value)));
    let text = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Continue</title><form method=\"post\" action=\"{}\">\
         {}<noscript><button>Continue</button></noscript></form><script>{SUBMIT}</script></html>",
        escape(uri),
        inputs.collect::<String>(),
    );
    let policy = format!("default-src 'none'; script-src 'sha256-{SUBMIT_HASH}'; frame-ancestors 'none'");
    html(StatusCode::OK, text, &policy)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(all(test, feature = "aws-lc-rs"))]
mod tests {
    use super::*;
    use crate::primitives::{aws_lc, sha256};
    use data_encoding::BASE64;

    #[test]
    fn only_the_submitting_script_runs() {
        assert_eq!(BASE64.encode(&sha256(aws_lc(), SUBMIT.as_bytes())), SUBMIT_HASH);
    }
}
