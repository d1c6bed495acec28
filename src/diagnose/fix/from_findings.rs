//! The findings of old as causes, as far as a plan needs them. Goes once every check gives causes.

use super::change::Plan;
use super::plan;
use crate::catalog::Code;
use crate::diagnose::cause::{
    Basis, Cause, Confidence, Denial, Finding as Found, LayerRefusal, Name, StatementAt,
};
use crate::diagnose::finding::Finding;
use crate::diagnose::layers::label;
use crate::diagnose::question::Question;
use crate::diagnose::remedy::{Actor, Remedy};
use crate::evidence::{AttachedPolicy, Evidence};
use aws_refusal::{Effect, Layer};

/// The plan for what the checks of old found.
pub fn plan_from_findings(evidence: &Evidence, question: &Question, found: &[Finding]) -> Plan {
    let causes: Vec<Cause> = found
        .iter()
        .filter_map(|finding| cause(evidence, question, finding))
        .collect();
    plan(evidence, question, &causes)
}

fn cause(evidence: &Evidence, question: &Question, finding: &Finding) -> Option<Cause> {
    let code = Code::parse(finding.code)?;
    let known = question.actions();
    let actions: Vec<&'static str> = known
        .into_iter()
        .filter(|action| finding.actions.iter().any(|one| one == action))
        .collect();
    Some(Cause {
        code,
        confidence: Confidence::Confirmed,
        basis: Basis::PoliciesRead,
        refusal: layer_of(code).map(|(layer, effect)| LayerRefusal {
            layer,
            effect,
            statements: finding
                .statements
                .iter()
                .filter_map(|at| {
                    let policy = policies(evidence, layer).find(|policy| {
                        let place = at.target.is_some().then_some(policy.name.as_str());
                        place.map_or_else(|| label(policy), str::to_owned) == at.policy
                            && policy.arn == at.arn
                    })?;
                    Some(Denial {
                        statement: StatementAt {
                            policy: policy.id(),
                            target: at.target.clone().map(Name),
                            sid: at.sid.clone().map(Name),
                            index: at.index,
                        },
                        actions: actions.clone(),
                    })
                })
                .collect(),
            omitted_at: Vec::new(),
            named_by_aws: Default::default(),
            everything: false,
            region_lock: false,
        }),
        finding: Found::Plain,
        actions,
        closes: Vec::new(),
        signs: Vec::new(),
        remedy: Remedy {
            actor: Actor::AccountAdministrator,
            steps: Vec::new(),
            source: finding.remedy.source,
        },
    })
}

fn policies(evidence: &Evidence, layer: Layer) -> Box<dyn Iterator<Item = &AttachedPolicy> + '_> {
    let policies = &evidence.policies;
    match layer {
        Layer::ServiceControlPolicy => Box::new(
            policies
                .service_control
                .known()
                .into_iter()
                .flatten()
                .filter_map(|level| level.policies.known())
                .flatten(),
        ),
        Layer::PermissionsBoundary => Box::new(policies.permissions_boundary.known().into_iter()),
        _ => Box::new(policies.identity.read.iter()),
    }
}

/// The layer that a cause is about, where a change of its policies is the remedy.
fn layer_of(code: Code) -> Option<(Layer, Effect)> {
    Some(match code {
        Code::IdentityPolicyDeniesBilling => (Layer::IdentityPolicy, Effect::ExplicitDeny),
        Code::IdentityPolicyOmitsBilling
        | Code::OnlyLegacyActions
        | Code::BillingPolicyWithoutCostExplorer => (Layer::IdentityPolicy, Effect::ImplicitDeny),
        Code::BoundaryDeniesBilling => (Layer::PermissionsBoundary, Effect::ExplicitDeny),
        Code::BoundaryOmitsBilling => (Layer::PermissionsBoundary, Effect::ImplicitDeny),
        Code::ScpDeniesBilling | Code::ScpRegionLock => {
            (Layer::ServiceControlPolicy, Effect::ExplicitDeny)
        }
        Code::ScpOmitsBilling => (Layer::ServiceControlPolicy, Effect::ImplicitDeny),
        _ => return None,
    })
}
