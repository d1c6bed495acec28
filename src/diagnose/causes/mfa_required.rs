//! Identity policies that let the principal do nothing without MFA, and credentials that carry none.
//!
//! `aws:MultiFactorAuthPresent` is absent for access keys and present in an IAM user's console session.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>

use super::Check;
use super::layer_findings::{Blocked, Words, identity_policies_refuse_nothing};
use crate::diagnose::judgement::Circumstance;
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use aws_refusal::Effect;

pub(super) const CHECK: Check = Check {
    code: "mfa-required",
    title: "the credentials carry the MFA that the policies ask for",
    run: |case| {
        let blocked = Blocked::for_want_of(case, Circumstance::Mfa);
        if blocked.actions.is_empty() {
            return identity_policies_refuse_nothing(case);
        }
        let effect = Effect::ExplicitDeny;
        let policy = match blocked.statements().first() {
            Some(statement) => statement.to_string(),
            None => "an identity policy".to_owned(),
        };
        blocked.outcome(
            case,
            effect,
            Words {
                grant: None,
                sure: None,
                code: "mfa-required",
                summary: format!("MFA is missing in them, and {policy} asks for it"),
                explanation: Some(
                    "The same user signed in to the console with MFA may be allowed.".to_owned(),
                ),
                remedy: Remedy {
                    actor: Actor::You,
                    steps: vec![
                        Step::at(
                            "In the console: sign in with MFA. If you have no device yet, register one first.",
                            "https://console.aws.amazon.com/iam/home#/security_credentials",
                        ),
                        Step::new(
                            "On the command line: `aws sts get-session-token --serial-number ARN-OF-YOUR-MFA-DEVICE \
                             --token-code CODE`, and use the three values that it prints.",
                        ),
                        Step::new("Then run billing-doctor check again."),
                    ],
                    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html",
                },
            },
        )
    },
};
