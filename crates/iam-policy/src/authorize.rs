//! From layers and a request to a verdict.
//!
//! Within one account, and without resource-based policies: of the billing services only billing views have those.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use super::action::ActionName;
use super::layer::{Layer, LayerKind, Policy};
use super::rcp::resource_control_policies_reach;
use super::request::{PrincipalKind, Request};
use super::requirement;
use super::statement::{Asked, Effect, Statement};
use super::truth::Truth;
use super::verdict::{Decision, Dependency, LayerOutcome, LayerVerdict, StatementRef, Verdict};

/// What AWS would answer to the request, as far as it follows from what is known.
///
/// Every layer that binds the principal is judged, also after the first that refuses, so that all blockers are named
/// at once. A layer that can't be read leaves the verdict undetermined unless another layer refuses.
pub fn authorize(layers: &[Layer], request: &Request) -> Verdict {
    let action = ActionName::new(&request.action);
    let asked = Asked {
        action: &action,
        resource: &request.resource,
        context: &request.context,
    };
    judge(layers, request.principal, &asked)
}

pub(super) fn judge(layers: &[Layer], principal: PrincipalKind, asked: &Asked<'_>) -> Verdict {
    let mut verdicts: Vec<LayerVerdict> = layers
        .iter()
        .filter(|layer| binds(&layer.kind, principal, asked.action.service()))
        .map(|layer| LayerVerdict {
            kind: layer.kind.clone(),
            outcome: judge_layer(layer, asked),
        })
        .collect();
    for kind in needed(principal) {
        // Without the layer there is nothing that could allow.
        if !verdicts.iter().any(|layer| layer.kind == *kind) {
            verdicts.push(LayerVerdict {
                kind: kind.clone(),
                outcome: LayerOutcome::Omits,
            });
        }
    }
    let decision = decide(&verdicts);
    let depends_on = match decision {
        Decision::Undetermined => verdicts.iter().flat_map(dependencies).collect(),
        Decision::Allowed | Decision::ExplicitDeny | Decision::ImplicitDeny => Vec::new(),
    };
    Verdict {
        decision,
        layers: verdicts,
        depends_on,
    }
}

/// Whether a layer has any effect on the principal's use of a service.
fn binds(kind: &LayerKind, principal: PrincipalKind, service: &str) -> bool {
    match kind {
        // "SCPs affect all users and roles in attached accounts, including the root user", and not "any
        // service-linked role": https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
        LayerKind::ServiceControl { .. } => principal != PrincipalKind::ServiceLinkedRole,
        // The same principals, for a list of services:
        // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
        LayerKind::ResourceControl { .. } => {
            principal != PrincipalKind::ServiceLinkedRole
                && resource_control_policies_reach(service)
        }
        // Neither can be attached to the root user:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html
        LayerKind::PermissionsBoundary | LayerKind::Identity => {
            principal != PrincipalKind::RootUser
        }
        LayerKind::Session => true,
    }
}

/// The layers without which the principal may do nothing.
fn needed(principal: PrincipalKind) -> &'static [LayerKind] {
    match principal {
        // "Root user: allowed by default; everyone else: denied by default", see the evaluation logic above.
        PrincipalKind::RootUser => &[],
        PrincipalKind::User | PrincipalKind::AssumedRole | PrincipalKind::ServiceLinkedRole => {
            &[LayerKind::Identity]
        }
        // A federated user without a session policy has no permissions:
        // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
        PrincipalKind::FederatedUser => &[LayerKind::Identity, LayerKind::Session],
    }
}

fn decide(layers: &[LayerVerdict]) -> Decision {
    let any = |test: fn(&LayerOutcome) -> bool| layers.iter().any(|layer| test(&layer.outcome));
    if any(|outcome| matches!(outcome, LayerOutcome::Denies { .. })) {
        Decision::ExplicitDeny
    } else if any(LayerOutcome::refuses) {
        // An undecided Deny elsewhere can only refuse once more.
        Decision::ImplicitDeny
    } else if any(|outcome| {
        matches!(
            outcome,
            LayerOutcome::Undetermined { .. } | LayerOutcome::Unreadable { .. }
        )
    }) {
        Decision::Undetermined
    } else {
        Decision::Allowed
    }
}

fn judge_layer(layer: &Layer, asked: &Asked<'_>) -> LayerOutcome {
    let policies = match &layer.policies {
        Ok(policies) => policies,
        Err(unreadable) => {
            return LayerOutcome::Unreadable {
                reason: unreadable.reason.clone(),
            };
        }
    };
    let (mut allows, mut denies) = (Findings::default(), Findings::default());
    for policy in policies {
        for (index, statement) in policy.document.statements().iter().enumerate() {
            let findings = match statement.effect() {
                Effect::Allow => &mut allows,
                Effect::Deny => &mut denies,
            };
            let found = Found {
                policy,
                index,
                statement,
            };
            match statement.applies(asked) {
                Truth::True => findings.certain.push(found.reference()),
                Truth::Unknown => findings.possible.push(found),
                Truth::False => {}
            }
        }
    }
    // A Deny that applies wins over every Allow. What no statement could allow stays refused whatever the undecided
    // Denies turn out to be.
    if !denies.certain.is_empty() {
        return LayerOutcome::Denies { by: denies.certain };
    }
    if !allows.certain.is_empty() {
        if denies.possible.is_empty() {
            return LayerOutcome::Allows { by: allows.certain };
        }
        let depends_on = denies
            .possible
            .iter()
            .map(|found| denial(&layer.kind, found, asked))
            .collect();
        return LayerOutcome::Undetermined {
            by: references(&denies.possible),
            depends_on,
        };
    }
    if allows.possible.is_empty() {
        return LayerOutcome::Omits;
    }
    let mut by = references(&allows.possible);
    by.extend(references(&denies.possible));
    let mut depends_on = vec![permission(&layer.kind, &allows.possible, asked)];
    depends_on.extend(
        denies
            .possible
            .iter()
            .map(|found| denial(&layer.kind, found, asked)),
    );
    LayerOutcome::Undetermined { by, depends_on }
}

/// The statements of one effect that apply, or may.
#[derive(Default)]
struct Findings<'a> {
    certain: Vec<StatementRef>,
    possible: Vec<Found<'a>>,
}

struct Found<'a> {
    policy: &'a Policy,
    index: usize,
    statement: &'a Statement,
}

fn references(found: &[Found<'_>]) -> Vec<StatementRef> {
    found.iter().map(Found::reference).collect()
}

impl Found<'_> {
    fn reference(&self) -> StatementRef {
        StatementRef {
            policy: self.policy.name.clone(),
            sid: self.statement.sid().map(str::to_owned),
            index: self.index,
            effect: self.statement.effect(),
        }
    }
}

/// One of the Allow statements must apply.
fn permission(layer: &LayerKind, allows: &[Found<'_>], asked: &Asked<'_>) -> Dependency {
    let statements = allows.iter().map(|found| found.statement);
    let (requirement, keys) = requirement::some_allow_applies(statements, asked);
    Dependency {
        layer: layer.clone(),
        statements: references(allows),
        keys,
        requirement,
    }
}

/// The Deny statement must not apply.
fn denial(layer: &LayerKind, deny: &Found<'_>, asked: &Asked<'_>) -> Dependency {
    let (requirement, keys) = requirement::deny_does_not_apply(deny.statement, asked);
    Dependency {
        layer: layer.clone(),
        statements: vec![deny.reference()],
        keys,
        requirement,
    }
}

fn dependencies(layer: &LayerVerdict) -> Vec<Dependency> {
    match &layer.outcome {
        LayerOutcome::Undetermined { depends_on, .. } => depends_on.clone(),
        LayerOutcome::Unreadable { reason } => vec![Dependency {
            layer: layer.kind.clone(),
            statements: Vec::new(),
            keys: Vec::new(),
            requirement: format!(
                "allowed only if policies that could not be read allow it: {reason}"
            ),
        }],
        LayerOutcome::Allows { .. } | LayerOutcome::Denies { .. } | LayerOutcome::Omits => {
            Vec::new()
        }
    }
}
