//! Dialects: the claims of access tokens that are JWTs.

use crate::access_token::AccessToken;
use crate::api::Dialect;
use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// The payload of an access token in a dialect.
///
/// The dialects without a specification name the client in `azp`, and have an array in `aud` even for one recipient. What they have
/// in common with RFC 9068 beyond that, `jti` and the root grant, is how a token is revoked.
pub(super) struct Payload<'a> {
    pub(super) claims: &'a AccessToken,
    pub(super) dialect: Dialect,
}

impl Serialize for Payload<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !matches!(self.dialect, Dialect::AccessToken | Dialect::AccessTokenAuthz) {
            return self.claims.serialize(serializer);
        }
        let mut members = serde_json::to_value(self.claims).map_err(S::Error::custom)?;
        if let Value::Object(members) = &mut members {
            let client_id = members.remove("client_id");
            members.extend(client_id.map(|client_id| ("azp".to_owned(), client_id)));
            let recipients = self.claims.aud.iter().cloned().map(Value::String).collect();
            members.insert("aud".into(), Value::Array(recipients));
        }
        members.serialize(serializer)
    }
}
