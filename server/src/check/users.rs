//! The checks of users.

use super::{Checks, repeated};
use crate::config::Config;
use fapi::OWN_CLAIMS;
use std::collections::BTreeSet;

/// The longest `sub` ([OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)).
const LONGEST_SUBJECT: usize = 255;

pub(super) fn check(config: &Config, checks: &mut Checks) {
    let users = || config.users.iter();
    checks.0.extend(repeated(users().map(|user| user.name.as_str()), |index| format!("users[{index}].name")));
    checks.0.extend(repeated(users().map(|user| user.subject.as_str()), |index| format!("users[{index}].subject")));
    let clients: BTreeSet<_> = config.clients.iter().map(|client| client.metadata.client_id.as_str()).collect();
    for (index, user) in config.users.iter().enumerate() {
        let subject = format!("users[{index}].subject");
        let printable = user.subject.bytes().all(|octet| (0x20..=0x7e).contains(&octet));
        let fits = (1..=LONGEST_SUBJECT).contains(&user.subject.len()) && printable;
        checks.demand(fits, &[], &subject, "must have 1 to 255 printable ASCII characters (OIDCC-2-2)");
        let own = !clients.contains(user.subject.as_str());
        let confused = "is also a client_id: resource servers could take the user for the client (RFC9700-4.15.1-1)";
        checks.demand(own, &[], &subject, confused);
        checks.demand(!user.name.is_empty(), &[], &format!("users[{index}].name"), "must not be empty");
        for (name, _) in &user.claims {
            let path = format!("users[{index}].claims.{name}");
            checks.demand(!OWN_CLAIMS.contains(&name.as_str()), &[], &path, "is a claim that the server makes itself");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::{PasswordCost, PasswordHash};
    use crate::users::User;

    #[test]
    fn no_user_has_a_claim_that_the_library_makes() {
        let mut user = User::new("alice", PasswordHash::new("wonderland", PasswordCost::MINIMAL).unwrap());
        for name in OWN_CLAIMS.iter().chain(&["email"]) {
            user = user.claim(*name, "a".into());
        }
        let mut config = Config::new(None);
        config.users.push(user);
        let mistakes = config.mistakes();
        let refused: Vec<_> = mistakes.iter().map(|mistake| mistake.path.trim_start_matches("users[0].claims.")).collect();
        assert_eq!(refused, OWN_CLAIMS);
    }
}
