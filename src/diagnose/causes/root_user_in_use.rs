//! The root user sees the bill whatever the switch and the policies say: what it sees proves nothing for others.

use super::Check;
use crate::catalog::Code;
use crate::diagnose::cause::{Basis, Cause, Confidence, Finding, Name, Sign};
use crate::diagnose::outcome::{Outcome, Pass, Skip};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::names::{PrincipalArn, PrincipalKind};

pub(super) const CHECK: Check = Check {
    code: Code::RootUserInUse,
    stop: None,
    run: |case| {
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        let Some(caller) = case.evidence.caller.known() else {
            return Outcome::Skipped(Skip::NothingToAskWith);
        };
        let arn = Name(caller.arn.clone());
        let kind = PrincipalArn::parse(&caller.arn).map(|arn| arn.kind);
        if kind != Some(PrincipalKind::RootUser) {
            return Outcome::Passed(Pass::CallerIs { arn });
        }
        // `aws login` and CloudShell give the root user temporary credentials: then there is no key to delete.
        // Source: https://docs.aws.amazon.com/signin/latest/userguide/command-line-sign-in.html
        let end = match case.evidence.credentials.temporary {
            Some(true) => Step::EndRootSession,
            _ => Step::DeleteRootKeys,
        };
        let steps = vec![Step::RunAsSomeoneElse, end];
        Outcome::Warning(Box::new(Cause {
            code: Code::RootUserInUse,
            confidence: Confidence::Confirmed,
            basis: Basis::CallerArn,
            refusal: None,
            finding: Finding::Plain,
            actions: Vec::new(),
            closes: Vec::new(),
            signs: vec![Sign::CallerIs { arn }],
            remedy: Remedy {
                actor: Actor::You,
                steps,
                source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",
            },
        }))
    },
};
