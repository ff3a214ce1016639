//! Plans and their variants, as data.
//!
//! A [`Plan`] is a row of a table: which profiles it demands, and which values each [axis](Axis) takes. Its variants are computed
//! from that. Scenarios are chosen by the [`Features`] of a variant, never by the name of a plan.

mod axis;
mod plan;

use std::fmt;

pub use axis::{
    Apis, Authentication, Axis, Delivery, Grant, Protocol, Registration, RequestMethod, ResponseMode, ResponseType,
    SenderConstraint, Value, Variant,
};
pub use plan::{Choice, Features, Official, PLANS, Plan};

impl Variant {
    /// Its values, in the order of the axes.
    pub fn values(&self) -> impl Iterator<Item = Value> + '_ {
        Axis::ALL.iter().filter_map(|axis| self.value(*axis))
    }

    /// Returns true if this is one of its values.
    pub fn has(&self, value: Value) -> bool {
        self.value(value.axis()) == Some(value)
    }

    /// Returns true if an authorization request is part of it.
    pub fn front_channel(&self) -> bool {
        self.grant() == Some(Grant::AuthorizationCode)
    }

    /// Returns true if clients ask for ID tokens.
    pub fn openid(&self) -> bool {
        self.protocol() == Some(Protocol::OpenId)
    }

    /// Returns true if tokens are bound to DPoP keys.
    pub fn dpop(&self) -> bool {
        self.sender_constraint() == Some(SenderConstraint::Dpop)
    }

    /// Returns true if clients sign assertions.
    pub fn private_key_jwt(&self) -> bool {
        self.client_authentication() == Some(Authentication::PrivateKeyJwt)
    }

    /// Returns true if any part of it needs a client certificate.
    pub fn certificates(&self) -> bool {
        self.client_authentication() == Some(Authentication::Mtls) || self.sender_constraint() == Some(SenderConstraint::Mtls)
    }
}

/// The values in the order of the axes, without the usual ones: `openid/private_key_jwt/dpop`.
impl fmt::Display for Variant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said: Vec<_> = self.values().filter(|value| value.axis().usual() != Some(*value)).map(Value::name).collect();
        formatter.pad(&said.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_of_axes_and_of_their_values_are_distinct() {
        let distinct = |names: &[&str]| names.iter().collect::<BTreeSet<_>>().len() == names.len();
        assert!(distinct(&Axis::ALL.iter().map(|axis| axis.name()).collect::<Vec<_>>()));
        for axis in Axis::ALL {
            assert!(distinct(&axis.values().iter().map(|value| value.name()).collect::<Vec<_>>()), "{axis:?}");
            assert!(axis.values().iter().all(|value| value.axis() == *axis), "{axis:?}");
        }
    }

    #[test]
    fn a_name_leaves_out_the_usual_values() {
        let variant = Variant::default()
            .with(Value::Grant(Grant::AuthorizationCode))
            .with(Value::Protocol(Protocol::OpenId))
            .with(Value::ResponseMode(ResponseMode::Jwt))
            .with(Value::ResponseType(ResponseType::Code));
        assert_eq!(variant.to_string(), "openid/jwt");
        assert_eq!(variant.values().count(), 4);
        assert!(variant.has(Value::ResponseType(ResponseType::Code)) && !variant.has(Value::Delivery(Delivery::Poll)));
    }
}
