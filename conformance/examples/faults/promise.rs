//! What is promised; every violation is of one of these.

/// A promise, or (`Tried`) that the case did what it is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// The fault came about: the load did something, the disk was full, the connections were established.
    Tried,
    /// The server starts on its file.
    Opens,
    /// Every request is answered.
    Answered,
    /// An honest request is answered with success, or as the fault excuses.
    Honest,
    /// Whole flows succeed, in time.
    Served,
    /// Nothing is accepted twice.
    Once,
    /// What was told is stored.
    Stored,
    /// What was taken back stays so.
    Revoked,
    /// What has expired is refused.
    Expired,
    /// Peers that say nothing are cut off.
    CutOff,
    /// Requests without end are refused before much of them is taken in.
    Bounded,
    /// Connections cost little memory.
    Memory,
    /// Descriptors come back.
    Descriptors,
}

impl Promise {
    pub fn name(self) -> &'static str {
        match self {
            Self::Tried => "the fault comes about",
            Self::Opens => "the file opens",
            Self::Answered => "every request is answered",
            Self::Honest => "honest requests are refused for the fault only",
            Self::Served => "honest clients are served",
            Self::Once => "nothing is accepted twice",
            Self::Stored => "what was told is stored",
            Self::Revoked => "what was revoked stays revoked",
            Self::Expired => "what has expired is refused",
            Self::CutOff => "peers are cut off",
            Self::Bounded => "requests without end are refused",
            Self::Memory => "connections cost little memory",
            Self::Descriptors => "descriptors come back",
        }
    }
}
