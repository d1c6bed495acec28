//! Two documents, line by line.

use serde_json::Value;
use similar::TextDiff;

use iam_policy::text::pretty;

/// The lines that go (`-`) and come (`+`), with three lines around them. Nothing left counts as nothing to say.
pub(super) fn of(before: &Value, after: Option<&Value>) -> Vec<String> {
    let before = pretty(before) + "\n";
    let after = after.map(|after| pretty(after) + "\n").unwrap_or_default();
    TextDiff::from_lines(&before, &after)
        .unified_diff()
        .context_radius(3)
        .to_string()
        .lines()
        .map(str::to_owned)
        .collect()
}
