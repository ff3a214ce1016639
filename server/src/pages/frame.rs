//! The frame of every page: style, script and headers.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64;
use fapi::Response;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::sync::LazyLock;

/// Buttons take no clicks in the first half second, so that the second click of a double click never answers the next page.
/// Text has a contrast of at least 4.5 to its background, borders of at least 3, in light and dark (WCAG 2.2 §1.4.3, §1.4.11).
const STYLE: &str = "\
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif;color:#1c1c1e;background:#fff;\
--dim:#5a5a60;--line:#767680;--accent:#0a4fb5;--on-accent:#fff;--alert:#b00020}\
@media(prefers-color-scheme:dark){:root{color:#f2f2f4;background:#1c1c1e;\
--dim:#b4b4bc;--line:#8e8e96;--accent:#8ab4f8;--on-accent:#10131a;--alert:#ff8a80}}\
body{max-width:28rem;margin:10vh auto;padding:0 1rem;overflow-wrap:anywhere}\
h1{font-size:1.5rem;line-height:1.25}\
label{display:block;margin:1rem 0}\
input:not([type=checkbox]){display:block;width:100%;box-sizing:border-box;font:inherit;padding:.625rem;\
color:inherit;background:transparent;border:1px solid var(--line);border-radius:.375rem}\
input[type=checkbox]{width:1.25rem;height:1.25rem;margin:0 .5rem 0 0;vertical-align:text-bottom;accent-color:var(--accent)}\
button{font:inherit;padding:.625rem 1.25rem;margin:1rem .5rem 0 0;\
color:var(--accent);background:transparent;border:1px solid var(--accent);border-radius:.375rem}\
button[value=approve]{color:var(--on-accent);background:var(--accent)}\
:focus-visible{outline:.1875rem solid var(--accent);outline-offset:.125rem}\
[aria-invalid]{border-color:var(--alert)!important}\
[role=alert]{border-left:.25rem solid var(--alert);padding-left:.75rem}\
small{color:var(--dim)}\
@keyframes appear{from,to{pointer-events:none}}\
button{animation:appear .5s}";

/// A second click within five seconds sends nothing: the browser would give up the first answer, which may hold the code, for the
/// second, which would be refused. A page that Back takes out of the browser's memory is loaded again, so that it shows what is
/// open now. Without scripts, the server answers the second click, and the answer to an old page, with a page that says so.
const SCRIPT: &str = "\
let sent=-1e9;\
addEventListener('submit',event=>{if(event.timeStamp-sent<5e3)event.preventDefault();else sent=event.timeStamp});\
addEventListener('pageshow',event=>{if(event.persisted)location.reload()})";

static STYLE_HASH: LazyLock<String> = LazyLock::new(|| hash(STYLE));
static SCRIPT_HASH: LazyLock<String> = LazyLock::new(|| hash(SCRIPT));

/// A page with a form.
///
/// Its policy has no `form-action`. Browsers on Chromium apply that directive to every redirect that follows a form
/// ([CSP3 §6.4.1](https://www.w3.org/TR/CSP3/#directive-form-action), [issue 8](https://github.com/w3c/webappsec-csp/issues/8)): to
/// the client's callback, and to every place to which the callback sends the browser next. Nobody here knows these places, and `*`
/// covers no app's own scheme. The pages contain no markup of others, and `base-uri` keeps the form's address.
pub(super) fn form(title: &str, content: &Markup) -> Response {
    let content = html! { (content) script { (PreEscaped(SCRIPT)) } };
    page(StatusCode::OK, title, &content, &format!("script-src 'sha256-{}'", *SCRIPT_HASH))
}

/// A page without a form.
pub(super) fn text(status: StatusCode, title: &str, content: &Markup) -> Response {
    page(status, title, content, "form-action 'none'")
}

fn page(status: StatusCode, title: &str, content: &Markup, directives: &str) -> Response {
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
    let policy =
        format!("default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; frame-ancestors 'none'; {directives}", *STYLE_HASH);
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

fn hash(text: &str) -> String {
    BASE64.encode(digest(&SHA256, text.as_bytes()).as_ref())
}
