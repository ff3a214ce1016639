//! Introspection responses.

use fapi::requirement::{rfc7662, rfc8705, rfc9449};
use serde_json::{Value, json};

use super::draft::{self, Draft};
use super::{Place, Slip, slip};

const INTROSPECTION: Place = Place::served(&["/introspect"]);

pub(super) static SLIPS: &[Slip] = &[
    slip(
        "tells-of-inactive",
        "The response for an unknown token has a client_id.",
        &rfc7662::NOTHING_OF_INACTIVE,
        INTROSPECTION,
        |draft| {
            if is_inactive(draft) {
                draft.set("client_id", "client-1");
            }
        },
    ),
    slip(
        "inactive-404",
        "The response for an unknown token has status 404.",
        &rfc7662::INACTIVE_ANSWER,
        INTROSPECTION,
        |draft| {
            if is_inactive(draft) {
                draft.status = 404;
            }
        },
    ),
    slip("inactive-empty", "The response for an unknown token is empty.", &rfc7662::INACTIVE_ANSWER, INTROSPECTION, |draft| {
        if is_inactive(draft) {
            draft.omit("active");
        }
    }),
    slip("active-text", "active is a string.", &rfc7662::ANSWER_SHAPE, INTROSPECTION, |draft| {
        draft.json(|members| {
            let active = members.get("active").map(Value::to_string).unwrap_or_default();
            members.insert("active".into(), active.into());
        });
    }),
    slip("always-active", "Every token is active.", &rfc7662::TOKEN_CHECKED, INTROSPECTION, |draft| draft.set("active", true)),
    slip("active-for-ever", "A token that was active once stays active.", &rfc7662::TOKEN_CHECKED, INTROSPECTION, |draft| {
        let Some(token) = draft.asked("token") else { return };
        if draft.once(&token, is_inactive(draft).to_string()) == "false" {
            draft.set("active", true);
        }
    }),
    slip("exp-text", "exp is a date as text.", &rfc7662::ANSWER_SHAPE, INTROSPECTION, |draft| {
        edit(draft, "exp", |_| json!("2031-01-01T00:00:00Z"));
    }),
    slip("scope-list", "scope is a list.", &rfc7662::ANSWER_SHAPE, INTROSPECTION, |draft| {
        edit(draft, "scope", |scope| json!(scope.as_str().unwrap_or_default().split(' ').collect::<Vec<_>>()));
    }),
    slip("other-iss", "iss is another issuer.", &rfc7662::ANSWER_SHAPE, INTROSPECTION, |draft| {
        edit(draft, "iss", |_| json!("https://other.example"));
    }),
    slip("other-client", "client_id is another client.", &rfc7662::ANSWER_SHAPE, INTROSPECTION, |draft| {
        edit(draft, "client_id", |_| json!("another-client"));
    }),
    slip("other-sub", "sub is not that of the token.", &rfc7662::ANSWER_SHAPE, INTROSPECTION, |draft| {
        edit(draft, "sub", |_| json!("somebody-else"));
    }),
    slip("other-aud", "aud is not that of the token.", &rfc7662::ANSWER_SHAPE, INTROSPECTION, |draft| {
        edit(draft, "aud", |_| json!("https://other.example"));
    }),
    slip("other-jti", "jti is different each time.", &rfc7662::ANSWER_SHAPE, INTROSPECTION, |draft| {
        edit(draft, "jti", |_| json!(crate::keys::random()));
    }),
    slip("other-iat", "iat is not that of the token.", &rfc7662::ANSWER_SHAPE, INTROSPECTION, |draft| {
        edit(draft, "iat", |iat| json!(iat.as_i64().unwrap_or_default() - 5000));
    }),
    slip("no-jkt", "The thumbprint of the DPoP key is missing.", &rfc9449::JKT_IN_INTROSPECTION, INTROSPECTION, |draft| {
        unbind(draft, "jkt")
    }),
    slip("other-jkt", "The thumbprint is that of another DPoP key.", &rfc9449::JKT_IN_INTROSPECTION, INTROSPECTION, |draft| {
        bind(draft, "jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }),
    slip(
        "called-bearer",
        "The token_type of a token bound to a DPoP key is Bearer.",
        &rfc9449::JKT_IN_INTROSPECTION,
        INTROSPECTION,
        |draft| {
            edit(draft, "token_type", |_| json!("Bearer"));
        },
    ),
    slip(
        "no-thumbprint",
        "The thumbprint of the certificate is missing.",
        &rfc8705::THUMBPRINT_IN_INTROSPECTION,
        INTROSPECTION,
        |draft| {
            unbind(draft, "x5t#S256");
        },
    ),
    slip(
        "other-thumbprint",
        "The thumbprint is that of another certificate.",
        &rfc8705::THUMBPRINT_IN_INTROSPECTION,
        INTROSPECTION,
        |draft| {
            bind(draft, "x5t#S256", "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0");
        },
    ),
    slip("content-type", "Responses do not have a JSON content type.", &rfc7662::ANSWER_SHAPE, INTROSPECTION, |draft| {
        draft.set_header("content-type", "text/plain");
    }),
];

fn is_inactive(draft: &Draft<'_>) -> bool {
    serde_json::from_slice::<Value>(&draft.body).is_ok_and(|answer| answer.get("active") == Some(&json!(false)))
}

fn unbind(draft: &mut Draft<'_>, member: &str) {
    draft.json(|members| draft::unbind(members, member));
}

fn bind(draft: &mut Draft<'_>, member: &str, thumbprint: &str) {
    draft.json(|members| draft::bind(members, member, thumbprint));
}

fn edit(draft: &mut Draft<'_>, name: &str, edit: impl FnOnce(&Value) -> Value) {
    draft.json(|members| draft::edit(members, name, edit));
}
