//! The statements of the pipeline that are outside of this project, each with the reason.

/// A statement that is no row of the registry.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outside {
    /// The stable identifier, as a clause of the pipeline.
    pub id: &'static str,
    /// The statement, in our own words.
    pub statement: &'static str,
    /// The reason why it is outside.
    pub reason: &'static str,
}

macro_rules! outside {
    ($($id:literal $statement:literal $reason:literal;)*) => {
        /// Every statement that is no row.
        pub const OUTSIDE: &[Outside] = &[$(Outside { id: $id, statement: $statement, reason: $reason }),*];
    };
}

outside! {
    "PIPE-23" "The legacy endpoint for passwords takes JSON."
        "an endpoint of another product, long deprecated";
    "PIPE-34" "Tokens of one client are exchanged for those of another by delegation."
        "legacy; several clients of one API take its place";
    "CLI-11" "Access tokens of users open parts of the management API, and ID tokens none."
        "management API";
    "CLI-20" "The first callback is the default for protocols that name none."
        "SAML and WS-Federation";
    "CLI-22" "A list names the clients that may delegate."
        "legacy delegation";
    "GRT-11" "The dashboard enables some grants together."
        "dashboard";
    "MTLS-19" "Only domains with certificates of their own can use mutual TLS."
        "management of domains";
    "MTLS-20" "The creation of a domain has members for its verification, its TLS policy and the header of the address."
        "management of domains";
    "MTLS-21" "The secret of the edge is shown once."
        "management of domains";
    "MTLS-24" "The edge may check certificates against lists and for revocation."
        "duty of the edge";
    "MTLS-25" "FAPI puts demands on the TLS of the edge."
        "transport";
    "FAPI-27" "Levels belong to a subscription."
        "billing";
    "API-20" "A management API is registered from the start."
        "product";
    "API-24" "Tokens of machines should live an hour."
        "advice";
    "ACC-19" "Client grants can be listed in pages."
        "management API";
    "ACC-21" "Clients should have no more scopes than they need."
        "advice";
    "ACC-22" "A client that may write client grants can raise its own rights."
        "advice";
    "RAR-27" "Templates of the consent page have access to the details."
        "templates; the reference server renders them plainly";
    "CIBA-18" "Notifications, mail and enrolment are delivered."
        "delivery, a duty of the host";
    "DCR-14" "An access list may guard the registration endpoint."
        "traffic rules";
    "META-12" "Clients that cannot verify symmetric signatures should have RS256."
        "advice";
    "META-13" "Files associate native clients with a domain."
        "mobile platforms";
    "KEY-21" "Certificates of signing keys can be downloaded in several formats."
        "distribution";
    "KEY-22" "The endpoint for rotating keys has a smaller rate limit."
        "rate limits";
    "TEN-09" "The parameter `resource` may be forwarded to another identity provider."
        "federation";
    "TEN-18" "Errors of a public sign-up can be made generic."
        "sign-up";
    "TEN-21" "A global client serves legacy APIs."
        "legacy";
    "TEN-24" "Other settings concern languages, migrations, previews and directories."
        "product";
    "URI-37" "Placeholders for organizations should stand only on domains that the operator controls."
        "advice";
    "WEB-11" "The fallback page of a cross-origin login is on the domain of the form."
        "browser library";
    "OUT-07" "Clients notice a logout by asking every 15 minutes without a page."
        "advice to clients";
    "SES-05" "Single sign-on is on by default, and legacy servers have a switch."
        "legacy";
    "ORG-05" "Organizations have members, branding and roles."
        "management of users";
    "ERR-14" "A sign-up of an existing user has an error of its own."
        "sign-up";
    "MGMT-01" "Clients are created, read, changed and deleted."
        "management API";
    "MGMT-02" "Credentials are created, changed and deleted."
        "management API";
    "MGMT-03" "Secrets are rotated."
        "management API";
    "MGMT-04" "Client grants are created, read, changed and deleted."
        "management API";
    "MGMT-05" "APIs are created, read, changed and deleted."
        "management API";
    "MGMT-06" "Settings of the server are changed."
        "management API";
    "MGMT-07" "Signing keys are read, rotated and revoked."
        "management API";
    "MGMT-08" "Domains, connections, pages and templates are managed."
        "management API";
}
