//! `table`: the decisions that are tables in a document, each with all of its inputs.
//!
//! The outcomes are written down here a second time, as a person would say them.

use fapi::requirement::ocp::api::OFFLINE;
use fapi::requirement::ocp::pipe::{
    API_NAMED, AUDIENCE_OPTIONAL, DEVICE_LEGACY, LEGACY_OPAQUE, LEGACY_REFRESH, OFFLINE_GRANTED, USERINFO_BY_SIGNATURE,
    USERINFO_TOO,
};
use fapi::requirement::ocp::ten::{DEFAULT_AUDIENCE, RESOURCE_ON};
use fapi::requirement::oidcc::OFFLINE_ACCESS;
use fapi::requirement::{Duty, Requirement};
use serde_json::{Map, Value, json};

use crate::vectors::file::{File, Group};

pub(super) fn file() -> File {
    File::new(
        "table",
        &[
            "Decisions that depend on a few questions with yes or no. A group gives the name of the decision; the input answers its",
            "questions. The output is the outcome, and the statement behind it.",
            "audience: which parameter or setting names the API that a request is for.",
            "userinfo as audience: whether a token for an API names userinfo in `aud` beside the API.",
            "offline access: whether offline_access stays in the scope.",
            "refresh token: whether a client that has the grant type gets a refresh token with its first access token.",
        ],
    )
    .flag("Audience", "the audience of a request")
    .flag("Userinfo", "userinfo as a second audience")
    .flag("Offline", "the scope offline_access")
    .flag("Refresh", "the first refresh token")
    .group(group(
        "audience",
        "Audience",
        ["conformant", "audience sent", "resource sent", "resource counts", "default set"],
        |[conformant, audience, resource, counts, default]| {
            if !conformant {
                ("Userinfo", &LEGACY_OPAQUE)
            } else if audience {
                ("Audience", &API_NAMED)
            } else if resource && counts {
                ("Resource", &RESOURCE_ON)
            } else if default {
                ("Default", &DEFAULT_AUDIENCE)
            } else {
                ("Userinfo", &AUDIENCE_OPTIONAL)
            }
        },
    ))
    .group(group(
        "userinfo as audience",
        "Userinfo",
        ["listed", "signed with a public key", "openid granted"],
        |[listed, public, openid]| match listed && public && openid {
            true => ("UserinfoToo", &USERINFO_TOO),
            false => ("ApiOnly", &USERINFO_BY_SIGNATURE),
        },
    ))
    .group(group(
        "offline access",
        "Offline",
        ["API forbids", "API allows", "openid asked", "prompt=consent"],
        |[forbids, allows, openid, prompt]| match (forbids, allows || prompt || !openid) {
            (true, _) => ("Dropped", &OFFLINE),
            (false, false) => ("Dropped", &OFFLINE_ACCESS),
            (false, true) => ("Kept", &OFFLINE_GRANTED),
        },
    ))
    .group(group(
        "refresh token",
        "Refresh",
        ["conformant", "offline_access asked", "device sent", "offline_access granted"],
        |[conformant, asked, device, granted]| match conformant {
            true if granted => ("Issued", &OFFLINE_GRANTED),
            false if asked && device => ("Issued", &LEGACY_REFRESH),
            _ => ("Withheld", &DEVICE_LEGACY),
        },
    ))
}

fn group<const N: usize>(
    name: &str,
    flag: &'static str,
    questions: [&str; N],
    outcome: impl Fn([bool; N]) -> (&'static str, &'static Requirement),
) -> Group {
    let mut group = Group::new().gives("table", name);
    for number in 0..1_usize << N {
        let answers = std::array::from_fn(|at| number >> at & 1 == 1);
        let input: Map<String, Value> =
            questions.iter().zip(answers).map(|(question, answer)| ((*question).to_owned(), answer.into())).collect();
        let yes: Vec<&str> = questions.iter().zip(answers).filter(|(_, answer)| *answer).map(|(question, _)| *question).collect();
        let comment = if yes.is_empty() { format!("{name}: nothing") } else { format!("{name}: {}", yes.join(", ")) };
        let (outcome, statement) = outcome(answers);
        group = group.valid(flag, comment, Value::Object(input)).output(json!({ "outcome": outcome, "statement": statement.id }));
        if matches!(statement.duty, Duty::Accept | Duty::Emit) {
            group = group.shows(statement);
        }
    }
    group
}
