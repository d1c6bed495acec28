//! The policy engine over the evidence: which layers bind the principal, and what is known of its requests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalog::Place;
use crate::diagnose::asking::{Asked, ask, unmet};
use crate::diagnose::cause::{Name, StatementAt};
use crate::diagnose::circumstances::{self, Circumstances, Ways};
use crate::diagnose::mfa;
use crate::evidence::{self, AttachedPolicy, Evidence, Gap, Observed, said};
use crate::names::{PrincipalArn, PrincipalKind, is_account_id};
use aws_refusal::{self, RefusalKind};
use iam_policy::{
    self, Context, Decision, Document, Effect, Layer, LayerKind, LayerOutcome, Policy, PolicyId,
    Request, Resource, StatementRef, Unmet, Unreadable, Verdict,
};

/// By which way a request reaches AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A command line or program, with the credentials in force.
    CommandLine,
    /// The AWS console, signed in as the same principal.
    Console,
    /// The same from the internet, without AWS Management Console Private Access.
    PublicConsole,
}

/// Which policy of the evidence stands behind an id of the engine's.
type Known = BTreeMap<PolicyId, evidence::PolicyId>;

/// The principal's layers, compiled once, and its circumstances on each channel.
pub struct Engine {
    layers: Vec<Layer>,
    kind: iam_policy::PrincipalKind,
    ways: Ways,
    place: Option<Place>,
    known: Known,
    /// The levels of which only policies that deny were given.
    only_deny: BTreeSet<String>,
}

impl Engine {
    /// Compiles every policy that was read. One that does not parse makes its layer unreadable.
    pub fn new(evidence: &Evidence) -> Self {
        let mut known = Known::new();
        let mut only_deny = BTreeSet::new();
        let layers = layers(evidence, &mut known, &mut only_deny);
        Self {
            layers,
            kind: circumstances::principal_kind(evidence.principal.known()),
            ways: circumstances::of(evidence),
            place: place(evidence),
            known,
            only_deny,
        }
    }

    /// Whether the policies allow an action on what it acts on.
    pub fn authorize(&self, way: Way, action: &str) -> Verdict {
        self.ask(way, action).verdict
    }

    /// The same, with what it was asked about.
    pub fn ask(&self, way: Way, action: &str) -> Asked {
        let context = self.circumstances(way).of(action);
        ask(
            &self.layers,
            self.kind,
            action,
            context,
            self.place.as_ref(),
        )
    }

    /// The same on `*`, which is what AWS's simulator is asked about.
    pub fn authorize_as_simulated(&self, action: &str) -> Verdict {
        let context = self.circumstances(Way::CommandLine).of(action);
        ask(&self.layers, self.kind, action, context, None).verdict
    }

    /// The Allow statements that speak of an action and whose conditions do not hold.
    pub fn unmet(&self, way: Way, action: &str, resource: &str) -> Vec<Unmet> {
        let context = self.circumstances(way).of(action);
        unmet(&self.layers, self.kind, action, context, resource)
    }

    fn circumstances(&self, way: Way) -> &Circumstances {
        match way {
            Way::CommandLine => &self.ways.command_line,
            Way::Console => &self.ways.console,
            Way::PublicConsole => &self.ways.public_console,
        }
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

    /// Whether a condition of a statement tests MFA.
    pub fn tests_mfa(&self, one: &StatementRef) -> bool {
        iam_policy::statement(&self.layers, one).is_some_and(mfa::is_tested)
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

    /// Whether all that was given of a level's service control policies denies.
    pub fn only_denies_at(&self, target: &str) -> bool {
        self.only_deny.contains(target)
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

/// `only_deny`: takes the levels whose policies were all read, and only deny.
fn layers(evidence: &Evidence, known: &mut Known, only_deny: &mut BTreeSet<String>) -> Vec<Layer> {
    let policies = &evidence.policies;
    let mut layers = Vec::new();
    match &policies.service_control {
        Observed::Known { value } => layers.extend(value.iter().map(|level| {
            let policies = readable(&level.policies).and_then(|value| compile(value, known));
            if policies.as_ref().is_ok_and(|read| only_denies(read)) {
                only_deny.insert(level.target.clone());
            }
            of_level(&level.target, policies)
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
    let compiled = compile(&found.read, known);
    Layer {
        kind: LayerKind::Identity,
        policies: match found.gaps.first() {
            None => compiled,
            Some(gap) => Err(Unreadable {
                reason: gap.reason(),
                read: match compiled {
                    Ok(read) => read,
                    Err(unreadable) => unreadable.read,
                },
            }),
        },
    }
}

/// The service control policies of one level.
///
/// Nothing works below a level that allows nothing, so one without any Allow was not given whole: AWS attaches
/// `FullAWSAccess` everywhere, and an organization keeps it beside policies that only deny. The Denies count.
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
pub fn of_level(target: &str, policies: Result<Vec<Policy>, Unreadable>) -> Layer {
    Layer {
        kind: LayerKind::ServiceControl {
            target: target.to_owned(),
        },
        policies: policies.and_then(|read| {
            if read.iter().any(allows_anything) {
                Ok(read)
            } else {
                Err(Unreadable {
                    reason: said::fill(
                        if read.is_empty() {
                            said::NO_POLICY_AT_LEVEL
                        } else {
                            said::ONLY_DENIES
                        },
                        &[target],
                    ),
                    read,
                })
            }
        }),
    }
}

fn only_denies(policies: &[Policy]) -> bool {
    !policies.is_empty() && !policies.iter().any(allows_anything)
}

fn allows_anything(policy: &Policy) -> bool {
    let mut statements = policy.document.statements().iter();
    statements.any(|statement| statement.effect() == Effect::Allow)
}

/// The value of a fact, or why a layer that rests on it can't be read.
pub fn readable<T>(fact: &Observed<T>) -> Result<&T, Unreadable> {
    match fact {
        Observed::Known { value } => Ok(value),
        Observed::Unknown(gap) => Err(unreadable(gap)),
        Observed::NotApplicable { because } => Err(Unreadable::whole(because.as_str())),
    }
}

fn unreadable(gap: &Gap) -> Unreadable {
    Unreadable::whole(gap.reason())
}

/// Where the principal's requests are made.
pub fn place(evidence: &Evidence) -> Option<Place> {
    let principal = evidence.principal.known()?;
    PrincipalArn::parse(&principal.arn).map(|arn| Place {
        partition: arn.partition.to_owned(),
        // A masked number may be any that the policies show.
        account: if is_account_id(arn.account) || !circumstances::shows_a_number(evidence) {
            arn.account.to_owned()
        } else {
            "*".to_owned()
        },
    })
}

/// The policies, compiled; where one can't be, those that can.
fn compile(policies: &[AttachedPolicy], known: &mut Known) -> Result<Vec<Policy>, Unreadable> {
    let mut read = Vec::new();
    let mut unread = None;
    for policy in policies {
        let known_as = policy.id();
        let document = readable(&policy.document).and_then(|text| {
            Document::parse(text)
                .map_err(|error| Unreadable::whole(format!("{}: {error}", known_as.name())))
        });
        match document {
            Ok(document) => {
                let id = PolicyId::new(known_as.key());
                known.insert(id.clone(), known_as);
                read.push(Policy {
                    id,
                    document: Arc::new(document),
                });
            }
            Err(why) => unread = unread.or(Some(why.reason)),
        }
    }
    match unread {
        None => Ok(read),
        Some(reason) => Err(Unreadable { reason, read }),
    }
}
