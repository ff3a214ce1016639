//! Grant types.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

macro_rules! grant_types {
    ($( $(#[$doc:meta])* $name:ident = $value:literal; )*) => {
        /// A grant type, by its value in `grant_type` ([RFC 6749 §4](https://www.rfc-editor.org/rfc/rfc6749#section-4)). The token
        /// endpoint serves [some](crate::grant_types_served) of them.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum GrantType {
            $( $(#[$doc])* $name, )*
            /// A grant type that this library does not know.
            Other(String),
        }

        impl GrantType {
            /// Every grant type that this library knows.
            pub const KNOWN: &'static [Self] = &[$(Self::$name),*];

            /// Its value in `grant_type`, if this library knows it.
            pub const fn name(&self) -> Option<&'static str> {
                match self {
                    $( Self::$name => Some($value), )*
                    Self::Other(_) => None,
                }
            }

            /// Its place among the known ones.
            pub(crate) const fn place(&self) -> Option<u32> {
                let mut at = 0;
                $(
                    if matches!(self, Self::$name) {
                        return Some(at);
                    }
                    at += 1;
                )*
                let _ = at;
                None
            }
        }

        impl From<&str> for GrantType {
            fn from(name: &str) -> Self {
                match name {
                    $( $value => Self::$name, )*
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

grant_types! {
    /// `authorization_code`.
    AuthorizationCode = "authorization_code";
    /// `refresh_token`.
    RefreshToken = "refresh_token";
    /// `client_credentials`.
    ClientCredentials = "client_credentials";
    /// `implicit`: tokens from the authorization endpoint.
    Implicit = "implicit";
    /// `password`.
    Password = "password";
    /// The device flow ([RFC 8628](https://www.rfc-editor.org/rfc/rfc8628)).
    DeviceCode = "urn:ietf:params:oauth:grant-type:device_code";
    /// Client-initiated backchannel authentication
    /// ([CIBA](https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html)).
    Ciba = "urn:openid:params:grant-type:ciba";
    /// A password at a connection that the request names.
    PasswordRealm = "http://auth0.com/oauth/grant-type/password-realm";
    /// A second factor by another channel.
    MfaOob = "http://auth0.com/oauth/grant-type/mfa-oob";
    /// A one-time password as a second factor.
    MfaOtp = "http://auth0.com/oauth/grant-type/mfa-otp";
    /// A recovery code in place of a second factor.
    MfaRecoveryCode = "http://auth0.com/oauth/grant-type/mfa-recovery-code";
    /// A one-time password alone.
    PasswordlessOtp = "http://auth0.com/oauth/grant-type/passwordless/otp";
    /// A legacy grant type: the resource owner endpoint.
    LegacyRo = "http://auth0.com/oauth/legacy/grant-type/ro";
    /// A legacy grant type: a JWT at the resource owner endpoint.
    LegacyRoJwtBearer = "http://auth0.com/oauth/legacy/grant-type/ro/jwt-bearer";
    /// A legacy grant type: delegation by refresh token.
    LegacyDelegationRefreshToken = "http://auth0.com/oauth/legacy/grant-type/delegation/refresh_token";
    /// A legacy grant type: delegation by ID token.
    LegacyDelegationIdToken = "http://auth0.com/oauth/legacy/grant-type/delegation/id_token";
    /// A legacy grant type: the access token of another provider.
    LegacyAccessToken = "http://auth0.com/oauth/legacy/grant-type/access_token";
}

impl GrantType {
    /// Its value in `grant_type`.
    pub fn as_str(&self) -> &str {
        match (self, self.name()) {
            (_, Some(name)) => name,
            (Self::Other(name), None) => name,
            (_, None) => "",
        }
    }
}

impl FromStr for GrantType {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(name.into())
    }
}

impl fmt::Display for GrantType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for GrantType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for GrantType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(String::deserialize(deserializer)?.as_str().into())
    }
}

#[cfg(test)]
mod tests {
    use super::GrantType;

    #[test]
    fn known_names_are_read_back_and_others_are_kept() {
        for (at, known) in GrantType::KNOWN.iter().enumerate() {
            assert_eq!(GrantType::from(known.as_str()), *known);
            assert_eq!(known.place(), u32::try_from(at).ok());
        }
        let other = GrantType::from("urn:example:grant");
        assert_eq!((other.as_str(), other.name(), other.place()), ("urn:example:grant", None, None));
    }
}
