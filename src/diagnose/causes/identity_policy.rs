//! Identity policies: the user's own, its groups', or the role's.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html>

use aws_refusal::{Effect, Layer};
use iam_policy::Decision;

use super::layer_refusals::{Refused, Verdict, nothing_refused};
use super::{Case, Check, Stop};
use crate::catalog::{Code, legacy_actions};
use crate::diagnose::cause::Finding;
use crate::diagnose::layers::PolicyAlone;
use crate::diagnose::outcome::{Outcome, Pass, Skip, Unseen};
use crate::diagnose::remedy::{Remedy, Step};
use crate::evidence::{PolicyId, SimulatedDecision};
use crate::names::PrincipalKind;

const LAYER: Layer = Layer::IdentityPolicy;
const SOURCE: &str =
    "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/billing-permissions-ref.html";

pub(super) const DENIES: Check = Check {
    code: Code::IdentityPolicyDeniesBilling,
    stop: Some(Stop::IdentityPolicies),
    run: |case| {
        let refused = Refused::by(case, LAYER, Effect::ExplicitDeny);
        if refused.is_empty() {
            return nothing(case, Effect::ExplicitDeny);
        }
        found(case, Code::IdentityPolicyDeniesBilling, refused)
    },
};

pub(super) const OMITS: Check = Check {
    code: Code::IdentityPolicyOmitsBilling,
    stop: Some(Stop::IdentityPolicies),
    run: |case| omission(case, Code::IdentityPolicyOmitsBilling),
};

/// Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/migrate-granularaccess-whatis.html>
pub(super) const ONLY_LEGACY: Check = Check {
    code: Code::OnlyLegacyActions,
    stop: Some(Stop::IdentityPolicies),
    run: |case| omission(case, Code::OnlyLegacyActions),
};

/// Source: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBillingReadOnlyAccess.html>
pub(super) const WITHOUT_COST_EXPLORER: Check = Check {
    code: Code::BillingPolicyWithoutCostExplorer,
    stop: Some(Stop::IdentityPolicies),
    run: |case| omission(case, Code::BillingPolicyWithoutCostExplorer),
};

/// An omission has exactly one code, the one that says most; the checks for the others say which.
fn omission(case: &Case, code: Code) -> Outcome {
    let refused = Refused::by(case, LAYER, Effect::ImplicitDeny);
    if !refused.is_empty() {
        let exact = code_of(case, &refused);
        return if exact == code {
            found(case, code, refused)
        } else if code == Code::IdentityPolicyOmitsBilling {
            Outcome::Skipped(Skip::MoreExactly(exact))
        } else {
            not_that_way(case)
        };
    }
    if code == Code::IdentityPolicyOmitsBilling {
        nothing(case, Effect::ImplicitDeny)
    } else {
        not_that_way(case)
    }
}

/// A well-known way to omit billing that is not what these policies do.
fn not_that_way(case: &Case) -> Outcome {
    if let Some(outcome) = does_not_apply(case).or_else(|| case.nobody_looked()) {
        return outcome;
    }
    match case.evidence.policies.identity.gaps.first() {
        Some(gap) => Outcome::Inconclusive(Unseen::Gap(gap.clone())),
        None => Outcome::Passed(Pass::PoliciesRead),
    }
}

fn code_of(case: &Case, refused: &Refused) -> Code {
    // Beside newer actions, as in AWS's own policies, the old ones do no harm.
    if refused.actions.len() == case.judgement.actions.len() && legacy(case).is_some() {
        return Code::OnlyLegacyActions;
    }
    let for_the_bill = case.question.decisive(&refused.actions);
    let cost_explorer_alone = case.question.rests_on(&refused.actions)
        && for_the_bill
            .iter()
            .all(|action| crate::names::service_prefix(action) == "ce");
    if cost_explorer_alone && has_billing_policy(case) {
        return Code::BillingPolicyWithoutCostExplorer;
    }
    Code::IdentityPolicyOmitsBilling
}

/// Whether one of AWS's own policies for billing is attached.
fn has_billing_policy(case: &Case) -> bool {
    let policies = &case.evidence.policies.identity.read;
    policies.iter().map(|policy| policy.id()).any(|id| {
        id.is_aws_managed() && ["Billing", "AWSBillingReadOnlyAccess"].contains(&id.name())
    })
}

/// The root user has no identity policies.
fn does_not_apply(case: &Case) -> Option<Outcome> {
    let principal = case.evidence.principal.known()?;
    (principal.kind == PrincipalKind::RootUser).then_some(Outcome::Skipped(Skip::RootUser))
}

fn nothing(case: &Case, effect: Effect) -> Outcome {
    does_not_apply(case).unwrap_or_else(|| {
        let gap = case.evidence.policies.identity.gaps.first();
        nothing_refused(case, (LAYER, effect), gap, |result| {
            result.decision == SimulatedDecision::Allowed
        })
    })
}

fn found(case: &Case, code: Code, refused: Refused) -> Outcome {
    let finding = match (code, legacy(case)) {
        (Code::OnlyLegacyActions, Some(policy)) => Finding::Legacy { policy },
        _ => Finding::Plain,
    };
    let verdict = Verdict {
        code,
        finding,
        basis: None,
        remedy: Remedy {
            actor: case.iam_actor(),
            steps: [Step::MakeChange]
                .into_iter()
                .chain(case.provisioning())
                .collect(),
            source: SOURCE,
        },
    };
    refused.outcome(case, false, verdict)
}

/// A policy that allows billing in the words of before 2023.
fn legacy(case: &Case) -> Option<PolicyId> {
    let policies = &case.evidence.policies.identity.read;
    let found = policies.iter().find(|policy| {
        let alone = policy
            .document
            .known()
            .and_then(|text| PolicyAlone::parse(text));
        alone.is_some_and(|alone| {
            legacy_actions().any(|(old, _)| {
                matches!(
                    alone.decision(old),
                    Decision::Allowed | Decision::Undetermined
                )
            })
        })
    });
    found.map(|policy| policy.id())
}
