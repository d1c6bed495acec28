//! The members of an answer of AWS's, as some program wrote them down: `UserName`, `userName` or `user_name`, an empty
//! list as `null`, a list below `member`.
//!
//! The CLI writes `UserName`, Java's SDK `userName`, Ruby's and Ansible `user_name`; Go's writes `null` for an empty list,
//! and what was converted from IAM's XML has its `member`.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A value that is not what belongs there.
#[derive(Clone, Debug)]
pub(super) struct Odd<'a> {
    /// The way to it: `UserPolicyList[0].PolicyName`.
    pub(super) path: String,
    pub(super) reason: String,
    /// Where it stands in the text.
    pub(super) at: &'a str,
}

impl<'a> Odd<'a> {
    fn new(value: &'a RawValue, wanted: &str) -> Self {
        Self {
            path: String::new(),
            reason: format!("{} where {wanted} belongs", kind(value)),
            at: value.get(),
        }
    }

    /// The same, seen from outside.
    pub(super) fn below(self, member: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        Self {
            path: format!("{member}{dot}{}", self.path),
            ..self
        }
    }
}

/// Path and reason; text of the file's, so to be made safe before it is shown.
impl fmt::Display for Odd<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(&self.reason);
        }
        write!(f, "{}: {}", self.path, self.reason)
    }
}

/// A name without what programs change of it.
pub(super) fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

fn kind(value: &RawValue) -> &'static str {
    match value.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// The members of an object, each read when it is asked for, so that an odd one spoils nothing else.
pub(super) struct Members<'a>(BTreeMap<String, Vec<&'a RawValue>>);

impl<'a> Members<'a> {
    pub(super) fn of(value: &'a RawValue) -> Result<Self, Odd<'a>> {
        serde_json::from_str(value.get()).map_err(|_| Odd::new(value, "an object"))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(&plain(name))
    }

    /// The member; `None` for null, as for one that is not there.
    pub(super) fn get(&self, name: &str) -> Result<Option<&'a RawValue>, Odd<'a>> {
        let found = self.0.get(&plain(name)).map_or(&[][..], Vec::as_slice);
        let [first, again @ ..] = found else {
            return Ok(None);
        };
        if again.iter().any(|other| other.get() != first.get()) {
            return Err(Odd {
                path: name.to_owned(),
                reason: "it is there twice, with different values".to_owned(),
                at: first.get(),
            });
        }
        Ok((first.get() != "null").then_some(*first))
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Odd<'a>> {
        let Some(value) = self.get(name)? else {
            return Ok(None);
        };
        match text(value) {
            Some(text) => Ok(Some(text)),
            None => Err(Odd::new(value, "a string").below(name)),
        }
    }

    /// Whether it is `true`; what was converted from XML has `"true"`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        matches!(self.get(name), Ok(Some(value)) if is_true(value))
    }

    pub(super) fn list(&self, name: &str) -> Result<Vec<&'a RawValue>, Odd<'a>> {
        let Some(value) = self.get(name)? else {
            return Ok(Vec::new());
        };
        serde_json::from_str::<List>(value.get())
            .map(|list| list.0)
            .map_err(|_| Odd::new(value, "a list").below(name))
    }

    /// The names and values as the object has them, for one that is a table.
    pub(super) fn texts(value: &'a RawValue) -> Option<BTreeMap<String, String>> {
        serde_json::from_str(value.get()).ok()
    }
}

/// The value, where it is a string.
pub(super) fn text(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

pub(super) fn is_true(value: &RawValue) -> bool {
    value.get() == "true" || text(value).is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut found: BTreeMap<String, Vec<&RawValue>> = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    found.entry(plain(&name)).or_default().push(value);
                }
                Ok(Members(found))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// A list, each item read when it is asked for.
pub(super) struct List<'a>(pub(super) Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for List<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items;

        impl<'de> Visitor<'de> for Items {
            type Value = List<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(List(Vec::new()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let member = match map.next_entry::<String, &RawValue>()? {
                    Some((name, value)) if plain(&name) == "member" => value,
                    _ => return Err(A::Error::custom("an object where a list belongs")),
                };
                while map.next_entry::<String, &RawValue>()?.is_some() {}
                if member.get() == "null" {
                    return Ok(List(Vec::new()));
                }
                // A list of one has no brackets.
                Ok(List(
                    serde_json::from_str(member.get()).unwrap_or_else(|_| vec![member]),
                ))
            }
        }

        deserializer.deserialize_any(Items)
    }
}
