//! Backchannel requests.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    FIRST_PARTY_CLIENTS = "OCP-CIBA-01", "CIBA-01", Must, Refuse,
        "A client with backchannel requests is first-party.";

    CONFIDENTIAL_CLIENTS = "OCP-CIBA-02", "CIBA-02", Must, Refuse,
        "A client with backchannel requests is confidential.";

    CONFORMANT_CLIENTS = "OCP-CIBA-03", "CIBA-03", Must, Refuse,
        "A client with backchannel requests is OIDC-conformant.";

    GRANT_LISTED = "OCP-CIBA-04", "CIBA-04", Must, Refuse,
        "A client with backchannel requests has the grant `urn:openid:params:grant-type:ciba`.", planned "pipeline";

    ANY_CREDENTIAL = "OCP-CIBA-05", "CIBA-05", Must, Accept,
        "A backchannel request may be authenticated by secret, private_key_jwt or mutual TLS.", planned "pipeline";

    CHANNELS_PER_CLIENT = "OCP-CIBA-06", "CIBA-06", Must, Refuse,
        "The channels of notifications are enabled per client, and a request for which none is enabled is refused.", planned "pipeline";

    CHANNEL_PUSH = "OCP-CIBA-07", "CIBA-07", Must, Emit,
        "With a `requested_expiry` of at most 300 seconds, the notification goes to the application, if this channel is enabled.", planned "pipeline";

    CHANNEL_MAIL = "OCP-CIBA-08", "CIBA-08", Must, Emit,
        "With a `requested_expiry` of 301 to 259200 seconds, the notification goes by mail, if this channel is enabled.", planned "pipeline";

    EXPIRY_RANGE = "OCP-CIBA-09", "CIBA-09", Must, Refuse,
        "A `requested_expiry` is an integer of 1 to 259200.", planned "pipeline";

    CHANNEL_CHOICE = "OCP-CIBA-10", "CIBA-10", Must, Emit,
        "The `requested_expiry` chooses among channels only if several are enabled.", planned "pipeline";

    CHANNEL_FALLBACK = "OCP-CIBA-11", "CIBA-11", Must, Emit,
        "A user who has no application receives mail instead, if mail is configured.", planned "pipeline";

    MAIL_VERIFIED = "OCP-CIBA-12", "CIBA-12", Must, Refuse,
        "A notification by mail needs a verified address.", planned "pipeline";

    EXPIRY_BOUNDS = "OCP-CIBA-13", "CIBA-13", Must, Refuse,
        "A backchannel request is valid for its `requested_expiry`, and is answered with `expired_token` afterwards.", planned "pipeline";

    BINDING_MESSAGE_SHOWN = "OCP-CIBA-14", "CIBA-14", Must, Emit,
        "The notification contains the `binding_message`.", planned "pipeline";

    DETAILS_ACCEPTED = "OCP-CIBA-15", "CIBA-15", Must, Accept,
        "A backchannel request may contain `authorization_details`.", planned "pipeline";

    LINK_CONSENT = "OCP-CIBA-16", "CIBA-16", Must, Emit,
        "The link of a mail leads to a consent page on which the user approves or rejects.", planned "pipeline";

    POLLING = "OCP-CIBA-17", "CIBA-17", Must, Emit,
        "The client polls with `auth_req_id`, and receives `authorization_pending` and `slow_down` as the standard says.", planned "pipeline";
}
