//! The choices of the pipeline: the points at which its documents contradict each other or a standard.

/// A contradiction, and the way in which this project resolves it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Choice {
    /// The stable identifier: `C-nn` if documents of the pipeline contradict each other, `STD-nn` if they contradict a standard.
    pub id: &'static str,
    /// The contradiction, in our own words.
    pub contradiction: &'static str,
    /// The decision of this project, which is also the default of the setting.
    pub decision: &'static str,
    /// The name of the setting or policy rule that decides otherwise, if there is one.
    pub setting: Option<&'static str>,
    /// True if the decision is not built yet.
    pub planned: bool,
}

macro_rules! choices {
    ($($state:ident $id:literal $contradiction:literal $decision:literal $(, setting $setting:literal)?;)*) => {
        /// Every choice: first between documents of the pipeline, then between them and standards.
        pub const CHOICES: &[Choice] = &[$(Choice {
            id: $id,
            contradiction: $contradiction,
            decision: $decision,
            setting: choices!(@setting $($setting)?),
            planned: choices!(@$state),
        }),*];
    };
    (@setting) => { None };
    (@setting $name:literal) => { Some($name) };
    (@built) => { false };
    (@planned) => { true };
}

choices! {
    planned "C-01"
        "The documents announce three values of `compliance_level` and list five."
        "Five values, of which one means none, and two of our own for DPoP.";
    planned "C-02"
        "The claim is called `update_at` on one page and `updated_at` on another, and is a number or a string."
        "`updated_at`, always a number; a string only with `corrections` set to the documents and without a level.", setting "corrections";
    planned "C-03"
        "The pages differ about the algorithms of access tokens and ID tokens: HS256 and RS256, or PS256 as well."
        "HS256, RS256 and PS256 for both, and ES256 and EdDSA, which are ours; the default is RS256.";
    planned "C-04"
        "A client with private_key_jwt must have ID tokens with RS256, but other pages use such keys with PS256."
        "Only HS256 is refused.";
    built "C-05"
        "Some pages leave mutual TLS out of the methods with credentials, and only one counts a client without method as confidential."
        "Every client is confidential unless its method is `none`.";
    planned "C-06"
        "One page sets `token_endpoint_auth_method` to `private_key_jwt`, and another wants this member null and `client_authentication_methods` instead."
        "The methods object; the member of RFC 7591 is translated to it.";
    planned "C-07"
        "First-party clients skip consent by default, or only if the API lets them, or never the first time."
        "They skip it only if the API lets them and they can be verified, which is off by default.", setting "skip_consent";
    built "C-08"
        "The default policy for users is `allow_all` on one page, and another one shows client grants for them."
        "For users `allow_all`, for clients `require_client_grant`.", setting "access";
    built "C-09"
        "Scopes must be named where a client grant is needed, but a sample request has none, and another page assumes `openid`."
        "The request is refused; the setting grants all scopes of the grant, or `openid` alone.", setting "scope_omitted";
    built "C-10"
        "One page explains `allow_all` for clients, and another one says that it is for users only."
        "It is refused for clients, by a rule of the profile of the pipeline; a server for plain OAuth keeps its open API.", setting "client_grant";
    planned "C-11"
        "Custom claims must have a namespace, or may have plain names that collide with nothing."
        "Plain names are allowed unless they collide; the setting demands a namespace.", setting "custom_claims";
    built "C-12"
        "A token for an API serves at UserInfo if the API signs with RS256, or only if `openid` was granted as well."
        "The token needs `openid` and an asymmetric signature of any kind.", setting "userinfo_audience";
    built "C-13"
        "A token for UserInfo alone is opaque, or could be."
        "It is always opaque.";
    planned "C-14"
        "Sessions begin only at pages of the server, but clients may have login pages of their own."
        "A password grant begins no session.";
    planned "C-15"
        "The implicit flow is recommended and on by default, and the newer pages advise against it."
        "It is served only where a policy allows it.";
    built "C-16"
        "ID tokens have `at_hash`, but none of the samples has."
        "An ID token beside an access token always has it.";
    planned "C-17"
        "A generated secret is called 64-bit, and its expiry of 0 is explained as the client's."
        "A secret has 64 alphanumeric characters and does not expire.";
    planned "C-18"
        "Responses contain `iss` by the level, or only by a flag of the server."
        "Either suffices, and the metadata says so.", setting "response_iss";
    planned "C-19"
        "Two credentials per client, or two certificates; with two in total, no key can be rotated beside another use."
        "Two per use; the setting counts in total.", setting "credentials_in_total";
    planned "C-20"
        "A thumbprint is that of the certificate, or that of the key."
        "The JWK thumbprint, and `x5t#S256` beside it for certificates.";
    planned "C-21"
        "The size of authorization details is given as 5Kb, the depth without a start, and an order as text or number."
        "5120 bytes; the object itself is the first level; the order may be an integer or a string.";
    planned "C-22"
        "A placeholder is spelled with a dot or with an underscore."
        "With an underscore.";
    planned "C-23"
        "CORS origins may have placeholders for domains alone, or wildcards and placeholders for organizations too."
        "All of them, as the page about placeholders says.";
    planned "C-24"
        "A missing `scope` is denied by the query, but under a level the parameters are in the pushed body."
        "The effective request counts, wherever its parameters were.";
    planned "C-25"
        "The path for pushed requests is `/par` or `/oauth/par`."
        "`/par`; the setting chooses the paths of the documents.", setting "paths";
    planned "C-26"
        "Consent is always asked on localhost, or only if the client registered it."
        "It is asked if the `redirect_uri` is on localhost.";
    planned "C-27"
        "The path of a web origin is ignored, or makes the comparison fail."
        "An entry with path, query or fragment is a mistake of the configuration.";
    planned "C-28"
        "The operator's own signing keys are imported with their public part alone, or are used for signing."
        "Public parts alone are imported.";
    built "C-29"
        "The discovery document contains several keys; it is the key set that does."
        "The key set contains them.";
    planned "C-30"
        "A sample user has one colour in the profile and another one in the token."
        "The vectors use one.";
    planned "C-31"
        "ID tokens of third-party clients have the minimum of a profile, which is not listed."
        "Protocol claims and the claims of scopes that the user consented to.";
    built "C-32"
        "The list of what is intersected with a client grant is missing."
        "Requested, defined by the API, granted to the client, permitted to the user, consented to.";
    built "C-33"
        "A primer says that the header of a JWT includes its signature."
        "RFC 7515 counts.";
    planned "C-34"
        "Members are booleans or strings, arrays or single values, and are spelled in several ways."
        "Booleans and arrays are strict, and the kind is spelled `non_interactive`.";
    planned "C-35"
        "A sample registers RS256 for request objects, and the FAPI 1 levels accept PS256 alone."
        "The check of the configuration warns.";
    planned "C-36"
        "The channel of a backchannel request by its expiry is undefined if only one channel is enabled, and so is the default."
        "The only channel is used, and the default is 300 seconds.";
    planned "C-37"
        "Backchannel requests need a first-party client, and the recipe for the certification a third-party one."
        "They are two clients.";
    planned "C-38"
        "The page about confirming a logout says that the user confirms a login."
        "The user confirms the logout.";
    planned "C-39"
        "Sessions last seven days, or three days without use."
        "There are two timers, and the earlier one ends the session.";
    planned "C-40"
        "Samples show several lifetimes of access tokens and ID tokens."
        "The defaults are those of the pages about settings: 86400 and 36000 seconds.";
    planned "C-41"
        "A machine client has interactive grants by default."
        "It has them, and the check of the configuration warns.";
    planned "C-42"
        "Nothing succeeds at a level that does not comply, but the matrix says nothing of bound tokens, algorithms, rotation and the kind of client."
        "Our levels demand those too.", setting "corrections";
    built "C-43"
        "Half of the introduction consists of headings without text."
        "The standards count.";
    built "STD-01"
        "The documents sign with RS256 by default; FAPI 2.0 allows PS256, ES256 and EdDSA alone."
        "FAPI 2.0 counts at its levels.", setting "corrections";
    built "STD-02"
        "The documents let refresh tokens rotate; FAPI 2.0 does not."
        "No rotation at its levels.", setting "corrections";
    built "STD-03"
        "The documents bind tokens to certificates alone; FAPI 2.0 also has DPoP."
        "Both are served.";
    built "STD-04"
        "The documents leave open whether an audience may be an array; in FAPI 2.0 it is the issuer as a string."
        "The issuer as a string, at its levels.", setting "corrections";
    built "STD-05"
        "The documents say nothing about times in the future; FAPI 2.0 does."
        "As FAPI 2.0 says.";
    built "STD-06"
        "The documents allow wildcards at the FAPI 2 levels; the standards demand exact https URLs."
        "Exact https URLs at these levels.", setting "corrections";
    built "STD-07"
        "The matrix has no rows for confidential clients, the password grant, codes that are used once, and status 307."
        "FAPI 2.0 counts at its levels.", setting "corrections";
    planned "STD-08"
        "A 64-bit secret has less than the 128 bits of entropy that FAPI 2.0 demands."
        "A generated secret has at least 256 bits.";
    built "STD-09"
        "The documents link an early draft of FAPI 2.0."
        "The final document counts.", setting "corrections";
    planned "STD-10"
        "The documents demand PS256 for request objects alone; FAPI 1.0 also allows ES256, and for every signature."
        "Both, and for ID tokens as well.", setting "corrections";
    planned "STD-11"
        "FAPI 1.0 also has `code` with a signed response."
        "A signed response may take the place of `code id_token`.";
    planned "STD-12"
        "FAPI 1.0 wants the issuer in the `aud` of a request object."
        "It is required at the FAPI 1 levels.", setting "corrections";
    planned "STD-13"
        "The documents require the `x-fapi` headers without saying where; in FAPI 1.0 most are optional, and at resources."
        "They are checked at resources and at UserInfo, and the interaction id is returned.", setting "interaction_headers";
    planned "STD-14"
        "The documents call `s_hash` the SHA-256 of `state`; the standard takes half of the hash of the ID token's algorithm."
        "The standard counts.", setting "corrections";
    planned "STD-15"
        "A requested `acr` that is not listed is refused; OpenID Connect treats the request as voluntary."
        "It is voluntary; the setting refuses.", setting "strict_acr_values";
    planned "STD-16"
        "A registration without method has `client_secret_post`, and the response leaves the method out; RFC 7591 demands the contrary of both."
        "The response has everything; the setting chooses the default method.", setting "defaults";
    built "STD-17"
        "A request without `scope` becomes an OpenID request; RFC 6749 lets a server have a documented default."
        "It is refused; the setting chooses `openid` where there is a user.", setting "scope_omitted";
    planned "STD-18"
        "The documents serve implicit and password grants; RFC 9700 advises against the one and forbids the other."
        "They are served only by a server whose policy leaves out the profile of OAuth.";
    built "STD-19"
        "The parameter `audience` is no standard and precedes `resource`, which may repeat and has no fragment."
        "Both parameters; a fragment is refused, and a token is for one API.", setting "resource_parameter";
    planned "STD-20"
        "The documents write a subject in lines; RFC 8705 takes the form of RFC 4514 and alternative names."
        "Both forms are read.";
    planned "STD-21"
        "The edge has headers of its own; RFC 9440 has `Client-Cert`."
        "Both forms are read.";
    built "STD-22"
        "A missing `redirect_uri` is tolerated; OpenID Connect and FAPI 1.0 require it."
        "It is required there.", setting "corrections";
    planned "STD-23"
        "The documents use `returnTo` and wildcards; RP-Initiated Logout compares `post_logout_redirect_uri` exactly."
        "Both parameters, the standard one compared exactly.";
    planned "STD-24"
        "The documents follow a draft of authorization details; RFC 9396 also demands a response and metadata."
        "RFC 9396 counts, and the limits of the documents are rules.";
    planned "STD-25"
        "The documents describe polling alone, and no metadata of backchannel requests."
        "Polling, with the metadata of the standard.";
    planned "STD-26"
        "RSA-OAEP-384 and RSA-OAEP-512 are not in RFC 7518."
        "A vector shows that they are read by other software.";
    built "STD-27"
        "The documents' dialect has `azp` and no type; RFC 9068 demands a type, `client_id` and `jti`."
        "Each dialect has its own encoder, and every token is typed.", setting "dialect";
    built "STD-28"
        "Rotation is optional; RFC 9700 demands it for public clients, or tokens that are bound."
        "RFC 9700 counts.";
    built "STD-29"
        "PKCE is recommended; RFC 9700 requires it of public clients."
        "It is required of them.";
    built "STD-30"
        "A token in the query is refused under a level alone; RFC 6750 advises against it everywhere."
        "It is always refused.";
    planned "STD-31"
        "An origin that is not allowed is answered without an OAuth error."
        "The layer that answers browsers does this, and no endpoint.";
    planned "STD-32"
        "The issuer ends with a slash, which RFC 8414 drops before the well-known path."
        "It is dropped, as a vector shows.";
    planned "STD-33"
        "Nothing keeps an API from signing with HS256 under a level; FAPI 2.0 does."
        "It is a mistake of the configuration under a level.";
    planned "STD-34"
        "OpenID Connect gives `offline_access` only with `prompt` consent; the documents' first-party clients receive it without."
        "A rule of the profile of OpenID, and not of the pipeline.", setting "offline_access";
    built "STD-35"
        "A rejection redirects with status 302; FAPI 2.0 prefers 303."
        "303.";
    built "STD-36"
        "Descriptions of errors repeat what a peer sent."
        "Only registered names are put into a description.";
    planned "STD-37"
        "Only the client's own origins may read responses; to a standard server, origins do not matter."
        "Every origin by default; the setting restricts it to registered ones.", setting "cors";
    planned "STD-38"
        "Tokens of an API live a day by default; short lifetimes are advised."
        "The documents' default for registered APIs, and a warning above 3600 seconds under a level.", setting "token_lifetime";
}
