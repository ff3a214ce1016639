//! The axes on which variants differ, and the values of each: one table.

/// Makes from one table a type per axis, [`Axis`], [`Value`] and [`Variant`]. Variants are ordered, and named, by their values in
/// the order of the table.
macro_rules! axes {
    ($(
        $axis:ident, $member:ident, $about:literal $(, usually $usual:ident)? {
            $( $(#[$value_doc:meta])* $value:ident = $name:literal, )*
        }
    )*) => {
        $(
            #[doc = $about]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub enum $axis {
                $( $(#[$value_doc])* $value, )*
            }
        )*

        /// A dimension in which variants differ.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Axis {
            $( #[doc = $about] $axis, )*
        }

        /// A value of an axis.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Value {
            $( #[doc = $about] $axis($axis), )*
        }

        /// One way to use an authorization server: at most one value of each axis. An axis that has no meaning in combination with
        /// the others has no value, such as the response mode of a flow without a browser.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct Variant {
            $( $member: Option<$axis>, )*
        }

        impl Axis {
            /// Every axis.
            pub const ALL: &[Self] = &[$( Self::$axis ),*];

            /// The name in target files.
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$axis => stringify!($member), )*
                }
            }

            /// Its meaning, in one sentence.
            pub const fn about(self) -> &'static str {
                match self {
                    $( Self::$axis => $about, )*
                }
            }

            /// Every value, in order.
            pub const fn values(self) -> &'static [Value] {
                match self {
                    $( Self::$axis => &[$( Value::$axis($axis::$value) ),*], )*
                }
            }

            /// The value that names of variants and target files may leave out.
            pub const fn usual(self) -> Option<Value> {
                match self {
                    $( Self::$axis => { let usual: &[Value] = &[$( Value::$axis($axis::$usual) )?]; usual.first().copied() } )*
                }
            }
        }

        impl Value {
            /// The axis it belongs to.
            pub const fn axis(self) -> Axis {
                match self {
                    $( Self::$axis(_) => Axis::$axis, )*
                }
            }

            /// The name in target files and in names of variants.
            pub const fn name(self) -> &'static str {
                match self {
                    $( $( Self::$axis($axis::$value) => $name, )* )*
                }
            }
        }

        impl Variant {
            $(
                #[doc = $about]
                pub const fn $member(&self) -> Option<$axis> {
                    self.$member
                }
            )*

            /// Its value on an axis.
            pub fn value(&self, axis: Axis) -> Option<Value> {
                match axis {
                    $( Axis::$axis => self.$member.map(Value::$axis), )*
                }
            }

            /// The same variant with this value on its axis.
            #[must_use]
            pub(super) const fn with(mut self, value: Value) -> Self {
                match value {
                    $( Value::$axis(value) => self.$member = Some(value), )*
                }
                self
            }
        }
    };
}

axes! {
    Grant, grant, "The grant by which tokens are issued.", usually AuthorizationCode {
        /// A code, by way of the user's browser.
        AuthorizationCode = "authorization_code",
        /// The client's own credentials.
        ClientCredentials = "client_credentials",
        /// A request that the user answers elsewhere.
        Ciba = "ciba",
    }

    Protocol, protocol, "The protocol that clients speak." {
        /// OpenID Connect: clients ask for ID tokens.
        OpenId = "openid",
        /// Plain OAuth 2.0.
        OAuth = "oauth",
    }

    Delivery, delivery, "How the tokens of a CIBA request reach the client." {
        /// The client asks until they are there.
        Poll = "poll",
        /// The client is notified that they are there.
        Ping = "ping",
        /// They are sent to the client.
        Push = "push",
    }

    Authentication, client_authentication, "How clients authenticate." {
        /// A signed assertion.
        PrivateKeyJwt = "private_key_jwt",
        /// A client certificate, by either method of RFC 8705.
        Mtls = "mtls",
    }

    SenderConstraint, sender_constraint, "The key or certificate that access tokens are bound to." {
        /// A DPoP key.
        Dpop = "dpop",
        /// The client certificate.
        Mtls = "mtls",
    }

    RequestMethod, request_method, "How the parameters of an authorization request are protected.", usually Unsigned {
        /// They are plain parameters.
        Unsigned = "unsigned",
        /// They are in a signed request object.
        Signed = "signed",
    }

    ResponseType, response_type, "The content of an authorization response.", usually Code {
        /// A code.
        Code = "code",
        /// A code and an ID token.
        CodeIdToken = "code_id_token",
    }

    ResponseMode, response_mode, "How an authorization response reaches the client.", usually Query {
        /// In the query of the redirect URI.
        Query = "query",
        /// In its fragment.
        Fragment = "fragment",
        /// In a form that the browser posts.
        FormPost = "form_post",
        /// As a signed JWT.
        Jwt = "jwt",
    }

    Registration, registration, "How clients are registered.", usually Static {
        /// They are registered beforehand.
        Static = "static",
        /// They register themselves.
        Dynamic = "dynamic",
    }

    Apis, apis, "How a server decides about the APIs and applications that its operator registered." {
        /// As the documents of the pipeline do: no default audience, `resource` has no effect, userinfo is an audience that tokens
        /// list, and hooks run.
        Documents = "documents",
        /// As the standards do: a default audience, `resource` names an API, and every token with `openid` serves at userinfo.
        Standards = "standards",
    }
}
