//! Principals that get the same answer through the same policies.

use std::collections::BTreeMap;

use crate::audit::{Answer, Audit, Can, Kind, Power, Principal};
use crate::text::count;

/// Those alike.
pub(super) struct Group<'a> {
    pub(super) kind: Kind,
    pub(super) can: Can,
    /// Through which policies, and under which condition or in spite of what.
    pub(super) how: String,
    pub(super) names: Vec<&'a str>,
}

impl Group<'_> {
    /// `3 users`, `1 role`.
    pub(super) fn size(&self) -> String {
        let noun = match self.kind {
            Kind::User => "user",
            Kind::Role => "role",
            Kind::PermissionSetRole => "Identity Center role",
            Kind::ServiceLinkedRole => "service-linked role",
        };
        count(self.names.len(), noun)
    }

    /// The first names, and how many more there are.
    pub(super) fn members(&self, most: usize) -> String {
        let shown = self.names.iter().take(most).copied().collect::<Vec<_>>();
        match self.names.len().saturating_sub(most) {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    }
}

/// Who has a power, or would have it: the yes first, the largest groups first.
pub(super) fn of<'a>(audit: &'a Audit, power: &Power) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<(Can, Kind, String), Vec<&Principal>> = BTreeMap::new();
    for principal in &audit.principals {
        let Some(answer) = principal.answers.get(&power.id) else {
            continue;
        };
        if answer.can == Can::No && answer.blocked_by.is_empty() {
            continue;
        }
        groups
            .entry((answer.can, principal.kind, how(answer)))
            .or_default()
            .push(principal);
    }
    let mut groups: Vec<Group> = groups
        .into_iter()
        .map(|((can, kind, how), principals)| Group {
            kind,
            can,
            how,
            names: sorted(&principals),
        })
        .collect();
    groups.sort_by(|a, b| {
        (a.can, b.names.len(), a.kind, &a.how).cmp(&(b.can, a.names.len(), b.kind, &b.how))
    });
    groups
}

fn sorted<'a>(principals: &[&'a Principal]) -> Vec<&'a str> {
    let mut names: Vec<&str> = principals
        .iter()
        .map(|principal| principal.name.as_str())
        .collect();
    names.sort_unstable();
    names
}

fn how(answer: &Answer) -> String {
    let through: Vec<String> = answer.through.iter().map(ToString::to_string).collect();
    let mut how = match through.as_slice() {
        [] => String::new(),
        [one] => format!("through {one}"),
        [one, rest @ ..] => format!("through {one} and {}", count(rest.len(), "other statement")),
    };
    if let Some(condition) = &answer.depends_on {
        how.push_str(&format!("; {condition}"));
    }
    if let Some(blocked) = answer.blocked_by.first() {
        how.push_str(&format!("; blocked by {blocked}"));
    }
    how.trim_start_matches("; ").to_owned()
}
