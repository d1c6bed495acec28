//! What keeps the tool, and everything else that signs requests, from being heard at all.
//!
//! Only `sts:GetCallerIdentity` decides here: it needs no permission, so what it answers is about the credentials. IAM
//! calls the session of GetFederationToken an invalid token while STS accepts it.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html>

use aws_refusal::{Refusal, RefusalKind};

use super::{Case, Check};
use crate::catalog::Code;
use crate::diagnose::cause::{Basis, Cause, Confidence, Finding, Name, Quote, Sign};
use crate::diagnose::outcome::{Outcome, Pass, Skip, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, SignIn, Step};
use crate::evidence::{Failure, GapCause, Observed, ProfileSort, Provider};

const GET_CALLER_IDENTITY: &str = "sts:GetCallerIdentity";

pub(super) const NO_CREDENTIALS: Check = Check {
    code: Code::NoCredentials,
    stop: None,
    run: |case| {
        let caller = &case.evidence.caller;
        let detail = match caller.gap().map(|gap| &gap.cause) {
            Some(GapCause::CallFailed {
                failure: Failure::NoCredentials,
                detail,
                ..
            }) => detail,
            Some(GapCause::Refused { .. }) if assumed_role(case).is_some() => {
                return Outcome::Skipped(Skip::MoreExactly(Code::RoleNotAssumable));
            }
            // AWS refused them, so there were some.
            Some(GapCause::Refused { .. }) => return accepted(case),
            _ => return answer(case, |_| None),
        };
        let source = Name(case.evidence.credentials.source.clone());
        let detail = (!detail.is_empty()).then(|| Quote(detail.clone()));
        let mut steps = sign_in(case);
        steps.push(Step::TryDemo);
        Outcome::Failed(Box::new(failed(
            case,
            Code::NoCredentials,
            Basis::NothingToSignWith,
            vec![Sign::LookedForCredentials { source, detail }],
            steps,
        )))
    },
};

pub(super) const EXPIRED: Check = Check {
    code: Code::CredentialsExpired,
    stop: None,
    run: |case| {
        answer(case, |refusal| {
            (refusal.kind == RefusalKind::Expired).then(|| {
                let signs = vec![answered(case, refusal), came_from(case)];
                refused(case, Code::CredentialsExpired, signs, sign_in(case))
            })
        })
    },
};

pub(super) const REJECTED: Check = Check {
    code: Code::CredentialsRejected,
    stop: None,
    run: |case| {
        answer(case, |refusal| {
            let first = match refusal.kind {
                RefusalKind::BadSignature => Step::CompareSecretKey,
                RefusalKind::InvalidToken | RefusalKind::AuthFailure => Step::CheckAccessKey,
                _ => return None,
            };
            let steps = vec![first, Step::UnsetSessionToken, Step::RunAgain];
            let signs = vec![answered(case, refusal), came_from(case)];
            Some(refused(case, Code::CredentialsRejected, signs, steps))
        })
    },
};

/// The credentials are there and AWS takes them; the role that they are to assume is out of reach.
pub(super) const ROLE: Check = Check {
    code: Code::RoleNotAssumable,
    stop: None,
    run: |case| {
        let Some(refusal) = assumed_role(case) else {
            return match case.evidence.credentials.role {
                Some(_) => answer(case, |_| None),
                None => Outcome::Skipped(Skip::NotAskedAbout),
            };
        };
        let profile = &case.evidence.credentials;
        let denial = match &refusal.kind {
            RefusalKind::Policy(denial) => Some(denial),
            _ => None,
        };
        let named = denial.and_then(|denial| denial.resource.clone());
        let role = named.or_else(|| profile.role.as_ref().map(|role| role.arn.clone()));
        let by = denial.and_then(|denial| denial.principal.clone());
        let mfa = profile.role.as_ref().is_some_and(|role| role.mfa);
        let (actor, steps) = if mfa {
            let profile = profile.profile.clone().map(Name);
            (
                Actor::You,
                vec![Step::BringSessionWithMfa { profile }, Step::RunAgain],
            )
        } else {
            let allow = Step::AllowAssumingRole {
                by: by.clone().map(Name),
                role: role.clone().map(Name),
            };
            let steps = vec![allow, Step::TrustPrincipal, Step::RunAgain];
            (Actor::AccountAdministrator, steps)
        };
        let finding = Finding::RoleRefused {
            role: role.map(Name),
            by: by.map(Name),
            mfa,
        };
        let signs = vec![answered(case, refusal), came_from(case)];
        let cause = refused(case, Code::RoleNotAssumable, signs, steps);
        Outcome::Failed(Box::new(Cause {
            basis: Basis::AwsSaysSo,
            finding,
            remedy: Remedy {
                actor,
                source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html",
                ..cause.remedy
            },
            ..cause
        }))
    },
};

/// The refusal of the call by which a profile or a web identity assumes its role, for want of a permission.
fn assumed_role<'a>(case: &'a Case) -> Option<&'a Refusal> {
    let gap = case.evidence.caller.gap()?;
    match &gap.cause {
        GapCause::Refused { call, refusal, .. } if call != GET_CALLER_IDENTITY => {
            gap.is_denied().then_some(&**refusal)
        }
        _ => None,
    }
}

pub(super) const CLOCK_SKEW: Check = Check {
    code: Code::ClockSkew,
    stop: None,
    run: |case| {
        answer(case, |refusal| {
            (refusal.kind == RefusalKind::ClockSkew).then(|| {
                let steps = vec![Step::SetClock, Step::RunAgain];
                refused(case, Code::ClockSkew, vec![answered(case, refusal)], steps)
            })
        })
    },
};

/// What `sts:GetCallerIdentity` answered; `found`: the cause, where this refusal is it.
fn answer(case: &Case, found: impl Fn(&Refusal) -> Option<Cause>) -> Outcome {
    match &case.evidence.caller {
        Observed::Known { .. } => accepted(case),
        Observed::NotApplicable { because } => {
            Outcome::Skipped(Skip::NotApplicable(Quote(because.clone())))
        }
        Observed::Unknown(gap) => match case.evidence.caller.refusal() {
            Some(refusal) => match found(refusal) {
                Some(cause) => Outcome::Failed(Box::new(cause)),
                None => Outcome::Skipped(Skip::AwsAnswered(Quote(refusal.message.clone()))),
            },
            None => Outcome::Inconclusive(Unseen::Gap(gap.clone())),
        },
    }
}

fn accepted(case: &Case) -> Outcome {
    Outcome::Passed(Pass::CredentialsAccepted {
        source: Name(case.evidence.credentials.source.clone()),
    })
}

/// What AWS answered to the call that was to say who calls, or to the one before it that assumes a role.
fn answered(case: &Case, refusal: &Refusal) -> Sign {
    let call = match case.evidence.caller.gap().map(|gap| &gap.cause) {
        Some(GapCause::Refused { call, .. }) => call.as_str(),
        _ => GET_CALLER_IDENTITY,
    };
    Sign::Answered {
        call: Name(call.to_owned()),
        message: Quote(refusal.message.clone()),
    }
}

fn came_from(case: &Case) -> Sign {
    Sign::CredentialsFrom {
        source: Name(case.evidence.credentials.source.clone()),
    }
}

fn refused(case: &Case, code: Code, signs: Vec<Sign>, steps: Vec<Step>) -> Cause {
    failed(case, code, Basis::CredentialsRefused, signs, steps)
}

fn failed(case: &Case, code: Code, basis: Basis, signs: Vec<Sign>, steps: Vec<Step>) -> Cause {
    Cause {
        code,
        confidence: Confidence::Confirmed,
        basis,
        refusal: None,
        finding: Finding::Plain,
        actions: Vec::new(),
        closes: case.question.page_ids(),
        signs,
        remedy: Remedy {
            actor: Actor::You,
            steps,
            source: "https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-authentication.html",
        },
    }
}

/// How to sign in again, by where the credentials came from.
fn sign_in(case: &Case) -> Vec<Step> {
    let credentials = &case.evidence.credentials;
    let how = match credentials.provider {
        Provider::Profile {
            sort: ProfileSort::IdentityCenter,
        } => SignIn::IdentityCenter,
        Provider::Profile {
            sort: ProfileSort::Login,
        } => SignIn::Console,
        Provider::Environment => SignIn::Environment,
        _ => SignIn::Any,
    };
    let profile = credentials
        .profile
        .clone()
        .filter(|name| name != "default")
        .map(Name);
    // Nothing to sign in to: the profile itself does not work.
    if let (Provider::Profile { sort }, Some(gap)) =
        (credentials.provider, case.evidence.caller.gap())
        && matches!(
            gap.cause,
            GapCause::CallFailed {
                failure: Failure::NoCredentials,
                ..
            }
        )
    {
        let first = match sort {
            ProfileSort::CredentialProcess => Some(Step::RunCredentialProcess),
            ProfileSort::AssumeRole | ProfileSort::WebIdentity => Some(Step::CorrectProfile),
            _ => None,
        };
        if let Some(first) = first {
            return vec![first, Step::RunAgain];
        }
    }
    let mut steps = vec![Step::SignIn { how, profile }];
    if how == SignIn::Any && credentials.profile.is_none() {
        steps.push(Step::NameProfile);
    }
    steps.push(Step::RunAgain);
    steps
}
