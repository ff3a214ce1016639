//! What the players send, by the numbers of the steps that made what they send it with.

/// The step that made something: a code, a token, a proof.
pub type Id = u32;

// The first two clients prove themselves by assertions and DPoP, under FAPI 2.0.
/// Proves itself by a certificate, under FAPI 2.0; may introspect whatever the resource is sent.
pub const MUTUAL: usize = 2;
/// Proves nothing; has a DPoP key if it likes.
pub const PHONE: usize = 3;
pub const CLIENTS: usize = 4;
/// A key each, and the attacker's.
pub const KEYS: usize = 5;
pub const USERS: usize = 3;

pub const ACCOUNTS: u8 = 1;
pub const PAYMENTS: u8 = 2;
pub const OPENID: u8 = 4;

/// Whether a client signs assertions.
pub fn asserts(client: usize) -> bool {
    client < MUTUAL
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// With what the client has.
    Own(usize),
    /// In the name of one client, with what another has.
    Forged { name: usize, by: usize },
    /// With an assertion that was made for another request.
    Replayed(Id),
}

impl Caller {
    /// Whose certificate the connection shows.
    pub fn certificate(&self) -> Option<usize> {
        match self {
            Self::Own(MUTUAL) | Self::Forged { by: MUTUAL, .. } => Some(MUTUAL),
            _ => None,
        }
    }

    /// The assertion that is sent, by the step that made it.
    pub fn assertion(&self, id: Id) -> Option<Id> {
        match *self {
            Self::Own(by) | Self::Forged { by, .. } => asserts(by).then_some(id),
            Self::Replayed(before) => Some(before),
        }
    }
}

/// Where a proof is good.
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
    /// The proof that is sent, by the step that made it.
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

/// A visit of one browser, with the cookie that it has at that time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub browser: usize,
    pub session: Option<Id>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Made, caught on the way, and not delivered.
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
    /// Parameters in the address itself.
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
    /// With the verifier of the request of that step, and the address of that client.
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
    /// Client credentials.
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
}

/// A call of the protected resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub token: Id,
    /// Under the scheme DPoP, and not Bearer.
    pub dpop: bool,
    /// Over a connection that shows the certificate.
    pub certificate: bool,
    pub proof: Proof,
    pub needed: u8,
}

/// What an access token is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    Nobody,
    Key(usize),
    Certificate,
}

/// What comes back, as far as it matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Told at the address of that client, or where it was asked.
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
    /// And a session has begun.
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
}

pub const REFUSED: Reply = Reply::Refused { at: None };
