//! Signed authorization requests.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    ONE_JWT = "OCP-JAR-01", "JAR-01", Must, Accept,
        "The parameters of a request may travel in one signed JWT, `request`.", planned "pipeline";

    REQUIRED = "OCP-JAR-02", "JAR-02", Must, Refuse,
        "A client whose `signed_request_object` is required sends signed requests, to the authorization endpoint and to the PAR endpoint.", planned "pipeline";

    CREDENTIALS = "OCP-JAR-03", "JAR-03", Must, Refuse,
        "A request object is signed by a key that the client lists for request objects; its other keys do not verify it.", planned "pipeline";

    CREDENTIAL_INLINE = "OCP-JAR-04", "JAR-04", Must, Accept,
        "The credential of request objects can be made with the client, or on its own and then listed.", planned "pipeline";

    ALG = "OCP-JAR-05", "JAR-05", Must, Refuse,
        "A request object is signed with the algorithm of its credential.", planned "pipeline";

    PS256 = "OCP-JAR-06", "JAR-06", Must, Refuse,
        "At the FAPI 1 levels, the server refuses a request object that is signed with another algorithm than PS256.", planned "pipeline";

    NBF = "OCP-JAR-07", "JAR-07", Must, Refuse,
        "At the FAPI 1 levels, the server refuses a request object whose `nbf` is more than 60 minutes ago.", planned "pipeline";

    EXP = "OCP-JAR-08", "JAR-08", Must, Refuse,
        "At the FAPI 1 levels, the server refuses a request object that lives longer than 60 minutes.", planned "pipeline";

    ASYMMETRIC = "OCP-JAR-09", "JAR-09", Must, Refuse,
        "The server refuses a request object without signature or with a symmetric one.", planned "pipeline";

    INSIDE_ONLY = "OCP-JAR-10", "JAR-10", Must, Refuse,
        "The `client_id` outside of a request object is the one inside, and no other parameter outside counts.", planned "pipeline";

    EXPIRED_CREDENTIAL = "OCP-JAR-11", "JAR-11", Must, Refuse,
        "An expired credential does not verify a request object.", planned "pipeline";
}
