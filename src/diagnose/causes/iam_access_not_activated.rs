//! The switch "IAM user and role access to Billing information", which only the root user can turn.
//!
//! No API reads it. Its signature is a message, from whichever API returns it; `billing:GetCredits` answering an IAM
//! principal is the sign that it is on. Cost Explorer, Budgets and the reports' APIs are not gated by it, so their
//! success proves nothing.
//! Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/control-access-billing.html>

use aws_refusal::RefusalKind;

use super::{Case, Check, Stop};
use crate::catalog::{Code, Gate};
use crate::diagnose::cause::{Basis, Cause, Confidence, Finding, Name, Quote, Sign};
use crate::diagnose::outcome::{Outcome, Pass, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::evidence::Observed;
use crate::names::{PrincipalArn, PrincipalKind};

/// The position of the switch.
#[derive(Clone, Debug, PartialEq)]
pub enum Switch {
    /// Some API answered with the switch's text.
    Off {
        signs: Vec<Sign>,
    },
    /// `billing:GetCredits` answered an IAM principal.
    On,
    Unknown(Unseen),
}

/// What the evidence says of the switch. It does not apply to the root user, so nothing that the root user does shows it.
pub fn switch(case: &Case) -> Switch {
    let probes = case.evidence.probes.by_action();
    // "Any API that returns it means off."
    let signs: Vec<Sign> = probes
        .iter()
        .filter_map(|(action, probe)| {
            let refusal = probe
                .refusal()
                .filter(|refusal| refusal.kind == RefusalKind::IamAccessNotActivated)?;
            Some(Sign::Answered {
                call: Name((*action).to_owned()),
                message: Quote(refusal.message.clone()),
            })
        })
        .collect();
    if !signs.is_empty() {
        return Switch::Off { signs };
    }
    let caller = case.evidence.caller.known();
    let caller = caller.and_then(|caller| PrincipalArn::parse(&caller.arn));
    if caller.is_some_and(|caller| caller.kind == PrincipalKind::RootUser) {
        return Switch::Unknown(Unseen::SwitchUnknownToRoot);
    }
    match &case.evidence.probes.credits {
        Observed::Known { .. } => Switch::On,
        Observed::Unknown(gap) if gap.missing_action() == Some("billing:GetCredits") => {
            Switch::Unknown(Unseen::SwitchBehindPolicy)
        }
        Observed::Unknown(gap) => Switch::Unknown(Unseen::Gap(gap.clone())),
        Observed::NotApplicable { because } => {
            Switch::Unknown(Unseen::Because(Quote(because.clone())))
        }
    }
}

pub(super) const CHECK: Check = Check {
    code: Code::IamAccessNotActivated,
    stop: Some(Stop::Switch),
    run: |case| match switch(case) {
        Switch::On => Outcome::Passed(Pass::SwitchOn),
        Switch::Unknown(unseen) => Outcome::Inconclusive(unseen),
        Switch::Off { signs } => {
            let cause = Box::new(off(case, signs));
            // None of the pages that were asked about is known to be behind the switch.
            if cause.closes.is_empty() {
                Outcome::Warning(cause)
            } else {
                Outcome::Failed(cause)
            }
        }
    },
};

fn off(case: &Case, mut signs: Vec<Sign>) -> Cause {
    let policies_allow_all = case.judgement.allows_everything();
    if policies_allow_all {
        signs.push(Sign::PoliciesAllowAll {
            checked: case.judgement.actions.len(),
        });
    }
    if let Some(how) = case.evidence.account.joined.known() {
        signs.push(Sign::Joined {
            how: Name(how.clone()),
        });
    }
    let history = case.evidence.switch_history.known();
    signs.extend(
        history
            .and_then(|events| events.first())
            .map(|event| Sign::SwitchChanged {
                by: event.by.clone().map(Name),
                at: event.time.clone().map(Name),
            }),
    );
    Cause {
        code: Code::IamAccessNotActivated,
        confidence: Confidence::Confirmed,
        basis: Basis::AwsSaysSo,
        refusal: None,
        finding: Finding::SwitchOff { policies_allow_all },
        actions: Vec::new(),
        closes: case
            .question
            .pages()
            .iter()
            .filter(|asked| asked.page.gate == Gate::Gated)
            .map(|asked| asked.page.id.as_str())
            .collect(),
        signs,
        remedy: Remedy {
            actor: Actor::RootUser,
            steps: steps(case),
            source: "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/control-access-billing.html",
        },
    }
}

fn steps(case: &Case) -> Vec<Step> {
    let root_user = case.evidence.account.root_user.known();
    // Accounts that Organizations creates have no root credentials at all.
    let has_no_password = root_user.and_then(|root| root.has_password) == Some(false);
    let mut steps = Vec::new();
    if has_no_password {
        let management_account = case.management_account();
        steps.push(Step::AllowPasswordRecovery { management_account });
        steps.push(Step::SetRootPassword);
    }
    steps.extend([
        Step::SignInAsRoot,
        Step::OpenAccountPage,
        Step::EditSwitch,
        Step::ActivateSwitch,
    ]);
    if has_no_password {
        steps.push(Step::DeleteRootPassword);
    }
    if case.is_member() {
        // Source: https://github.com/hashicorp/terraform-provider-aws/issues/12585
        steps.push(Step::NotWithTerraform);
    }
    steps
}
