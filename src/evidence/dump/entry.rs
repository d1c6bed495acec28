//! The entries of a dump: users, groups, roles and managed policies. What of one can't be read is noted in it, and no other
//! entry is the worse for it.

use serde_json::value::RawValue;

use super::member::{self, Members, Odd};
use super::{
    AttachedManagedPolicy, Group, InlinePolicy, ManagedPolicy, PermissionsBoundary, PolicyText,
    PolicyVersion, Role, Tag, Unread, User,
};
use crate::names::PrincipalArn;
use crate::text::sanitize;

/// A user, role or group before what it is called is settled.
struct Entry<'a> {
    value: &'a RawValue,
    members: Option<Members<'a>>,
    name: Option<String>,
    arn: Option<String>,
    unread: Unread,
    /// The first thing that is wrong with the entry itself.
    odd: Option<Odd<'a>>,
}

/// An entry that does not say whose it is, and why.
pub(super) type Nameless<'a> = Option<Odd<'a>>;

impl<'a> Entry<'a> {
    fn new(value: &'a RawValue, name: &str) -> Self {
        let mut entry = Self {
            value,
            members: None,
            name: None,
            arn: None,
            unread: Unread::default(),
            odd: None,
        };
        match Members::of(value) {
            Ok(members) => {
                entry.name = entry.own(members.text(name));
                entry.arn = entry.own(members.text("Arn"));
                entry.members = Some(members);
            }
            Err(odd) => {
                entry.unread.policies.push(shown(&odd));
                entry.odd = Some(odd);
            }
        }
        if entry.name.is_none()
            && let Some(arn) = entry.arn.as_deref().and_then(PrincipalArn::parse)
        {
            entry.name = Some(arn.name.to_owned());
        }
        entry
    }

    fn own(&mut self, read: Result<Option<String>, Odd<'a>>) -> Option<String> {
        match read {
            Ok(text) => text.filter(|text| !text.is_empty()),
            Err(odd) => {
                self.odd.get_or_insert(odd);
                None
            }
        }
    }

    /// The items of a list as `read` makes them; those that it can't are noted.
    fn each<T>(
        &mut self,
        list: &str,
        read: impl Fn(usize, &'a RawValue) -> Result<T, Odd<'a>>,
    ) -> Vec<T> {
        let Some(members) = &self.members else {
            return Vec::new();
        };
        let items = match members.list(list) {
            Ok(items) => items,
            Err(odd) => {
                self.unread.policies.push(shown(&odd));
                return Vec::new();
            }
        };
        let mut found = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            match read(index, item) {
                Ok(item) => found.push(item),
                Err(odd) => {
                    let odd = odd.below(&format!("[{index}]")).below(list);
                    self.unread.policies.push(shown(&odd));
                }
            }
        }
        found
    }

    fn boundary(&mut self) -> Option<PermissionsBoundary> {
        const NAME: &str = "PermissionsBoundary";
        let value = self.members.as_ref()?.get(NAME).transpose()?;
        let arn = value.and_then(|value| arn_of(value, "PermissionsBoundaryArn"));
        match arn {
            Ok(permissions_boundary_arn) => Some(PermissionsBoundary {
                permissions_boundary_arn,
            }),
            Err(odd) => {
                self.unread.boundary = Some(shown(&odd.below(NAME)));
                None
            }
        }
    }

    fn tags(&mut self) -> Vec<Tag> {
        match self.members.as_ref().map(tags) {
            Some(Ok(tags)) => tags,
            Some(Err(odd)) => {
                self.unread.tags = Some(shown(&odd));
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        self.members.as_ref()?.text(name).ok()?
    }

    /// What it is called: made up from what there is, and from its number where there is nothing.
    fn called(&mut self, noun: &str, number: usize) -> (String, String, Nameless<'a>) {
        match (self.name.take(), self.arn.take()) {
            (Some(name), Some(arn)) => (name, arn, None),
            (Some(name), None) => {
                let path = self.text("Path").unwrap_or_else(|| "/".to_owned());
                let arn = format!("arn:aws:iam::{NO_ACCOUNT}:{noun}{path}{name}");
                (name, arn, None)
            }
            (None, arn) => {
                let made_up = format!("{noun} {number} of the dump, without a name");
                let odd = self.odd.take().unwrap_or_else(|| Odd {
                    path: String::new(),
                    reason: "it has neither name nor ARN".to_owned(),
                    at: self.value.get(),
                });
                if self.unread.policies.is_empty() {
                    self.unread.policies.push(shown(&odd));
                }
                (made_up.clone(), arn.unwrap_or(made_up), Some(odd))
            }
        }
    }
}

/// Stands in an ARN that was made up, until it is known what account the dump is of.
pub(super) const NO_ACCOUNT: &str = "unknown-account";

fn shown(odd: &Odd) -> String {
    sanitize(&odd.to_string())
}

/// `number`: which entry of its kind it is, from 1.
pub(super) fn user(value: &RawValue, number: usize) -> (User, Nameless<'_>) {
    let mut entry = Entry::new(value, "UserName");
    let (user_name, arn, nameless) = entry.called("user", number);
    let user = User {
        user_name,
        user_id: entry.text("UserId"),
        arn,
        user_policy_list: entry.each("UserPolicyList", inline),
        group_list: entry.each("GroupList", |_, group| named(group, "GroupName")),
        attached_managed_policies: entry.each("AttachedManagedPolicies", attached),
        permissions_boundary: entry.boundary(),
        tags: entry.tags(),
        unread: entry.unread,
    };
    (user, nameless)
}

pub(super) fn role(value: &RawValue, number: usize) -> (Role, Nameless<'_>) {
    let mut entry = Entry::new(value, "RoleName");
    let (role_name, arn, nameless) = entry.called("role", number);
    let trust = entry
        .members
        .as_ref()
        .and_then(|members| members.get("AssumeRolePolicyDocument").ok().flatten());
    let role = Role {
        role_name,
        role_id: entry.text("RoleId"),
        arn,
        path: entry.text("Path").unwrap_or_default(),
        assume_role_policy_document: trust.map(PolicyText::of),
        role_policy_list: entry.each("RolePolicyList", inline),
        attached_managed_policies: entry.each("AttachedManagedPolicies", attached),
        permissions_boundary: entry.boundary(),
        tags: entry.tags(),
        unread: entry.unread,
    };
    (role, nameless)
}

/// `None` for one without a name: nobody is known to be in it.
pub(super) fn group(value: &RawValue) -> Option<Group> {
    let mut entry = Entry::new(value, "GroupName");
    let arn = entry.arn.take().unwrap_or_default();
    let of_arn = || arn.rsplit_once('/').map(|(_, name)| name.to_owned());
    let group_name = entry.name.take().or_else(of_arn)?;
    Some(Group {
        arn: if arn.is_empty() {
            group_name.clone()
        } else {
            arn
        },
        group_name,
        group_policy_list: entry.each("GroupPolicyList", inline),
        attached_managed_policies: entry.each("AttachedManagedPolicies", attached),
        unread: entry.unread,
    })
}

/// `None` for one without an ARN: whoever has it attached has a policy that the dump lacks.
pub(super) fn managed(value: &RawValue) -> Option<ManagedPolicy> {
    let members = Members::of(value).ok()?;
    let arn = members.text("Arn").ok().flatten()?;
    let versions = members.list("PolicyVersionList").unwrap_or_default();
    let mut versions: Vec<PolicyVersion> = versions.into_iter().filter_map(version).collect();
    // Some programs put the text in force beside the name.
    let document = |name: &str| members.get(name).ok().flatten().map(PolicyText::of);
    if versions.is_empty()
        && let Some(document) = document("PolicyDocument").or_else(|| document("Document"))
    {
        versions.push(PolicyVersion {
            version_id: None,
            is_default_version: true,
            document: Some(document),
        });
    }
    Some(ManagedPolicy {
        policy_name: members
            .text("PolicyName")
            .ok()
            .flatten()
            .unwrap_or_default(),
        arn,
        default_version_id: members.text("DefaultVersionId").ok().flatten(),
        policy_version_list: versions,
    })
}

fn version(value: &RawValue) -> Option<PolicyVersion> {
    let members = Members::of(value).ok()?;
    Some(PolicyVersion {
        version_id: members.text("VersionId").ok().flatten(),
        is_default_version: members.is_true("IsDefaultVersion"),
        document: members.get("Document").ok().flatten().map(PolicyText::of),
    })
}

fn inline(index: usize, value: &RawValue) -> Result<InlinePolicy, Odd<'_>> {
    let members = Members::of(value)?;
    let document = members
        .get("PolicyDocument")?
        .ok_or_else(|| lacks(value, "PolicyDocument"))?;
    // The name is only a label: an odd one is no reason to do without the policy.
    let name = members.text("PolicyName").ok().flatten();
    Ok(InlinePolicy {
        policy_name: name
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| format!("policy {} (the dump gives no name)", index + 1)),
        policy_document: PolicyText::of(document),
    })
}

fn attached(_: usize, value: &RawValue) -> Result<AttachedManagedPolicy, Odd<'_>> {
    let policy_arn = arn_of(value, "PolicyArn")?;
    let name = Members::of(value)
        .ok()
        .and_then(|members| members.text("PolicyName").ok().flatten());
    Ok(AttachedManagedPolicy {
        policy_name: name.unwrap_or_else(|| crate::names::policy_name(&policy_arn).to_owned()),
        policy_arn,
    })
}

/// An ARN by itself, or as a member.
fn arn_of<'a>(value: &'a RawValue, member: &str) -> Result<String, Odd<'a>> {
    match member::text(value) {
        Some(arn) if arn.starts_with("arn:") => Ok(arn),
        _ => named(value, member),
    }
}

/// A text by itself, or as a member.
fn named<'a>(value: &'a RawValue, member: &str) -> Result<String, Odd<'a>> {
    if let Some(text) = member::text(value) {
        return Ok(text);
    }
    Members::of(value)?
        .text(member)?
        .ok_or_else(|| lacks(value, member))
}

fn lacks<'a>(value: &'a RawValue, member: &str) -> Odd<'a> {
    Odd {
        path: String::new(),
        reason: format!("it has no {member}"),
        at: value.get(),
    }
}

fn tags<'a>(members: &Members<'a>) -> Result<Vec<Tag>, Odd<'a>> {
    const NAME: &str = "Tags";
    let items = match members.list(NAME) {
        Ok(items) => items,
        // A table of keys and values.
        Err(odd) => {
            let table = members.get(NAME)?.and_then(Members::texts).ok_or(odd)?;
            return Ok(table
                .into_iter()
                .map(|(key, value)| Tag { key, value })
                .collect());
        }
    };
    let tag = |item: &'a RawValue| {
        let members = Members::of(item)?;
        Ok(Tag {
            key: members.text("Key")?.ok_or_else(|| lacks(item, "Key"))?,
            value: members.text("Value")?.unwrap_or_default(),
        })
    };
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| {
            tag(item).map_err(|odd: Odd<'a>| odd.below(&format!("[{index}]")).below(NAME))
        })
        .collect()
}
