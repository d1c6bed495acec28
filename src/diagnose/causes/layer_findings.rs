//! What the checks on policy layers share: from "this layer refuses these actions" to a finding.

use std::collections::BTreeSet;

use super::{Case, Outcome};
use crate::diagnose::finding::{Confidence, Finding, StatementAt};
use crate::diagnose::grant::Grant;
use crate::diagnose::judgement::{Block, Circumstance, Witness};
use crate::diagnose::old_remedy::Remedy;
use crate::diagnose::question::AskedPage;
use crate::evidence::{SimulatedAction, SimulatedDecision};
use crate::text::{count, list, some_of};
use aws_refusal::{Effect, Layer};
use iam_policy::Decision;

/// The actions that one layer refuses in one way, and how that is known.
pub(super) struct Blocked<'a> {
    pub(super) actions: Vec<&'static str>,
    blocks: Vec<&'a Block>,
}

/// What a finding on a layer says beside what all of them say.
pub(super) struct Words {
    pub(super) code: &'static str,
    pub(super) summary: String,
    pub(super) explanation: Option<String>,
    pub(super) remedy: Remedy,
    pub(super) grant: Option<Grant>,
    /// Why it is sure, where that is another reason than usual.
    pub(super) sure: Option<&'static str>,
}

impl<'a> Blocked<'a> {
    pub(super) fn by(case: &'a Case, layer: Layer, effect: Effect) -> Self {
        let (actions, blocks) = case
            .judgement
            .blocked_by(layer, effect)
            .filter(|(action, _)| layer != Layer::IdentityPolicy || wants(case, action).is_none())
            .unzip();
        Self { actions, blocks }
    }

    /// What the identity policies refuse for want of something that whoever asks can bring along.
    pub(super) fn for_want_of(case: &'a Case, circumstance: Circumstance) -> Self {
        let (actions, blocks) = [Effect::ExplicitDeny, Effect::ImplicitDeny]
            .into_iter()
            .flat_map(|effect| case.judgement.blocked_by(Layer::IdentityPolicy, effect))
            .filter(|(action, _)| wants(case, action) == Some(circumstance))
            .unzip();
        Self { actions, blocks }
    }

    /// The statements that deny, without repetition.
    pub(super) fn statements(&self) -> BTreeSet<&'a StatementAt> {
        self.blocks
            .iter()
            .flat_map(|block| &block.statements)
            .collect()
    }

    /// The levels of the organization that do not allow it.
    pub(super) fn levels(&self) -> BTreeSet<&'a str> {
        self.blocks
            .iter()
            .flat_map(|block| &block.omitted_at)
            .map(String::as_str)
            .collect()
    }

    /// The policy ARNs that AWS's refusals name.
    pub(super) fn named_by_aws(&self) -> BTreeSet<&'a str> {
        self.blocks
            .iter()
            .filter_map(|block| block.policy_arn.as_deref())
            .collect()
    }

    fn seen_by(&self, witness: Witness) -> usize {
        self.blocks
            .iter()
            .filter(|block| block.witnesses.contains(&witness))
            .count()
    }

    fn confidence(&self) -> (Confidence, &'static str) {
        let read = |block: &Block| block.witnesses.contains(&Witness::Policies) && !block.disputed;
        let read = self.blocks.iter().copied().any(read);
        match (self.seen_by(Witness::Refusal) > 0, read) {
            (true, true) => (
                Confidence::Confirmed,
                "AWS refused, naming this kind of policy, and the policies as read say the same",
            ),
            (true, false) => (
                Confidence::Confirmed,
                "AWS itself named this kind of policy when it refused",
            ),
            (false, true) => (
                Confidence::Confirmed,
                "the policies as read leave no other reading",
            ),
            (false, false) => (
                Confidence::Likely,
                "one witness says so, and nothing contradicts it",
            ),
        }
    }

    /// The ids of the pages that need one of the actions, and do not get it in the console either.
    fn closes(&self, case: &Case) -> Vec<String> {
        let denied = |action: &&str| {
            case.judgement.actions.get(action).is_some_and(|judged| {
                matches!(
                    judged.console,
                    Decision::ExplicitDeny | Decision::ImplicitDeny
                )
            })
        };
        let denied: Vec<&str> = self.actions.iter().copied().filter(denied).collect();
        let pages = case.question.pages().iter();
        pages
            .filter(|asked| asked.is_closed_by(&denied))
            .map(|asked| asked.page.id.clone())
            .collect()
    }

    fn evidence(&self, case: &Case, effect: Effect) -> Vec<String> {
        let verb = if effect == Effect::ExplicitDeny {
            "deny"
        } else {
            "do not allow"
        };
        let refused: Vec<(&str, &str)> = case
            .evidence
            .probes
            .by_action()
            .into_iter()
            .filter(|(action, _)| self.is_refused(action))
            .filter_map(|(action, probe)| Some((action, probe.refusal()?.message.as_str())))
            .collect();
        let mut lines = Vec::new();
        if let Some((action, message)) = refused.first() {
            lines.push(format!(
                "AWS refused {action}: “{}”",
                without_subject(message)
            ));
        }
        if refused.len() > 1 {
            let others: Vec<&str> = refused.iter().skip(1).map(|(action, _)| *action).collect();
            lines.push(format!("and in the same way {}", list(&others)));
        }
        for statement in self.statements() {
            let denied = self
                .blocks
                .iter()
                .filter(|block| block.statements.contains(statement))
                .count();
            lines.push(format!(
                "{statement} denies {denied} of the {} actions asked",
                case.judgement.actions.len()
            ));
        }
        for level in self.levels() {
            lines.push(format!(
                "nothing attached at {level} allows {}",
                some_of(&self.actions, 3)
            ));
        }
        match (
            self.seen_by(Witness::Policies),
            self.seen_by(Witness::Simulator),
        ) {
            (0, 0) => {}
            (0, n) => lines.push(format!("AWS's simulator says so of {}", count(n, "action"))),
            (n, 0) => lines.push(format!(
                "the policies as read {verb} {}",
                count(n, "action")
            )),
            (n, m) => lines.push(format!(
                "the policies as read {verb} {}; AWS's simulator agrees on {m}",
                count(n, "action")
            )),
        }
        lines
    }

    fn blocks_of(&self, action: &str) -> Option<&&'a Block> {
        self.actions
            .iter()
            .position(|found| *found == action)
            .and_then(|index| self.blocks.get(index))
    }

    /// A failure where a page that is the bill needs one of the actions, a warning where only others do.
    pub(super) fn outcome(self, case: &Case, effect: Effect, words: Words) -> Outcome {
        let closes = self.closes(case);
        let the_bill = case.question.rests_on(&self.actions);
        let (confidence, confidence_reason) = self.confidence();
        let finding = Box::new(Finding {
            code: words.code,
            confidence,
            confidence_reason: words.sure.unwrap_or(confidence_reason),
            grant: words.grant,
            summary: words.summary,
            explanation: words.explanation.or_else(|| self.in_the_console(case)),
            evidence: self.evidence(case, effect),
            statements: self.statements().into_iter().cloned().collect(),
            closes,
            actions: self
                .actions
                .iter()
                .map(|action| (*action).to_owned())
                .collect(),
            remedy: words.remedy,
        });
        if the_bill {
            Outcome::Failed(finding)
        } else {
            Outcome::Warning(finding)
        }
    }
}

impl Blocked<'_> {
    /// What is refused, as the object of a sentence: all that was asked, or what the closed pages need of it.
    pub(super) fn what(&self, case: &Case, effect: Effect) -> String {
        let asked = case.judgement.actions.len();
        if self.actions.len() == asked {
            return match effect {
                Effect::ExplicitDeny => format!("all {asked} actions that billing needs"),
                Effect::ImplicitDeny => format!("any of the {asked} actions that billing needs"),
            };
        }
        let pages: Vec<&AskedPage> = case
            .question
            .pages()
            .iter()
            .filter(|asked| asked.decides && asked.is_closed_by(&self.actions))
            .collect();
        let mut needed: Vec<&str> = self
            .actions
            .iter()
            .copied()
            .filter(|action| pages.is_empty() || pages.iter().any(|asked| asked.needs(action)))
            .collect();
        // What AWS itself refused speaks louder than what the simulator says of its like.
        needed.sort_by_key(|action| !self.is_refused(action));
        if needed.len() > 5 {
            return format!(
                "{} of the {asked} actions that billing needs ({}, …)",
                self.actions.len(),
                needed[..3].join(", ")
            );
        }
        list(&needed)
    }

    fn is_refused(&self, action: &str) -> bool {
        self.blocks_of(action)
            .is_some_and(|block| block.witnesses.contains(&Witness::Refusal))
    }

    /// Where the console gets another answer than the credentials in force: a sentence on what it depends.
    fn in_the_console(&self, case: &Case) -> Option<String> {
        let judged = self
            .actions
            .iter()
            .filter_map(|action| case.judgement.actions.get(action));
        let mut elsewhere = judged
            .filter(|judged| matches!(judged.console, Decision::Allowed | Decision::Undetermined));
        let first = elsewhere.next()?;
        Some(match first.depends_on.first() {
            Some(requirement) => format!("That is what these credentials get. In the console it can differ: {requirement}."),
            None => "That is what these credentials get; signed in to the console, the same principal may do it.".to_owned(),
        })
    }
}

fn wants(case: &Case, action: &str) -> Option<Circumstance> {
    case.judgement.actions.get(action)?.wants
}

/// AWS's refusal without its beginning, which repeats whom and what: “… because no identity-based policy allows …”.
fn without_subject(message: &str) -> String {
    let reason = [" because no ", " with an explicit deny"]
        .iter()
        .find_map(|word| message.find(word));
    match reason {
        Some(start) => format!("…{}", &message[start..]),
        None => message.to_owned(),
    }
}

/// The outcome of a check on the identity policies that found nothing refused.
pub(super) fn identity_policies_refuse_nothing(case: &Case) -> Outcome {
    let gap = case.evidence.policies.identity.gaps.first();
    nothing_refused(
        case,
        gap.map(|gap| gap.reason()),
        "the identity policies",
        |result| result.decision == SimulatedDecision::Allowed,
    )
}

/// The outcome of a layer check that found nothing refused. `cleared`: whether AWS's simulator says that the layer
/// allows an action; it sees layers that can't be read.
pub(super) fn nothing_refused(
    case: &Case,
    unreadable: Option<String>,
    what: &str,
    cleared: impl Fn(&SimulatedAction) -> bool,
) -> Outcome {
    if let Some(outcome) = case.nobody_looked() {
        return outcome;
    }
    let Some(reason) = unreadable else {
        return Outcome::Passed {
            because: format!("every action asked passes {what}"),
        };
    };
    match case.evidence.simulation.known() {
        Some(simulation) if simulation.results.iter().all(cleared) => Outcome::Passed {
            because: format!("AWS's simulator, which sees {what}, says so"),
        },
        _ => Outcome::Inconclusive { because: reason },
    }
}
