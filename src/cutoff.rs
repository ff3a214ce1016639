//! Cutoffs: a moment before which everything issued to a user or a client is void.
//!
//! Withdrawing everything is then one write, and checking it one key, without a scan of what was issued.
//!
//! The clocks of hosts differ, and an exchange commits later than it began. A cutoff therefore lies [`MARGIN`] seconds in the future:
//! what another host issued until the commit, perhaps by a clock that is ahead, is void too. An exchange that has read a cutoff is
//! later than it, whatever its clock says: what it issues names the cutoff, and counts at once. Each cutoff is therefore later than
//! the one before.

use crate::entropy::digest;
use crate::exchange::Entry;
use crate::primitives::Primitives;
use crate::record::{Kind, Stored, parse};
use crate::time::{MARGIN, Timestamp};
use crate::user::AuthenticatedUser;
use serde::{Deserialize, Serialize};

/// Ends what rests on earlier logins of a subject.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubjectCutoff {
    /// Everything that rests on a login before this moment is void.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<Timestamp>,
    /// Sessions of logins before this moment are over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sessions_since: Option<Timestamp>,
}

/// Everything that was issued to this client before this moment is void.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientCutoff {
    pub(crate) since: Timestamp,
}

/// Everything that a user allowed a client before this moment is void: consent, codes and grants.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentCutoff {
    pub(crate) since: Timestamp,
}

impl Stored for SubjectCutoff {
    const KIND: Kind = Kind::SubjectCutoff;
    const VERSION: u32 = 2;

    /// Version 1 had no `sessions_since`.
    fn upgrade(version: u32, json: &[u8]) -> Option<Self> {
        (version == 1).then(|| parse(json))?
    }
}

impl Stored for ClientCutoff {
    const KIND: Kind = Kind::ClientCutoff;
}

impl Stored for ConsentCutoff {
    const KIND: Kind = Kind::ConsentCutoff;
}

impl SubjectCutoff {
    pub(crate) fn id(primitives: &dyn Primitives, subject: &str) -> String {
        digest(primitives, format!("subject cutoff\0{subject}").as_bytes())
    }

    /// Returns true if what rests on this login still counts.
    pub(crate) fn admits(cutoff: Entry<'_, Self>, user: &AuthenticatedUser, now: Timestamp) -> bool {
        cutoff.live(now).is_none_or(|cutoff| user.is_after(cutoff.since))
    }

    /// Returns true if a session of this login is not over.
    pub(crate) fn admits_session(cutoff: Entry<'_, Self>, user: &AuthenticatedUser, now: Timestamp) -> bool {
        cutoff.live(now).is_none_or(|cutoff| user.is_after(cutoff.latest()))
    }

    /// The later of both moments.
    pub(crate) fn latest(&self) -> Option<Timestamp> {
        self.since.max(self.sessions_since)
    }
}

impl ConsentCutoff {
    pub(crate) fn id(primitives: &dyn Primitives, subject: &str, client_id: &str) -> String {
        digest(primitives, format!("consent cutoff\0{client_id}\0{subject}").as_bytes())
    }
}

/// The moment at which something was issued to a client, in the order of cutoffs. It is stored as the time alone if no cutoff was
/// later by the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredMoment", into = "StoredMoment")]
pub(crate) struct Moment {
    pub(crate) at: Timestamp,
    /// The cutoff of the client that it came after, although by the clock it did not.
    pub(crate) after_client: Option<Timestamp>,
    /// The cutoff of the user's consent that it came after, although by the clock it did not.
    pub(crate) after_consent: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredMoment {
    Time(Timestamp),
    Named(NamedMoment),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedMoment {
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after_client: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after_consent: Option<Timestamp>,
}

impl From<StoredMoment> for Moment {
    fn from(stored: StoredMoment) -> Self {
        match stored {
            StoredMoment::Time(at) => Self { at, after_client: None, after_consent: None },
            StoredMoment::Named(NamedMoment { at, after_client, after_consent }) => Self { at, after_client, after_consent },
        }
    }
}

impl From<Moment> for StoredMoment {
    fn from(moment: Moment) -> Self {
        match moment {
            Moment { at, after_client: None, after_consent: None } => Self::Time(at),
            Moment { at, after_client, after_consent } => Self::Named(NamedMoment { at, after_client, after_consent }),
        }
    }
}

/// A cutoff that what was issued is compared with.
pub(crate) trait Cutoff: Stored {
    fn since(&self) -> Timestamp;

    /// The cutoff of this kind that something came after, although by the clock it did not.
    fn named(moment: &Moment) -> Option<Timestamp>;

    /// The moment of the cutoff, if there is one.
    fn of(cutoff: Entry<'_, Self>, now: Timestamp) -> Option<Timestamp> {
        cutoff.live(now).map(|cutoff| cutoff.since())
    }

    /// Returns true if something issued at that moment still counts.
    fn admits(cutoff: Entry<'_, Self>, issued_at: &Moment, now: Timestamp) -> bool {
        Self::of(cutoff, now).is_none_or(|since| issued_at.at >= since || Self::named(issued_at) >= Some(since))
    }
}

impl Cutoff for ClientCutoff {
    fn since(&self) -> Timestamp {
        self.since
    }

    fn named(moment: &Moment) -> Option<Timestamp> {
        moment.after_client
    }
}

impl Cutoff for ConsentCutoff {
    fn since(&self) -> Timestamp {
        self.since
    }

    fn named(moment: &Moment) -> Option<Timestamp> {
        moment.after_consent
    }
}

/// The moment of a cutoff that is made now: after everything that another host may have issued until now, and after the cutoff
/// before, which what was issued since may name.
pub(crate) fn next_cutoff(before: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let soon = now.after(MARGIN);
    before.map_or(soon, |before| before.after(1).max(soon))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cutoff_is_later_than_any_clock_that_is_tolerated_and_than_the_one_before() {
        let now = Timestamp::from_seconds(1_000);
        let first = next_cutoff(None, now);
        assert_eq!(first, now.after(MARGIN));
        assert_eq!(next_cutoff(Some(first), now), first.after(1), "in the same second");
        assert_eq!(next_cutoff(Some(first), now.before(30)), first.after(1), "by a clock that is behind");
        assert_eq!(next_cutoff(Some(first), now.after(90)), now.after(90 + MARGIN));
    }

    #[test]
    fn a_login_counts_after_the_cutoff_or_if_it_had_read_it() {
        let at = |auth_time, after_cutoff: Option<i64>| {
            let user = AuthenticatedUser::new("alice", Timestamp::from_seconds(auth_time));
            AuthenticatedUser { after_cutoff: after_cutoff.map(Timestamp::from_seconds), ..user }
        };
        let since = Some(Timestamp::from_seconds(1_000));
        assert!(at(0, None).is_after(None));
        for (user, counts) in
            [(at(999, None), false), (at(1_000, None), true), (at(940, Some(999)), false), (at(940, Some(1_000)), true)]
        {
            assert_eq!(user.is_after(since), counts, "{user:?}");
        }
    }
}
