//! Introspection replies.

use fapi::requirement::{rfc7662, rfc8705, rfc9449};
use serde_json::{Value, json};

use super::draft::Draft;
use super::{Place, Slip, slip};

const INTROSPECTION: Place = Place::served(&["/introspect"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("tells-of-inactive", "A token that is none has a client.", &rfc7662::NOTHING_OF_INACTIVE, INTROSPECTION, |draft| {
        if is_inactive(draft) {
            draft.set("client_id", "client-1");
        }
    }),
    slip("inactive-404", "A token that is none is not found.", &rfc7662::INACTIVE_ANSWER, INTROSPECTION, |draft| {
        if is_inactive(draft) {
            draft.status = 404;
        }
    }),
    slip("inactive-empty", "An answer about a token that is none is empty.", &rfc7662::INACTIVE_ANSWER, INTROSPECTION, |draft| {
        if is_inactive(draft) {
            draft.omit("active");
        }
    }),
    slip("active-text", "active is a string.", &rfc7662::ACTIVE_ANSWER, INTROSPECTION, |draft| {
        draft.json(|members| {
            let active = members.get("active").map(Value::to_string).unwrap_or_default();
            members.insert("active".into(), active.into());
        });
    }),
    slip("always-active", "Every token is active.", &rfc7662::TOKEN_CHECKED, INTROSPECTION, |draft| draft.set("active", true)),
    slip("active-for-ever", "What was active once stays so.", &rfc7662::TOKEN_CHECKED, INTROSPECTION, |draft| {
        let Some(token) = draft.asked("token") else { return };
        if draft.once(&token, is_inactive(draft).to_string()) == "false" {
            draft.set("active", true);
        }
    }),
    slip("exp-text", "exp is a date in words.", &rfc7662::ACTIVE_ANSWER, INTROSPECTION, |draft| {
        edit(draft, "exp", |_| json!("2031-01-01T00:00:00Z"));
    }),
    slip("scope-list", "scope is a list.", &rfc7662::ACTIVE_ANSWER, INTROSPECTION, |draft| {
        edit(draft, "scope", |scope| json!(scope.as_str().unwrap_or_default().split(' ').collect::<Vec<_>>()));
    }),
    slip("no-jkt", "The DPoP key is not told.", &rfc9449::JKT_IN_INTROSPECTION, INTROSPECTION, |draft| unbind(draft, "jkt")),
    slip("other-jkt", "Another DPoP key is told.", &rfc9449::JKT_IN_INTROSPECTION, INTROSPECTION, |draft| {
        bind(draft, "jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }),
    slip(
        "called-bearer",
        "A token bound to a DPoP key is called Bearer.",
        &rfc9449::JKT_IN_INTROSPECTION,
        INTROSPECTION,
        |draft| {
            edit(draft, "token_type", |_| json!("Bearer"));
        },
    ),
    slip("no-thumbprint", "The certificate is not told.", &rfc8705::THUMBPRINT_IN_INTROSPECTION, INTROSPECTION, |draft| {
        unbind(draft, "x5t#S256");
    }),
    slip("other-thumbprint", "Another certificate is told.", &rfc8705::THUMBPRINT_IN_INTROSPECTION, INTROSPECTION, |draft| {
        bind(draft, "x5t#S256", "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0");
    }),
    slip("content-type", "Answers are not marked as JSON.", &rfc7662::ACTIVE_ANSWER, INTROSPECTION, |draft| {
        draft.set_header("content-type", "text/plain");
    }),
];

fn is_inactive(draft: &Draft<'_>) -> bool {
    serde_json::from_slice::<Value>(&draft.body).is_ok_and(|answer| answer.get("active") == Some(&json!(false)))
}

/// Leaves out what a token is bound to.
fn unbind(draft: &mut Draft<'_>, member: &str) {
    draft.json(|members| {
        if let Some(Value::Object(cnf)) = members.get_mut("cnf") {
            cnf.remove(member);
        }
    });
}

/// Names something else that a token is bound to, where it is bound in this way.
fn bind(draft: &mut Draft<'_>, member: &str, thumbprint: &str) {
    draft.json(|members| {
        if let Some(bound) = members.get_mut("cnf").and_then(|cnf| cnf.get_mut(member)) {
            *bound = thumbprint.into();
        }
    });
}

/// Changes a member where it is there.
fn edit(draft: &mut Draft<'_>, name: &str, edit: impl FnOnce(&Value) -> Value) {
    draft.json(|members| {
        if let Some(value) = members.get_mut(name) {
            *value = edit(value);
        }
    });
}
