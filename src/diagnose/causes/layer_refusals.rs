//! What the checks on policy layers share: from "this layer refuses these actions" to a cause.

use std::collections::{BTreeMap, BTreeSet};

use aws_refusal::{Effect, Layer};

use super::Case;
use crate::catalog::Code;
use crate::diagnose::cause::{
    Action, Basis, Cause, Confidence, Denial, Finding, LayerRefusal, Name, Omission, PageId, Quote,
    Sign, StatementAt, UnmetStatement,
};
use crate::diagnose::judgement::{Answer, Block, Circumstance, Witness};
use crate::diagnose::oddity::may_deny;
use crate::diagnose::outcome::{Outcome, Pass, Unseen};
use crate::diagnose::remedy::Remedy;
use crate::evidence::{Gap, SimulatedAction};

/// The actions that one layer refuses in one way, and how that is known.
pub(super) struct Refused<'a> {
    layer: Layer,
    effect: Effect,
    pub(super) actions: Vec<Action>,
    blocks: Vec<&'a Block>,
}

/// What a check adds to what all of them say of a layer.
pub(super) struct Verdict {
    pub(super) code: Code,
    pub(super) finding: Finding,
    /// How sure it is and why, where that is otherwise than usual.
    pub(super) basis: Option<(Confidence, Basis)>,
    pub(super) remedy: Remedy,
}

impl<'a> Refused<'a> {
    pub(super) fn by(case: &'a Case, layer: Layer, effect: Effect) -> Self {
        let (actions, blocks) = case.judgement.blocked_by(layer, effect, None).unzip();
        Self {
            layer,
            effect,
            actions,
            blocks,
        }
    }

    /// What policies refuse because the request lacks something that the person can bring along. Where several layers
    /// ask for it, the outermost speaks for all.
    pub(super) fn for_want_of(case: &'a Case, circumstance: Circumstance) -> Self {
        let refused = |layer: Layer| {
            [Effect::ExplicitDeny, Effect::ImplicitDeny]
                .into_iter()
                .flat_map(move |effect| {
                    case.judgement.blocked_by(layer, effect, Some(circumstance))
                })
                .collect::<BTreeMap<_, _>>()
        };
        let layers = [
            Layer::ServiceControlPolicy,
            Layer::PermissionsBoundary,
            Layer::SessionPolicy,
            Layer::IdentityPolicy,
        ];
        let mut found = layers.map(|layer| (layer, refused(layer))).into_iter();
        let (layer, refused) = found
            .find(|(_, refused)| !refused.is_empty())
            .unwrap_or((Layer::IdentityPolicy, BTreeMap::new()));
        let (actions, blocks) = refused.into_iter().unzip();
        Self {
            layer,
            effect: Effect::ExplicitDeny,
            actions,
            blocks,
        }
    }

    /// What the layer would allow of these actions, but for conditions that do not hold.
    fn unmet(&self, case: &Case) -> Vec<UnmetStatement> {
        let judged = |action: &Action| case.judgement.actions.get(action);
        let mut unmet: Vec<UnmetStatement> = Vec::new();
        for judged in self.actions.iter().filter_map(judged) {
            for found in judged.unmet.iter().filter(|one| one.layer == self.layer) {
                if !unmet.contains(found) {
                    unmet.push(found.clone());
                }
            }
        }
        unmet
    }

    /// Of an omission, the conditions that do not hold, where there are any.
    pub(super) fn finding(&self, case: &Case) -> Finding {
        let unmet = self.unmet(case);
        if self.effect == Effect::ExplicitDeny || unmet.is_empty() {
            Finding::Plain
        } else {
            Finding::ConditionFails { unmet }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// Each statement that denies, with the actions that it denies itself.
    pub(super) fn statements(&self) -> BTreeMap<&'a StatementAt, Vec<Action>> {
        let mut statements: BTreeMap<&StatementAt, Vec<Action>> = BTreeMap::new();
        for (action, block) in self.actions.iter().zip(&self.blocks) {
            for statement in &block.statements {
                statements.entry(statement).or_default().push(action);
            }
        }
        statements
    }

    /// Each level of the organization that does not allow, with the actions that it omits.
    fn levels(&self) -> BTreeMap<&'a str, Vec<Action>> {
        let mut levels: BTreeMap<&str, Vec<Action>> = BTreeMap::new();
        for (action, block) in self.actions.iter().zip(&self.blocks) {
            for target in &block.omitted_at {
                levels.entry(target).or_default().push(action);
            }
        }
        levels
    }

    fn refusal(&self, case: &Case, region_lock: bool) -> LayerRefusal {
        LayerRefusal {
            layer: self.layer,
            effect: self.effect,
            statements: self
                .statements()
                .into_iter()
                .map(|(statement, actions)| Denial {
                    conditions: case
                        .statement(statement)
                        .iter()
                        .flat_map(|found| found.conditions())
                        .collect(),
                    statement: statement.clone(),
                    actions,
                })
                .collect(),
            omitted_at: self
                .levels()
                .into_iter()
                .map(|(target, actions)| Omission {
                    target: Name(target.to_owned()),
                    actions,
                })
                .collect(),
            named_by_aws: self
                .blocks
                .iter()
                .filter_map(|block| block.policy_arn.clone())
                .map(Name)
                .collect(),
            everything: self.actions.len() == case.judgement.actions.len(),
            region_lock,
        }
    }

    fn seen_by(&self, witness: Witness) -> usize {
        let seen = |block: &&&Block| block.witnesses.contains(&witness);
        self.blocks.iter().filter(seen).count()
    }

    fn confidence(&self) -> (Confidence, Basis) {
        let read = |block: &Block| block.witnesses.contains(&Witness::Policies) && !block.disputed;
        let read = self.blocks.iter().copied().any(read);
        match (self.seen_by(Witness::Refusal) > 0, read) {
            (true, true) => (Confidence::Confirmed, Basis::RefusalAndPolicies),
            (true, false) => (Confidence::Confirmed, Basis::RefusalNamesLayer),
            (false, true) => (Confidence::Confirmed, Basis::PoliciesRead),
            (false, false) => (Confidence::Likely, Basis::OneWitness),
        }
    }

    /// The pages that need one of the actions, and do not get it in the console either.
    fn closes(&self, case: &Case) -> Vec<PageId> {
        let denied: Vec<&str> = self
            .actions
            .iter()
            .copied()
            .filter(|action| {
                case.judgement
                    .actions
                    .get(action)
                    .is_some_and(|judged| judged.console.refuses())
            })
            .collect();
        let pages = case.question.pages().iter();
        pages
            .filter(|asked| asked.is_closed_by(&denied))
            .map(|asked| asked.page.id.as_str())
            .collect()
    }

    fn signs(&self, case: &Case) -> Vec<Sign> {
        let refused: Vec<(Action, &str)> = case
            .evidence
            .probes
            .by_action()
            .into_iter()
            .filter(|(action, _)| self.is_refused(action))
            .filter_map(|(action, probe)| Some((action, probe.refusal()?.message.as_str())))
            .collect();
        let mut signs = Vec::new();
        if let [(action, message), likewise @ ..] = refused.as_slice() {
            signs.push(Sign::Refused {
                action,
                message: Quote((*message).to_owned()),
                likewise: likewise.iter().map(|(action, _)| *action).collect(),
            });
        }
        let checked = case.judgement.actions.len();
        signs.extend(self.statements().into_iter().map(|(statement, actions)| {
            Sign::StatementDenies {
                statement: statement.clone(),
                denied: actions.len(),
                checked,
            }
        }));
        signs.extend(
            self.levels()
                .into_iter()
                .map(|(target, actions)| Sign::LevelOmits {
                    target: Name(target.to_owned()),
                    actions,
                }),
        );
        match (
            self.seen_by(Witness::Policies),
            self.seen_by(Witness::Simulator),
        ) {
            (0, 0) => {}
            (0, actions) => signs.push(Sign::SimulatorRefuses { actions }),
            (actions, simulator_agrees) => signs.push(Sign::PoliciesRefuse {
                effect: self.effect,
                actions,
                simulator_agrees,
            }),
        }
        signs
    }

    /// Whether AWS itself refused one of the actions.
    pub(super) fn is_refused_by_aws(&self) -> bool {
        self.seen_by(Witness::Refusal) > 0
    }

    fn is_refused(&self, action: &str) -> bool {
        self.actions
            .iter()
            .zip(&self.blocks)
            .any(|(found, block)| *found == action && block.witnesses.contains(&Witness::Refusal))
    }

    /// Where the console answers otherwise than these credentials get: on what that depends.
    pub(super) fn in_the_console(&self, case: &Case) -> Option<Finding> {
        let judged = self
            .actions
            .iter()
            .filter_map(|action| case.judgement.actions.get(action));
        let mut elsewhere = judged.filter(|judged| !judged.console.refuses());
        let first = elsewhere.next()?;
        Some(Finding::ConsoleDiffers {
            requirement: first.depends_on.first().cloned().map(Box::new),
        })
    }

    /// A failure where the answer rests on a page that needs one of the actions, a warning where only others do.
    pub(super) fn outcome(self, case: &Case, region_lock: bool, verdict: Verdict) -> Outcome {
        let (confidence, basis) = verdict.basis.unwrap_or_else(|| self.confidence());
        let finding = match verdict.finding {
            Finding::Plain => self.in_the_console(case).unwrap_or(Finding::Plain),
            finding => finding,
        };
        let cause = Box::new(Cause {
            code: verdict.code,
            confidence,
            basis,
            refusal: Some(self.refusal(case, region_lock)),
            finding,
            closes: self.closes(case),
            signs: self.signs(case),
            remedy: verdict.remedy,
            actions: self.actions,
        });
        if case.question.rests_on(&cause.actions) {
            Outcome::Failed(cause)
        } else {
            Outcome::Warning(cause)
        }
    }
}

/// The outcome of a check for a circumstance that policies demand, where it found none. Whatever they say for certain is
/// not for want of it.
pub(super) fn circumstance_is_no_matter(case: &Case) -> Outcome {
    if let Some(outcome) = case.nobody_looked() {
        return outcome;
    }
    let layer = Layer::IdentityPolicy;
    let undecided = |layer: Layer| {
        let mut judged = case.judgement.actions.values();
        judged.any(|judged| judged.is_undecided(layer))
    };
    if let Some(layer) = [Layer::ServiceControlPolicy, Layer::PermissionsBoundary]
        .into_iter()
        .find(|layer| undecided(*layer))
    {
        return Outcome::Inconclusive(Unseen::Depends { layer });
    }
    let mut judged = case.judgement.actions.values();
    if judged.all(|judged| judged.answer(layer).is_some()) {
        return Outcome::Passed(Pass::PoliciesRead);
    }
    Outcome::Inconclusive(match case.evidence.policies.identity.gaps.first() {
        Some(gap) => Unseen::Gap(gap.clone()),
        None => Unseen::Depends { layer },
    })
}

/// The outcome of a check that found nothing refused in its way by a layer. `cleared`: whether AWS's simulator says that
/// the layer allows an action; it sees layers that can't be read.
pub(super) fn nothing_refused(
    case: &Case,
    (layer, effect): (Layer, Effect),
    unreadable: Option<&Gap>,
    cleared: impl Fn(&SimulatedAction) -> bool,
) -> Outcome {
    if let Some(outcome) = case.nobody_looked() {
        return outcome;
    }
    let judged = || case.judgement.actions.values();
    let answers: BTreeSet<Option<Answer>> = judged().map(|judged| judged.answer(layer)).collect();
    let only = |fine: &[Answer]| {
        answers
            .iter()
            .all(|answer| answer.is_some_and(|answer| fine.contains(&answer)))
    };
    let fine: &[Answer] = match effect {
        Effect::ExplicitDeny => &[Answer::Allows, Answer::Omits],
        Effect::ImplicitDeny => &[Answer::Allows],
    };
    if effect == Effect::ExplicitDeny && may_deny(case.evidence, layer) {
        return Outcome::Inconclusive(Unseen::OddDeny { layer });
    }
    if only(&[Answer::Allows]) {
        return Outcome::Passed(Pass::EveryActionPasses { layer });
    }
    if only(fine) {
        return Outcome::Passed(Pass::PoliciesRead);
    }
    match (case.evidence.simulation.known(), unreadable) {
        (Some(simulation), Some(_)) if simulation.results.iter().all(cleared) => {
            Outcome::Passed(Pass::SimulatorClears { layer })
        }
        (_, Some(gap)) => Outcome::Inconclusive(Unseen::Gap(gap.clone())),
        // What a Deny refuses may be allowed or not behind it.
        (_, None) if answers.contains(&Some(Answer::Denies)) => {
            Outcome::Inconclusive(Unseen::BehindDeny { layer })
        }
        (_, None) => Outcome::Inconclusive(Unseen::Depends { layer }),
    }
}

/// These actions as patterns by their verb, `billing:Get*`: what a Region lock has to exempt, and nothing that pays.
pub(super) fn by_verb(actions: &[Action]) -> BTreeSet<String> {
    actions
        .iter()
        .map(|action| {
            let (service, name) = action.split_once(':').unwrap_or((action, ""));
            let verb = name
                .char_indices()
                .skip(1)
                .find(|(_, c)| c.is_ascii_uppercase())
                .map_or(name, |(end, _)| &name[..end]);
            format!("{service}:{verb}*")
        })
        .collect()
}
