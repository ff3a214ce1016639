//! The sequence of refresh tokens of a grant, in which each use replaces the token: decides if a use is the first one, the retry of a
//! client that lost the reply, or a replay.
//!
//! A replaced token that comes again was stolen, or its client never received the next one
//! ([RFC 6749 §10.4](https://www.rfc-editor.org/rfc/rfc6749#section-10.4),
//! [RFC 9700 §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)). A server that takes every second use for a theft ends
//! the grants of clients whose connection broke; one that allows every second use finds no thief. A retry is therefore allowed for a
//! short, configured time, to the sender of the first use, and only until a next token is used.
//!
//! # State
//!
//! A refresh token has a position in the sequence, its generation. The grant remembers the last token that was replaced: its generation,
//! its digest, the time of its first use, and the key or certificate that was proven then. Tokens themselves are not stored, and the
//! token that was given for the first use is not given again: each retry gets another one of the same generation.
//!
//! # Decisions
//!
//! Let token 1 be the last that was replaced, and 2a, 2b the tokens that were issued in its place, by the first use and by a retry.
//!
//! | token | time | sender | then | decision |
//! |---|---|---|---|---|
//! | 2a or 2b | any | any | | its first use: tokens of generation 3 are next, and the other of the two is old |
//! | 1 | within the window | as at its first use | no token of generation 2 was used | a retry: another token of generation 2 |
//! | 1 | within the window | another | | a replay: the grant ends |
//! | 1 | later | any | | a replay |
//! | 1, or older | any | any | a token of generation 2 was used | a replay |
//! | 2b | any | any | 2a was used | a replay: two parties continue the sequence |
//!
//! A thief and the client therefore share one sequence. As soon as both continue it, one of them presents an old token and the grant
//! ends, as it does without retries. A sender who proves nothing cannot be told from a thief, who can then retry, too: that is the price
//! of the window, and the reason why it is short and off by default.
//!
//! # Requests at the same time
//!
//! Every first use writes the grant, and a retry rests on the grant that it read. Of many first uses one is stored; the others see
//! it and are decided again, as retries or as replays. A retry and the first use of a token of the next generation exclude each
//! other: whichever comes second finds the other one stored.

use crate::grant::{Grant, Refresh, Replaced};
use crate::sender::Confirmation;
use crate::time::Timestamp;

/// The use of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// The token is next in the sequence.
    First,
    /// The reply to the first use was lost.
    Retry,
    /// The token was replaced.
    Replay,
}

/// A sender's use of a token at some time.
pub(super) struct Attempt<'a> {
    /// The digest of the token.
    pub(super) token: &'a str,
    pub(super) refresh: &'a Refresh,
    /// The key or certificate that was proven. `None` if what was sent does not suffice for a token.
    pub(super) sender: Option<Option<&'a Confirmation>>,
    pub(super) now: Timestamp,
}

impl Attempt<'_> {
    /// Judges the use on a grant, with so many seconds for retries.
    pub(super) fn judge(&self, grant: &Grant, window: u32) -> Use {
        if grant.awaits(self.refresh) {
            return Use::First;
        }
        let retried = grant.replaced.as_ref().is_some_and(|replaced| {
            let same = replaced.generation == self.refresh.generation && replaced.token == self.token;
            // Of several hosts with clocks of their own, the second may be behind the first.
            let timely = window > 0 && self.now < replaced.at.after(window);
            same && timely && self.sender == Some(replaced.sender.as_ref())
        });
        if retried { Use::Retry } else { Use::Replay }
    }

    /// The grant's memory of a first use.
    pub(super) fn replaces(&self) -> Replaced {
        Replaced {
            generation: self.refresh.generation,
            token: self.token.to_owned(),
            at: self.now,
            sender: self.sender.flatten().cloned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cutoff::Moment;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn token(generation: u32) -> Refresh {
        Refresh { grant: "g".into(), client_id: "app".into(), subject: None, binding: None, generation }
    }

    fn key(thumbprint: &str) -> Confirmation {
        Confirmation::Key(thumbprint.into())
    }

    /// A grant whose token `second`, of generation 2, was replaced ten seconds ago by a sender who proved this key.
    fn grant(sender: Option<Confirmation>) -> Grant {
        let replaced =
            Replaced { generation: 2, token: "second".into(), at: Timestamp::from_seconds(NOW.seconds() - 10), sender };
        Grant {
            client_id: "app".into(),
            user: None,
            permissions: Default::default(),
            claims: Default::default(),
            claims_locales: vec![],
            tells_auth_time: false,
            issued_at: Moment { at: NOW, after_client: None, after_consent: None },
            revoked: false,
            replaced: Some(replaced),
            customized: None,
        }
    }

    #[test]
    fn each_row_of_the_table() {
        use Use::*;
        let (mine, other) = (key("mine"), key("other"));
        let (own, another, nothing) = (Some(Some(&mine)), Some(Some(&other)), Some(None));
        // Token, generation, window, sender, and the decision on a grant whose last sender proved a key.
        let rows = [
            ("third", 3, 0, own, First),
            ("third", 3, 0, another, First),
            ("another third", 3, 0, nothing, First),
            ("second", 2, 11, own, Retry),
            ("second", 2, 10, own, Replay),
            ("second", 2, 0, own, Replay),
            ("second", 2, 60, another, Replay),
            ("second", 2, 60, nothing, Replay),
            ("second", 2, 60, None, Replay),
            ("another second", 2, 60, own, Replay),
            ("first", 1, 60, own, Replay),
            ("before positions were stored", 0, 60, own, Replay),
            ("never issued", 4, 60, own, Replay),
        ];
        for (name, generation, window, sender, expected) in rows {
            let refresh = token(generation);
            let attempt = Attempt { token: name, refresh: &refresh, sender, now: NOW };
            assert_eq!(attempt.judge(&grant(Some(key("mine"))), window), expected, "{name} {window} {sender:?}");
        }
        let refresh = token(2);
        let behind = Timestamp::from_seconds(NOW.seconds() - 20);
        let slower = |window| {
            Attempt { token: "second", refresh: &refresh, sender: own, now: behind }.judge(&grant(Some(key("mine"))), window)
        };
        assert_eq!([0, 1].map(slower), [Replay, Retry], "the clock of this host is behind");
        let unproven = |sender| Attempt { token: "second", refresh: &refresh, sender, now: NOW }.judge(&grant(None), 60);
        assert_eq!([unproven(nothing), unproven(own), unproven(None)], [Retry, Replay, Replay]);
    }

    #[test]
    fn a_grant_of_which_nothing_was_replaced_awaits_its_first_token() {
        let fresh = Grant { replaced: None, ..grant(None) };
        let judged = |generation| {
            let refresh = token(generation);
            Attempt { token: "x", refresh: &refresh, sender: Some(None), now: NOW }.judge(&fresh, 60)
        };
        assert_eq!([0, 1, 2].map(judged), [Use::Replay, Use::First, Use::Replay]);
    }
}
