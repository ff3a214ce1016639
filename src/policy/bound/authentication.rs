//! The ways in which clients authenticate.

use crate::policy::rule::Bound;
use serde::Deserialize;

set! {
    /// A set of ways to authenticate.
    ///
    /// ```
    /// use fapi::policy::{AuthenticationMethod, AuthenticationMethods};
    ///
    /// let by_certificate = AuthenticationMethods::of(&[AuthenticationMethod::TlsClientAuth]);
    /// assert!(!by_certificate.contains(AuthenticationMethod::PrivateKeyJwt));
    /// ```
    AuthenticationMethods of
    /// How a client authenticates (`token_endpoint_auth_method`).
    #[derive(Deserialize)]
    AuthenticationMethod {
        /// A public client, which does not authenticate.
        None = "none",
        /// The secret in the Authorization header ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).
        ClientSecretBasic = "client_secret_basic",
        /// The secret in the body.
        ClientSecretPost = "client_secret_post",
        /// A JWT under the secret ([OpenID Connect Core §9](https://openid.net/specs/openid-connect-core-1_0.html#rfc.section.9)).
        ClientSecretJwt = "client_secret_jwt",
        /// A JWT under a private key ([RFC 7523](https://www.rfc-editor.org/rfc/rfc7523)).
        PrivateKeyJwt = "private_key_jwt",
        /// A certificate of a known authority ([RFC 8705 §2.1](https://www.rfc-editor.org/rfc/rfc8705#section-2.1)).
        TlsClientAuth = "tls_client_auth",
        /// A registered certificate ([RFC 8705 §2.2](https://www.rfc-editor.org/rfc/rfc8705#section-2.2)).
        SelfSignedTlsClientAuth = "self_signed_tls_client_auth",
    }
}

impl Bound for AuthenticationMethods {
    type Input = AuthenticationMethod;

    fn admits(self, method: &AuthenticationMethod) -> bool {
        self.contains(*method)
    }

    fn meet(self, other: Self) -> Option<Self> {
        self.met(other)
    }
}
