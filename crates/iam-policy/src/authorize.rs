//! From layers and a request to a verdict.
//!
//! Within one account, and without resource-based policies: of the billing services only billing views have those.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use super::action::ActionName;
use super::form::Extent;
use super::layer::StatementRef;
use super::layer::{Layer, LayerKind, Policy};
use super::rcp::resource_control_policies_reach;
use super::request::{PrincipalKind, Request};
use super::requirement::{self, Requirement, Residual};
use super::statement::{Asked, Effect, Statement};
use super::verdict::{Decision, Dependency, LayerOutcome, LayerVerdict, Verdict};

/// What AWS would answer to the request, as far as it follows from what is known.
///
/// Every layer that binds the principal is judged, also after the first that refuses, so that all blockers are named
/// at once. A layer that can't be read leaves the verdict undetermined unless another layer refuses.
pub fn authorize(layers: &[Layer], request: &Request<'_>) -> Verdict {
    let action = ActionName::new(request.action);
    let asked = Asked::new(&action, request.resource, request.context);
    let principal = request.principal;
    let mut verdicts: Vec<LayerVerdict> = layers
        .iter()
        .filter(|layer| binds(&layer.kind, principal, asked.action.service()))
        .map(|layer| LayerVerdict {
            kind: layer.kind.clone(),
            outcome: judge_layer(layer, &asked),
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
        _ => Vec::new(),
    };
    Verdict {
        decision,
        layers: verdicts,
        depends_on,
    }
}

/// Whether a layer has any effect on the principal's use of a service.
pub(super) fn binds(kind: &LayerKind, principal: PrincipalKind, service: &str) -> bool {
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
    } else if any(|outcome| matches!(outcome, LayerOutcome::AllowsSome { .. })) {
        Decision::AllowedOnSome
    } else {
        Decision::Allowed
    }
}

fn judge_layer(layer: &Layer, asked: &Asked<'_>) -> LayerOutcome {
    let (mut allows, mut denies) = (Findings::default(), Findings::default());
    for policy in layer.read() {
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
                Extent::All => findings.certain.push(found.reference()),
                Extent::Part => findings.partial.push(found.reference()),
                Extent::Unknown => findings.possible.push(found),
                Extent::None => {}
            }
        }
    }
    // A Deny that applies wins over every Allow. What no statement could allow stays refused whatever the undecided
    // Denies turn out to be.
    if !denies.certain.is_empty() {
        return LayerOutcome::Denies { by: denies.certain };
    }
    if let Err(unreadable) = &layer.policies {
        return LayerOutcome::Unreadable {
            reason: unreadable.reason.clone(),
        };
    }
    if allows.is_empty() {
        return LayerOutcome::Omits;
    }
    // Where the whole is allowed, a statement that may allow it too decides nothing.
    let undecided_allows = if allows.certain.is_empty() {
        allows.possible
    } else {
        Vec::new()
    };
    if !undecided_allows.is_empty() || !denies.possible.is_empty() {
        let possible = undecided_allows.iter().chain(&denies.possible);
        let by = possible.map(Found::reference).collect();
        let permission = (!undecided_allows.is_empty())
            .then(|| permission(&layer.kind, &undecided_allows, asked));
        let denials = denies
            .possible
            .iter()
            .map(|found| denial(&layer.kind, found, asked));
        let depends_on = permission.into_iter().chain(denials).collect();
        return LayerOutcome::Undetermined { by, depends_on };
    }
    if allows.certain.is_empty() || !denies.partial.is_empty() {
        let by = [allows.certain, allows.partial].concat();
        return LayerOutcome::AllowsSome {
            by,
            except: denies.partial,
        };
    }
    LayerOutcome::Allows { by: allows.certain }
}

/// The statements of one effect that apply, or may.
#[derive(Default)]
struct Findings<'a> {
    certain: Vec<StatementRef>,
    /// Those that certainly apply to a part of the form that is asked about.
    partial: Vec<StatementRef>,
    possible: Vec<Found<'a>>,
}

impl Findings<'_> {
    fn is_empty(&self) -> bool {
        self.certain.is_empty() && self.partial.is_empty() && self.possible.is_empty()
    }
}

struct Found<'a> {
    policy: &'a Policy,
    index: usize,
    statement: &'a Statement,
}

impl Found<'_> {
    fn reference(&self) -> StatementRef {
        StatementRef {
            policy: self.policy.id.clone(),
            sid: self.statement.sid().map(str::to_owned),
            index: self.index,
            effect: self.statement.effect(),
        }
    }

    fn residual(&self, asked: &Asked<'_>) -> (Residual, Vec<String>) {
        requirement::residual(self.reference(), self.statement, asked)
    }
}

/// One of the Allow statements must apply.
fn permission(layer: &LayerKind, allows: &[Found<'_>], asked: &Asked<'_>) -> Dependency {
    let (residuals, keys): (Vec<_>, Vec<_>) =
        allows.iter().map(|found| found.residual(asked)).unzip();
    dependency(
        layer,
        Requirement::SomeAllowApplies(residuals),
        keys.concat(),
    )
}

/// The Deny statement must not apply.
fn denial(layer: &LayerKind, deny: &Found<'_>, asked: &Asked<'_>) -> Dependency {
    let (residual, keys) = deny.residual(asked);
    dependency(layer, Requirement::DenyDoesNotApply(residual), keys)
}

fn dependency(layer: &LayerKind, requirement: Requirement, mut keys: Vec<String>) -> Dependency {
    keys.sort_unstable();
    keys.dedup();
    Dependency {
        layer: layer.clone(),
        requirement,
        keys,
    }
}

fn dependencies(layer: &LayerVerdict) -> Vec<Dependency> {
    match &layer.outcome {
        LayerOutcome::Undetermined { depends_on, .. } => depends_on.clone(),
        LayerOutcome::Unreadable { reason } => {
            let reason = reason.clone();
            let requirement = Requirement::UnreadPoliciesAllow { reason };
            vec![dependency(&layer.kind, requirement, Vec::new())]
        }
        _ => Vec::new(),
    }
}
