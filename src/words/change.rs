//! Sentences about changes of policies: what to do, what to know before, and what it comes to.

use crate::catalog;
use crate::diagnose::cause::PageId;
use crate::diagnose::fix::{
    Alternative, Change, ChangeKind, Edit, PolicyKind, Proof, Remark, Site, Statement, Uneditable,
    WaitsFor, WayAround,
};
use crate::evidence::{PolicyId, Via};
use crate::text::{count, list};

/// How many entries of a policy a sentence names; more are counted, and stand in the change below it.
const NAMED: usize = 12;

/// What to do.
pub fn instruction(change: &Change) -> String {
    let whom = list(&change.sites.iter().map(site).collect::<Vec<_>>());
    match &change.kind {
        ChangeKind::AttachManaged { name, .. } => {
            format!("Attach the AWS managed policy {name} to {whom}.")
        }
        ChangeKind::Attach { name, .. } => match change.sites.first() {
            Some(Site::PermissionSet(_)) => format!("Give {whom} this inline policy."),
            Some(Site::Target(_)) => {
                format!("Create the service control policy {name} and attach it to {whom}.")
            }
            _ => format!("Create the policy {name} and attach it to {whom}."),
        },
        ChangeKind::Amend { policy, .. } if change.kind.adds().is_some() => {
            format!("Add this statement to {}.", named(policy, change))
        }
        ChangeKind::Amend { policy, .. } => format!("Change {}.", named(policy, change)),
        ChangeKind::Detach { policy, .. } => match policy {
            PolicyId::Inline { .. } => format!("Delete {}.", named(policy, change)),
            _ => format!("Detach the policy {} from {whom}.", policy.name()),
        },
        ChangeKind::Replace { policy, copy, .. } => match change.layer {
            PolicyKind::PermissionsBoundary => format!(
                "Create {copy}, a copy of {} with this change, and make it {whom}.",
                policy.name()
            ),
            _ => format!(
                "Create {copy}, a copy of {0} with this change, attach it to {whom}, and detach {0}.",
                policy.name()
            ),
        },
    }
}

/// The same as a step, with what the change does to the document.
pub fn step(change: &Change) -> String {
    let mut sentences = vec![instruction(change)];
    sentences.extend(change.kind.edits().iter().map(edit));
    sentences.join(" ")
}

/// A policy that is there, with its kind: two of one name are told apart.
fn named(policy: &PolicyId, change: &Change) -> String {
    let name = policy.name();
    match (policy, change.layer) {
        (PolicyId::Inline { owner, .. }, _) => match owner {
            Via::Role(role) => match crate::names::permission_set(role) {
                Some(set) => format!("the inline policy of permission set “{set}”"),
                None => format!("{name}, an inline policy of role {role}"),
            },
            Via::User(user) => format!("{name}, an inline policy of user {user}"),
            Via::Group(group) => format!("{name}, an inline policy of group {group}"),
            Via::PermissionsBoundary | Via::Organization(_) => name.to_owned(),
        },
        (_, PolicyKind::ServiceControlPolicy) => {
            let targets: Vec<String> = change.sites.iter().map(site).collect();
            format!("the service control policy {name} at {}", list(&targets))
        }
        (_, PolicyKind::PermissionsBoundary) => {
            format!("the permissions boundary {}", with_path(policy))
        }
        (_, PolicyKind::IdentityPolicy) => format!("the policy {}", with_path(policy)),
    }
}

/// The name with its path, which tells two policies of one name apart.
fn with_path(policy: &PolicyId) -> &str {
    let resource = policy.arn().and_then(|arn| arn.splitn(6, ':').nth(5));
    let path = resource.and_then(|resource| resource.strip_prefix("policy/"));
    path.unwrap_or(policy.name())
}

/// Where a policy is attached.
pub fn site(site: &Site) -> String {
    match site {
        Site::User(name) => format!("user {}", name.0),
        Site::Role(name) => format!("role {}", name.0),
        Site::Group(name) => format!("group {}", name.0),
        Site::PermissionSet(name) => format!("permission set “{}”", name.0),
        Site::Boundary(of) => format!("the permissions boundary of {}", self::site(of)),
        Site::Target(target) => target.0.clone(),
    }
}

/// How a document is changed.
pub fn edit(edit: &Edit) -> String {
    match edit {
        Edit::Allow { actions } => {
            format!(
                "A new statement allows {}.",
                entries(actions.iter(), "action")
            )
        }
        Edit::Remove { statement } => format!(
            "{} goes: it denied nothing but what you asked for.",
            capital(&self::statement(statement))
        ),
        Edit::Narrow {
            statement,
            taken_out,
            put_in,
            ..
        } => {
            let statement = capital(&self::statement(statement));
            let gone = entries(taken_out.iter().map(|entry| &entry.0), "entry");
            let new = entries(put_in.iter().map(|entry| &entry.0), "entry");
            match (taken_out.as_slice(), put_in.as_slice()) {
                (_, []) => format!("{statement} no longer lists {gone}."),
                ([], _) => format!("{statement} also exempts {new}."),
                _ => format!("{statement} lists {new} in place of {gone}."),
            }
        }
    }
}

/// All of the entries, or how many they are: never a part of them.
fn entries<S: ToString>(entries: impl Iterator<Item = S>, noun: &str) -> String {
    let all: Vec<String> = entries.map(|entry| entry.to_string()).collect();
    if all.len() <= NAMED {
        list(&all)
    } else {
        count(all.len(), noun)
    }
}

fn statement(statement: &Statement) -> String {
    match &statement.sid {
        Some(sid) => format!("statement “{}”", sid.0),
        None => format!("statement {}", statement.index + 1),
    }
}

/// What to know before making a change.
pub fn remark(remark: &Remark) -> String {
    match remark {
        Remark::HoldsForGroup(group) => {
            format!("This changes what everybody in group {} may do.", group.0)
        }
        Remark::HoldsForAccountsBelow(target) => {
            format!("This applies to every account below {}.", target.0)
        }
        Remark::HoldsForWhoeverHasIt => {
            "This applies to everybody who has this policy.".to_owned()
        }
        Remark::CopyOfAwsManaged => "AWS manages this policy; only a copy can be changed.".to_owned(),
        Remark::EndsWholeDeny => {
            "AWS manages this policy, and it only denies: without it, everything is open that it denied.".to_owned()
        }
        Remark::LaterVerbsNotDenied { patterns } => {
            let patterns: Vec<&str> = patterns.iter().map(|pattern| pattern.0.as_str()).collect();
            format!(
                "The statement denied {} with a wildcard. It now lists verbs, so actions with new verbs that AWS adds later \
                 are not denied.",
                list(&patterns)
            )
        }
        Remark::TooLong { length, limit } => format!(
            "It has {length} characters, and AWS takes {limit}: split it into two policies."
        ),
    }
}

/// A way around a Deny, and what it comes to.
pub fn alternative(alternative: &Alternative) -> String {
    match &alternative.way {
        WayAround::LeaveGroup { user, group } => {
            format!("Take user {} out of group {}.", user.0, group.0)
        }
        WayAround::Detach { policy, from } => match policy {
            PolicyId::Inline { name, .. } => {
                format!("Delete {name}, an inline policy of {}.", site(from))
            }
            _ => format!("Detach the policy {} from {}.", policy.name(), site(from)),
        },
    }
}

/// Why a policy that is in the way can't be edited, and who can do something.
pub fn uneditable(uneditable: &Uneditable) -> String {
    match uneditable {
        Uneditable::AwsManaged { policy } => {
            format!("AWS manages {}; nobody else can edit it.", policy.name())
        }
        Uneditable::ControlTower { policy } => format!(
            "AWS Control Tower manages {}. Change it in the landing zone's settings: Control Tower reports an edit by hand as \
             drift.",
            policy.name()
        ),
        Uneditable::Session => {
            "A session policy is passed when the session starts. The person who starts it has to change it.".to_owned()
        }
        Uneditable::Unread => "The policy could not be read.".to_owned(),
    }
}

/// What the changes come to.
pub fn proof(proof: &Proof) -> String {
    let mut sentences = Vec::new();
    let (all, allowed) = (proof.actions.len(), proof.allowed.len());
    if proof.waiting.is_empty() {
        let opened = match titles(&proof.opens) {
            Some(pages) => format!("Tried: with this change the policies open {pages}"),
            None => format!(
                "Tried: with this change the policies allow all {}",
                count(all, "action")
            ),
        };
        sentences.push(match proof.unread.first() {
            None => format!("{opened}."),
            Some(reason) => {
                format!("{opened}, as far as they could be read (not all could: {reason}).")
            }
        });
    } else {
        let waits: Vec<String> = proof.waiting.iter().map(|one| waits_for(&one.on)).collect();
        sentences.push(format!(
            "Tried: with this change the policies allow {allowed} of {all} actions. For the others: {}.",
            waits.join("; ")
        ));
    }
    if !proof.not_lifted.is_empty() {
        let codes: Vec<&str> = proof.not_lifted.iter().map(|code| code.as_str()).collect();
        sentences.push(format!("Not fixed by this: {}.", list(&codes)));
    }
    if !proof.still_closed.is_empty() {
        let ids = list(&proof.still_closed);
        sentences.push(format!("For the other pages, ask with --page: {ids}."));
    }
    if !proof.left_out.is_empty() {
        sentences.push(format!(
            "Left out, because it spends money, changes payment or closes the account: {}.",
            list(&proof.left_out)
        ));
    }
    sentences.join(" ")
}

/// What must hold before an action is allowed.
pub fn waits_for(on: &WaitsFor) -> String {
    match on {
        WaitsFor::Condition(dependency) => super::requirement::sentence(&dependency.requirement),
        WaitsFor::Layer(layer) => format!("{} still refuse", super::policies::layer(layer)),
        WaitsFor::OtherResources(part) => super::policies::part(part),
        WaitsFor::Unknown => "not known".to_owned(),
    }
}

fn titles(pages: &[PageId]) -> Option<String> {
    let titles: Vec<&str> = pages
        .iter()
        .filter_map(|id| catalog::page(id))
        .map(|page| page.title.as_str())
        .collect();
    (!titles.is_empty()).then(|| list(&titles))
}

fn capital(text: &str) -> String {
    crate::text::capitalized(text)
}
