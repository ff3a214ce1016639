use super::Scenario;
pub(super) static SCENARIOS: &[Scenario] = &[];
