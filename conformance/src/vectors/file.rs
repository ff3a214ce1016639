//! A vector file under construction: the content of the tables, before ids are assigned.

use fapi::requirement::Requirement;
use serde_json::{Map, Value};

/// A file, which holds one kind.
pub(super) struct File {
    pub(super) kind: &'static str,
    pub(super) header: Vec<&'static str>,
    pub(super) flags: Vec<(&'static str, &'static str)>,
    pub(super) groups: Vec<Group>,
}

/// The common part of some tests.
#[derive(Default)]
pub(super) struct Group {
    pub(super) members: Map<String, Value>,
    pub(super) tests: Vec<Test>,
}

/// One test.
pub(super) struct Test {
    /// The class of the input, in words. Requirement, flags and comment identify a test.
    pub(super) comment: String,
    pub(super) input: Value,
    pub(super) output: Option<Value>,
    pub(super) valid: bool,
    pub(super) error: Option<&'static str>,
    pub(super) requirement: Option<&'static Requirement>,
    pub(super) flags: Vec<&'static str>,
}

impl File {
    pub(super) fn new(kind: &'static str, header: &[&'static str]) -> Self {
        Self { kind, header: header.to_vec(), flags: vec![], groups: vec![] }
    }

    /// Describes a flag: the class of bugs that its tests find.
    pub(super) fn flag(mut self, name: &'static str, description: &'static str) -> Self {
        self.flags.push((name, description));
        self
    }

    pub(super) fn group(mut self, group: Group) -> Self {
        self.groups.push(group);
        self
    }

    pub(super) fn groups(mut self, groups: impl IntoIterator<Item = Group>) -> Self {
        self.groups.extend(groups);
        self
    }
}

impl Group {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Makes a group whose inputs come from a document.
    pub(super) fn from(source: &str) -> Self {
        Self::new().gives("source", source)
    }

    pub(super) fn gives(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.into(), value.into());
        self
    }

    /// Adds an input that is accepted.
    pub(super) fn valid(self, flag: &'static str, comment: impl Into<String>, input: impl Into<Value>) -> Self {
        self.test(true, None, flag, comment.into(), input.into())
    }

    /// Adds an input that is refused for this requirement.
    pub(super) fn invalid(
        self,
        requirement: &'static Requirement,
        flag: &'static str,
        comment: impl Into<String>,
        input: impl Into<Value>,
    ) -> Self {
        self.test(false, Some(requirement), flag, comment.into(), input.into())
    }

    /// Sets the output of the last test.
    pub(super) fn output(self, output: impl Into<Value>) -> Self {
        let output = output.into();
        self.last(|test| test.output = Some(output))
    }

    /// Sets the requirement that the acceptance of the last input shows.
    pub(super) fn shows(self, requirement: &'static Requirement) -> Self {
        self.last(|test| test.requirement = Some(requirement))
    }

    /// Sets the error code of the last refusal.
    pub(super) fn error(self, error: &'static str) -> Self {
        self.last(|test| test.error = Some(error))
    }

    /// Sets the error code of all refusals of the group that have none yet.
    pub(super) fn errors(mut self, error: &'static str) -> Self {
        for test in self.tests.iter_mut().filter(|test| !test.valid && test.error.is_none()) {
            test.error = Some(error);
        }
        self
    }

    fn test(
        mut self,
        valid: bool,
        requirement: Option<&'static Requirement>,
        flag: &'static str,
        comment: String,
        input: Value,
    ) -> Self {
        self.tests.push(Test { comment, input, output: None, valid, error: None, requirement, flags: vec![flag] });
        self
    }

    fn last(mut self, change: impl FnOnce(&mut Test)) -> Self {
        if let Some(test) = self.tests.last_mut() {
            change(test);
        }
        self
    }
}
