//! The switch "IAM user and role access to Billing information", which only the root user can turn.
//!
//! No API reads it. Its signature is a message, from whichever API returns it; `billing:GetCredits` answering an IAM
//! principal is the sign that it is on. Cost Explorer, Budgets and the reports' APIs are not gated by it, so that their
//! success proves nothing.
//! Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/control-access-billing.html>

use super::{Case, Check, Outcome};
use crate::catalog::Gate;
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::evidence::Observed;
use crate::names::{PrincipalArn, PrincipalKind};
use aws_refusal::RefusalKind;

const SOURCE: &str =
    "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/control-access-billing.html";
const RECOVERY_SOURCE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html";

/// The position of the switch.
#[derive(Clone, Debug, PartialEq)]
pub enum Switch {
    Off { evidence: Vec<String> },
    On { evidence: Vec<String> },
    Unknown { because: Vec<String> },
}

/// What the evidence says of the switch. The root user is not bound by it, so that nothing it does shows it.
pub fn switch(case: &Case) -> Switch {
    let probes = case.evidence.probes.by_action();
    // "Any API that returns it means off."
    let off: Vec<String> = probes
        .iter()
        .filter_map(|(action, probe)| {
            let refusal = probe
                .refusal()
                .filter(|refusal| refusal.kind == RefusalKind::IamAccessNotActivated)?;
            Some(format!("{action} answered “{}”", refusal.message))
        })
        .collect();
    if !off.is_empty() {
        return Switch::Off { evidence: off };
    }
    let caller = case
        .evidence
        .caller
        .known()
        .and_then(|caller| PrincipalArn::parse(&caller.arn));
    if caller.is_some_and(|caller| caller.kind == PrincipalKind::RootUser) {
        return Switch::Unknown {
            because: vec![
                "the caller is the root user, whom the switch does not bind, and no API reads it"
                    .to_owned(),
            ],
        };
    }
    match &case.evidence.probes.credits {
        Observed::Known { .. } => Switch::On {
            evidence: vec!["billing:GetCredits answered, which it does not while the switch is off".to_owned()],
        },
        Observed::Unknown(gap) if gap.missing_action().is_some() => Switch::Unknown {
            because: vec![
                "billing:GetCredits, the call that shows it, is refused by a policy; AWS looks at policies first, so the \
                 switch shows only once that is lifted"
                    .to_owned(),
            ],
        },
        Observed::Unknown(gap) => Switch::Unknown { because: vec![gap.reason()] },
        Observed::NotApplicable { because } => Switch::Unknown { because: vec![because.clone()] },
    }
}

pub(super) const CHECK: Check = Check {
    code: "iam-access-not-activated",
    title: "the root user has switched on IAM access to billing",
    run: |case| match switch(case) {
        Switch::On { evidence } => Outcome::Passed {
            because: evidence.join("; "),
        },
        Switch::Unknown { because } => Outcome::Inconclusive {
            because: because.join("; "),
        },
        Switch::Off { evidence } => Outcome::Failed(Box::new(off(case, evidence))),
    },
};

fn off(case: &Case, mut evidence: Vec<String>) -> Finding {
    let allowed = case.judgement.actions.len();
    let fine = case.judgement.allows_everything();
    if fine {
        evidence.push(format!("the policies allow all {allowed} actions asked"));
    }
    if let Some(joined) = case.evidence.account.joined.known() {
        evidence.push(match joined.as_str() {
            "INVITED" => "the account was invited into its organization: such accounts start with the switch off".to_owned(),
            other => format!("the account joined its organization as {other}"),
        });
    }
    if let Some(event) = case
        .evidence
        .switch_history
        .known()
        .and_then(|events| events.first())
    {
        evidence.push(format!(
            "CloudTrail: {} changed the switch on {} (which way, it does not say)",
            event.by, event.time
        ));
    }
    let explanation = if fine {
        "Your permissions are fine. No policy can change this; administrators cannot either."
    } else {
        "No policy can change this; administrators cannot either."
    };
    Finding {
        code: "iam-access-not-activated",
        confidence: Confidence::Confirmed,
        confidence_reason: "AWS says it in these words and for no other reason",
        grant: None,
        summary: format!(
            "the root user has not switched on IAM access to billing in account {}",
            case.account_label()
        ),
        explanation: Some(explanation.to_owned()),
        closes: case
            .question
            .pages()
            .iter()
            .map(|asked| asked.page)
            .filter(|page| page.gate == Gate::Gated)
            .map(|page| page.id.clone())
            .collect(),
        actions: Vec::new(),
        evidence,
        statements: Vec::new(),
        remedy: remedy(case),
    }
}

fn remedy(case: &Case) -> Remedy {
    let account = case.account_label();
    let mut steps = Vec::new();
    let has_password = case
        .evidence
        .account
        .root_user
        .known()
        .and_then(|root| root.has_password);
    if has_password == Some(false) {
        // Accounts that Organizations creates have no root credentials at all.
        let whose = match case.evidence.organization.known() {
            Some(organization) => format!("management account {}", organization.management_account),
            None => "management account".to_owned(),
        };
        steps.push(Step::at(
            format!(
                "The root user of {account} has no password. First, an administrator of the {whose}: IAM console → Root \
                 access management → account {} → Take privileged action → Allow password recovery.",
                case.account().unwrap_or_default()
            ),
            RECOVERY_SOURCE,
        ));
        steps.push(Step::at(
            "The owner of the root user's mailbox: “Sign in using root user email” → “Forgot password?”, and set a password.",
            "https://console.aws.amazon.com/",
        ));
    }
    steps.extend([
        Step::at(
            format!("Sign in as the root user of {account}: “Sign in using root user email”, then password and MFA."),
            "https://console.aws.amazon.com/",
        ),
        Step::at("Open the Account page (top right: account name → Account).", "https://console.aws.amazon.com/billing/home#/account"),
        Step::new("Scroll to “IAM user and role access to Billing information” and choose Edit."),
        Step::new("Select “Activate IAM Access” and choose Update. One user saw it work after about a minute; AWS states no time."),
    ]);
    if has_password == Some(false) {
        steps.push(Step::new("Delete the root user's password again: Root access management → Take privileged action."));
    }
    let member = case.evidence.organization.known();
    if member.is_some_and(|organization| !organization.is_management_account) {
        // Source: https://github.com/hashicorp/terraform-provider-aws/issues/12585
        steps.push(Step::new(
            "Do not try it with Terraform: changing iam_user_access_to_billing on aws_organizations_account plans to \
             destroy the account and make another.",
        ));
    }
    Remedy {
        actor: Actor::RootUser,
        steps,
        source: SOURCE,
    }
}
