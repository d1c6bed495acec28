//! The JSON schema of a public format, as `docs/` holds it.

use schemars::JsonSchema;

/// The schema of a type as text with a final line break.
pub(crate) fn of<T: JsonSchema>() -> String {
    let schema = schemars::schema_for!(T);
    let mut text = serde_json::to_string_pretty(&schema)
        .unwrap_or_else(|error| unreachable!("a schema is JSON: {error}"));
    text.push('\n');
    text
}
