//! From what the checks found to one answer: what blocks, in which order to fix it, and what stays unknown.

use crate::catalog::Gate;
use crate::diagnose::causes::{BILLS_ELSEWHERE, CHECKS, Case, Check, Outcome, Switch, switch};
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::fix::{self, Plan};
use crate::diagnose::judgement::Judgement;
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::diagnose::question::{AskedPage, Question};
use crate::evidence::{Evidence, Gap};
use iam_policy::Decision;

/// The answer in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
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
    pub causes: Vec<Finding>,
    /// What kept the doctor from looking, where that leaves the question open.
    pub hindrances: Vec<Finding>,
    /// What is worth knowing and does not take the bill away.
    pub warnings: Vec<Finding>,
    /// Which policies to change, and what that comes to.
    pub plan: Plan,
    pub checks: Vec<(&'static Check, Outcome)>,
    pub pages: Vec<PageVerdict>,
    pub switch: Switch,
    /// Facts that could not be found out.
    pub gaps: Vec<Gap>,
    pub contradictions: Vec<String>,
    /// How many actions were asked about.
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
    /// The codes of the findings that close it.
    No {
        closed_by: Vec<&'static str>,
    },
    /// On what it depends.
    Depends {
        on: String,
        by_choice: bool,
    },
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
    let mut causes = Vec::new();
    let mut warnings = Vec::new();
    let mut hindrances = Vec::new();
    for (_, outcome) in &checks {
        match outcome {
            // What closes none of the pages that were named is worth knowing, and not what was asked.
            Outcome::Failed(finding)
                if question.is_narrowed() && closes_others(finding, question) =>
            {
                warnings.push((**finding).clone());
            }
            Outcome::Failed(finding) => causes.push((**finding).clone()),
            Outcome::Hindered(finding) => hindrances.push((**finding).clone()),
            Outcome::Warning(finding) => warnings.push((**finding).clone()),
            _ => {}
        }
    }
    if case.evidence.caller.gap().is_some() && !(causes.is_empty() && hindrances.is_empty()) {
        // Nobody looked: the credentials, or the way to AWS, came first.
        for (_, outcome) in &mut checks {
            if matches!(outcome, Outcome::Inconclusive { .. }) {
                *outcome = Outcome::Skipped {
                    because: if causes.is_empty() {
                        "no call got through".to_owned()
                    } else {
                        "there was nothing to ask with".to_owned()
                    },
                };
            }
        }
    }
    // A bill that is elsewhere is not to be had by mending anything here.
    let bills_elsewhere = causes.iter().any(|finding| finding.code == BILLS_ELSEWHERE);
    if bills_elsewhere {
        causes.retain(|finding| finding.code == BILLS_ELSEWHERE);
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
        let settled = matches!(
            verdict.opens,
            Opens::Yes
                | Opens::Depends {
                    by_choice: true,
                    ..
                }
        );
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
        Some(finding) if state == State::Unexplained => causes.push(finding),
        Some(finding) => warnings.push(finding),
        None => {}
    }
    Diagnosis {
        plan: fix::plan_from_findings(evidence, question, &causes),
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
        contradictions: judgement
            .contradictions
            .iter()
            .map(|(contradiction, actions)| contradiction.sentence(actions))
            .collect(),
    }
}

/// Whether a finding closes pages, and none of those asked about.
fn closes_others(finding: &Finding, question: &Question) -> bool {
    !finding.closes.is_empty() && !finding.closes.iter().any(|id| question.page(id).is_some())
}

fn opens(
    case: &Case,
    asked: &AskedPage,
    switch: &Switch,
    causes: &[Finding],
    warnings: &[Finding],
) -> Opens {
    let closing = causes
        .iter()
        .filter(|finding| finding.closes.contains(&asked.page.id));
    let narrowing = warnings
        .iter()
        .filter(|finding| finding.closes.contains(&asked.page.id));
    let mut closed_by: Vec<&'static str> = closing
        .chain(narrowing)
        .map(|finding| finding.code)
        .collect();
    closed_by.dedup();
    if !closed_by.is_empty() {
        return Opens::No { closed_by };
    }
    let depends = |on: String| Opens::Depends {
        on,
        by_choice: false,
    };
    let mut undetermined = None;
    let mut refused = Vec::new();
    for action in &asked.needs {
        match case.judgement.actions.get(action) {
            Some(judged) => match judged.console {
                Decision::Allowed => {}
                Decision::ExplicitDeny | Decision::ImplicitDeny => refused.push(*action),
                Decision::AllowedOnSome | Decision::Undetermined => {
                    undetermined.get_or_insert_with(|| match judged.depends_on.first() {
                        Some(requirement) => requirement.clone(),
                        None => format!("whether policies allow {action}"),
                    });
                }
            },
            None => return depends(format!("whether policies allow {action}")),
        }
    }
    if asked.is_closed_by(&refused) {
        return Opens::No {
            closed_by: Vec::new(),
        };
    }
    if let Some(action) = refused.first() {
        return depends(format!(
            "which of its parts one looks at: some need {action}, which is not allowed"
        ));
    }
    if let Some(on) = undetermined {
        return depends(on);
    }
    let is_root = case
        .evidence
        .principal
        .known()
        .is_some_and(|p| p.kind == crate::names::PrincipalKind::RootUser);
    match (asked.page.gate, switch) {
        (Gate::Gated, Switch::Unknown { .. }) if !is_root => {
            return depends("the root user's switch, whose position could not be seen".to_owned());
        }
        (Gate::NotStated, Switch::Off { .. }) => {
            return depends(
                "the root user's switch, perhaps: AWS does not say whether it gates this page"
                    .to_owned(),
            );
        }
        _ => {}
    }
    // What the page's own service said when it was called outweighs what policies promise.
    for (action, probe) in case.evidence.probes.by_action() {
        let needed = asked.needs(action) && case.is_about_caller();
        let refused = probe.refusal().is_some() && !probe.is_told();
        if needed && refused {
            return depends(format!("why AWS refused {action}"));
        }
    }
    if asked.page.id == "cost-explorer"
        && let Some(gap) = case.evidence.probes.cost_and_usage.gap()
    {
        return Opens::Depends {
            on: if gap.by_choice() {
                format!("not asked ({})", gap.reason())
            } else {
                format!("Cost Explorer itself ({})", gap.reason())
            },
            by_choice: gap.by_choice(),
        };
    }
    Opens::Yes
}

/// A refusal of the caller that no finding accounts for.
fn unexplained<'a>(
    case: &Case,
    findings: impl Iterator<Item = &'a Finding> + Clone,
) -> Option<Finding> {
    // The probes speak for the caller alone, and whoever is not known to AWS is refused everywhere.
    if !case.is_about_caller() {
        return None;
    }
    let refused: Vec<String> = case
        .evidence
        .probes
        .by_action()
        .into_iter()
        .filter(|(action, probe)| case.judgement.actions.contains_key(action) && !probe.is_told())
        .filter_map(|(action, probe)| Some((action, probe.refusal()?)))
        .filter(|(action, _)| {
            !findings
                .clone()
                .any(|finding| finding.actions.iter().any(|named| named == action))
        })
        .map(|(action, refusal)| format!("{action} was refused: “{}”", refusal.message))
        .collect();
    if refused.is_empty() {
        return None;
    }
    Some(Finding {
        code: "unexplained-refusal",
        confidence: Confidence::Confirmed,
        confidence_reason: "AWS refused; why is what could not be found out",
        grant: None,
        summary: "AWS refused, and nothing that could be seen explains it".to_owned(),
        explanation: None,
        closes: Vec::new(),
        actions: Vec::new(),
        evidence: refused,
        statements: Vec::new(),
        remedy: Remedy {
            actor: Actor::AccountAdministrator,
            steps: vec![
                Step::new(
                    "Give an administrator the refusals below, word for word, with the time of this report.",
                ),
                Step::at(
                    "CloudTrail → Event history shows the same calls with AWS's error code, within 15 minutes.",
                    "https://console.aws.amazon.com/cloudtrailv2/home#/events",
                ),
                Step::new(
                    "Give the doctor's user the permissions listed under “Not seen”, and run it again.",
                ),
            ],
            source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
        },
    })
}
