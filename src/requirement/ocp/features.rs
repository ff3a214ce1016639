//! The features of the pipeline: what a user can do, each with the statements that belong to it.

use super::{
    acc, api, auth, cert, ciba, cli, con, cred, dcr, dev, err, fapi, grt, jar, jwe, key, meta, mtls, org, out, par, pipe, pkj,
    rar, rt, scp, ses, ten, uri, web,
};
use crate::requirement::{Requirement, fapi2_sp, rfc9700};

/// A feature of the pipeline. It works if each of its statements was observed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Feature {
    /// The stable identifier, `F-nn`, which is never reused.
    pub id: &'static str,
    /// The name, in our own words.
    pub name: &'static str,
    /// The statements, some of which belong to several features.
    pub statements: &'static [&'static Requirement],
}

macro_rules! features {
    ($($id:literal $name:literal: $($module:ident::$statement:ident)+;)*) => {
        /// Every feature, by number.
        pub const FEATURES: &[Feature] =
            &[$(Feature { id: $id, name: $name, statements: &[$(&$module::$statement),+] }),*];
    };
}

features! {
    "F-01" "Clients: kinds, public and confidential":
        cli::KINDS cli::CLIENT_ID cli::PUBLIC cli::DEFAULT_METHOD cli::PUBLIC_SECRET cli::DESCRIPTION cli::METADATA_LIMITS
        cli::METADATA_IN_HOOKS cli::DELETED cli::LEVEL_PROPERTY cli::PAR_PROPERTY cli::JAR_PROPERTY cli::ONE_OF_METHODS
        cli::ORGANIZATION_PROPERTY cli::CHANNELS_PROPERTY cli::CONNECTION_ENABLED grt::CONFIDENTIAL_GRANTS;
    "F-02" "First and third parties":
        cli::PARTY cli::THIRD_PARTY_CONSENT cli::THIRD_PARTY_PROFILE cli::THIRD_PARTY_CONNECTIONS cli::DOMAIN_CONNECTION
        dcr::THIRD_PARTY cli::NEW_CONNECTIONS scp::CONSENT_EXAMPLE;
    "F-03" "The pipeline of a client, and the decisions of the legacy one":
        pipe::DEVICE_LEGACY pipe::DEVICE_CONFORMANT pipe::ATTRIBUTE_SCOPES pipe::ARBITRARY_SCOPES pipe::AUDIENCE_OPTIONAL
        pipe::SAME_RESPONSE pipe::SAME_CODE_EXCHANGE pipe::LEGACY_OPAQUE pipe::LEGACY_REFRESH pipe::OFFLINE_GRANTED
        pipe::PIPELINE_PER_CLIENT pipe::CONFORMANT_ONLY;
    "F-04" "The code flow from end to end":
        pipe::SAME_RESPONSE pipe::SAME_CODE_EXCHANGE pipe::TOKEN_RESPONSE scp::CODE_SERVES pipe::API_NAMED pipe::SCOPE_TWOFOLD
        scp::MIXED scp::WITHOUT_ID_TOKEN scp::SCOPE_TOLD scp::LESS grt::STATE grt::CONNECTION uri::NEVER_CALLED;
    "F-05" "PKCE":
        pipe::SAME_CODE_EXCHANGE fapi::PKCE_S256 grt::NATIVE_PKCE;
    "F-06" "Implicit responses and `code id_token`":
        grt::IMPLICIT grt::IMPLICIT_NONCE fapi::RESPONSE_TYPES;
    "F-07" "Client credentials":
        grt::SUBJECT_TYPES grt::CLIENT_CREDENTIALS_REQUEST grt::CLIENT_CREDENTIALS_RESPONSE grt::CLIENT_CREDENTIALS_CONSENT
        scp::MACHINE_EXAMPLE api::LOGICAL;
    "F-08" "The password grant":
        pipe::PASSWORD_FORM pipe::REALM_WITHOUT_GRANT ten::DEFAULT_CONNECTION pipe::PASSWORD_DIRECT pipe::GRANTS_WITH_SESSION
        pipe::SESSION_HOSTED grt::PASSWORD_CONSENT;
    "F-09" "The password grant with a realm":
        pipe::PASSWORD_REALM;
    "F-10" "The grants that each kind of client may have, and the text of the refusal":
        grt::STANDARD grt::EXTENSIONS grt::CIBA grt::LEGACY grt::PUBLIC_DEFAULTS grt::CONFIDENTIAL_DEFAULTS
        grt::PUBLIC_CLIENT_CREDENTIALS grt::METHOD_FIRST grt::DEVICE_NATIVE grt::PASSWORD_FIRST_PARTY grt::NOT_ALLOWED
        grt::KIND_LIMITS grt::KIND_CHANGE grt::MACHINE_DEFAULT err::GRANT_TYPE;
    "F-11" "Extension and legacy grants":
        grt::EXTENSIONS grt::LEGACY;
    "F-12" "Secrets by Basic and by form":
        auth::SECRET_POST auth::SECRET_BASIC auth::REGISTERED_METHOD auth::PUBLIC_STORES_NONE auth::HS256_KEY
        auth::CIBA_METHODS;
    "F-13" "One method at a time, and the way back":
        auth::NO_SECRET_BESIDE auth::REVERT auth::SECRET_KEPT cli::ONE_OF_METHODS;
    "F-14" "Rotation of secrets":
        auth::ROTATED auth::OVERLAP auth::FUTURE_SECRET;
    "F-15" "Credentials: limits":
        cred::TWO cred::RSA_SIZE cred::ALG cred::PEM cred::TWICE cred::IMMUTABLE cred::KINDS cred::TWO_CERTIFICATES
        cred::NO_HS256 cred::KEY_NOT_RETURNED cred::PEM_IN_JSON;
    "F-16" "Credentials: expiry":
        cred::EXPIRED cred::EXPIRY_FUTURE cred::EXPIRY_FROM_CERTIFICATE cred::ONE_EXPIRY;
    "F-17" "Credentials: thumbprints":
        cred::KID;
    "F-18" "Credentials: rotation":
        cred::ENABLED cred::ANY_ACTIVE cred::IN_USE cred::ROTATION;
    "F-19" "private_key_jwt":
        pkj::ASYMMETRIC pkj::KID_SELECTS pkj::ALG_OF_CREDENTIAL pkj::EXPIRED_CREDENTIAL pkj::CLAIMS pkj::REQUIRED;
    "F-20" "The audience of assertions":
        pkj::STRICT_AUDIENCE pkj::LAX_AUDIENCE pkj::ISSUER_SLASH;
    "F-21" "Self-signed certificates":
        mtls::METHODS mtls::SELF_SIGNED mtls::ASSOCIATED mtls::REQUIRED mtls::REVERT;
    "F-22" "Certificates of an authority, by subject":
        mtls::SUBJECT mtls::SUBJECT_LINES mtls::SUBJECT_OF_PEM mtls::CA_KEY;
    "F-23" "Certificates from the edge":
        mtls::CERTIFICATE_HEADER mtls::LEAF_ONLY mtls::EDGE_KEY mtls::EDGE_VERDICT mtls::VERDICT_SELECTS mtls::FAILED_IS_VALID
        mtls::PATHS mtls::EDGE_HOST cli::FORWARDED_ADDRESS;
    "F-24" "Mutual TLS aliases":
        mtls::ALIAS_SWITCH mtls::ALIAS_HOSTS mtls::NO_AUTHORIZE_ALIAS meta::MTLS_ALIASES;
    "F-25" "Tokens bound to certificates":
        mtls::BOUND_TOKENS;
    "F-26" "Level `fapi1_adv_pkj_par`":
        fapi::LEVELS fapi::BOTH_COMPLY fapi::NO_TOKEN_IN_QUERY fapi::PAR fapi::PKCE_S256 fapi::NO_WILDCARDS fapi::JAR
        fapi::JAR_PS256 fapi::CONFORMANT fapi::JAR_NBF fapi::JAR_EXP fapi::INTERACTION_HEADERS fapi::PRIVATE_KEY_JWT fapi::MTLS
        fapi::RESPONSE_TYPES fapi::ASSERTION_AUDIENCE fapi::REDIRECT_URI fapi::S_HASH fapi::UPDATED_AT fapi::ERROR_CODES
        fapi::ISS fapi::CODE_LIFETIME;
    "F-27" "Level `fapi1_adv_mtls_par`":
        fapi::LEVELS fapi::BOTH_COMPLY fapi::NO_TOKEN_IN_QUERY fapi::PAR fapi::PKCE_S256 fapi::NO_WILDCARDS fapi::JAR
        fapi::JAR_PS256 fapi::CONFORMANT fapi::JAR_NBF fapi::JAR_EXP fapi::INTERACTION_HEADERS fapi::PRIVATE_KEY_JWT fapi::MTLS
        fapi::RESPONSE_TYPES fapi::ASSERTION_AUDIENCE fapi::REDIRECT_URI fapi::S_HASH fapi::UPDATED_AT fapi::ERROR_CODES
        fapi::ISS fapi::CODE_LIFETIME;
    "F-28" "Level `fapi2_sp_pkj_mtls`":
        fapi::LEVELS fapi::BOTH_COMPLY fapi::NO_TOKEN_IN_QUERY fapi::PAR fapi::PKCE_S256 fapi::NO_WILDCARDS fapi::JAR
        fapi::JAR_PS256 fapi::CONFORMANT fapi::JAR_NBF fapi::JAR_EXP fapi::INTERACTION_HEADERS fapi::PRIVATE_KEY_JWT fapi::MTLS
        fapi::RESPONSE_TYPES fapi::ASSERTION_AUDIENCE fapi::REDIRECT_URI fapi::S_HASH fapi::UPDATED_AT fapi::ERROR_CODES
        fapi::ISS fapi::CODE_LIFETIME fapi::PAR_LIFETIME;
    "F-29" "Level `fapi2_sp_mtls_mtls`":
        fapi::LEVELS fapi::BOTH_COMPLY fapi::NO_TOKEN_IN_QUERY fapi::PAR fapi::PKCE_S256 fapi::NO_WILDCARDS fapi::JAR
        fapi::JAR_PS256 fapi::CONFORMANT fapi::JAR_NBF fapi::JAR_EXP fapi::INTERACTION_HEADERS fapi::PRIVATE_KEY_JWT fapi::MTLS
        fapi::RESPONSE_TYPES fapi::ASSERTION_AUDIENCE fapi::REDIRECT_URI fapi::S_HASH fapi::UPDATED_AT fapi::ERROR_CODES
        fapi::ISS fapi::CODE_LIFETIME fapi::PAR_LIFETIME;
    "F-30" "Behaviour that a level changes":
        fapi::S_HASH fapi::UPDATED_AT fapi::ERROR_CODES fapi::ISS fapi::CODE_LIFETIME err::STANDARD_CODES
        fapi::DETACHED_SIGNATURE fapi::LEVEL_CHANGES fapi::PER_REQUEST;
    "F-31" "What FAPI 2.0 adds to the levels":
        fapi2_sp::SIGNING_ALGORITHMS fapi2_sp::NO_REFRESH_ROTATION fapi2_sp::DPOP_OR_MTLS
        fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER fapi2_sp::FUTURE_TIMES rfc9700::REDIRECT_EXACT fapi2_sp::REDIRECT_URI_ENCRYPTED
        fapi2_sp::CONFIDENTIAL_CLIENTS fapi2_sp::NO_PASSWORD_GRANT fapi2_sp::PUSH_AUTHENTICATED fapi2_sp::CODE_ONCE
        fapi2_sp::REQUEST_URI_TEN_MINUTES fapi2_sp::NO_307 fapi2_sp::CREDENTIAL_ENTROPY;
    "F-32" "The recipe for the certification":
        cert::RECIPE cert::CONSENT_SHOWN cert::ACR_CONFIGURED cert::ACR_CLAIM cert::NO_ALG cert::SCOPE_DEFAULT
        cert::REDIRECT_URI_DEFAULT cert::SCOPE_REQUIRED cert::REDIRECT_URI_REQUIRED cert::NOT_AT_REFRESH cert::ISS_SWITCH
        cert::FOUR_TARGETS;
    "F-33" "Pushed requests":
        par::ENDPOINT par::AUTHENTICATED par::RESPONSE par::NO_REQUEST_URI par::REDIRECT_URI par::DETAILS par::SIGNED;
    "F-34" "Who must push":
        par::SWITCH par::SWITCH_FIRST par::BOTH_WAYS par::REQUIRED par::LEVEL_PRECEDES err::PAR_REQUIRED ten::PAR;
    "F-35" "Lifetime of pushed requests":
        par::LIFETIME fapi::PAR_LIFETIME;
    "F-36" "Signed requests":
        jar::ONE_JWT jar::REQUIRED jar::CREDENTIALS jar::CREDENTIAL_INLINE jar::ALG jar::ASYMMETRIC jar::INSIDE_ONLY
        jar::EXPIRED_CREDENTIAL;
    "F-37" "Signed requests at the FAPI 1 levels":
        jar::PS256 jar::NBF jar::EXP;
    "F-38" "APIs and their identifiers":
        api::IDENTIFIER api::TRAILING_SLASH api::NEVER_CALLED api::NAME api::OWN_RULES api::LIFETIME_BOUNDS scp::REPLACE_ALL
        scp::ANYBODY;
    "F-39" "Lifetimes of access tokens":
        api::LIFETIME api::LIFETIME_FOR_WEB;
    "F-40" "Dialects of access tokens":
        api::DIALECTS api::RFC9068 api::DIALECT_CHANGES api::PERMISSIONS api::PERMISSIONS_NEED_ROLES;
    "F-41" "Opaque tokens, JWTs, and UserInfo as an audience":
        pipe::LEGACY_OPAQUE pipe::USERINFO_TOO pipe::USERINFO_BY_SIGNATURE pipe::USERINFO_OPAQUE pipe::API_JWT pipe::JWT_CLAIMS
        pipe::ACCESS_TOKENS_ONLY pipe::NO_PROFILE;
    "F-42" "Signing algorithms":
        api::ALG api::SIGNING_SECRET cli::ID_TOKEN_ALG pipe::PUBLIC_RS256 key::PROBABILISTIC;
    "F-43" "Permissions of users":
        api::ROLES api::NO_ROLES api::PERMISSIONS api::PERMISSIONS_NEED_ROLES scp::ROLES_EXAMPLE api::HOOK_LAST;
    "F-44" "Offline access":
        api::OFFLINE pipe::OFFLINE_GRANTED;
    "F-45" "Access policies of APIs":
        acc::POLICIES acc::NO_OPEN_CLIENTS acc::DEFAULTS acc::DENIED acc::GRANT_NEEDED acc::OPEN;
    "F-46" "Scopes that must be named, and the exception for a refresh":
        acc::EXPLICIT_SCOPE acc::REFRESH_EXCEPTED;
    "F-47" "Client grants":
        acc::GRANT_MEMBERS acc::ONE_PER_SUBJECT acc::CLIENT_SCOPES acc::CEILING acc::DETAILS_FOR_USERS acc::ALL_SCOPES
        acc::NEVER_OUTSIDE acc::DELETED acc::EMPTY acc::HOOKS;
    "F-48" "Reserved names of scopes":
        scp::RESERVED;
    "F-49" "Claims of OpenID scopes":
        scp::OPENID scp::PROFILE scp::EMAIL scp::BOTH_PLACES scp::SUB scp::STANDARD_ONLY scp::ADDRESS_PHONE;
    "F-50" "Custom claims":
        pipe::CUSTOM_CLAIM_PLACE pipe::NAMESPACED scp::CLAIMS_AT_USERINFO scp::SEPARATE_CLAIMS scp::PLAIN_CLAIMS
        scp::METADATA_STANDARD scp::COLLISION pipe::HOOK_PER_GRANT cli::METADATA_IN_HOOKS;
    "F-51" "ID tokens":
        pipe::ID_TOKEN_CLAIMS cli::ID_TOKEN_LIFETIME scp::OPENID;
    "F-52" "Encrypted access tokens":
        jwe::FORMAT jwe::NESTED jwe::ALG jwe::PEM jwe::KID jwe::NAME jwe::THUMBPRINT jwe::ONE_KEY jwe::OFF
        jwe::OPAQUE_TO_CLIENTS jwe::ENC;
    "F-53" "Authorization details: form and limits":
        rar::WHERE rar::JSON rar::ARRAY rar::SIZE rar::ENTRIES rar::TYPE rar::SHARED_TYPE rar::PROPERTIES rar::NAME_LENGTH
        rar::VALUE_LENGTH rar::DEPTH rar::NAME_CHARACTERS;
    "F-54" "Authorization details: types and policy":
        rar::TYPE rar::REGISTERED rar::OPEN rar::GRANT_NEEDED rar::DENIED acc::DETAILS_FOR_USERS rar::EXAMPLES rar::RETURNED;
    "F-55" "Authorization details for the mobile application":
        rar::APP_SCHEMA rar::HIDDEN;
    "F-56" "Authorization details and consent":
        rar::CONSENT_POLICY rar::NO_PUSH rar::PUSH rar::BACKCHANNEL rar::TRANSACTIONAL rar::NO_TRANSACTIONAL_CIBA
        rar::NOT_STORED;
    "F-57" "Backchannel requests: which clients":
        ciba::FIRST_PARTY_CLIENTS ciba::CONFIDENTIAL_CLIENTS ciba::CONFORMANT_CLIENTS ciba::GRANT_LISTED ciba::ANY_CREDENTIAL;
    "F-58" "Backchannel requests: channels":
        ciba::CHANNELS_PER_CLIENT ciba::CHANNEL_PUSH ciba::CHANNEL_MAIL ciba::EXPIRY_RANGE ciba::CHANNEL_CHOICE
        ciba::CHANNEL_FALLBACK ciba::MAIL_VERIFIED ciba::EXPIRY_BOUNDS;
    "F-59" "Backchannel requests: the flow":
        ciba::BINDING_MESSAGE_SHOWN ciba::DETAILS_ACCEPTED ciba::LINK_CONSENT ciba::POLLING;
    "F-60" "Refresh, and narrower scopes":
        rt::SCOPE_OMITTED rt::NARROWER rt::OFFLINE_ONLY rt::NOT_FOR_CLIENTS;
    "F-61" "Rotation of refresh tokens, overlap and reuse":
        rt::ROTATION rt::OVERLAP rt::REUSE rt::NOT_REVIVED rt::RACE;
    "F-62" "Expiry of refresh tokens":
        rt::ABSOLUTE rt::INACTIVITY;
    "F-63" "Revocation, and the user grant":
        rt::REVOCATION rt::GRANT_SURVIVES ten::REVOCATION;
    "F-64" "User codes of devices":
        dev::CHARACTERS dev::MASK dev::FITS_MASK dev::RANDOM dev::COMPARED;
    "F-65" "The device flow":
        dev::NATIVE_ONLY dev::POLLING dev::ORIGINS;
    "F-66" "Dynamic registration":
        dcr::SWITCH dcr::ENDPOINT dcr::OPEN dcr::REDIRECT_URIS dcr::NAME dcr::METHODS dcr::RESPONSE dcr::NO_EXPIRY dcr::SECRET
        dcr::THIRD_PARTY dcr::NO_MANAGEMENT dcr::NO_SECRET dcr::SCOPES dcr::NO_DOMAIN_PLACEHOLDERS ten::REGISTRATION;
    "F-67" "OpenID metadata":
        meta::OPENID meta::STANDARD meta::END_SESSION meta::ACR_VALUES meta::ISS meta::JWKS_URI meta::PAR meta::REGISTRATION
        ten::LOGOUT_ADVERTISED ten::NAME ten::ISSUER;
    "F-68" "OAuth metadata":
        meta::OAUTH meta::AGREE;
    "F-69" "Rotation and revocation of signing keys":
        key::STATES key::ONE_SIGNS key::PUBLISHED key::ROTATE key::PREVIOUS_VALID key::ONLY_PREVIOUS key::ROTATION_FIRST
        key::ROTATE_AND_REVOKE key::REVOKED_FOREVER key::LAST_THREE key::BY_ID;
    "F-70" "The published keys":
        key::PUBLISHED key::NEVER_EXPORTED key::ANY_KEY key::NO_ALG key::SAME_KEY key::RETIRED;
    "F-71" "The operator's own public keys":
        key::CUSTOM_TEN key::CUSTOM_REPLACED key::CUSTOM_FIRST key::CUSTOM_DOMAIN key::CUSTOM_REFUSED key::CUSTOM_PUBLIC;
    "F-72" "Default audience":
        ten::DEFAULT_AUDIENCE;
    "F-73" "The parameter `resource`":
        ten::RESOURCE_OFF ten::RESOURCE_ON ten::RESOURCE_URI;
    "F-74" "Values of `acr`":
        ten::ACR_ALLOWED ten::ACR_PUBLISHED cert::ACR_CONFIGURED cert::ACR_CLAIM;
    "F-75" "`iss` in responses":
        cert::ISS_SWITCH fapi::ISS;
    "F-76" "Redirect URIs: exact comparison, and a missing one":
        uri::MATCH uri::ORDER ten::REDIRECT_URI_OPTIONAL uri::LOCALHOST ten::ERROR_PAGE ten::LOGIN_URI cli::LOGIN_URI;
    "F-77" "Wildcards":
        uri::WILDCARD_SCHEME uri::WILDCARD_SUBDOMAIN uri::WILDCARD_FURTHEST uri::WILDCARD_ONCE uri::WILDCARD_AFFIXES
        uri::WILDCARD_ONE_LABEL uri::WILDCARD_FIELDS uri::WILDCARD_HOST_ONLY uri::LEVEL_WILDCARDS;
    "F-78" "Placeholders for organizations":
        uri::ORGANIZATION_CONTEXT uri::ORGANIZATION_SCHEME uri::ORGANIZATION_SUBDOMAIN uri::ORGANIZATION_FURTHEST
        uri::ORGANIZATION_ONCE uri::ORGANIZATION_AFFIXES uri::ORGANIZATION_WILDCARD uri::ORGANIZATION_FIELDS
        uri::ORGANIZATION_OWN uri::WILDCARD_BESIDE;
    "F-79" "Placeholders for domains":
        uri::DOMAIN_METADATA uri::DOMAIN_KEY uri::DOMAIN_SCHEME uri::DOMAIN_HOST uri::DOMAIN_NO_NESTING uri::DOMAIN_WILDCARD
        uri::DOMAIN_STRING uri::DOMAIN_FIELDS uri::DOMAIN_ORGANIZATION uri::DOMAIN_WHOLE_HOST uri::CANONICAL_FAILS
        uri::DOMAIN_THIRD_PARTY uri::SUBSTITUTE;
    "F-80" "Web origins and CORS":
        web::ORIGINS web::ORIGIN_PARTS web::CORS web::CORS_ENTRIES web::CROSS_ORIGIN web::ORIGIN_REFUSED web::COOKIES
        web::DESCRIPTIONS;
    "F-81" "Errors of cross-origin logins":
        web::CROSS_ORIGIN_BODY web::CREDENTIAL_TYPE web::REALM err::BODY err::CREDENTIAL_TYPE err::CROSS_ORIGIN err::LEAKED
        err::WRONG_PASSWORD err::BLOCKED err::ORIGIN web::LOGIN_ERRORS err::KEY;
    "F-82" "Logout":
        out::RETURN_TO out::WITHOUT_CLIENT out::PLACEHOLDERS out::ADVERTISED out::ENDPOINT out::CONFIRMED ten::LOGOUT_CONFIRMED;
    "F-83" "When consent is asked":
        con::ASKED con::SKIPPED con::LOCALHOST con::THIRD_PARTY con::GRANTED con::PROMPT con::OWN_HOST con::PROMPT_NONE
        api::SKIP_CONSENT con::NOT_ASKED con::DETAILS;
    "F-84" "User grants, rejection and revocation":
        con::GRANT con::REJECTED con::REVOKED con::SHOWN con::PROFILE scp::GROUPED ten::DESCRIPTIONS err::CONSENT_REJECTED;
    "F-85" "Confirmation of callbacks that cannot be verified":
        cli::CONFIRMATION_PRECEDENCE ten::CALLBACK_CONFIRMED;
    "F-86" "Sessions":
        ses::INACTIVITY ses::ABSOLUTE ses::EARLIER ses::INDEPENDENT ses::SEVEN_DAYS;
    "F-87" "Organizations":
        org::PARAMETER org::USAGE org::CLAIMS org::CLIENT_GRANT ten::ORGANIZATION_NAMES acc::ORGANIZATIONS;
    "F-88" "Strict requests":
        cert::SCOPE_DEFAULT cert::REDIRECT_URI_DEFAULT cert::SCOPE_REQUIRED cert::REDIRECT_URI_REQUIRED cert::NOT_AT_REFRESH
        err::STRICT;
    "F-89" "Tokens at UserInfo":
        fapi::NO_TOKEN_IN_QUERY pipe::ID_TOKEN_AT_API pipe::USERINFO_TOO key::CUSTOM_REFUSED;
    "F-90" "Warnings about the configuration":
        auth::KEY_PER_USE uri::WILDCARD_BESIDE uri::LOCALHOST api::ROLES_ADVISED;
}
