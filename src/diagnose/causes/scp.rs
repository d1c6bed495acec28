//! Service control policies: they apply to every principal of a member account, its root user too.
//!
//! Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>

use aws_refusal::{Effect, Layer};

use super::layer_refusals::{Refused, Verdict, by_verb, nothing_refused};
use super::{Case, Check, Stop};
use crate::catalog::Code;
use crate::diagnose::cause::{Finding, Quote, StatementAt};
use crate::diagnose::outcome::{Outcome, Pass, Skip, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::evidence::{Observed, SimulatedAction};

const LAYER: Layer = Layer::ServiceControlPolicy;
const SOURCE: &str = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html";

pub(super) const DENIES: Check = Check {
    code: Code::ScpDeniesBilling,
    stop: Some(Stop::ServiceControlPolicies),
    run: |case| {
        let refused = Refused::by(case, LAYER, Effect::ExplicitDeny);
        if refused.is_empty() {
            nothing(case, Effect::ExplicitDeny)
        } else if is_region_lock(case, &refused) {
            Outcome::Skipped(Skip::MoreExactly(Code::ScpRegionLock))
        } else {
            denies(case, Code::ScpDeniesBilling, refused)
        }
    },
};

pub(super) const OMITS: Check = Check {
    code: Code::ScpOmitsBilling,
    stop: Some(Stop::ServiceControlPolicies),
    run: |case| {
        let refused = Refused::by(case, LAYER, Effect::ImplicitDeny);
        if refused.is_empty() {
            return nothing(case, Effect::ImplicitDeny);
        }
        let finding = refused.finding(case);
        found(case, Code::ScpOmitsBilling, refused, finding)
    },
};

/// Billing answers from one Region; a lock that does not exempt it closes billing everywhere.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html>
pub(super) const REGION_LOCK: Check = Check {
    code: Code::ScpRegionLock,
    stop: Some(Stop::ServiceControlPolicies),
    run: |case| {
        let refused = Refused::by(case, LAYER, Effect::ExplicitDeny);
        if is_region_lock(case, &refused) {
            return denies(case, Code::ScpRegionLock, refused);
        }
        if refused.is_empty() {
            return nothing(case, Effect::ExplicitDeny);
        }
        match &case.evidence.policies.service_control {
            Observed::Known { .. } => Outcome::Passed(Pass::OtherDenies),
            Observed::Unknown(gap) => Outcome::Inconclusive(Unseen::Gap(gap.clone())),
            Observed::NotApplicable { because } => {
                Outcome::Skipped(Skip::NotApplicable(Quote(because.clone())))
            }
        }
    },
};

fn nothing(case: &Case, effect: Effect) -> Outcome {
    let cleared = |result: &SimulatedAction| result.allowed_by_organizations == Some(true);
    match &case.evidence.policies.service_control {
        Observed::NotApplicable { because } => {
            Outcome::Skipped(Skip::NotApplicable(Quote(because.clone())))
        }
        observed => {
            let of_a_level = observed.known().into_iter().flatten().find_map(|level| {
                level.policies.gap().or_else(|| {
                    let mut policies = level.policies.known().into_iter().flatten();
                    policies.find_map(|policy| policy.document.gap())
                })
            });
            nothing_refused(
                case,
                (LAYER, effect),
                observed.gap().or(of_a_level),
                cleared,
            )
        }
    }
}

fn denies(case: &Case, code: Code, refused: Refused) -> Outcome {
    let finding = if looks_like_a_region_lock(case, &refused) {
        Finding::LooksLikeRegionLock {
            exempt: by_verb(&refused.actions),
        }
    } else if looks_like_a_project(case, &refused) {
        Finding::LooksLikeProject
    } else {
        Finding::Plain
    };
    found(case, code, refused, finding)
}

fn found(case: &Case, code: Code, refused: Refused, finding: Finding) -> Outcome {
    let management_account = case.management_account();
    let mut steps = vec![
        Step::OpenServiceControlPolicies { management_account },
        Step::MakeChange,
    ];
    if let Finding::LooksLikeRegionLock { exempt } = &finding {
        steps.push(Step::LookForRegionLock {
            exempt: exempt.clone(),
        });
    }
    if finding == Finding::LooksLikeProject {
        steps.push(Step::UseSettingsOfProject);
    }
    steps.push(Step::RunAgainForTheNextLayer);
    let verdict = Verdict {
        code,
        finding,
        basis: None,
        remedy: Remedy {
            actor: Actor::ManagementAccountAdministrator,
            steps,
            source: SOURCE,
        },
    };
    refused.outcome(case, code == Code::ScpRegionLock, verdict)
}

/// Whether every statement that denies tests the Region.
fn is_region_lock(case: &Case, refused: &Refused) -> bool {
    let statements = refused.statements();
    !statements.is_empty()
        && statements
            .into_keys()
            .all(|statement| tests_region(case, statement))
}

fn tests_region(case: &Case, at: &StatementAt) -> bool {
    let statement = case.statement(at);
    statement.is_some_and(|statement| statement.tests("aws:RequestedRegion"))
}

/// Published exemption lists of before 2023 have Cost Explorer and Budgets, and lack what billing was split into: Free Tier
/// too.
fn looks_like_a_region_lock(case: &Case, refused: &Refused) -> bool {
    looks_like(
        case,
        refused,
        ["billing:GetCredits", "freetier:GetFreeTierUsage"],
    ) && answered(case, "budgets:ViewBudget")
}

/// AWS's new sign-up of 2026 makes accounts, "projects", with a policy of AWS's own that denies billing and the account's
/// contacts, and leaves Cost Explorer and Free Tier open.
///
/// Source: <https://docs.aws.amazon.com/accounts/latest/reference/scps-and-rcps-for-projects.html>
fn looks_like_a_project(case: &Case, refused: &Refused) -> bool {
    looks_like(
        case,
        refused,
        ["billing:GetCredits", "account:GetContactInformation"],
    ) && answered(case, "freetier:GetFreeTierUsage")
}

/// Whether policies that nobody could read refuse these actions while Cost Explorer answers.
fn looks_like(case: &Case, refused: &Refused, actions: [&str; 2]) -> bool {
    refused.statements().is_empty()
        && actions
            .iter()
            .all(|action| refused.actions.contains(action))
        && answered(case, "ce:GetCostAndUsage")
}

fn answered(case: &Case, action: &str) -> bool {
    let judged = case.judgement.actions.get(action);
    judged.is_some_and(|judged| judged.answered)
}
