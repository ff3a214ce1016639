//! The promises. Every violation names one of them.

/// A promise, or (`Tried`) that the fault occurred.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// The fault occurred: the load sent requests, the disk was full, the connections were established.
    Tried,
    /// The server starts on its file.
    Opens,
    /// Every request is answered.
    Answered,
    /// An honest request succeeds, or is refused only because of the fault.
    Honest,
    /// Whole flows succeed within the time limit.
    Served,
    /// Nothing is accepted twice.
    Once,
    /// Everything in a response is stored.
    Stored,
    /// Revoked tokens stay revoked.
    Revoked,
    /// Expired values are refused.
    Expired,
    /// Silent peers are cut off.
    CutOff,
    /// Endless requests are refused before much of them is read.
    Bounded,
    /// Connections cost little memory.
    Memory,
    /// All descriptors are released.
    Descriptors,
}

impl Promise {
    pub fn name(self) -> &'static str {
        match self {
            Self::Tried => "the fault occurs",
            Self::Opens => "the file opens",
            Self::Answered => "every request is answered",
            Self::Honest => "honest requests are refused only because of the fault",
            Self::Served => "honest clients are served",
            Self::Once => "nothing is accepted twice",
            Self::Stored => "everything in a response is stored",
            Self::Revoked => "what was revoked stays revoked",
            Self::Expired => "expired values are refused",
            Self::CutOff => "peers are cut off",
            Self::Bounded => "requests without end are refused",
            Self::Memory => "connections cost little memory",
            Self::Descriptors => "descriptors are released",
        }
    }
}
