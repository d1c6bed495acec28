//! The smallest changes of policies that open what was asked, and whether they suffice.
//!
//! A change is made to the policies that were read, and the engine judges the result: what is said of a fix was tried.

mod alternatives;
mod amend;
mod apply;
mod change;
pub mod diff;
mod place;
mod plan;
mod proof;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Code, is_sensitive};
use crate::diagnose::cause::{Action, Cause, LayerRefusal, Name};
use crate::diagnose::grant::{Grant, READING, reading_document};
use crate::diagnose::layers::{Engine, Way, layer_name};
use crate::diagnose::question::{Question, Want};
use crate::diagnose::remedy::Step;
use crate::evidence::{Evidence, PolicyId};
use aws_refusal::{Effect, Layer};
use iam_policy::text::length;
use iam_policy::{LayerKind, LayerOutcome};

pub use apply::with_changes;
pub use change::{
    Change, ChangeKind, Edit, PolicyKind, Remark, Site, Statement, Uneditable, WayAround,
};
pub use plan::{Alternative, Plan};
pub use proof::{Proof, Waiting, WaitsFor};

/// What to change so that the pages that the answer rests on open, as far as policies are in the way.
pub fn plan(evidence: &Evidence, question: &Question, causes: &[Cause]) -> Plan {
    let refusals: Vec<Refused> = causes
        .iter()
        .filter_map(|cause| Refused::of(cause, question))
        .collect();
    let mut draft = Draft::new(evidence, question);
    for refused in &refusals {
        if refused.by.effect == Effect::ExplicitDeny {
            draft.lift(refused);
        }
    }
    // Where a Deny is lifted it may turn out that nothing allows. What limits comes before what grants: a boundary that
    // is attached as an identity policy, too, grants what it no longer leaves out.
    for layer in [
        Layer::ServiceControlPolicy,
        Layer::PermissionsBoundary,
        Layer::IdentityPolicy,
    ] {
        draft.allow(layer, &refusals);
    }
    let mut changes = draft.changes();
    let position = |change: &Change| {
        let of_cause = |code: &Code| causes.iter().position(|cause| cause.code == *code);
        change.codes.first().and_then(of_cause)
    };
    changes.sort_by_key(position);
    let codes: Vec<Code> = causes.iter().map(|cause| cause.code).collect();
    let trial = proof::Trial::new(evidence, question, &codes);
    let proof = (!changes.is_empty()).then(|| trial.of(&changes));
    let alternatives = proof.as_ref().map_or_else(Vec::new, |proof| {
        alternatives::of(evidence, &refusals, &changes, &trial, proof)
    });
    Plan {
        alternatives,
        proof,
        changes,
        uneditable: draft.uneditable,
    }
}

/// A cause that is a refusal by policies, and what of it is to be opened.
struct Refused<'a> {
    code: Code,
    by: &'a LayerRefusal,
    /// What the pages need on which the answer rests. All of it, since witnesses may contradict each other about a part:
    /// no change leaves out of an Allow, or keeps in a Deny, what was asked.
    wanted: BTreeSet<Action>,
}

impl<'a> Refused<'a> {
    /// `None` where the remedy is no change of a policy: MFA that the person brings along, another network.
    fn of(cause: &'a Cause, question: &Question) -> Option<Self> {
        if !cause.remedy.steps.contains(&Step::MakeChange) {
            return None;
        }
        let mut wanted = question.deciding_actions();
        wanted.extend(question.decisive(&cause.actions));
        wanted.retain(|action| !is_sensitive(action));
        Some(Self {
            code: cause.code,
            by: cause.refusal.as_ref()?,
            wanted,
        })
    }
}

/// Changes in the making.
struct Draft<'a> {
    evidence: &'a Evidence,
    want: Want,
    /// Policies that are there, in the order in which they were touched.
    amended: Vec<Amended>,
    /// What to allow in a policy that is not there yet: of the principal, or at a level of the organization.
    attached: BTreeMap<Option<Name>, Attached>,
    uneditable: Vec<(Code, Uneditable)>,
}

struct Amended {
    codes: Vec<Code>,
    policy: PolicyId,
    document: amend::Draft,
}

#[derive(Default)]
struct Attached {
    codes: Vec<Code>,
    actions: BTreeSet<Action>,
}

impl<'a> Draft<'a> {
    fn new(evidence: &'a Evidence, question: &Question) -> Self {
        Self {
            evidence,
            want: question.want(),
            amended: Vec::new(),
            attached: BTreeMap::new(),
            uneditable: Vec::new(),
        }
    }

    /// The statements that deny, changed so that they leave out what is wanted.
    fn lift(&mut self, refused: &Refused) {
        match refused.by.layer {
            Layer::IdentityPolicy | Layer::PermissionsBoundary | Layer::ServiceControlPolicy => {}
            Layer::SessionPolicy => {
                self.uneditable.push((refused.code, Uneditable::Session));
                return;
            }
            _ => return,
        }
        if refused.by.statements.is_empty() {
            self.uneditable.push((refused.code, Uneditable::Unread));
        }
        for denial in &refused.by.statements {
            // What denies nothing of it may stay.
            if denial
                .actions
                .iter()
                .all(|action| !refused.wanted.contains(action))
            {
                continue;
            }
            let id = &denial.statement.policy;
            match self.amend(&[refused.code], id) {
                Ok(document) => document.spare(denial.statement.index, &refused.wanted),
                Err(why) => self.cannot_edit(&[refused.code], &why),
            }
        }
    }

    /// The document of a policy that is there, to be changed.
    fn amend(&mut self, codes: &[Code], id: &PolicyId) -> Result<&mut amend::Draft, Uneditable> {
        let index = match self.amended.iter().position(|one| one.policy == *id) {
            Some(index) => index,
            None => {
                let found = place::occurrences(self.evidence, id);
                let first = found.first().ok_or(Uneditable::Unread)?;
                let text = first.policy.document.known();
                let document = text
                    .and_then(|text| amend::Draft::parse(text))
                    .ok_or(Uneditable::Unread)?;
                let policy = id.clone();
                if first.layer == PolicyKind::ServiceControlPolicy {
                    if place::is_of_control_tower(first.policy, document.before()) {
                        return Err(Uneditable::ControlTower { policy });
                    }
                    if id.is_aws_managed() {
                        return Err(Uneditable::AwsManaged { policy });
                    }
                }
                self.amended.push(Amended {
                    codes: Vec::new(),
                    policy,
                    document,
                });
                self.amended.len() - 1
            }
        };
        let amended = &mut self.amended[index];
        add_codes(&mut amended.codes, codes);
        Ok(&mut amended.document)
    }

    /// An Allow wherever a layer that refuses allows something of what is wanted nowhere.
    fn allow(&mut self, layer: Layer, refusals: &[Refused]) {
        let of_layer = || refusals.iter().filter(|refused| refused.by.layer == layer);
        let wanted: BTreeSet<Action> = of_layer().flat_map(|one| one.wanted.clone()).collect();
        let omits = |refused: &&Refused| refused.by.effect == Effect::ImplicitDeny;
        let mut codes: Vec<Code> = of_layer().filter(omits).map(|one| one.code).collect();
        if codes.is_empty() {
            codes = of_layer().map(|one| one.code).collect();
        }
        for (target, mut omitted) in self.omitted(layer, &wanted) {
            let place = self.to_allow_in(layer, target.as_ref());
            if let Some(id) = place {
                if layer == Layer::IdentityPolicy {
                    self.attach_of_aws(&codes, &mut omitted);
                }
                if omitted.is_empty() {
                    continue;
                }
                match self.amend(&codes, &id) {
                    Ok(document) => document.allow(&omitted),
                    Err(why) => self.cannot_edit(&codes, &why),
                }
            } else if layer != Layer::PermissionsBoundary {
                let attached = self.attached.entry(target).or_default();
                add_codes(&mut attached.codes, &codes);
                attached.actions.extend(omitted);
            }
        }
    }

    fn cannot_edit(&mut self, codes: &[Code], why: &Uneditable) {
        for code in codes {
            let why = (*code, why.clone());
            if !self.uneditable.contains(&why) {
                self.uneditable.push(why);
            }
        }
    }

    /// Attaches AWS's policy for as much as it allows; the rest stays to be allowed.
    fn attach_of_aws(&mut self, codes: &[Code], omitted: &mut BTreeSet<Action>) {
        let all: Vec<Action> = omitted.iter().copied().collect();
        let grant = Grant::of(&all, self.want, self.evidence.partition());
        if grant.attach.is_none() {
            return;
        }
        let beside = |action: &Action| grant.beside.iter().any(|one| one == action);
        let attached = self.attached.entry(None).or_default();
        add_codes(&mut attached.codes, codes);
        attached
            .actions
            .extend(omitted.iter().filter(|action| !beside(action)));
        omitted.retain(beside);
    }

    /// What a layer does not allow on any way, by level of the organization.
    fn omitted(
        &self,
        layer: Layer,
        wanted: &BTreeSet<Action>,
    ) -> BTreeMap<Option<Name>, BTreeSet<Action>> {
        let engine = Engine::new(&with_changes(self.evidence, &self.changes()));
        let mut omitted: BTreeMap<Option<Name>, BTreeSet<Action>> = BTreeMap::new();
        for action in wanted {
            let in_console = engine.authorize(Way::Console, action).layers;
            for found in engine.authorize(Way::CommandLine, action).layers {
                // What opens in the console needs no Allow, but what the policy asks for: MFA, say.
                let everywhere =
                    found.outcome == LayerOutcome::Omits && in_console.contains(&found);
                if !everywhere || layer_name(&found.kind) != layer {
                    continue;
                }
                let target = match found.kind {
                    LayerKind::ServiceControl { target } => Some(Name(target)),
                    _ => None,
                };
                omitted.entry(target).or_default().insert(action);
            }
        }
        omitted
    }

    /// The policy to which an Allow is added, where there is one: the boundary, the first at a level that can be edited,
    /// or a permission set's one inline policy.
    fn to_allow_in(&self, layer: Layer, target: Option<&Name>) -> Option<PolicyId> {
        let policies = &self.evidence.policies;
        match (layer, target) {
            (Layer::PermissionsBoundary, _) => {
                policies.permissions_boundary.known().map(|one| one.id())
            }
            (Layer::ServiceControlPolicy, Some(target)) => {
                let mut found = place::level(self.evidence, &target.0).iter();
                let editable = |policy: &&crate::evidence::AttachedPolicy| {
                    let document = policy.document.known();
                    let document = document.and_then(|text| serde_json::from_str(text).ok());
                    !policy.id().is_aws_managed()
                        && document.is_some_and(|one| !place::is_of_control_tower(policy, &one))
                };
                found.find(editable).map(|policy| policy.id())
            }
            (Layer::IdentityPolicy, _) => {
                let Site::PermissionSet(_) = place::of_principal(self.evidence)? else {
                    return None;
                };
                let mut ids = policies.identity.read.iter().map(|policy| policy.id());
                ids.find(|id| matches!(id, PolicyId::Inline { .. }))
            }
            _ => None,
        }
    }

    fn changes(&self) -> Vec<Change> {
        let amended = self.amended.iter().filter_map(|one| self.amending(one));
        let attached = self.attached.iter();
        amended
            .chain(attached.flat_map(|(target, one)| self.attaching(target.as_ref(), one)))
            .collect()
    }

    /// What a statement or policy of one's own is called.
    fn own_name(&self) -> &'static str {
        match self.want {
            Want::View => "SeeBilling",
            Want::Manage => "ManageBilling",
        }
    }

    fn amending(&self, amended: &Amended) -> Option<Change> {
        let found = place::occurrences(self.evidence, &amended.policy);
        let before = amended.document.before().clone();
        let edits = amended.document.edits();
        if edits.is_empty() {
            return None;
        }
        let policy = amended.policy.clone();
        let is_aws_managed = policy.is_aws_managed();
        let kind = match amended.document.after(self.own_name()) {
            // Nobody wants a copy of a policy that only denies.
            Some(_) if is_aws_managed && amended.document.only_denies() => {
                ChangeKind::Detach { policy, before }
            }
            Some(after) if is_aws_managed => ChangeKind::Replace {
                copy: format!("{}WithBilling", policy.name()),
                policy,
                before,
                after,
                edits,
            },
            Some(after) => ChangeKind::Amend {
                policy,
                before,
                after,
                edits,
            },
            None => ChangeKind::Detach { policy, before },
        };
        let mut sites: Vec<Site> = found
            .iter()
            .filter_map(|one| place::site(self.evidence, &one.policy.via))
            .collect();
        sites.sort();
        sites.dedup();
        let layer = found.first()?.layer;
        let mut remarks = Vec::new();
        match &kind {
            ChangeKind::Replace { .. } => remarks.push(Remark::CopyOfAwsManaged),
            ChangeKind::Detach { .. } if is_aws_managed => remarks.push(Remark::EndsWholeDeny),
            _ => {
                let narrowed = amended.document.narrowed();
                if !narrowed.is_empty() {
                    remarks.push(Remark::LaterVerbsNotDenied { patterns: narrowed });
                }
            }
        }
        remarks.extend(reach(&amended.policy, &sites, &kind));
        remarks.extend(too_long(layer, &kind));
        Some(Change {
            codes: amended.codes.clone(),
            layer,
            sites,
            kind,
            remarks,
        })
    }

    /// A policy of one's own, and AWS's beside it where that shortens it.
    fn attaching(&self, target: Option<&Name>, attached: &Attached) -> Vec<Change> {
        let (layer, site) = match target {
            Some(target) => (
                PolicyKind::ServiceControlPolicy,
                Some(Site::Target(target.clone())),
            ),
            None => (
                PolicyKind::IdentityPolicy,
                place::of_principal(self.evidence),
            ),
        };
        let Some(site) = site else { return Vec::new() };
        let all: Vec<Action> = attached.actions.iter().copied().collect();
        let grant = match layer {
            PolicyKind::IdentityPolicy => Grant::of(&all, self.want, self.evidence.partition()),
            _ => Grant::statement(&all),
        };
        let (beside, of_aws): (Vec<Action>, Vec<Action>) = all
            .iter()
            .partition(|action| grant.beside.iter().any(|one| one == *action));
        let managed = grant.attach.and_then(|arn| {
            let document = reading_document()?;
            Some(ChangeKind::AttachManaged {
                arn,
                name: READING,
                document: serde_json::from_str(document).ok()?,
                actions: of_aws,
            })
        });
        let own = (!beside.is_empty()).then(|| ChangeKind::Attach {
            // The name that IAM Identity Center gives a permission set's inline policy.
            name: match site {
                Site::PermissionSet(_) => "AwsSSOInlinePolicy",
                _ => self.own_name(),
            }
            .to_owned(),
            document: Grant::statement(&beside).policy,
            actions: beside,
        });
        let change = |kind: ChangeKind| Change {
            codes: attached.codes.clone(),
            layer,
            sites: vec![site.clone()],
            remarks: too_long(layer, &kind)
                .into_iter()
                .chain(above(&site))
                .collect(),
            kind,
        };
        managed.into_iter().chain(own).map(change).collect()
    }
}

fn add_codes(codes: &mut Vec<Code>, more: &[Code]) {
    for code in more {
        if !codes.contains(code) {
            codes.push(*code);
        }
    }
}

/// Whom else a change of a policy that is there concerns.
fn reach(policy: &PolicyId, sites: &[Site], kind: &ChangeKind) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = sites
        .iter()
        .filter_map(|site| match site {
            Site::Group(group) => Some(Remark::HoldsForGroup(group.clone())),
            _ => above(site),
        })
        .collect();
    let is_shared = matches!(policy, PolicyId::Managed { .. })
        && matches!(kind, ChangeKind::Amend { .. })
        && !sites.iter().any(|site| matches!(site, Site::Target(_)));
    if is_shared {
        remarks.push(Remark::HoldsForWhoeverHasIt);
    }
    remarks
}

/// A policy above the account limits others, too.
fn above(site: &Site) -> Option<Remark> {
    match site {
        // `account` is what `--scp` calls the account's own level.
        Site::Target(target)
            if !crate::names::is_account_id(&target.0) && target.0 != "account" =>
        {
            Some(Remark::HoldsForAccountsBelow(target.clone()))
        }
        _ => None,
    }
}

/// Where a document is more than AWS takes.
fn too_long(layer: PolicyKind, kind: &ChangeKind) -> Option<Remark> {
    if matches!(kind, ChangeKind::AttachManaged { .. }) {
        return None;
    }
    let (length, limit) = (length(kind.document()?), layer.limit());
    (length > limit).then_some(Remark::TooLong { length, limit })
}
