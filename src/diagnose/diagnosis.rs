//! From what the checks found to one answer: what blocks, in which order to fix it, and what stays unknown.

use std::collections::{BTreeMap, BTreeSet};

use super::cause::{Action, Basis, Cause, Confidence, Finding, Quote, RefusedCall, Sign};
use super::causes::{CHECKS, Case, Check, Switch, confidences, switch};
use super::fix::{self, Plan};
use super::judgement::{Contradiction, Judgement};
use super::outcome::{Outcome, Skip};
use super::question::{AskedPage, Question};
use super::remedy::{Actor, Remedy, Step};
use super::requirement::Requirement;
use crate::catalog::{Code, Gate};
use crate::evidence::{Evidence, Gap};
use crate::names::PrincipalKind;
use iam_policy::Decision;

/// The answer in one word.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Everything that seeing the bill takes was seen to work.
    Healthy,
    /// At least one cause was found.
    Blocked,
    /// No cause was found, and something that decides could not be seen.
    Inconclusive,
    /// AWS refused, and nothing that was seen explains it.
    Unexplained,
}

/// Everything that follows from the evidence.
pub struct Diagnosis {
    /// What was asked.
    pub question: Question,
    pub state: State,
    /// What blocks, in the order to fix it.
    pub causes: Vec<Cause>,
    /// What kept the tool from looking, where that leaves the question open.
    pub hindrances: Vec<Cause>,
    /// What is worth knowing and does not take the bill away.
    pub warnings: Vec<Cause>,
    /// Which policies to change, and what that comes to.
    pub plan: Plan,
    pub checks: Vec<(&'static Check, Outcome)>,
    pub pages: Vec<PageVerdict>,
    pub switch: Switch,
    /// Facts that could not be seen.
    pub gaps: Vec<Gap>,
    /// Where two witnesses disagree, and on which actions.
    pub contradictions: BTreeMap<Contradiction, BTreeSet<Action>>,
    /// How many actions were checked.
    pub actions_asked: usize,
    /// How many of them our engine and AWS's simulator judged alike.
    pub agreed: usize,
}

/// Whether a page of the console opens.
#[derive(Clone, Debug, PartialEq)]
pub struct PageVerdict {
    pub asked: AskedPage,
    pub opens: Opens,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Opens {
    Yes,
    /// The codes of the causes that close it, in the order to fix them.
    No {
        closed_by: Vec<Code>,
    },
    /// On what it depends.
    Depends(Requirement),
}

impl Diagnosis {
    /// What is in the way, or what kept the tool from looking.
    pub fn obstacles(&self) -> &[Cause] {
        if self.causes.is_empty() {
            &self.hindrances
        } else {
            &self.causes
        }
    }

    /// What the answer waits for: of the first page that decides and is neither open nor closed nor left out on request.
    pub fn open_question(&self) -> Option<&Requirement> {
        let deciding = self.pages.iter().filter(|verdict| verdict.asked.decides);
        deciding
            .filter_map(|verdict| match &verdict.opens {
                Opens::Depends(requirement) => Some(requirement),
                _ => None,
            })
            .find(|requirement| !requirement.is_by_choice())
    }

    /// Whether a page was left undecided because the person asked for it.
    pub fn left_out(&self) -> bool {
        self.pages.iter().any(|verdict| {
            matches!(&verdict.opens, Opens::Depends(requirement) if requirement.is_by_choice())
        })
    }
}

/// Judges the evidence. Pure: the same evidence gives the same diagnosis.
pub fn diagnose(evidence: &Evidence, question: &Question) -> Diagnosis {
    let judgement = Judgement::of(evidence, question);
    let case = Case {
        evidence,
        judgement: &judgement,
        question,
    };
    let mut checks: Vec<(&'static Check, Outcome)> = CHECKS
        .iter()
        .map(|check| (check, (check.run)(&case)))
        .collect();
    debug_assert!(
        checks
            .iter()
            .filter_map(|(_, outcome)| outcome.cause())
            .all(|cause| confidences(cause.code).contains(&cause.confidence)),
        "the page of a cause says how sure a check can be"
    );
    let mut causes = Vec::new();
    let mut warnings = Vec::new();
    let mut hindrances = Vec::new();
    for (_, outcome) in &checks {
        match outcome {
            // What closes none of the pages that were named is worth knowing, and not what was asked.
            Outcome::Failed(cause) if question.is_narrowed() && closes_others(cause, question) => {
                warnings.push((**cause).clone());
            }
            Outcome::Failed(cause) => causes.push((**cause).clone()),
            Outcome::Hindered(cause) => hindrances.push((**cause).clone()),
            Outcome::Warning(cause) => warnings.push((**cause).clone()),
            _ => {}
        }
    }
    if evidence.caller.gap().is_some() && !(causes.is_empty() && hindrances.is_empty()) {
        // Nobody looked: the credentials, or the way to AWS, came first.
        let skip = if causes.is_empty() {
            Skip::NoCallGotThrough
        } else {
            Skip::NothingToAskWith
        };
        for (_, outcome) in &mut checks {
            if matches!(outcome, Outcome::Inconclusive(_)) {
                *outcome = Outcome::Skipped(skip.clone());
            }
        }
    }
    // A bill that is elsewhere does not come by mending anything here.
    let elsewhere = |cause: &Cause| cause.code == Code::PartitionBillsElsewhere;
    let bills_elsewhere = causes.iter().any(elsewhere);
    if bills_elsewhere {
        causes.retain(elsewhere);
    }
    let unexplained =
        unexplained(&case, causes.iter().chain(&warnings)).filter(|_| !bills_elsewhere);
    let switch = switch(&case);
    let pages: Vec<PageVerdict> = question
        .pages()
        .iter()
        .map(|asked| PageVerdict {
            asked: asked.clone(),
            opens: opens(&case, asked, &switch, &causes, &warnings),
        })
        .collect();
    // Healthy means that every page of the bill was seen to open, or was left out on request.
    let undecided = pages.iter().any(|verdict| {
        let settled = match &verdict.opens {
            Opens::Yes => true,
            Opens::No { .. } => false,
            Opens::Depends(requirement) => requirement.is_by_choice(),
        };
        verdict.asked.decides && !settled
    });
    let state = match (causes.is_empty(), &unexplained) {
        (false, _) => State::Blocked,
        (true, Some(_)) => State::Unexplained,
        (true, None) if undecided || evidence.caller.known().is_none() => State::Inconclusive,
        (true, None) => State::Healthy,
    };
    if state != State::Inconclusive {
        warnings.append(&mut hindrances);
    }
    match unexplained {
        Some(cause) if state == State::Unexplained => causes.push(cause),
        Some(cause) => warnings.push(cause),
        None => {}
    }
    let mut plan = fix::plan(evidence, question, &causes);
    // What is not a matter of policies stays closed, whatever they say.
    plan.closed_for_other_reasons(|id| {
        let refused = |cause: &&Cause| cause.refusal.is_none() && cause.closes.contains(&id);
        causes.iter().chain(&warnings).any(|cause| refused(&cause))
    });
    for cause in causes.iter_mut().chain(&mut warnings) {
        plan.settle(cause);
    }
    Diagnosis {
        plan,
        question: question.clone(),
        state,
        causes,
        hindrances,
        warnings,
        checks,
        pages,
        switch,
        gaps: evidence.gaps(),
        actions_asked: judgement.actions.len(),
        agreed: judgement.agreed,
        contradictions: judgement.contradictions,
    }
}

/// Whether a cause closes pages, and none of those asked about.
fn closes_others(cause: &Cause, question: &Question) -> bool {
    !cause.closes.is_empty() && !cause.closes.iter().any(|id| question.page(id).is_some())
}

fn opens(
    case: &Case,
    asked: &AskedPage,
    switch: &Switch,
    causes: &[Cause],
    warnings: &[Cause],
) -> Opens {
    let mut closed_by: Vec<Code> = Vec::new();
    for cause in causes.iter().chain(warnings) {
        if cause.closes.contains(&asked.page.id.as_str()) && !closed_by.contains(&cause.code) {
            closed_by.push(cause.code);
        }
    }
    if !closed_by.is_empty() {
        return Opens::No { closed_by };
    }
    let mut undetermined = None;
    let mut refused = Vec::new();
    for action in &asked.needs {
        let Some(judged) = case.judgement.actions.get(action) else {
            return Opens::Depends(Requirement::Undecided { action });
        };
        match judged.console {
            Decision::Allowed => {}
            Decision::ExplicitDeny | Decision::ImplicitDeny => refused.push(*action),
            Decision::Undetermined | Decision::AllowedOnSome => {
                let first = judged.depends_on.first().cloned();
                undetermined
                    .get_or_insert_with(|| first.unwrap_or(Requirement::Undecided { action }));
            }
        }
    }
    if asked.is_closed_by(&refused) {
        return Opens::No { closed_by };
    }
    if let Some(action) = refused.first() {
        return Opens::Depends(Requirement::Part { action });
    }
    if let Some(requirement) = undetermined {
        return Opens::Depends(requirement);
    }
    let principal = case.evidence.principal.known();
    let is_root = principal.is_some_and(|p| p.kind == PrincipalKind::RootUser);
    match (asked.page.gate, switch) {
        (Gate::Gated, Switch::Unknown(_)) if !is_root => {
            return Opens::Depends(Requirement::Switch);
        }
        (Gate::NotStated, Switch::Unknown(_)) if !is_root => {
            return Opens::Depends(Requirement::SwitchPerhapsUnseen);
        }
        (Gate::NotStated, Switch::Off { .. }) => {
            return Opens::Depends(Requirement::SwitchPerhaps);
        }
        _ => {}
    }
    // What the page's own service said when it was called outweighs what policies promise.
    for (action, probe) in case.evidence.probes.by_action() {
        let needed = asked.needs(action) && case.is_about_caller();
        if needed && probe.refusal().is_some() && !probe.is_told() {
            return Opens::Depends(Requirement::Refused { action });
        }
    }
    match case.evidence.probes.cost_and_usage.gap() {
        Some(gap) if asked.page.id == "cost-explorer" && gap.by_choice() => {
            Opens::Depends(Requirement::CostExplorerLeftOut)
        }
        Some(gap) if asked.page.id == "cost-explorer" => {
            Opens::Depends(Requirement::CostExplorer {
                gap: Box::new(gap.clone()),
            })
        }
        _ => Opens::Yes,
    }
}

/// A refusal of the caller that no cause accounts for.
fn unexplained<'a>(case: &Case, causes: impl Iterator<Item = &'a Cause> + Clone) -> Option<Cause> {
    // The probes speak for the caller alone, and a caller that AWS does not know is refused everywhere.
    if !case.is_about_caller() {
        return None;
    }
    let calls: Vec<RefusedCall> = case
        .evidence
        .probes
        .by_action()
        .into_iter()
        .filter(|(action, probe)| case.judgement.actions.contains_key(action) && !probe.is_told())
        .filter_map(|(action, probe)| Some((action, probe.refusal()?)))
        .filter(|(action, _)| !causes.clone().any(|cause| cause.actions.contains(action)))
        .map(|(action, refusal)| RefusedCall {
            action,
            message: Quote(refusal.message.clone()),
        })
        .collect();
    if calls.is_empty() {
        return None;
    }
    Some(Cause {
        code: Code::UnexplainedRefusal,
        confidence: Confidence::Confirmed,
        basis: Basis::Unexplained,
        refusal: None,
        signs: calls
            .iter()
            .map(|call| Sign::Refused {
                action: call.action,
                message: call.message.clone(),
                likewise: Vec::new(),
            })
            .collect(),
        finding: Finding::Refused { calls },
        actions: Vec::new(),
        closes: Vec::new(),
        remedy: Remedy {
            actor: Actor::AccountAdministrator,
            steps: vec![
                Step::HandOverRefusals,
                Step::LookAtCloudTrail,
                Step::GivePermissions,
            ],
            source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
        },
    })
}
