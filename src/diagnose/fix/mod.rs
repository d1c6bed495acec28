//! The smallest changes of policies that open what was asked, and whether they suffice.
//!
//! A change is made to the policies that were read, and the engine judges the result: what is said of a fix was tried.

mod amend;
mod diff;
mod place;
mod proof;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::diagnose::finding::Finding;
use crate::diagnose::grant::Grant;
use crate::diagnose::layers::{Engine, Way, layer_name};
use crate::diagnose::question::Question;
use crate::evidence::{AttachedPolicy, Evidence, Observed, Via};
use crate::names::PrincipalKind;
use aws_refusal::{Effect, Layer};
use iam_policy::text::length;
use iam_policy::{LayerKind, LayerOutcome};

use place::Place;
pub use place::PolicyKind;
pub use proof::Proof;

/// What to change, and what that comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// In the order in which to make them. Empty where no policy is in the way, or none of those that are could be read.
    pub changes: Vec<Change>,
    /// `None` where nothing is to be changed.
    pub proof: Option<Proof>,
}

/// One policy to attach or to amend.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The causes that it lifts, or has a part in lifting.
    pub codes: Vec<&'static str>,
    pub layer: PolicyKind,
    /// The policy as AWS names it; of one to attach, what it may be called.
    pub policy: String,
    pub arn: Option<String>,
    /// For an organization's policy the root, organizational unit or account that it is attached to.
    pub target: Option<String>,
    /// Of an inline policy, whose it is.
    pub inline_in: Option<Via>,
    /// Whether it is there already.
    pub action: ChangeKind,
    /// The whole document after the change; `null` where nothing remains of it: detach it.
    pub document: Option<Value>,
    /// The actions to allow in a statement of their own, where that is the whole change.
    pub adds: Option<Vec<String>>,
    /// Line by line, what goes and what comes. Empty for a policy to attach.
    pub diff: Vec<String>,
    /// What to know before making it.
    pub remarks: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// A policy of one's own, attached beside those that are there.
    Attach,
    /// A policy that is there, changed.
    Amend,
}

/// What to change so that the pages that the answer rests on open, as far as policies are in the way.
pub fn plan(evidence: &Evidence, question: &Question, causes: &[Finding]) -> Plan {
    let mut draft = Draft {
        before: evidence,
        after: evidence.clone(),
        touched: Vec::new(),
    };
    for cause in causes {
        let actions: Vec<&str> = cause.actions.iter().map(String::as_str).collect();
        let wanted = question.decisive(&actions);
        match layer_of(cause.code) {
            Some((layer, Effect::ImplicitDeny)) => draft.allow(cause.code, layer, &wanted),
            Some((_, Effect::ExplicitDeny)) => draft.lift(cause, &wanted),
            None => {}
        }
    }
    // Where a Deny is lifted it may turn out that nothing allows.
    let needed: Vec<&str> = question.deciding_actions().into_iter().collect();
    for cause in causes {
        if let Some((layer, Effect::ExplicitDeny)) = layer_of(cause.code) {
            draft.allow(cause.code, layer, &needed);
        }
    }
    let changes = draft.changes();
    let not_lifted = causes
        .iter()
        .map(|cause| cause.code)
        .filter(|code| changes.iter().all(|change| !change.codes.contains(code)))
        .collect();
    let proof = (!changes.is_empty()).then(|| Proof::of(&draft.after, question, not_lifted));
    Plan { changes, proof }
}

/// The layer that a cause is about, where a change of its policies is the remedy.
fn layer_of(code: &str) -> Option<(Layer, Effect)> {
    Some(match code {
        "identity-policy-denies-billing" => (Layer::IdentityPolicy, Effect::ExplicitDeny),
        "identity-policy-omits-billing"
        | "only-legacy-actions"
        | "billing-policy-without-cost-explorer" => (Layer::IdentityPolicy, Effect::ImplicitDeny),
        "boundary-denies-billing" => (Layer::PermissionsBoundary, Effect::ExplicitDeny),
        "boundary-omits-billing" => (Layer::PermissionsBoundary, Effect::ImplicitDeny),
        "scp-denies-billing" | "scp-region-lock" => {
            (Layer::ServiceControlPolicy, Effect::ExplicitDeny)
        }
        "scp-omits-billing" => (Layer::ServiceControlPolicy, Effect::ImplicitDeny),
        _ => return None,
    })
}

/// Changes in the making: the evidence as it would be, and which policies were touched for what.
struct Draft<'a> {
    before: &'a Evidence,
    after: Evidence,
    touched: Vec<Touched>,
}

struct Touched {
    codes: Vec<&'static str>,
    place: Place,
    /// What is allowed beside what was.
    adds: BTreeSet<String>,
    /// Whether it denies less.
    lifts: bool,
    remarks: Vec<String>,
}

impl Draft<'_> {
    fn touch(&mut self, code: &'static str, place: Place) -> &mut Touched {
        let known = self.touched.iter().position(|known| known.place == place);
        let index = known.unwrap_or_else(|| {
            self.touched.push(Touched {
                codes: Vec::new(),
                place,
                adds: BTreeSet::new(),
                lifts: false,
                remarks: Vec::new(),
            });
            self.touched.len() - 1
        });
        let touched = &mut self.touched[index];
        if !touched.codes.contains(&code) {
            touched.codes.push(code);
        }
        touched
    }

    /// The statements that deny, changed so that they leave out what is wanted.
    fn lift(&mut self, cause: &Finding, wanted: &[&str]) {
        // Several statements of one policy are one change of it; from the last to the first, so that removing one moves
        // no other.
        let mut indexes: BTreeMap<(&str, Option<&str>), BTreeSet<usize>> = BTreeMap::new();
        for statement in &cause.statements {
            let policy = (statement.policy.as_str(), statement.target.as_deref());
            indexes.entry(policy).or_default().insert(statement.index);
        }
        for ((name, target), indexes) in indexes {
            let Some(place) = Place::of(&self.after, name, target) else {
                continue;
            };
            let mut remarks = Vec::new();
            let changed = place.rewrite(&mut self.after, |document| {
                for index in indexes.iter().rev() {
                    amend::leave_out(document, *index, wanted, &mut remarks);
                }
            });
            if changed {
                let touched = self.touch(cause.code, place);
                touched.lifts = true;
                touched.remarks.append(&mut remarks);
            }
        }
    }

    /// An Allow wherever a layer allows something of what is wanted nowhere.
    fn allow(&mut self, code: &'static str, layer: Layer, wanted: &[&str]) {
        for (target, omitted) in self.omitted(layer, wanted) {
            let omitted: Vec<&str> = omitted.iter().map(String::as_str).collect();
            let place = if layer == Layer::IdentityPolicy {
                self.attach(&omitted)
            } else {
                Place::to_allow_in(&self.after, layer, target.as_deref()).filter(|place| {
                    place.rewrite(&mut self.after, |document| amend::allow(document, &omitted))
                })
            };
            if let Some(place) = place {
                let adds = omitted.iter().map(|action| (*action).to_owned());
                self.touch(code, place).adds.extend(adds);
            }
        }
    }

    /// What a layer does not allow, by level of the organization.
    fn omitted(&self, layer: Layer, wanted: &[&str]) -> BTreeMap<Option<String>, BTreeSet<String>> {
        let engine = Engine::new(&self.after);
        let mut omitted: BTreeMap<Option<String>, BTreeSet<String>> = BTreeMap::new();
        for action in wanted {
            for found in engine.authorize(Way::CommandLine, action).layers {
                if found.outcome != LayerOutcome::Omits || layer_name(&found.kind) != layer {
                    continue;
                }
                let target = match found.kind {
                    LayerKind::ServiceControl { target } => Some(target),
                    _ => None,
                };
                let actions = omitted.entry(target).or_default();
                actions.insert((*action).to_owned());
            }
        }
        omitted
    }

    /// A policy of one's own for what no identity policy allows.
    fn attach(&mut self, actions: &[&str]) -> Option<Place> {
        const NAME: &str = "SeeBilling";
        let principal = self.after.principal.known()?;
        let via = match principal.kind {
            PrincipalKind::User => Via::User(principal.name.clone()),
            PrincipalKind::Role => Via::Role(principal.name.clone()),
            PrincipalKind::RootUser | PrincipalKind::FederatedUser => return None,
        };
        let place = Place::identity(NAME);
        // One policy for all of it.
        let known = self.touched.iter().find(|touched| touched.place == place);
        let mut all: BTreeSet<&str> = actions.iter().copied().collect();
        all.extend(
            known
                .iter()
                .flat_map(|touched| &touched.adds)
                .map(String::as_str),
        );
        let all: Vec<&str> = all.into_iter().collect();
        let read = &mut self.after.policies.identity.read;
        read.retain(|policy| policy.name != NAME || policy.arn.as_deref() != Some(""));
        read.push(AttachedPolicy {
            name: NAME.to_owned(),
            // It has none yet; the one that it will have keeps it from being taken for an inline policy.
            arn: Some(String::new()),
            via,
            document: Observed::Known {
                value: Grant::of(&all).policy.to_string(),
            },
        });
        Some(place)
    }

    fn changes(&self) -> Vec<Change> {
        self.touched
            .iter()
            .filter_map(|touched| self.change(touched))
            .collect()
    }

    fn change(&self, touched: &Touched) -> Option<Change> {
        let place = &touched.place;
        let policy = place.policy(&self.after)?;
        let before = place.policy(self.before).and_then(document_of);
        let after = document_of(policy).filter(amend::has_statements);
        let is_new = before.is_none();
        let mut remarks = touched.remarks.clone();
        remarks.extend(reach(policy, is_new));
        remarks.extend(
            after
                .as_ref()
                .and_then(|document| too_long(place.layer, document)),
        );
        Some(Change {
            codes: touched.codes.clone(),
            layer: place.layer,
            policy: policy.name.clone(),
            arn: policy.arn.clone().filter(|arn| !arn.is_empty()),
            target: place.target.clone(),
            inline_in: (policy.arn.is_none() && place.target.is_none()).then(|| policy.via.clone()),
            action: if is_new {
                ChangeKind::Attach
            } else {
                ChangeKind::Amend
            },
            adds: (!touched.lifts).then(|| touched.adds.iter().cloned().collect()),
            diff: before
                .map(|before| diff::of(&before, after.as_ref()))
                .unwrap_or_default(),
            document: after,
            remarks,
        })
    }
}

fn document_of(policy: &AttachedPolicy) -> Option<Value> {
    serde_json::from_str(policy.document.known()?).ok()
}

/// Whom else the change concerns.
fn reach(policy: &AttachedPolicy, is_new: bool) -> Vec<String> {
    let mut remarks = Vec::new();
    if policy.arn.as_deref().is_some_and(place::is_managed_by_aws) {
        remarks.push(format!(
            "AWS manages {}, and nobody can change it: put a copy with this change in its place",
            policy.name
        ));
    }
    match &policy.via {
        Via::Group(group) => remarks.push(format!("it holds for everybody in group {group}")),
        Via::Organization(target) => {
            remarks.push(format!("it holds for every account below {target}"));
        }
        _ if is_new || policy.arn.is_none() => {}
        _ => remarks.push("it holds for whoever else has the policy".to_owned()),
    }
    remarks
}

/// Where a document is more than AWS takes.
fn too_long(layer: PolicyKind, document: &Value) -> Option<String> {
    let length = length(document);
    (length > layer.limit()).then(|| {
        format!(
            "it has {length} characters, and AWS takes {}: spread it over two policies",
            layer.limit()
        )
    })
}
