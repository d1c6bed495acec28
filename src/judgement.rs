//! What every witness says of each action asked: our engine over the policies that were read, AWS's simulator, and
//! AWS's own refusals. Agreement and contradiction are worked out here, once, for all checks.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::actions_asked;
use crate::engine::{Engine, Way, layer_name};
use crate::evidence::{Evidence, SimulatedAction, SimulatedDecision};
use crate::finding::StatementAt;
use crate::policy::{Decision, LayerOutcome, Verdict};
use crate::refusal::{Effect, Layer, PolicyDenial, RefusalKind};

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
}

/// What is known of one action.
#[derive(Clone, Debug)]
pub struct ActionJudgement {
    pub action: &'static str,
    /// Every layer that is known to refuse it.
    pub blocks: Vec<Block>,
    /// Whether the caller's own credentials may do it.
    pub command_line: Decision,
    /// Whether the same principal may do it in the console, where MFA and network can differ.
    pub console: Decision,
    /// For an undetermined answer in the console: what it depends on.
    pub depends_on: Vec<String>,
    /// AWS answered a call that needs it.
    pub answered: bool,
}

/// What is known of all actions asked.
#[derive(Clone, Debug)]
pub struct Judgement {
    pub actions: BTreeMap<&'static str, ActionJudgement>,
    /// Where two witnesses disagree: a sentence each, with both sides.
    pub contradictions: Vec<String>,
    /// How many actions our engine and the simulator both judged, and agreed on.
    pub agreed: usize,
}

impl Judgement {
    /// Asks every witness about every action.
    pub fn of(evidence: &Evidence) -> Self {
        let engine = Engine::new(evidence);
        let simulated: BTreeMap<&str, &SimulatedAction> = evidence
            .simulation
            .known()
            .map(|simulation| {
                simulation
                    .results
                    .iter()
                    .map(|result| (result.action.as_str(), result))
                    .collect()
            })
            .unwrap_or_default();
        let mut judgement = Self {
            actions: BTreeMap::new(),
            contradictions: Vec::new(),
            agreed: 0,
        };
        for action in actions_asked() {
            let judged = judgement.judge(action, &engine, simulated.get(action).copied(), evidence);
            judgement.actions.insert(action, judged);
        }
        judgement.settle_effects();
        judgement
    }

    /// Where only the simulator saw a layer refuse, it is not known whether it denies or does not allow. What is known
    /// of the layer's other refusals decides; where nothing is, a Deny is assumed, since organizations start with
    /// FullAWSAccess on every level and whoever set a boundary can read it.
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

    /// The actions that this layer refuses in this way.
    pub fn blocked_by(
        &self,
        layer: Layer,
        effect: Effect,
    ) -> impl Iterator<Item = (&'static str, &Block)> {
        self.actions.values().flat_map(move |judged| {
            judged
                .blocks
                .iter()
                .filter(move |block| block.layer == layer && block.effect == Some(effect))
                .map(|block| (judged.action, block))
        })
    }

    /// Whether every action is allowed as far as policies go.
    pub fn allows_everything(&self) -> bool {
        self.actions
            .values()
            .all(|judged| judged.console == Decision::Allowed)
    }

    fn judge(
        &mut self,
        action: &'static str,
        engine: &Engine,
        simulated: Option<&SimulatedAction>,
        evidence: &Evidence,
    ) -> ActionJudgement {
        let command_line = engine.authorize(Way::CommandLine, action);
        let console = engine.authorize(Way::Console, action);
        let mut blocks = Vec::new();

        // The probes speak for the caller alone.
        let about_caller = evidence
            .principal
            .known()
            .is_some_and(|principal| principal.is_caller);
        let probe = evidence
            .probes
            .by_action()
            .into_iter()
            .find(|(probed, _)| *probed == action)
            .map(|(_, probe)| probe);
        let refusal = probe
            .filter(|_| about_caller)
            .and_then(|probe| probe.refusal());
        if let Some(RefusalKind::Policy(denial)) = refusal.map(|refusal| &refusal.kind) {
            block_by_refusal(&mut blocks, denial);
        }
        // A service that refuses for a reason of its own has let IAM's judgement pass: IAM comes first.
        let answered =
            about_caller && probe.is_some_and(|probe| probe.known().is_some() || probe.is_told());

        if answered {
            if matches!(
                command_line.decision,
                Decision::ExplicitDeny | Decision::ImplicitDeny
            ) {
                self.contradictions.push(format!(
                    "AWS answered a call that needs {action}, but the policies that were read do not allow it. What AWS \
                     did counts."
                ));
            }
        } else {
            block_by_policies(&mut blocks, &command_line, engine);
            block_by_simulator(&mut blocks, simulated, &command_line);
        }
        if let (Some(refusal), Decision::Allowed) = (
            refusal.filter(|_| !blocks.is_empty()),
            command_line.decision,
        ) {
            self.contradictions.push(format!(
                "The policies that were read allow {action}, but AWS refused it: “{}”. What AWS did counts; a policy may \
                 have changed a moment ago, or depend on something that can't be seen from here.",
                refusal.message
            ));
        }
        self.compare(action, &command_line, simulated);

        let merge = |verdict: &Verdict, is_console: bool| {
            let refused_by_aws = blocks
                .iter()
                .any(|block| block.witnesses.contains(&Witness::Refusal));
            if answered && (!is_console || verdict.decision != Decision::ExplicitDeny) {
                return Decision::Allowed;
            }
            // A refusal on the command line that the policies account for says nothing of a console where MFA or the
            // network differ.
            let explained = matches!(
                command_line.decision,
                Decision::ExplicitDeny | Decision::ImplicitDeny
            );
            if refused_by_aws && !(is_console && explained) {
                return Decision::ExplicitDeny;
            }
            // The simulator sees policies that can't be read. Of circumstances it knows no more than we told it.
            match (verdict.decision, simulated.map(|result| result.decision)) {
                (Decision::Undetermined, Some(simulated))
                    if engine.simulator_can_settle(verdict) =>
                {
                    match simulated {
                        SimulatedDecision::Allowed => Decision::Allowed,
                        SimulatedDecision::ExplicitDeny => Decision::ExplicitDeny,
                        SimulatedDecision::ImplicitDeny => Decision::ImplicitDeny,
                    }
                }
                (decision, _) => decision,
            }
        };
        ActionJudgement {
            action,
            command_line: merge(&command_line, false),
            console: merge(&console, true),
            depends_on: requirements(&console),
            blocks,
            answered,
        }
    }

    fn compare(&mut self, action: &str, verdict: &Verdict, simulated: Option<&SimulatedAction>) {
        let Some(simulated) = simulated else { return };
        let ours = match verdict.decision {
            Decision::Undetermined => return,
            decision => decision == Decision::Allowed,
        };
        let theirs = simulated.decision == SimulatedDecision::Allowed;
        if ours == theirs {
            self.agreed += 1;
        } else {
            let word = |allowed| if allowed { "allow" } else { "do not allow" };
            self.contradictions.push(format!(
                "The policies that were read {} {action}; AWS's simulator says that they {} it.",
                word(ours),
                word(theirs)
            ));
        }
    }
}

/// What an undetermined verdict depends on: what a person can act on first, what nobody could read last.
fn requirements(verdict: &Verdict) -> Vec<String> {
    let (conditions, unread): (Vec<_>, Vec<_>) = verdict
        .depends_on
        .iter()
        .partition(|dependency| !dependency.keys.is_empty());
    conditions
        .into_iter()
        .chain(unread)
        .map(|dependency| dependency.requirement.clone())
        .collect()
}

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
                block.statements.extend(
                    by.iter()
                        .map(|statement| engine.locate(&layer.kind, statement)),
                );
            }
            _ => {
                let block = block(blocks, name, Some(Effect::ImplicitDeny), Witness::Policies);
                block.omitted_at.extend(engine.target(&layer.kind));
            }
        }
    }
}

/// What the simulator adds where a layer could not be read: it says which layer refuses, never which statement.
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
    let unread = |layer: Layer| {
        verdict
            .layers
            .iter()
            .filter(|found| layer_name(&found.kind) == layer)
            .all(|found| {
                matches!(
                    found.outcome,
                    LayerOutcome::Unreadable { .. } | LayerOutcome::Undetermined { .. }
                )
            })
    };
    let mut located = false;
    for (layer, allowed) in [
        (
            Layer::ServiceControlPolicy,
            simulated.allowed_by_organizations,
        ),
        (
            Layer::PermissionsBoundary,
            simulated.allowed_by_permissions_boundary,
        ),
    ] {
        if allowed == Some(false) {
            located = true;
            // Where our engine judged the layer itself, the two are compared, not mixed.
            if unread(layer) {
                // Which of the two it is, the simulator does not say.
                block(blocks, layer, None, Witness::Simulator);
            } else if let Some(found) = blocks.iter_mut().find(|block| block.layer == layer) {
                found.witnesses.insert(Witness::Simulator);
            }
        }
    }
    if !located && unread(Layer::IdentityPolicy) {
        let effect = if explicit {
            Effect::ExplicitDeny
        } else {
            Effect::ImplicitDeny
        };
        let block = block(
            blocks,
            Layer::IdentityPolicy,
            Some(effect),
            Witness::Simulator,
        );
        if explicit {
            block.policy_arn = simulated.matched_policies.first().cloned();
        }
    } else if let Some(found) = blocks
        .iter_mut()
        .find(|block| block.layer == Layer::IdentityPolicy)
    {
        found.witnesses.insert(Witness::Simulator);
    }
}
