//! What every witness says of each action asked: our engine over the policies that were read, AWS's simulator, and
//! AWS's own refusals. Agreement and contradiction are worked out here, once, for all checks.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnose::asking::Asked;
use crate::diagnose::cause::{Action, Name, StatementAt, UnmetStatement};
use crate::diagnose::layers::{Engine, Way, layer_name};
use crate::diagnose::mfa;
use crate::diagnose::question::Question;
use crate::diagnose::requirement::Requirement;
use crate::evidence::{Evidence, SimulatedAction, SimulatedDecision};
use aws_refusal::{Effect, Layer, PolicyDenial, RefusalKind};
use iam_policy::{
    Decision, Dependency, LayerKind, LayerOutcome, LayerVerdict, ResidualPart, StatementRef,
    Verdict,
};

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Witness {
    /// AWS itself, refusing a call.
    Refusal,
    /// Our engine, over the policies that were read.
    Policies,
    /// `iam:SimulatePrincipalPolicy`.
    Simulator,
}

/// A layer that refuses an action.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub layer: Layer,
    /// Whether it denies or does not allow. Settled for every block once all actions are judged.
    pub effect: Option<Effect>,
    /// The statements that deny, where they are known.
    pub statements: BTreeSet<StatementAt>,
    /// The levels of the organization whose policies do not allow it, where they are known.
    pub omitted_at: BTreeSet<String>,
    pub witnesses: BTreeSet<Witness>,
    /// The policy that AWS's refusal names.
    pub policy_arn: Option<String>,
    /// AWS's simulator says otherwise.
    pub disputed: bool,
    /// It refuses for want of something that whoever asks can bring along.
    pub wants: Option<Circumstance>,
}

/// Something about a request that whoever makes it can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Circumstance {
    /// Signing in with MFA.
    Mfa,
    /// Coming from another network.
    Network,
}

/// What one layer says of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    Allows,
    Omits,
    Denies,
}

/// What is known of one action.
#[derive(Clone, Debug)]
pub struct ActionJudgement {
    pub action: &'static str,
    /// Every layer that is known to refuse it.
    pub blocks: Vec<Block>,
    /// Whether the principal may do it in the console, where MFA and network can differ from the command line.
    pub console: Decision,
    /// For an undetermined answer in the console: what it depends on.
    pub depends_on: Vec<Requirement>,
    /// What each layer that was read says for certain, whichever way the request comes.
    pub answers: Vec<(Layer, Answer)>,
    /// The layers that were read and whose answer depends on circumstances.
    pub undecided: BTreeSet<Layer>,
    /// AWS answered a call that needs it.
    pub answered: bool,
    /// Where a layer does not allow it: the statements that would, but for their conditions.
    pub unmet: Vec<UnmetStatement>,
}

/// What is known of all actions asked.
#[derive(Clone, Debug)]
pub struct Judgement {
    pub actions: BTreeMap<&'static str, ActionJudgement>,
    /// Where two witnesses disagree.
    pub contradictions: BTreeMap<Contradiction, BTreeSet<&'static str>>,
    /// How many actions our engine and the simulator both judged, and agreed on.
    pub agreed: usize,
}

/// Two witnesses that can't both be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contradiction {
    /// AWS answered a call that the policies as read do not allow.
    AnsweredThoughNotAllowed,
    /// AWS refused a call that the policies as read allow.
    RefusedThoughAllowed,
    /// The policies as read allow what AWS's simulator says they do not.
    SimulatorRefuses,
    /// The policies as read do not allow what AWS's simulator says they do.
    SimulatorAllows,
}

impl ActionJudgement {
    /// Whether a layer that was read waits for something that is not known of the request.
    pub fn is_undecided(&self, layer: Layer) -> bool {
        !self.answered && self.undecided.contains(&layer)
    }

    /// What a layer says for certain; AWS answering a call says that it allows.
    pub fn answer(&self, layer: Layer) -> Option<Answer> {
        if self.answered {
            return Some(Answer::Allows);
        }
        let mut answers = self.answers.iter();
        answers
            .find(|(found, _)| *found == layer)
            .map(|(_, answer)| *answer)
    }
}

impl Judgement {
    /// Asks every witness about every action.
    pub fn of(evidence: &Evidence, question: &Question) -> Self {
        let engine = Engine::new(evidence);
        let simulation = evidence.simulation.known();
        let simulated: BTreeMap<&str, &SimulatedAction> = simulation
            .into_iter()
            .flat_map(|simulation| &simulation.results)
            .map(|result| (result.action.as_str(), result))
            .collect();
        let mut judgement = Self {
            actions: BTreeMap::new(),
            contradictions: BTreeMap::new(),
            agreed: 0,
        };
        for action in question.actions() {
            let simulated = simulated.get(action).copied();
            let judged = judgement.judge(action, &engine, simulated, evidence);
            judgement.actions.insert(action, judged);
        }
        judgement.settle_effects();
        judgement
    }

    /// The actions that this layer refuses in this way: for want of something, or whatever the circumstances are.
    pub fn blocked_by(
        &self,
        layer: Layer,
        effect: Effect,
        wants: Option<Circumstance>,
    ) -> impl Iterator<Item = (&'static str, &Block)> {
        self.actions.values().flat_map(move |judged| {
            judged
                .blocks
                .iter()
                .filter(move |block| {
                    (block.layer, block.effect, block.wants) == (layer, Some(effect), wants)
                })
                .map(|block| (judged.action, block))
        })
    }

    /// Whether every action is allowed as far as policies go.
    pub fn allows_everything(&self) -> bool {
        self.actions
            .values()
            .all(|judged| judged.console == Decision::Allowed)
    }

    /// Where only the simulator saw a layer refuse, it is not known whether it denies or does not allow. What is known
    /// of the layer's other refusals decides; where nothing is, a Deny is assumed, since organizations start with
    /// FullAWSAccess on every level.
    fn settle_effects(&mut self) {
        for layer in Layer::ALL {
            let mut blocks: Vec<&mut Block> = self
                .actions
                .values_mut()
                .flat_map(|judged| &mut judged.blocks)
                .filter(|block| block.layer == layer)
                .collect();
            let known = |effect| blocks.iter().any(|block| block.effect == Some(effect));
            let settled = if known(Effect::ExplicitDeny) || !known(Effect::ImplicitDeny) {
                Effect::ExplicitDeny
            } else {
                Effect::ImplicitDeny
            };
            for block in &mut blocks {
                block.effect.get_or_insert(settled);
            }
        }
    }

    fn judge(
        &mut self,
        action: &'static str,
        engine: &Engine,
        simulated: Option<&SimulatedAction>,
        evidence: &Evidence,
    ) -> ActionJudgement {
        let Asked {
            verdict: command_line,
            resource,
            ..
        } = engine.ask(Way::CommandLine, action);
        let Asked {
            verdict: console,
            part,
            ..
        } = engine.ask(Way::Console, action);
        // The simulator is asked without a resource: where that makes a difference, it was asked something else.
        let simulated = simulated
            .filter(|_| engine.authorize_as_simulated(action).decision == command_line.decision);

        // The probes speak for the caller alone.
        let about_caller = evidence.principal.known().is_some_and(|p| p.is_caller);
        let probe = evidence.probes.of(action).filter(|_| about_caller);
        // A service that refuses for a reason of its own has let IAM's judgement pass: IAM comes first.
        let answered = probe.is_some_and(|probe| probe.known().is_some() || probe.is_told());
        let mut blocks = Vec::new();
        if !answered {
            let refusal = probe.and_then(|probe| probe.refusal());
            if let Some(RefusalKind::Policy(denial)) = refusal.map(|refusal| &refusal.kind) {
                block_by_refusal(&mut blocks, denial);
            }
        }
        let refused = !blocks.is_empty();
        if !answered {
            block_by_policies(&mut blocks, &command_line, engine);
            block_by_simulator(&mut blocks, simulated, &command_line);
        }
        // What only the console refuses.
        let public_console = (command_line.decision == Decision::Undetermined)
            .then(|| engine.authorize(Way::PublicConsole, action))
            .filter(|verdict| verdict.decision.refuses());
        if let Some(verdict) = &public_console
            && blocks.is_empty()
        {
            block_by_policies(&mut blocks, verdict, engine);
        }

        let ours = match command_line.decision {
            Decision::AllowedOnSome | Decision::Undetermined => None,
            decision => Some(decision == Decision::Allowed),
        };
        let theirs = simulated.map(|result| result.decision == SimulatedDecision::Allowed);
        match (ours, theirs) {
            (Some(false), _) if answered => {
                self.contradict(Contradiction::AnsweredThoughNotAllowed, action);
            }
            (Some(true), _) if refused => {
                self.contradict(Contradiction::RefusedThoughAllowed, action);
            }
            (Some(true), Some(false)) => self.contradict(Contradiction::SimulatorRefuses, action),
            (Some(false), Some(true)) => {
                self.contradict(Contradiction::SimulatorAllows, action);
                for block in &mut blocks {
                    block.disputed = true;
                }
            }
            (Some(_), Some(_)) => self.agreed += 1,
            _ => {}
        }

        let located = blocks
            .iter()
            .any(|block| block.witnesses.contains(&Witness::Simulator));
        let decision = if answered && console.decision != Decision::ExplicitDeny {
            Decision::Allowed
        } else if refused && ours != Some(false) {
            // Where the policies account for the refusal, the console may still differ: MFA, network.
            Decision::ExplicitDeny
        } else {
            match (console.decision, theirs) {
                // The simulator sees policies that can't be read. Of circumstances it knows no more than it was told.
                (Decision::Undetermined, Some(true)) if engine.simulator_can_settle(&console) => {
                    Decision::Allowed
                }
                (Decision::Undetermined, Some(false))
                    if located && engine.simulator_can_settle(&console) =>
                {
                    Decision::ImplicitDeny
                }
                // One of the two is wrong.
                (Decision::Allowed, Some(false)) if ours == Some(true) => Decision::Undetermined,
                (decision, _) => decision,
            }
        };
        let mut depends_on = requirements(&console, action, engine);
        depends_on.extend(part.map(|part| Requirement::OnSome { action, part }));
        if ours == Some(true) && theirs == Some(false) {
            depends_on.push(Requirement::WitnessesDisagree { action });
        }
        if (refused || public_console.is_some()) && waits_for_the_network(&command_line) {
            name_undetermined(&mut blocks, &command_line, engine);
            for block in &mut blocks {
                block.wants = Some(Circumstance::Network);
            }
        }
        tell_mfa_apart(&mut blocks, &command_line, &console, engine);
        let omits = |block: &Block| block.effect == Some(Effect::ImplicitDeny);
        let unmet = if blocks.iter().any(omits) {
            let way = if command_line.decision == Decision::Undetermined {
                Way::PublicConsole
            } else {
                Way::CommandLine
            };
            unmet(engine, way, action, &resource)
        } else {
            Vec::new()
        };
        ActionJudgement {
            action,
            unmet,
            blocks,
            console: decision,
            depends_on,
            answers: answers(&command_line, &console),
            undecided: undecided(&[&command_line, &console]),
            answered,
        }
    }

    fn contradict(&mut self, contradiction: Contradiction, action: &'static str) {
        self.contradictions
            .entry(contradiction)
            .or_default()
            .insert(action);
    }
}

/// The statements that would allow, but for their conditions.
fn unmet(engine: &Engine, way: Way, action: Action, resource: &str) -> Vec<UnmetStatement> {
    let found = engine.unmet(way, action, resource);
    found
        .into_iter()
        .filter_map(|unmet| {
            let parts = unmet.residual.parts.into_iter();
            Some(UnmetStatement {
                layer: layer_name(&unmet.layer),
                statement: engine.locate(&unmet.layer, &unmet.residual.statement)?,
                conditions: parts
                    .filter_map(|part| match part {
                        ResidualPart::Condition(condition) => Some(condition),
                        _ => None,
                    })
                    .collect(),
            })
        })
        .collect()
}

/// Whether a refusal can be for want of a network alone: nobody knows the network of a request, and nothing else is
/// undecided. That AWS refused decides, or that the policies refuse whatever comes from the internet, as the console does.
fn waits_for_the_network(command_line: &Verdict) -> bool {
    let by_network =
        |one: &Dependency| !one.keys.is_empty() && one.keys.iter().all(|key| is_network_key(key));
    command_line.decision == Decision::Undetermined
        && command_line.depends_on.iter().all(by_network)
}

/// Marks what refuses for want of MFA, layer by layer: an access key certainly carries none, and the console may.
///
/// A layer that refuses in the console as well does so for another reason. Statements beside that one which test MFA and
/// do not certainly apply in the console are a refusal of their own, so that nobody takes MFA out of a policy to mend
/// something else.
fn tell_mfa_apart(
    blocks: &mut Vec<Block>,
    command_line: &Verdict,
    console: &Verdict,
    engine: &Engine,
) {
    let mut apart = Vec::new();
    for block in blocks.iter_mut() {
        let of_layer = |verdict: &Verdict| -> Vec<LayerVerdict> {
            let layers = verdict.layers.iter();
            let found = layers.filter(|found| layer_name(&found.kind) == block.layer);
            found.cloned().collect()
        };
        let (here, there) = (of_layer(command_line), of_layer(console));
        let denies_there = |one: &StatementRef| {
            there.iter().any(|layer| match &layer.outcome {
                LayerOutcome::Denies { by } => by.contains(one),
                _ => false,
            })
        };
        let for_mfa: BTreeSet<StatementAt> = here
            .iter()
            .flat_map(|layer| match &layer.outcome {
                LayerOutcome::Denies { by } => by
                    .iter()
                    .filter(|one| !denies_there(one))
                    .filter(|one| engine.tests_mfa(one))
                    .filter_map(|one| engine.locate(&layer.kind, one))
                    .collect::<Vec<_>>(),
                _ => Vec::new(),
            })
            .collect();
        let refuses_there = there.iter().any(|layer| layer.outcome.refuses());
        let omits_here = here
            .iter()
            .any(|layer| layer.outcome == LayerOutcome::Omits);
        let waits_for = |key: &str| {
            there.iter().any(|layer| match &layer.outcome {
                LayerOutcome::Undetermined { depends_on, .. } => depends_on
                    .iter()
                    .flat_map(|one| &one.keys)
                    .any(|found| found.eq_ignore_ascii_case(key)),
                _ => false,
            })
        };
        if refuses_there {
            // Something else refuses, too: it keeps the block.
            if for_mfa.is_empty() {
                continue;
            }
            block.statements.retain(|one| !for_mfa.contains(one));
            let mut witnesses = BTreeSet::from([Witness::Policies]);
            if block.statements.is_empty() {
                // Behind the Deny nothing allows. It is the Deny that AWS speaks of.
                block.effect = Some(Effect::ImplicitDeny);
                if block.witnesses.remove(&Witness::Refusal) {
                    witnesses.insert(Witness::Refusal);
                }
                let omits = there
                    .iter()
                    .filter(|layer| layer.outcome == LayerOutcome::Omits);
                let targets = omits.filter_map(|layer| engine.target(&layer.kind));
                block.omitted_at.extend(targets);
            }
            apart.push(Block {
                effect: Some(Effect::ExplicitDeny),
                statements: for_mfa,
                omitted_at: BTreeSet::new(),
                policy_arn: None,
                witnesses,
                wants: Some(Circumstance::Mfa),
                ..block.clone()
            });
        } else if !for_mfa.is_empty()
            // How old the MFA is, is told of an identity policy as the condition that it is.
            || (omits_here
                && (waits_for(mfa::PRESENT)
                    || (block.layer != Layer::IdentityPolicy && waits_for(mfa::AGE))))
        {
            block.wants = Some(Circumstance::Mfa);
        }
    }
    blocks.extend(apart);
}

/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties>
fn is_network_key(key: &str) -> bool {
    [
        "aws:SourceIp",
        "aws:SourceVpc",
        "aws:SourceVpcArn",
        "aws:SourceVpce",
        "aws:VpceAccount",
        "aws:VpceOrgID",
        "aws:VpceOrgPaths",
        "aws:VpcSourceIp",
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(key))
}

/// Puts the statements that could not be judged to the layer that AWS names, once they alone can be the reason.
fn name_undetermined(blocks: &mut [Block], verdict: &Verdict, engine: &Engine) {
    let undetermined = verdict
        .layers
        .iter()
        .filter_map(|layer| match &layer.outcome {
            LayerOutcome::Undetermined { by, .. } => Some((&layer.kind, by)),
            _ => None,
        });
    for (kind, by) in undetermined {
        for block in blocks
            .iter_mut()
            .filter(|block| block.layer == layer_name(kind))
        {
            let denies = by
                .iter()
                .filter(|one| one.effect == iam_policy::Effect::Deny);
            let statements = denies.filter_map(|one| engine.locate(kind, one));
            block.statements.extend(statements);
        }
    }
}

/// What an undetermined verdict depends on: what a person can act on first, what nobody could read last.
fn requirements(verdict: &Verdict, action: Action, engine: &Engine) -> Vec<Requirement> {
    let (conditions, mut unread): (Vec<_>, Vec<_>) = verdict
        .depends_on
        .iter()
        .partition(|dependency| !dependency.keys.is_empty());
    // A session policy that AWS has named is a stronger doubt than organization policies that may not be there.
    unread.sort_by_key(|dependency| dependency.layer != LayerKind::Session);
    conditions
        .into_iter()
        .chain(unread)
        .map(|dependency| match &dependency.layer {
            LayerKind::ServiceControl { target } if engine.only_denies_at(target) => {
                Requirement::AllowNotGiven {
                    target: Name(target.clone()),
                }
            }
            _ => Requirement::Condition {
                residual: Box::new(dependency.clone()),
                action,
            },
        })
        .collect()
}

/// What the layers say for certain: a level that denies outweighs one that omits, and that one all that allow.
fn answers(command_line: &Verdict, console: &Verdict) -> Vec<(Layer, Answer)> {
    let answer = |verdict: &Verdict, layer: Layer| {
        let levels = verdict
            .layers
            .iter()
            .filter(|found| layer_name(&found.kind) == layer);
        let certain = levels.map(|found| match found.outcome {
            LayerOutcome::Allows { .. } => Some(Answer::Allows),
            LayerOutcome::Omits => Some(Answer::Omits),
            LayerOutcome::Denies { .. } => Some(Answer::Denies),
            _ => None,
        });
        certain.collect::<Option<Vec<Answer>>>()?.into_iter().max()
    };
    Layer::ALL
        .into_iter()
        .filter_map(|layer| Some((layer, answer(command_line, layer)?)))
        .filter(|(layer, found)| answer(console, *layer) == Some(*found))
        .collect()
}

/// The layers whose answer depends on circumstances by one of the ways.
fn undecided(verdicts: &[&Verdict]) -> BTreeSet<Layer> {
    verdicts
        .iter()
        .flat_map(|verdict| &verdict.layers)
        .filter(|found| matches!(found.outcome, LayerOutcome::Undetermined { .. }))
        .map(|found| layer_name(&found.kind))
        .collect()
}

/// The block of a layer, made if there is none yet.
fn block(
    blocks: &mut Vec<Block>,
    layer: Layer,
    effect: Option<Effect>,
    witness: Witness,
) -> &mut Block {
    let found = blocks.iter().position(|block| block.layer == layer);
    let index = found.unwrap_or_else(|| {
        blocks.push(Block {
            layer,
            effect,
            statements: BTreeSet::new(),
            omitted_at: BTreeSet::new(),
            witnesses: BTreeSet::new(),
            policy_arn: None,
            disputed: false,
            wants: None,
        });
        blocks.len() - 1
    });
    let block = &mut blocks[index];
    block.effect = block.effect.or(effect);
    block.witnesses.insert(witness);
    block
}

fn block_by_refusal(blocks: &mut Vec<Block>, denial: &PolicyDenial) {
    if let Some(layer) = denial.layer {
        let block = block(blocks, layer, denial.effect, Witness::Refusal);
        block.policy_arn.clone_from(&denial.policy_arn);
    }
}

fn block_by_policies(blocks: &mut Vec<Block>, verdict: &Verdict, engine: &Engine) {
    for layer in verdict.blockers() {
        let name = layer_name(&layer.kind);
        match &layer.outcome {
            LayerOutcome::Denies { by } => {
                let block = block(blocks, name, Some(Effect::ExplicitDeny), Witness::Policies);
                // A level that denies outweighs one that omits.
                block.effect = Some(Effect::ExplicitDeny);
                let statements = by.iter().filter_map(|one| engine.locate(&layer.kind, one));
                block.statements.extend(statements);
            }
            _ => {
                let block = block(blocks, name, Some(Effect::ImplicitDeny), Witness::Policies);
                block.omitted_at.extend(engine.target(&layer.kind));
            }
        }
    }
}

/// What the simulator adds where a layer could not be read: it says which layer refuses, never which statement. Where
/// our engine judged a layer itself and lets it pass, the two are compared, not mixed.
fn block_by_simulator(
    blocks: &mut Vec<Block>,
    simulated: Option<&SimulatedAction>,
    verdict: &Verdict,
) {
    let Some(simulated) = simulated.filter(|result| result.decision != SimulatedDecision::Allowed)
    else {
        return;
    };
    let explicit = simulated.decision == SimulatedDecision::ExplicitDeny;
    let organizations = simulated.allowed_by_organizations == Some(false);
    let boundary = simulated.allowed_by_permissions_boundary == Some(false);
    let refusing = [
        // Of organization policies it says `implicitDeny` whether they deny or do not allow.
        (Layer::ServiceControlPolicy, organizations, None),
        (
            Layer::PermissionsBoundary,
            boundary,
            (!explicit).then_some(Effect::ImplicitDeny),
        ),
        (
            Layer::IdentityPolicy,
            !organizations && !boundary,
            Some(if explicit {
                Effect::ExplicitDeny
            } else {
                Effect::ImplicitDeny
            }),
        ),
    ];
    for (layer, refuses, effect) in refusing {
        if is_circumstantial(verdict, layer) {
            continue;
        }
        if let Some(found) = blocks.iter_mut().find(|block| block.layer == layer) {
            found.witnesses.insert(Witness::Simulator);
        } else if refuses && may_refuse(verdict, layer) {
            let block = block(blocks, layer, effect, Witness::Simulator);
            if layer == Layer::IdentityPolicy && explicit {
                block.policy_arn = simulated.matched_policies.first().cloned();
            }
        }
    }
}

/// Whether what a layer that was read says depends on circumstances. The simulator knows no more of them: to it a key
/// that it was not told is absent, and a negated condition then holds.
fn is_circumstantial(verdict: &Verdict, layer: Layer) -> bool {
    let mut layers = verdict
        .layers
        .iter()
        .filter(|found| layer_name(&found.kind) == layer);
    layers.any(|found| matches!(found.outcome, LayerOutcome::Undetermined { .. }))
}

/// Whether our engine can't rule out that a layer refuses: a level that can't be read may, whatever the others of its
/// kind say, and a layer that nobody knew of may be there.
fn may_refuse(verdict: &Verdict, layer: Layer) -> bool {
    let mut outcomes = verdict
        .layers
        .iter()
        .filter(|found| layer_name(&found.kind) == layer)
        .map(|found| &found.outcome)
        .peekable();
    outcomes.peek().is_none()
        || outcomes.any(|outcome| matches!(outcome, LayerOutcome::Unreadable { .. }))
}
