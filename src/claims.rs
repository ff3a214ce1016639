//! The claims of the standard scopes ([OpenID Connect Core §5.4](https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims)).

use crate::scope::Scope;

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
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
];

/// The claims that a scope requests.
pub(crate) fn of_scope(scope: &Scope) -> impl Iterator<Item = &'static str> {
    SCOPES.iter().filter(|(token, _)| scope.contains(token)).flat_map(|(_, names)| names.iter().copied())
}
