//! What counts where the documents of the pipeline contradict a standard.

use serde::{Deserialize, Serialize};

/// What counts where the documents of the pipeline, from which the [levels](super::LEVELS) come, contradict a final standard or leave
/// it out. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corrections {
    /// The final standard: a level has every rule of its FAPI profile.
    #[default]
    Final,
    /// The documents as they are written: a level has the rules that its column in their matrix lists, and binds tokens.
    Documents,
}
