//! The words of a refusal: what is wrong with a request, and what was expected.

use crate::jose::Algorithm;
use std::borrow::Cow;
use std::fmt;

/// What is wrong with a request, and what was expected, in one or two English sentences.
///
/// It has only the characters that `error_description` may have
/// ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)), and at most [`Detail::LENGTH`] of them. It never repeats
/// what the peer sent, except numbers and the names of algorithms: it consists of text of this library and of values that
/// implement a private trait, which texts of peers do not.
#[derive(Clone, PartialEq, Eq)]
pub struct Detail(Cow<'static, str>);

impl Detail {
    /// The maximum length, in characters.
    pub const LENGTH: usize = 400;

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A text of this library with values in it.
    pub(crate) fn written(text: fmt::Arguments<'_>) -> Self {
        let mut plain = Plain(String::new());
        // Longer text is cut off.
        let _ = fmt::write(&mut plain, text);
        Self(Cow::Owned(plain.0))
    }
}

impl From<&'static str> for Detail {
    fn from(text: &'static str) -> Self {
        if text.len() <= Self::LENGTH && text.chars().all(is_allowed) {
            return Self(Cow::Borrowed(text));
        }
        Self::written(format_args!("{text}"))
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Text that `error_description` may have, cut off at the maximum length.
struct Plain(String);

impl fmt::Write for Plain {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            if self.0.len() == Detail::LENGTH {
                return Err(fmt::Error);
            }
            self.0.push(match letter {
                '"' => '\'',
                letter if is_allowed(letter) => letter,
                _ => '?',
            });
        }
        Ok(())
    }
}

fn is_allowed(letter: char) -> bool {
    matches!(letter, '\x20'..='\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e')
}

/// The words for a check, which are made only if it refuses: a text, or what [`words!`] makes.
pub(crate) trait Words {
    fn detail(self) -> Detail;
}

impl Words for &'static str {
    fn detail(self) -> Detail {
        self.into()
    }
}

impl Words for Detail {
    fn detail(self) -> Detail {
        self
    }
}

impl<F: FnOnce() -> Detail> Words for F {
    fn detail(self) -> Detail {
        self()
    }
}

/// `words!("The code is {} s old.", age)`: text with values that are [`Harmless`].
macro_rules! words {
    ($text:literal $(, $value:expr)+ $(,)?) => {
        || $crate::detail::Detail::written(format_args!($text $(, $crate::detail::harmless(&$value))+))
    };
}
pub(crate) use words;

/// A value that may be shown to a peer whoever chose it. A text that is not `'static` is none: it may be a peer's, or a secret.
pub(crate) trait Harmless: fmt::Display {}

impl Harmless for &'static str {}
impl Harmless for u8 {}
impl Harmless for u32 {}
impl Harmless for u64 {}
impl Harmless for usize {}
impl Harmless for i64 {}
impl Harmless for Algorithm {}
impl Harmless for Detail {}
impl Harmless for Ours<'_> {}

/// A text of the server's own configuration.
pub(crate) struct Ours<'a>(pub(crate) &'a str);

impl fmt::Display for Ours<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

pub(crate) fn harmless<T: Harmless>(value: &T) -> &T {
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_characters_and_the_length_of_an_error_description() {
        let odd = "a \"b\" \\ \u{e9}\u{1F600}\r\n\t\u{7f} z";
        assert_eq!(Detail::from("plain `text`, 100 %.").as_str(), "plain `text`, 100 %.");
        assert_eq!(words!("{}{}", Ours(odd), 7_u32)().as_str(), "a 'b' ? ?????? z7");
        let long = "x".repeat(10_000);
        assert_eq!(words!("{}", Ours(&long))().as_str().len(), Detail::LENGTH);
        assert_eq!(words!("{}{}", Ours(&long), Ours(&long))().as_str().len(), Detail::LENGTH);
    }
}
