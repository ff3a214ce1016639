//! The claims of the standard scopes ([OpenID Connect Core §5.4](https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims)).

use crate::client::ClientTerms;
use crate::date;
use crate::jose::Json;
use crate::policy::Corrections;
use crate::scope::Scope;
use crate::time::Timestamp;

/// The claim about the last change of the others.
const UPDATED_AT: &str = "updated_at";

const SCOPES: &[(&str, &[&str])] = &[
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            UPDATED_AT,
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
];

/// A claim as a client gets it. `updated_at` is a number ([OpenID Connect Core
/// §5.1](https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims), `OCP-FAPI-19`); where the documents of the pipeline
/// count, it is a text for a client without a level. One that is neither, or that cannot be turned into the other, is left out.
pub(crate) fn told(name: &str, value: &Json, terms: &ClientTerms, corrections: Corrections) -> Option<Json> {
    let as_text = corrections == Corrections::Documents && terms.compliance_level.is_none();
    match value {
        Json::Null => None,
        Json::String(text) if name == UPDATED_AT && !as_text => date::parse(text).map(|time| time.seconds().into()),
        Json::Integer(seconds) if name == UPDATED_AT && as_text => {
            date::format(Timestamp::from_seconds(*seconds)).map(Json::from)
        }
        Json::String(_) | Json::Integer(_) | Json::Float(_) => Some(value.clone()),
        _ => Some(value.clone()).filter(|_| name != UPDATED_AT),
    }
}

/// The claims that a scope requests.
pub(crate) fn of_scope(scope: &Scope) -> impl Iterator<Item = &'static str> {
    SCOPES.iter().filter(|(token, _)| scope.contains(token)).flat_map(|(_, names)| names.iter().copied())
}
