//! Identity policies that let the principal do nothing without MFA, and credentials that carry none.
//!
//! `aws:MultiFactorAuthPresent` is absent for access keys and present in an IAM user's console session.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>

use super::layer_refusals::{Refused, Verdict, circumstance_is_no_matter};
use super::{Check, Stop};
use crate::catalog::Code;
use crate::diagnose::cause::Finding;
use crate::diagnose::judgement::Circumstance;
use crate::diagnose::remedy::{Actor, Remedy, Step};

pub(super) const CHECK: Check = Check {
    code: Code::MfaRequired,
    stop: Some(Stop::IdentityPolicies),
    run: |case| {
        let refused = Refused::for_want_of(case, Circumstance::Mfa);
        if refused.is_empty() {
            return circumstance_is_no_matter(case);
        }
        let verdict = Verdict {
            code: Code::MfaRequired,
            finding: Finding::Plain,
            basis: None,
            remedy: Remedy {
                actor: Actor::You,
                steps: vec![Step::MfaInConsole, Step::MfaOnCommandLine, Step::RunAgain],
                source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html",
            },
        };
        refused.outcome(case, false, verdict)
    },
};
