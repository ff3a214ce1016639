//! Metadata that is wrong or incomplete.

use fapi::requirement::{fapi2_sp, oidcc, oidcd, rfc6749, rfc7009, rfc7662, rfc8414, rfc8705, rfc9126, rfc9207, rfc9449};
use serde_json::{Value, json};

use super::draft::Draft;
use super::{Place, Slip, slip};

const METADATA: Place = Place::served(&["/.well-known/"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("issuer-slash", "The issuer has a trailing slash.", &oidcd::ISSUER, METADATA, |draft| {
        draft.edit("issuer", |issuer| format!("{issuer}/"));
    }),
    slip("issuer-other", "The issuer is a different one.", &oidcd::ISSUER, METADATA, |draft| {
        draft.set("issuer", "https://other.example");
    }),
    slip("issuer-query", "The issuer has a query.", &rfc8414::REQUIRED_MEMBERS, METADATA, |draft| {
        draft.edit("issuer", |issuer| format!("{issuer}?tenant=1"));
    }),
    slip("no-push-endpoint", "The PAR endpoint is missing.", &rfc9126::ENDPOINT_PUBLISHED, METADATA, |draft| {
        draft.omit("pushed_authorization_request_endpoint");
    }),
    slip("no-token-endpoint", "The token endpoint is missing.", &rfc8414::REQUIRED_MEMBERS, METADATA, |draft| {
        draft.omit("token_endpoint");
    }),
    slip("no-response-types", "The response types are missing.", &rfc8414::REQUIRED_MEMBERS, METADATA, |draft| {
        draft.omit("response_types_supported");
    }),
    slip("http-endpoint", "The token endpoint is an http URL.", &rfc8414::REQUIRED_MEMBERS, METADATA, |draft| {
        draft.edit("token_endpoint", |url| url.replace("https://", "http://"));
    }),
    slip("endpoint-fragment", "An endpoint's URL has a fragment.", &rfc6749::ENDPOINT_WITHOUT_FRAGMENT, METADATA, |draft| {
        draft.edit("authorization_endpoint", |url| format!("{url}#top"));
    }),
    slip("no-iss-support", "Support for iss in responses is not announced.", &rfc9207::ISS_ADVERTISED, METADATA, |draft| {
        draft.omit("authorization_response_iss_parameter_supported");
    }),
    slip("no-challenge-methods", "PKCE is not announced.", &rfc8414::CHALLENGE_METHODS, METADATA, |draft| {
        draft.omit("code_challenge_methods_supported");
    }),
    slip("plain-only", "Only plain PKCE is announced.", &rfc8414::CHALLENGE_METHODS, METADATA, |draft| {
        draft.set("code_challenge_methods_supported", json!(["plain"]));
    }),
    slip("assertion-none", "`none` is listed for client assertions.", &oidcd::NONE_UNLISTED, METADATA, |draft| {
        push(draft, "token_endpoint_auth_signing_alg_values_supported", "none");
    }),
    slip("revocation-none", "`none` is listed for revocation.", &rfc8414::ASSERTION_ALGORITHMS, METADATA, |draft| {
        push(draft, "revocation_endpoint_auth_signing_alg_values_supported", "none");
    }),
    slip(
        "no-assertion-algorithms",
        "Algorithms of client assertions are not listed although the method is.",
        &rfc8414::ASSERTION_ALGORITHMS,
        METADATA,
        |draft| draft.omit("introspection_endpoint_auth_signing_alg_values_supported"),
    ),
    slip("no-id-token-algorithms", "ID token algorithms are not listed.", &oidcd::REQUIRED_MEMBERS, METADATA, |draft| {
        draft.omit("id_token_signing_alg_values_supported");
    }),
    slip("no-openid-scope", "The scope openid is not listed.", &oidcd::SCOPES_LISTED, METADATA, |draft| {
        draft.set("scopes_supported", json!(["profile", "email"]));
    }),
    slip("subject-types", "A subject type is listed that does not exist.", &oidcc::SUBJECT_TYPES, METADATA, |draft| {
        draft.set("subject_types_supported", json!(["private"]));
    }),
    slip("no-subject-types", "Subject types are not listed.", &oidcc::SUBJECT_TYPES, METADATA, |draft| {
        draft.omit("subject_types_supported");
    }),
    slip("no-proof-algorithms", "DPoP algorithms are not listed.", &rfc9449::ALGORITHMS_PUBLISHED, METADATA, |draft| {
        draft.omit("dpop_signing_alg_values_supported");
    }),
    slip("weak-methods", "Shared secrets are listed.", &fapi2_sp::STRONG_CLIENT_AUTHENTICATION, METADATA, |draft| {
        draft.set("token_endpoint_auth_methods_supported", json!(["client_secret_basic", "client_secret_post"]));
    }),
    slip("password-grant", "The password grant is listed.", &fapi2_sp::NO_PASSWORD_GRANT, METADATA, |draft| {
        push(draft, "grant_types_supported", "password");
    }),
    slip(
        "unbound-tokens",
        "Certificate-bound tokens are announced as unsupported.",
        &rfc8705::BINDING_PUBLISHED,
        METADATA,
        |draft| {
            draft.set("tls_client_certificate_bound_access_tokens", false);
        },
    ),
    slip("alias-names", "Aliases do not have the names of endpoints.", &rfc8705::ENDPOINT_ALIASES, METADATA, |draft| {
        draft.json(|members| {
            if let Some(Value::Object(aliases)) = members.get_mut("mtls_endpoint_aliases") {
                aliases.insert("token".into(), json!("https://mtls.example/token"));
            }
        });
    }),
    slip("userinfo-elsewhere", "The URL of the userinfo endpoint is wrong.", &oidcc::USERINFO_SERVED, METADATA, |draft| {
        draft.edit("userinfo_endpoint", |url| format!("{url}-2"));
    }),
    slip(
        "introspection-elsewhere",
        "The URL of the introspection endpoint is wrong.",
        &rfc7662::ACTIVE_ANSWER,
        METADATA,
        |draft| {
            draft.edit("introspection_endpoint", |url| format!("{url}-2"));
            alias(draft, "introspection_endpoint");
        },
    ),
    slip(
        "revocation-elsewhere",
        "The URL of the revocation endpoint is wrong.",
        &rfc7009::REFRESH_TOKENS_REVOCABLE,
        METADATA,
        |draft| {
            draft.edit("revocation_endpoint", |url| format!("{url}-2"));
            alias(draft, "revocation_endpoint");
        },
    ),
    slip("no-jwks-uri", "The jwks_uri is missing.", &oidcd::REQUIRED_MEMBERS, METADATA, |draft| draft.omit("jwks_uri")),
    slip(
        "introspection-methods",
        "The authentication methods of the introspection endpoint are a string.",
        &rfc8414::METADATA_SHAPE,
        METADATA,
        |draft| {
            draft.set("introspection_endpoint_auth_methods_supported", "private_key_jwt");
        },
    ),
    slip(
        "revocation-methods",
        "The authentication methods of the revocation endpoint are an empty list.",
        &rfc8414::METADATA_SHAPE,
        METADATA,
        |draft| {
            draft.set("revocation_endpoint_auth_methods_supported", json!([]));
        },
    ),
    slip("claims-text", "claims_supported is a string.", &rfc8414::METADATA_SHAPE, METADATA, |draft| {
        draft.set("claims_supported", "name email");
    }),
    slip("response-modes-empty", "response_modes_supported is an empty list.", &rfc8414::METADATA_SHAPE, METADATA, |draft| {
        draft.set("response_modes_supported", json!([]));
    }),
    slip("claims-parameter-text", "claims_parameter_supported is a string.", &rfc8414::METADATA_SHAPE, METADATA, |draft| {
        draft.set("claims_parameter_supported", "true");
    }),
    slip("request-parameter-text", "request_parameter_supported is a string.", &rfc8414::METADATA_SHAPE, METADATA, |draft| {
        draft.set("request_parameter_supported", "false");
    }),
    slip(
        "request-uri-parameter-text",
        "request_uri_parameter_supported is a string.",
        &rfc8414::METADATA_SHAPE,
        METADATA,
        |draft| {
            draft.set("request_uri_parameter_supported", "false");
        },
    ),
    slip(
        "pushing-optional-text",
        "require_pushed_authorization_requests is a number.",
        &rfc8414::METADATA_SHAPE,
        METADATA,
        |draft| {
            draft.set("require_pushed_authorization_requests", 1);
        },
    ),
];

/// Makes the same change to the mTLS aliases.
fn alias(draft: &mut Draft<'_>, name: &str) {
    draft.json(|members| {
        let alias = members.get_mut("mtls_endpoint_aliases").and_then(|aliases| aliases.get_mut(name));
        if let Some(Value::String(url)) = alias {
            url.push_str("-2");
        }
    });
}

fn push(draft: &mut Draft<'_>, name: &str, value: &str) {
    draft.json(|members| {
        if let Some(Value::Array(list)) = members.get_mut(name) {
            list.push(value.into());
        }
    });
}
