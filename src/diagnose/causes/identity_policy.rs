//! Identity policies: the user's own, its groups', or the role's.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html>

use aws_refusal::{Effect, Layer};
use iam_policy::{Comparison, Document, ResidualCondition};

use super::layer_refusals::{Refused, Verdict, nothing_refused};
use super::{Case, Check, Stop};
use crate::catalog::Code;
use crate::diagnose::cause::{Finding, Name, StatementAt};

use crate::diagnose::legacy::{names_current_actions, names_retired_actions};
use crate::diagnose::mfa;
use crate::diagnose::outcome::{Outcome, Pass, Skip, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::evidence::{PolicyId, SimulatedDecision};
use crate::names::PrincipalKind;

const LAYER: Layer = Layer::IdentityPolicy;
const MFA_SOURCE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html";
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
    let finding = match code {
        Code::OnlyLegacyActions => {
            legacy(case).map_or(Finding::Plain, |policy| Finding::Legacy { policy })
        }
        Code::IdentityPolicyOmitsBilling => refused.finding(case),
        _ => Finding::Plain,
    };
    let verdict = Verdict {
        code,
        basis: None,
        remedy: remedy(case, &finding),
        finding,
    };
    refused.outcome(case, false, verdict)
}

fn remedy(case: &Case, finding: &Finding) -> Remedy {
    let unmet = match finding {
        Finding::ConditionFails { unmet } => unmet.as_slice(),
        _ => &[],
    };
    let is_mfa = |condition: &ResidualCondition| mfa::is_key(&condition.key);
    // Nobody goes round MFA who can bring it along.
    let bring = [Step::MfaInConsole, Step::MfaOnCommandLine, Step::RunAgain];
    if unmet.iter().any(|one| one.conditions.iter().all(is_mfa)) {
        return Remedy {
            actor: Actor::You,
            steps: bring.to_vec(),
            source: MFA_SOURCE,
        };
    }
    let with_mfa = unmet.iter().find(|one| one.conditions.iter().any(is_mfa));
    if let Some(one) = with_mfa {
        let others: Vec<_> = one
            .conditions
            .iter()
            .filter(|found| !is_mfa(found))
            .collect();
        let first = others
            .iter()
            .find_map(|condition| meets(condition, &one.statement))
            .unwrap_or_else(|| Step::LoosenCondition {
                statement: one.statement.clone(),
                keys: others.iter().map(|found| Name(found.key.clone())).collect(),
            });
        return Remedy {
            actor: case.iam_actor(),
            steps: std::iter::once(first).chain(bring).collect(),
            source: MFA_SOURCE,
        };
    }
    let instead = unmet.iter().flat_map(|one| {
        let conditions = one.conditions.iter();
        conditions.filter_map(|condition| meets(condition, &one.statement))
    });
    let mut steps = vec![Step::MakeChange];
    steps.extend(instead.take(1));
    steps.extend(case.provisioning());
    Remedy {
        actor: case.iam_actor(),
        steps,
        source: SOURCE,
    }
}

/// What somebody can do so that a condition holds.
fn meets(condition: &ResidualCondition, statement: &StatementAt) -> Option<Step> {
    let key = condition.key.to_ascii_lowercase();
    let positive = !condition.operator.negated && condition.operator.comparison != Comparison::Null;
    if let Some(start) = key
        .strip_prefix("aws:principaltag/")
        .map(|tag| key.len() - tag.len())
        && positive
    {
        return Some(Step::OrTagPrincipal {
            tag: Name(condition.key[start..].to_owned()),
            values: condition.values.iter().cloned().map(Name).collect(),
        });
    }
    (key == "aws:currenttime" || key == "aws:epochtime").then(|| Step::OrMoveDate {
        statement: statement.clone(),
    })
}

/// A policy that allows billing in the words of before 2023, where none does in today's.
fn legacy(case: &Case) -> Option<PolicyId> {
    let documents = || {
        let policies = case.evidence.policies.identity.read.iter();
        policies.filter_map(|policy| {
            let text = policy.document.known()?;
            Some((policy, Document::parse(text).ok()?))
        })
    };
    if documents().any(|(_, document)| names_current_actions(&document)) {
        return None;
    }
    documents()
        .find(|(_, document)| names_retired_actions(document))
        .map(|(policy, _)| policy.id())
}
