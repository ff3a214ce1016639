//! Authorization responses.

use fapi::requirement::{fapi2_sp, oauth2_rt, oidcc, rfc6749, rfc9207};

use super::draft::Draft;
use super::{FRONT, Place, Slip, slip};

const RESPONSE: Place = Place::redirected(FRONT);

pub(super) static SLIPS: &[Slip] = &[
    slip("no-iss", "The response has no iss.", &rfc9207::RESPONSE_ISS, RESPONSE, |draft| without(draft, "iss")),
    slip("no-iss-in-errors", "Errors have no iss.", &fapi2_sp::RESPONSE_ISS, RESPONSE, |draft| {
        if is_error(draft) {
            without(draft, "iss");
        }
    }),
    slip("iss-of-another", "iss is another issuer.", &rfc9207::ISS_AS_PUBLISHED, RESPONSE, |draft| {
        change(draft, "iss", |_| "https://other.example".into());
    }),
    slip(
        "iss-slash",
        "iss has a trailing slash that the issuer of the metadata does not have.",
        &rfc9207::ISS_AS_PUBLISHED,
        RESPONSE,
        |draft| {
            change(draft, "iss", |iss| format!("{iss}/"));
        },
    ),
    slip("iss-query", "iss has a query.", &rfc9207::ISS_FORM, RESPONSE, |draft| {
        change(draft, "iss", |iss| format!("{iss}?a=b"));
    }),
    slip("iss-twice", "iss appears twice.", &fapi2_sp::RESPONSE_ISS, RESPONSE, |draft| repeat(draft, "iss")),
    slip("no-state", "The response has no state.", &rfc6749::STATE_ECHOED, RESPONSE, |draft| without(draft, "state")),
    slip("state-upper-case", "state is returned in upper case.", &rfc6749::STATE_ECHOED, RESPONSE, |draft| {
        change(draft, "state", str::to_ascii_uppercase);
    }),
    slip("state-cut", "state is truncated after 512 characters.", &rfc6749::STATE_ECHOED, RESPONSE, |draft| {
        change(draft, "state", |state| state.chars().take(512).collect());
    }),
    slip("state-plus", "Plus signs in state are returned as spaces.", &rfc6749::VALUES_SANITISED, RESPONSE, |draft| {
        change(draft, "state", |state| state.replace('+', " "));
    }),
    slip("no-state-in-errors", "Errors have no state.", &rfc6749::STATE_ECHOED_ON_ERROR, RESPONSE, |draft| {
        if is_error(draft) {
            without(draft, "state");
        }
    }),
    slip("fragment", "The code is in the fragment.", &oidcc::CODE_IN_QUERY, RESPONSE, |draft| {
        if !is_error(draft) {
            in_fragment(draft);
        }
    }),
    slip("all-in-fragment", "Every response is in the fragment.", &oauth2_rt::DEFAULT_RESPONSE_MODE, RESPONSE, in_fragment),
    slip("state-escaped", "state is returned with HTML escapes.", &rfc6749::VALUES_SANITISED, RESPONSE, |draft| {
        draft.response(|parameters| {
            for (_, value) in parameters.iter_mut().filter(|(name, _)| name == "state") {
                *value = value.replace('&', "&amp;").replace('<', "&lt;");
            }
        });
    }),
    slip("token-too", "The response has a token in the query.", &oauth2_rt::DEFAULT_RESPONSE_MODE, RESPONSE, |draft| {
        add(draft, "access_token", "2YotnFZFEjr1zCsicMWpAA2YotnFZFEjr1zCsicMWpAA");
    }),
    slip("same-code", "Every response has the same code.", &fapi2_sp::CREDENTIAL_ENTROPY, RESPONSE, |draft| {
        let Some(code) = parameter(draft, "code") else { return };
        let first = draft.once("code", code);
        change(draft, "code", |_| first.clone());
    }),
    slip("short-code", "Codes have six digits.", &rfc6749::TOKENS_UNGUESSABLE, RESPONSE, |draft| {
        change(draft, "code", |_| "482913".into());
    }),
    slip("code-characters", "Codes have invalid characters.", &rfc6749::CODE_SYNTAX, RESPONSE, |draft| {
        change(draft, "code", |code| format!("{code}\u{e4}\u{7}"));
    }),
    slip("code-twice", "The code appears twice.", &oidcc::CODE_IN_QUERY, RESPONSE, |draft| repeat(draft, "code")),
    slip("own-query-lost", "The redirect URI's query is lost.", &rfc6749::REDIRECT_ABSOLUTE, RESPONSE, |draft| {
        draft.response(|parameters| parameters.retain(|(name, _)| !name.starts_with("dummy")));
    }),
    slip("unknown-error", "Errors have unregistered codes.", &rfc6749::ERROR_REDIRECTED, RESPONSE, |draft| {
        change(draft, "error", |_| "user_said_no".into());
    }),
    slip("openid-error", "prompt=none without a session gets access_denied.", &oidcc::OPENID_ERRORS, RESPONSE, |draft| {
        change(draft, "error", |error| error.replace("login_required", "access_denied"));
    }),
    slip("error-characters", "Descriptions have quotes.", &rfc6749::ERROR_CHARACTERS, RESPONSE, |draft| {
        change(draft, "error_description", |_| "the user said \"no\"\n".into());
    }),
    slip("error-parameters", "Error responses have other parameters.", &oidcc::ERROR_PARAMETERS, RESPONSE, |draft| {
        if is_error(draft) {
            add(draft, "debug_session", "fd8a12");
        }
    }),
    slip("code-beside-error", "An error response has a code.", &rfc6749::ERROR_REDIRECTED, RESPONSE, |draft| {
        if is_error(draft) {
            add(draft, "code", "SplxlOBeZQQYbYS6WxSbIASplxlOBeZQQYbYS6WxSbIA");
        }
    }),
];

fn without(draft: &mut Draft<'_>, name: &str) {
    draft.response(|parameters| parameters.retain(|(parameter, _)| parameter != name));
}

fn change(draft: &mut Draft<'_>, name: &str, edit: impl Fn(&str) -> String) {
    draft.response(|parameters| {
        for (_, value) in parameters.iter_mut().filter(|(parameter, _)| parameter == name) {
            *value = edit(value);
        }
    });
}

fn add(draft: &mut Draft<'_>, name: &str, value: &str) {
    draft.response(|parameters| parameters.push((name.to_owned(), value.to_owned())));
}

fn repeat(draft: &mut Draft<'_>, name: &str) {
    if let Some(value) = parameter(draft, name) {
        add(draft, name, &value);
    }
}

fn parameter(draft: &Draft<'_>, name: &str) -> Option<String> {
    let url = draft.callback()?;
    url.query_pairs().find(|(parameter, _)| parameter == name).map(|(_, value)| value.into_owned())
}

fn is_error(draft: &Draft<'_>) -> bool {
    parameter(draft, "error").is_some()
}

fn in_fragment(draft: &mut Draft<'_>) {
    let Some(mut url) = draft.callback() else { return };
    let query = url.query().map(str::to_owned);
    url.set_query(None);
    url.set_fragment(query.as_deref());
    draft.set_header("location", url.as_str());
}
