//! The parts that huskarl leaves to its caller: sockets, keys, the clock, and authentication by certificate.

use std::borrow::Cow;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use huskarl::core::client_auth::{AuthenticationContext, AuthenticationParams, ClientAuthentication, NoAuth};
use huskarl::core::crypto::signer::{AsymmetricJwsSigner, AsymmetricJwsSignerSelector, JwsSigner, JwsSignerSelector};
use huskarl::core::http::{HttpClient, HttpResponse, Idempotency};
use huskarl::core::jwk::PublicJwk;
use huskarl::core::platform::MaybeSendBoxFuture;
use huskarl::core::time::Clock;
use huskarl::core::{Error, RetryAdvice};

use crate::keys::SigningKey;
use crate::relying_party::{Transport, transport};
use crate::target::Target;

impl HttpClient for Transport {
    fn execute(&self, request: http::Request<Bytes>, _: Idempotency) -> MaybeSendBoxFuture<'_, Result<HttpResponse, Error>> {
        Box::pin(async move {
            let reply = self.carry(request).await.map_err(|error| Error::new(RetryAdvice::No, error))?;
            let status = http::StatusCode::from_u16(reply.status()).map_err(|error| Error::new(RetryAdvice::No, error))?;
            Ok(HttpResponse { status, headers: transport::fields(&reply), body: reply.body().clone() })
        })
    }

    fn uses_mtls(&self) -> bool {
        self.shows_certificate()
    }
}

/// Authentication by client certificate, with no further fields; huskarl adds the `client_id` to the form.
#[derive(Debug)]
pub(super) struct Certificate;

impl ClientAuthentication for Certificate {
    fn authentication_context<'a>(
        &'a self,
        context: AuthenticationContext<'a>,
    ) -> MaybeSendBoxFuture<'a, Result<AuthenticationParams<'a>, Error>> {
        NoAuth.authentication_context(context)
    }
}

/// The target's clock.
pub(super) struct TargetClock(AssertUnwindSafe<Arc<Target>>);

impl TargetClock {
    pub(super) fn new(target: &Arc<Target>) -> Self {
        Self(AssertUnwindSafe(target.clone()))
    }
}

impl fmt::Debug for TargetClock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the clock of {}", self.0.issuer)
    }
}

impl Clock for TargetClock {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0.instance.now()).unwrap_or_default()
    }
}

/// One of the suite's keys, as a huskarl signer.
#[derive(Debug, Clone)]
pub(super) struct Signer {
    pub(super) key: SigningKey,
    pub(super) public: PublicJwk,
}

impl JwsSigner for Signer {
    fn jws_algorithm(&self) -> Cow<'_, str> {
        self.key.algorithm().into()
    }

    fn key_id(&self) -> Option<Cow<'_, str>> {
        self.key.kid().map(Into::into)
    }

    fn sign<'a>(&'a self, input: &'a [u8]) -> MaybeSendBoxFuture<'a, Result<Vec<u8>, Error>> {
        Box::pin(async move { Ok(self.key.sign(input)) })
    }
}

impl AsymmetricJwsSigner for Signer {
    fn public_key_jwk(&self) -> Cow<'_, PublicJwk> {
        Cow::Borrowed(&self.public)
    }
}

impl JwsSignerSelector for Signer {
    fn select_signer(&self) -> MaybeSendBoxFuture<'_, Arc<dyn JwsSigner>> {
        Box::pin(async move { Arc::new(self.clone()) as Arc<dyn JwsSigner> })
    }
}

impl AsymmetricJwsSignerSelector for Signer {
    fn select_asymmetric_signer(&self) -> MaybeSendBoxFuture<'_, Arc<dyn AsymmetricJwsSigner>> {
        Box::pin(async move { Arc::new(self.clone()) as Arc<dyn AsymmetricJwsSigner> })
    }

    fn select_signer_by_thumbprint<'a>(
        &'a self,
        thumbprint: &'a str,
    ) -> MaybeSendBoxFuture<'a, Option<Arc<dyn AsymmetricJwsSigner>>> {
        let fits = self.public.thumbprint() == thumbprint;
        Box::pin(async move { fits.then(|| Arc::new(self.clone()) as Arc<dyn AsymmetricJwsSigner>) })
    }
}
