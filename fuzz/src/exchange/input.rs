//! Choices that are read from the input in blocks, one for each action, so that a change to one action does not affect the
//! others. After the end of a block, every choice is the usual one.

/// The number of choices of an action.
const BLOCK: usize = 16;

/// The rest of the input, and of the current action's choices.
#[derive(Default)]
pub struct Input<'i> {
    rest: &'i [u8],
    block: &'i [u8],
    /// True if the last form was modified.
    pub spoilt: bool,
}

impl<'i> Input<'i> {
    pub fn new(input: &'i [u8]) -> Self {
        Self { rest: input, ..Self::default() }
    }

    /// Returns the first choice of the next action, if there is one.
    pub fn action(&mut self) -> Option<u8> {
        (self.block, self.rest) = self.rest.split_at(BLOCK.min(self.rest.len()));
        (!self.block.is_empty()).then(|| self.byte())
    }

    /// Returns the next choice; 0 is the usual one.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.block.split_first() else { return 0 };
        self.block = rest;
        *first
    }

    /// Returns true if the next choice is the first of two.
    pub fn first(&mut self) -> bool {
        self.byte() & 1 == 0
    }

    fn octets(&mut self) -> &'i [u8] {
        let length = usize::from(self.byte()).min(self.block.len());
        let (octets, rest) = self.block.split_at(length);
        self.block = rest;
        octets
    }

    /// Writes these parameters as a form, possibly with one of them modified.
    pub fn form(&mut self, parameters: &[(&str, &str)]) -> String {
        let mut pairs: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let (defect, at) = (self.byte(), usize::from(self.byte()) % parameters.len());
        self.spoilt = defect >= 250;
        match defect {
            250 => drop(pairs.remove(at)),
            251 => pairs.push(pairs[at].clone()),
            252 => pairs[at] = format!("{}={}", parameters[at].0, escaped_octets(self.octets())),
            253 => pairs.push(printable(self.octets())),
            254 => pairs[at] = format!("{}=", parameters[at].0),
            255 => pairs = vec![printable(self.octets())],
            _ => {}
        }
        pairs.join("&")
    }
}

fn escaped(value: &str) -> String {
    escaped_octets(value.as_bytes())
}

fn escaped_octets(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("%{octet:02x}")).collect()
}

fn printable(octets: &[u8]) -> String {
    octets.iter().map(|octet| char::from(0x21 + octet % 0x5e)).collect()
}
