//! The policy engine over the evidence: which layers bind the principal, and what is known of its requests.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnose::cause::{Name, StatementAt};
use crate::diagnose::circumstances;
use crate::evidence::{self, AttachedPolicy, Evidence, Gap, Observed};
use crate::names::PrincipalKind;
use aws_refusal::{self, RefusalKind};
use iam_policy::{
    self, Context, Decision, Document, Layer, LayerKind, LayerOutcome, Policy, PolicyId, Request,
    Resource, StatementRef, Unreadable, Verdict,
};

/// By which way a request reaches AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A command line or program, with the credentials in force.
    CommandLine,
    /// The AWS console, signed in as the same principal.
    Console,
}

/// Which policy of the evidence stands behind an id of the engine's.
type Known = BTreeMap<PolicyId, evidence::PolicyId>;

/// The principal's layers, compiled once, and its circumstances on each channel.
pub struct Engine {
    layers: Vec<Layer>,
    /// The identity policies that were read, where others could not be: a Deny among them counts, an Allow does not.
    partial_identity: Option<Layer>,
    kind: iam_policy::PrincipalKind,
    command_line: Context,
    console: Context,
    known: Known,
}

impl Engine {
    /// Compiles every policy that was read. One that does not parse makes its layer unreadable.
    pub fn new(evidence: &Evidence) -> Self {
        let mut known = Known::new();
        let layers = layers(evidence, &mut known);
        let partial_identity = partial_identity(evidence, &mut known);
        let (command_line, console) = circumstances::of(evidence);
        Self {
            layers,
            partial_identity,
            kind: circumstances::principal_kind(evidence.principal.known()),
            command_line,
            console,
            known,
        }
    }

    /// Whether the policies allow an action on all resources.
    pub fn authorize(&self, way: Way, action: &str) -> Verdict {
        let context = match way {
            Way::CommandLine => &self.command_line,
            Way::Console => &self.console,
        };
        let request = Request {
            principal: self.kind,
            action,
            // Billing's pages and calls act on the account as a whole.
            resource: Resource::ANY,
            context,
        };
        if let Some(partial) = &self.partial_identity
            && iam_policy::authorize(std::slice::from_ref(partial), &request).decision
                == Decision::ExplicitDeny
        {
            let layers: Vec<Layer> = self
                .layers
                .iter()
                .map(|layer| {
                    if layer.kind == LayerKind::Identity {
                        partial
                    } else {
                        layer
                    }
                })
                .cloned()
                .collect();
            return iam_policy::authorize(&layers, &request);
        }
        iam_policy::authorize(&self.layers, &request)
    }

    /// Whether a verdict is undetermined for want of policies that the simulator sees: not for want of a context key,
    /// and not for want of a session policy, which it knows nothing of.
    pub fn simulator_can_settle(&self, verdict: &Verdict) -> bool {
        !verdict.layers.iter().any(|layer| match layer.outcome {
            LayerOutcome::Undetermined { .. } => true,
            LayerOutcome::Unreadable { .. } => layer.kind == LayerKind::Session,
            _ => false,
        })
    }

    /// The statement, and where it takes effect; `None` for one of no policy in the evidence.
    pub fn locate(&self, layer: &LayerKind, statement: &StatementRef) -> Option<StatementAt> {
        Some(StatementAt {
            policy: self.known.get(&statement.policy)?.clone(),
            target: self.target(layer).map(Name),
            sid: statement.sid.clone().map(Name),
            index: statement.index,
        })
    }

    /// The level of the organization that a layer stands for.
    pub fn target(&self, layer: &LayerKind) -> Option<String> {
        match layer {
            LayerKind::ServiceControl { target } | LayerKind::ResourceControl { target } => {
                Some(target.clone())
            }
            LayerKind::PermissionsBoundary | LayerKind::Session | LayerKind::Identity => None,
        }
    }
}

/// One identity policy by itself, with nothing known of the circumstances.
pub struct PolicyAlone([Layer; 1]);

impl PolicyAlone {
    /// `None` where it is no policy.
    pub fn parse(text: &str) -> Option<Self> {
        let document = Document::parse(text).ok()?;
        Some(Self([Layer {
            kind: LayerKind::Identity,
            policies: Ok(vec![Policy {
                id: PolicyId::new("policy"),
                document: Arc::new(document),
            }]),
        }]))
    }

    /// What it says of an action on all resources.
    pub fn decision(&self, action: &str) -> Decision {
        let request = Request {
            principal: iam_policy::PrincipalKind::User,
            action,
            resource: Resource::ANY,
            context: &Context::new(iam_policy::ContextValue::Unknown),
        };
        iam_policy::authorize(&self.0, &request).decision
    }
}

/// The engine's layer in the words of AWS's refusals.
pub fn layer_name(kind: &LayerKind) -> aws_refusal::Layer {
    match kind {
        LayerKind::ServiceControl { .. } => aws_refusal::Layer::ServiceControlPolicy,
        LayerKind::ResourceControl { .. } => aws_refusal::Layer::ResourceControlPolicy,
        LayerKind::PermissionsBoundary => aws_refusal::Layer::PermissionsBoundary,
        LayerKind::Session => aws_refusal::Layer::SessionPolicy,
        LayerKind::Identity => aws_refusal::Layer::IdentityPolicy,
    }
}

fn layers(evidence: &Evidence, known: &mut Known) -> Vec<Layer> {
    let policies = &evidence.policies;
    let mut layers = Vec::new();
    match &policies.service_control {
        Observed::Known { value } => layers.extend(value.iter().map(|level| Layer {
            kind: LayerKind::ServiceControl {
                target: level.target.clone(),
            },
            policies: readable(&level.policies).and_then(|value| compile(value, known)),
        })),
        Observed::Unknown(gap) => layers.push(Layer {
            kind: LayerKind::ServiceControl {
                target: "the organization".to_owned(),
            },
            policies: Err(unreadable(gap)),
        }),
        Observed::NotApplicable { .. } => {}
    }
    match &policies.permissions_boundary {
        Observed::Known { value } => layers.push(Layer {
            kind: LayerKind::PermissionsBoundary,
            policies: compile(std::slice::from_ref(value), known),
        }),
        Observed::Unknown(gap) => layers.push(Layer {
            kind: LayerKind::PermissionsBoundary,
            policies: Err(unreadable(gap)),
        }),
        Observed::NotApplicable { .. } => {}
    }
    // A session policy that no API shows is not counted as a layer: hardly any session has one. Once AWS names one in
    // a refusal it is there, and what it says of other actions can't be known.
    match &policies.session {
        Observed::Known { value } => layers.push(Layer {
            kind: LayerKind::Session,
            policies: compile(value, known),
        }),
        Observed::Unknown(gap) if names_session_policy(evidence) => layers.push(Layer {
            kind: LayerKind::Session,
            policies: Err(unreadable(gap)),
        }),
        _ => {}
    }
    if evidence
        .principal
        .known()
        .is_none_or(|principal| principal.kind != PrincipalKind::RootUser)
    {
        layers.push(identity(evidence, known));
    }
    layers
}

/// Whether AWS refused a call of the caller's because of a session policy.
fn names_session_policy(evidence: &Evidence) -> bool {
    evidence.probes.by_action().into_iter().filter_map(|(_, probe)| probe.refusal()).any(|refusal| {
        matches!(&refusal.kind, RefusalKind::Policy(denial) if denial.layer == Some(aws_refusal::Layer::SessionPolicy))
    })
}

/// The identity policies as one layer, which is unreadable as long as any of them is.
fn identity(evidence: &Evidence, known: &mut Known) -> Layer {
    let found = &evidence.policies.identity;
    Layer {
        kind: LayerKind::Identity,
        policies: match found.gaps.first() {
            None => compile(&found.read, known),
            Some(gap) => Err(unreadable(gap)),
        },
    }
}

/// Those of the identity policies that could be read and understood, where not all could.
fn partial_identity(evidence: &Evidence, known: &mut Known) -> Option<Layer> {
    let found = &evidence.policies.identity;
    let readable: Vec<Policy> = found
        .read
        .iter()
        .filter_map(|policy| compile(std::slice::from_ref(policy), known).ok())
        .flatten()
        .collect();
    (!found.gaps.is_empty() || readable.len() < found.read.len()).then_some(Layer {
        kind: LayerKind::Identity,
        policies: Ok(readable),
    })
}

/// The value of a fact, or why a layer that rests on it can't be read.
fn readable<T>(fact: &Observed<T>) -> Result<&T, Unreadable> {
    match fact {
        Observed::Known { value } => Ok(value),
        Observed::Unknown(gap) => Err(unreadable(gap)),
        Observed::NotApplicable { because } => Err(Unreadable {
            reason: because.clone(),
        }),
    }
}

fn unreadable(gap: &Gap) -> Unreadable {
    Unreadable {
        reason: gap.reason(),
    }
}

fn compile(policies: &[AttachedPolicy], known: &mut Known) -> Result<Vec<Policy>, Unreadable> {
    policies
        .iter()
        .map(|policy| {
            let known_as = policy.id();
            let id = PolicyId::new(known_as.key());
            let document =
                Document::parse(readable(&policy.document)?).map_err(|error| Unreadable {
                    reason: format!("{}: {error}", known_as.name()),
                })?;
            known.insert(id.clone(), known_as);
            Ok(Policy {
                id,
                document: Arc::new(document),
            })
        })
        .collect()
}
