//! The places of a target's settings in its target file.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fapi_server::toml_reader::{Mistake, Place};

/// The places of a target's settings in its target file; of a target that no file describes, none.
///
/// `client[0]` and `client[1]` are the target's first and second client, and `resource` is its resource, whichever of the file's
/// they are.
#[derive(Debug, Clone, Default)]
pub struct Places {
    file: Option<Arc<PathBuf>>,
    members: Arc<BTreeMap<String, Place>>,
    clients: [usize; 2],
    resource: usize,
}

impl Places {
    /// The places of all members of a file, by their dotted paths.
    pub(super) fn new(file: &Path, members: BTreeMap<String, Place>) -> Self {
        Self { file: Some(Arc::new(file.to_owned())), members: Arc::new(members), clients: [0, 1], resource: 0 }
    }

    /// The same for a target with this resource and these clients of the file.
    pub(super) fn of(&self, resource: Option<usize>, clients: [usize; 2]) -> Self {
        Self { clients, resource: resource.unwrap_or_default(), ..self.clone() }
    }

    /// Makes a mistake at a member, or at the innermost table or array around it that the file has, or at the file's beginning.
    pub fn mistake(&self, path: &str, text: impl Display) -> Mistake {
        let path = self.in_file(path);
        let beginning = || self.file.as_ref().map(|file| Place { file: file.to_path_buf(), line: 1, column: 1 });
        let around = around(&path).find_map(|path| self.members.get(path).cloned());
        Mistake { place: around.or_else(beginning), text: text.to_string(), path }
    }

    /// Returns true if the file has this member.
    pub fn has(&self, path: &str) -> bool {
        self.members.contains_key(&self.in_file(path))
    }

    /// The line of a member, in words; `not in the file` if the file has no such member.
    pub fn line(&self, path: &str) -> String {
        self.members.get(&self.in_file(path)).map_or("not in the file".into(), |place| format!("line {}", place.line))
    }

    fn in_file(&self, path: &str) -> String {
        for (own, index) in self.clients.iter().enumerate() {
            if let Some(rest) = path.strip_prefix(&format!("client[{own}]")) {
                return format!("client[{index}]{rest}");
            }
        }
        let one_of_several = format!("resource[{}]", self.resource);
        match path.strip_prefix("resource") {
            Some(rest) if self.members.contains_key(&one_of_several) => format!("{one_of_several}{rest}"),
            _ => path.to_owned(),
        }
    }
}

/// A path, and those of the tables and arrays around it, from the inside out.
fn around(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rfind(['.', '[']).map(|end| &path[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_at_the_member_or_around_it() {
        let place = |line| Place { file: "t.toml".into(), line, column: 1 };
        let members = [("client[2]", 7), ("client[2].id", 8), ("user", 3), ("resource[1]", 4), ("resource[1].url", 5)]
            .map(|(path, line)| (path.to_owned(), place(line)));
        let places = Places::new(Path::new("t.toml"), members.into()).of(Some(1), [0, 2]);
        let shown = |path: &str| places.mistake(path, "x").to_string();
        assert_eq!(shown("client[1].id"), "t.toml:8:1: client[2].id: x");
        assert_eq!(shown("client[1].key"), "t.toml:7:1: client[2].key: x");
        assert_eq!(shown("user.fields.password"), "t.toml:3:1: user.fields.password: x");
        assert_eq!(shown("resource.url"), "t.toml:5:1: resource[1].url: x");
        assert_eq!(shown("authority"), "t.toml:1:1: authority: x");
        assert_eq!((places.line("client[1].id"), places.line("client[0].id")), ("line 8".into(), "not in the file".into()));
        assert_eq!(Places::default().mistake("issuer", "x").to_string(), "issuer: x");
    }
}
