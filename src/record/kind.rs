//! The kinds of records. One macro makes the enum, its list and its names, so that none of them can lack a kind.

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)*) => {
        /// The kind of a record: one per type of state that is stored.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Kind { $($(#[$doc])* $kind,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// A short name, for keys in stores. It never changes.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

kinds! {
    /// A registered client.
    Client = "client",
    /// A pushed authorization request.
    Pushed = "pushed",
    /// An interaction with a user.
    Interaction = "interaction",
    /// A login session.
    Session = "session",
    /// The remembered consent of a user to a client.
    Consent = "consent",
    /// An authorization code.
    Code = "code",
    /// A grant: the root of every token that descends from it.
    Grant = "grant",
    /// A refresh token.
    Refresh = "refresh",
    /// An opaque access token.
    Access = "access",
    /// A spent `jti`, a revoked token.
    UseMarker = "use_marker",
    /// The moment before which a subject's tokens are revoked.
    SubjectCutoff = "subject_cutoff",
    /// The moment before which everything issued to a client is void.
    ClientCutoff = "client_cutoff",
    /// The moment before which everything that a user allowed a client is void.
    ConsentCutoff = "consent_cutoff",
    /// A notice to be delivered.
    Notice = "notice",
}

impl Kind {
    /// The kind of this [name](Self::name); `None` for kinds of other versions of this library.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn every_kind_is_read_back_from_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.name()), Some(*kind));
            assert!(kind.name().bytes().all(|octet| octet.is_ascii_lowercase() || octet == b'_'), "{kind:?}");
        }
        assert_eq!(Kind::parse("Client"), None);
        assert_eq!(Kind::parse(""), None);
    }
}
