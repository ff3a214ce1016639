//! The frame of the library's own pages, and the form that posts a response.

use crate::response::{Response, html};
use http::StatusCode;

/// Grey and blue tones with a contrast of at least 4.5 to their background, in light and dark.
const STYLE: &str = "\
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif;color:#1c1c1e;background:#fff;--dim:#5a5a60;--line:#767680}\
@media(prefers-color-scheme:dark){:root{color:#f2f2f4;background:#1c1c1e;--dim:#b4b4bc;--line:#8e8e96}}\
body{max-width:28rem;margin:10vh auto;padding:0 1rem;overflow-wrap:anywhere}\
h1{font-size:1.5rem;line-height:1.25}\
small{color:var(--dim)}\
button{font:inherit;padding:.75rem 1.25rem;border:1px solid var(--line);border-radius:.375rem;color:inherit;background:transparent}";
/// The SHA-256 of [`STYLE`] in base64: the page has no other style.
const STYLE_HASH: &str = "fJlG41xwNUtxxJbmTsaNLYcOWl5qbN44mbmtY1Kro6g=";

const SUBMIT: &str = "document.forms[0].submit()";
/// The SHA-256 of [`SUBMIT`] in base64: the page may run no other script.
const SUBMIT_HASH: &str = "ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE=";

/// A page of this content. `policy` adds directives to its Content-Security-Policy.
pub(super) fn page(status: StatusCode, title: &str, content: &str, policy: &str) -> Response {
    let text = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title><style>{STYLE}</style></head>\
         <body><main>{content}</main></body></html>",
        escape(title),
    );
    let policy =
        format!("default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'; {policy}");
    html(status, text, &policy)
}

/// A page that posts the parameters to the client
/// ([OAuth 2.0 Form Post Response Mode §2](https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html#FormPostResponseMode)).
/// Its policy has no `form-action`, because the client may redirect the browser on, to places that nobody knows here.
pub(super) fn form_post(uri: &str, parameters: &[(&str, &str)]) -> Response {
    let inputs = parameters
        .iter()
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value)));
    let content = format!(
        "<form method=\"post\" action=\"{}\">{}<noscript><h1>You are nearly there</h1><p>Your browser runs no scripts here, so one \
         more step is yours.</p><button>Continue to the application</button></noscript></form><script>{SUBMIT}</script>",
        escape(uri),
        inputs.collect::<String>(),
    );
    page(StatusCode::OK, "Continue", &content, &format!("script-src 'sha256-{SUBMIT_HASH}'"))
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(all(test, feature = "aws-lc-rs"))]
mod tests {
    use super::*;
    use crate::primitives::{aws_lc, sha256};
    use data_encoding::BASE64;

    #[test]
    fn only_this_style_and_the_submitting_script_are_allowed() {
        for (text, hash) in [(STYLE, STYLE_HASH), (SUBMIT, SUBMIT_HASH)] {
            assert_eq!(BASE64.encode(&sha256(aws_lc(), text.as_bytes())), hash);
        }
    }
}
