//! Requests whose parameters are in a request object.

use std::sync::Arc;

use super::form::FormRequest;
use crate::jwe::Jwe;
use crate::jwt::Jwt;

impl FormRequest {
    /// Sends the parameters in a signed request object.
    #[must_use]
    pub fn with_object(mut self) -> Self {
        self.object.get_or_insert_default();
        self
    }

    /// Sends the parameters as they are, without a request object.
    #[must_use]
    pub fn without_object(mut self) -> Self {
        self.object = None;
        self
    }

    /// Changes the request object before it is signed.
    #[must_use]
    pub fn object(mut self, change: impl Fn(Jwt) -> Jwt + Send + Sync + 'static) -> Self {
        self.object = Some(self.object.unwrap_or_default().spoilt(Arc::new(change)));
        self
    }

    /// Encrypts the request object after it was signed.
    #[must_use]
    pub fn sealed(mut self, seal: Jwe) -> Self {
        self.object = Some(self.object.unwrap_or_default().sealed(seal));
        self
    }

    /// Encrypts the claims of the request object, without a signature.
    #[must_use]
    pub fn sealed_unsigned(mut self, seal: Jwe) -> Self {
        self.object = Some(self.object.unwrap_or_default().sealed_unsigned(seal));
        self
    }

    /// Sends this text as request object.
    #[must_use]
    pub fn object_text(mut self, text: impl Into<String>) -> Self {
        self.object = Some(self.object.unwrap_or_default().of_text(text.into()));
        self
    }

    /// Adds a parameter beside the request object, which does not get it.
    #[must_use]
    pub fn outside(mut self, name: &str, value: impl Into<String>) -> Self {
        self.outside.push((name.into(), value.into()));
        self
    }
}
