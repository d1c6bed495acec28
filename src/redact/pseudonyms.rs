//! Original → pseudonym. Pseudonyms are numbered as they come, so that they tell nothing but which are the same.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::addresses::Addresses;

/// What a text names; of a new pseudonym it decides the shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Account,
    AccountName,
    Alias,
    Email,
    Group,
    Host,
    Path,
    PermissionSet,
    Policy,
    Profile,
    Role,
    Session,
    Sid,
    Tag,
    User,
    /// Nobody knows what.
    Word,
}

impl Kind {
    fn pseudonym(self, number: u64) -> String {
        let name = match self {
            // Account ids have no leading zero to lose in a spreadsheet.
            Kind::Account => return (100_000_000_000 + number).to_string(),
            Kind::Email => return format!("person-{number}@example.com"),
            Kind::Host => return format!("host-{number}.example"),
            // The only one that takes letters and digits alone.
            Kind::Sid => return format!("Sid{number}"),
            Kind::AccountName => "account-name",
            Kind::Alias => "alias",
            Kind::Group => "group",
            Kind::Path => "path",
            Kind::PermissionSet => "permission-set",
            Kind::Policy => "policy",
            Kind::Profile => "profile",
            Kind::Role => "role",
            Kind::Session => "session",
            Kind::Tag => "tag",
            Kind::User => "user",
            Kind::Word => "name",
        };
        format!("{name}-{number}")
    }
}

/// What has been replaced so far.
#[derive(Debug, Default)]
pub(super) struct Pseudonyms {
    known: BTreeMap<String, String>,
    kinds: BTreeMap<Kind, u64>,
    /// How many ids of a prefix and length there are.
    ids: BTreeMap<(String, usize), u64>,
    /// Lower-case tag key → its pseudonym, and the spellings met.
    tags: BTreeMap<String, (String, Vec<String>)>,
    addresses: Addresses,
    /// Whether numbers of any length stay as they are.
    pub(super) numbers_stay: bool,
}

impl Pseudonyms {
    /// The pseudonym that a text has already.
    pub(super) fn find(&self, text: &str) -> Option<&str> {
        self.known.get(text).map(String::as_str)
    }

    /// The pseudonym of a text, whatever it looks like. Nothing stays nothing.
    pub(super) fn of(&mut self, kind: Kind, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        if let Some(known) = self.find(text) {
            return known.to_owned();
        }
        let pseudonym = self.fresh(kind);
        self.known.insert(text.to_owned(), pseudonym.clone());
        pseudonym
    }

    /// A pseudonym of nothing.
    pub(super) fn fresh(&mut self, kind: Kind) -> String {
        let number = self.kinds.entry(kind).or_default();
        *number += 1;
        kind.pseudonym(*number)
    }

    /// The pseudonym of an id: the prefix, then as many digits as the original has characters.
    pub(super) fn id(&mut self, prefix: &str, text: &str) -> String {
        if let Some(known) = self.find(text) {
            return known.to_owned();
        }
        let length = text.len() - prefix.len();
        let number = self.ids.entry((prefix.to_owned(), length)).or_default();
        *number += 1;
        let pseudonym = format!("{prefix}{number:0length$}");
        self.known.insert(text.to_owned(), pseudonym.clone());
        pseudonym
    }

    /// The pseudonym of a tag key. AWS does not tell keys apart by case, and a policy may write one in two ways: these
    /// stay two ways to write one pseudonym.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principaltag>
    pub(super) fn tag(&mut self, key: &str) -> String {
        if key.is_empty() {
            return String::new();
        }
        let lower = key.to_lowercase();
        if !self.tags.contains_key(&lower) {
            let pseudonym = self.fresh(Kind::Tag);
            self.tags.insert(lower.clone(), (pseudonym, Vec::new()));
        }
        let Some((pseudonym, spellings)) = self.tags.get_mut(&lower) else {
            return String::new();
        };
        let spelling = spellings
            .iter()
            .position(|spelling| spelling == key)
            .unwrap_or_else(|| {
                spellings.push(key.to_owned());
                spellings.len() - 1
            });
        pseudonym
            .char_indices()
            .map(|(at, c)| {
                if at < 3 && spelling >> at & 1 == 1 {
                    c.to_ascii_uppercase()
                } else {
                    c
                }
            })
            .collect()
    }

    /// Another address; those with a common prefix keep one as long.
    pub(super) fn address(&mut self, address: IpAddr) -> IpAddr {
        self.addresses.map(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_the_same_pseudonym_and_another_text_another() {
        let mut pseudonyms = Pseudonyms::default();
        assert_eq!(pseudonyms.of(Kind::User, "alice"), "user-1");
        assert_eq!(pseudonyms.of(Kind::User, "bob"), "user-2");
        assert_eq!(pseudonyms.of(Kind::Role, "alice"), "user-1");
        assert_eq!(pseudonyms.of(Kind::Role, ""), "");
    }

    #[test]
    fn an_id_keeps_its_prefix_and_length() {
        let mut pseudonyms = Pseudonyms::default();
        assert_eq!(pseudonyms.id("o-", "o-exampleorgid"), "o-000000000001");
        assert_eq!(pseudonyms.id("o-", "o-anotherorgid"), "o-000000000002");
        assert_eq!(pseudonyms.id("r-", "r-a1b2"), "r-0001");
    }

    #[test]
    fn two_spellings_of_a_tag_key_stay_two_spellings_of_one() {
        let mut pseudonyms = Pseudonyms::default();
        assert_eq!(pseudonyms.tag("Team"), "tag-1");
        assert_eq!(pseudonyms.tag("team"), "Tag-1");
        assert_eq!(pseudonyms.tag("Team"), "tag-1");
        assert_eq!(pseudonyms.tag("cost"), "tag-2");
    }
}
