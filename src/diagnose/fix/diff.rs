//! Two documents, line by line.

use serde_json::Value;
use similar::TextDiff;

use crate::text::visible;
use iam_policy::text::pretty;

/// The lines that go (`-`) and come (`+`), with three lines around them. `after = None`: the policy goes.
pub fn of(before: &Value, after: Option<&Value>) -> Vec<String> {
    let lines = |document: &Value| visible(&pretty(document)) + "\n";
    let before = lines(before);
    let after = after.map(lines).unwrap_or_default();
    TextDiff::from_lines(&before, &after)
        .unified_diff()
        .context_radius(3)
        .to_string()
        .lines()
        .map(str::to_owned)
        .collect()
}
