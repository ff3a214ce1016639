//! The requests of the clients and browsers. They refer to values by the numbers of the steps that produced them.

/// The step that produced a code, a token or a proof.
pub type Id = u32;

// The first two clients prove themselves by assertions and DPoP, under FAPI 2.0.
/// Authenticates with a certificate, under FAPI 2.0, and may introspect every token for the resource.
pub const MUTUAL: usize = 2;
/// Has no credentials, and optionally a DPoP key.
pub const PHONE: usize = 3;
pub const CLIENTS: usize = 4;
/// One key for each client, and one for the attacker.
pub const KEYS: usize = 5;
pub const USERS: usize = 3;

pub const ACCOUNTS: u8 = 1;
pub const PAYMENTS: u8 = 2;
pub const OPENID: u8 = 4;

/// Returns true if the client signs assertions.
pub fn asserts(client: usize) -> bool {
    client < MUTUAL
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// With the client's own credentials.
    Own(usize),
    /// In the name of one client, with the credentials of another.
    Forged { name: usize, by: usize },
    /// With an assertion that was made for another request.
    Replayed(Id),
}

impl Caller {
    /// Returns the client whose certificate the connection presents.
    pub fn certificate(&self) -> Option<usize> {
        match self {
            Self::Own(MUTUAL) | Self::Forged { by: MUTUAL, .. } => Some(MUTUAL),
            _ => None,
        }
    }

    /// Returns the step that made the assertion.
    pub fn assertion(&self, id: Id) -> Option<Id> {
        match *self {
            Self::Own(by) | Self::Forged { by, .. } => asserts(by).then_some(id),
            Self::Replayed(before) => Some(before),
        }
    }
}

/// The endpoint for which a proof is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Push,
    Token,
    Resource,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    None,
    Fresh { key: usize, place: Place, token: Option<Id> },
    Replayed(Id),
}

impl Proof {
    /// Returns the step that made the proof.
    pub fn sent(&self, id: Id) -> Option<Id> {
        match *self {
            Self::None => None,
            Self::Fresh { .. } => Some(id),
            Self::Replayed(before) => Some(before),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Say {
    LogIn(usize),
    Consent { scope: u8, remember: bool },
    Deny,
}

/// A visit by a browser, with the cookie that it has at that time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub browser: usize,
    pub session: Option<Id>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Made, but intercepted and not delivered.
    Withheld {
        caller: Caller,
        proof: Proof,
    },
    Push {
        caller: Caller,
        proof: Proof,
        scope: u8,
    },
    Present {
        visit: Visit,
        client: usize,
        pushed: Id,
    },
    /// Parameters in the query itself.
    Direct {
        visit: Visit,
        client: usize,
        scope: u8,
    },
    Answer {
        visit: Visit,
        page: Id,
        say: Say,
    },
    /// With the verifier of the request of step `verifier` and the redirect URI of client `redirect`.
    Redeem {
        caller: Caller,
        proof: Proof,
        code: Id,
        verifier: Id,
        redirect: usize,
    },
    Refresh {
        caller: Caller,
        proof: Proof,
        refresh: Id,
        scope: Option<u8>,
    },
    /// The client credentials grant.
    Itself {
        caller: Caller,
        proof: Proof,
        scope: u8,
    },
    Call(Call),
    Introspect {
        caller: Caller,
        token: Id,
        refresh: bool,
    },
    Revoke {
        caller: Caller,
        token: Id,
        refresh: bool,
    },
    RevokeSubject {
        user: usize,
    },
    Withdraw {
        user: usize,
        client: usize,
    },
    /// Revokes the grant of the token of this step.
    RevokeGrant {
        token: Id,
    },
    EndSessions {
        user: usize,
    },
    Remove {
        client: usize,
    },
    /// Registers a client anew, or once more as it is.
    Register {
        client: usize,
    },
}

/// A call of the protected resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub token: Id,
    /// True for the scheme DPoP, false for Bearer.
    pub dpop: bool,
    /// True if the connection presents the certificate.
    pub certificate: bool,
    pub proof: Proof,
    pub needed: u8,
}

/// The binding of an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    Nobody,
    Key(usize),
    Certificate,
}

/// The relevant part of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Refused at the redirect URI of that client, or directly.
    Refused {
        at: Option<usize>,
    },
    Unavailable,
    Withheld,
    Pushed,
    Asked {
        to_log_in: bool,
        client: usize,
        user: Option<usize>,
        scope: u8,
    },
    Code {
        client: usize,
    },
    /// A session has begun as well.
    LoggedIn(Box<Reply>),
    Tokens {
        dpop: bool,
        scope: u8,
        refresh: bool,
        id_token_of: Option<usize>,
    },
    Allowed {
        client: usize,
        user: Option<usize>,
        scope: u8,
    },
    Active {
        client: usize,
        user: Option<usize>,
        scope: u8,
        bound: Bound,
    },
    Inactive,
    Done,
    /// True if there was something to end.
    Ended(bool),
}

pub const REFUSED: Reply = Reply::Refused { at: None };
