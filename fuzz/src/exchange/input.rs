//! Choices, read from the input in blocks: one for each action, so that a change to one leaves the others what they were. Where
//! a block ends, everything is as it should be.

/// How many choices an action has.
const BLOCK: usize = 16;

/// What is left of the input, and of the current action's choices.
#[derive(Default)]
pub struct Input<'i> {
    rest: &'i [u8],
    block: &'i [u8],
    /// Whether the last form was spoilt.
    pub spoilt: bool,
}

impl<'i> Input<'i> {
    pub fn new(input: &'i [u8]) -> Self {
        Self { rest: input, ..Self::default() }
    }

    /// The first choice of the next action, if there is one.
    pub fn action(&mut self) -> Option<u8> {
        (self.block, self.rest) = self.rest.split_at(BLOCK.min(self.rest.len()));
        (!self.block.is_empty()).then(|| self.byte())
    }

    /// The next choice; 0 is the usual one.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.block.split_first() else { return 0 };
        self.block = rest;
        *first
    }

    /// Whether the next choice is the first of two.
    pub fn first(&mut self) -> bool {
        self.byte() & 1 == 0
    }

    fn octets(&mut self) -> &'i [u8] {
        let length = usize::from(self.byte()).min(self.block.len());
        let (octets, rest) = self.block.split_at(length);
        self.block = rest;
        octets
    }

    /// These parameters as a form, perhaps with one of them spoilt.
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
