//! A policy document as people write it: Version first, and in a statement Sid, Effect, Action, Resource, Condition.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// Over several lines.
pub fn pretty(document: &Value) -> String {
    format!("{:#}", Shown(document))
}

/// On one line, without white space: as AWS counts its length.
pub fn compact(document: &Value) -> String {
    Shown(document).to_string()
}

/// Its length as AWS counts it, in characters.
pub fn length(document: &Value) -> usize {
    compact(document).chars().count()
}

struct Shown<'a>(&'a Value);

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = if f.alternate() {
            serde_json::to_string_pretty(&Ordered(self.0))
        } else {
            serde_json::to_string(&Ordered(self.0))
        };
        // A value of JSON is always JSON again.
        f.write_str(&text.unwrap_or_default())
    }
}

struct Ordered<'a>(&'a Value);

const ORDER: [&str; 12] = [
    "Version",
    "Id",
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    "Statement",
];

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let mut members: Vec<(&String, &Value)> = members.iter().collect();
                members.sort_by_key(|(key, _)| {
                    let rank = ORDER.iter().position(|known| known == key);
                    (rank.unwrap_or(ORDER.len()), *key)
                });
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, &Ordered(value))?;
                }
                map.end()
            }
            Value::Array(values) => serializer.collect_seq(values.iter().map(Ordered)),
            other => other.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_as_in_aws_own_examples() {
        let document: Value = serde_json::from_str(
            r#"{"Statement": [{"Resource": "*", "Action": ["a:B"], "Effect": "Deny", "Sid": "S"}], "Version": "2012-10-17"}"#,
        )
        .expect("JSON");
        assert_eq!(
            compact(&document),
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"S","Effect":"Deny","Action":["a:B"],"Resource":"*"}]}"#
        );
        assert_eq!(length(&document), compact(&document).len());
    }
}
