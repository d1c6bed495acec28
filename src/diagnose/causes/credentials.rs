//! What keeps the tool, and everything else that signs requests, from being heard at all.
//!
//! Only `sts:GetCallerIdentity` decides here: it needs no permission, so that what it answers is about the
//! credentials. IAM calls the session of GetFederationToken an invalid token while STS accepts it.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html>

use super::{Case, Check, Outcome};
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::evidence::{Failure, GapCause, Observed, ProfileSort, Provider};
use aws_refusal::RefusalKind;

const SOURCE: &str =
    "https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-authentication.html";

pub(super) const NO_CREDENTIALS: Check = Check {
    code: "no-credentials",
    title: "there are credentials to sign requests with",
    run: |case| {
        let detail = case.evidence.caller.gap().and_then(|gap| match &gap.cause {
            GapCause::CallFailed {
                failure: Failure::NoCredentials,
                detail,
                ..
            } => Some(detail.clone()),
            _ => None,
        });
        if let Observed::NotApplicable { because } = &case.evidence.caller {
            return Outcome::Skipped {
                because: because.clone(),
            };
        }
        let Some(detail) = detail else {
            return Outcome::Passed {
                because: format!("from {}", case.evidence.credentials.source),
            };
        };
        let credentials = &case.evidence.credentials;
        let places = match credentials.source.strip_prefix("the ") {
            Some(_) => format!("environment variables, profiles and {}", credentials.source),
            None => credentials.source.clone(),
        };
        let mut evidence = vec![format!("looked at {places}")];
        if !detail.is_empty() {
            evidence.push(detail);
        }
        failed(
            case,
            "no-credentials",
            "there are no AWS credentials here to ask with",
            evidence,
            sign_in(credentials.profile.as_deref(), credentials.provider),
        )
    },
};

pub(super) const EXPIRED: Check = Check {
    code: "credentials-expired",
    title: "the credentials have not expired",
    run: |case| match answer(case) {
        Answer::Accepted => Outcome::Passed {
            because: "AWS accepts them".to_owned(),
        },
        Answer::Refused(RefusalKind::Expired, message) => {
            let credentials = &case.evidence.credentials;
            failed(
                case,
                "credentials-expired",
                "the credentials have expired",
                vec![
                    format!("sts:GetCallerIdentity answered “{message}”"),
                    format!("they came from {}", credentials.source),
                ],
                sign_in(credentials.profile.as_deref(), credentials.provider),
            )
        }
        other => other.otherwise(),
    },
};

pub(super) const REJECTED: Check = Check {
    code: "credentials-rejected",
    title: "AWS knows the access key and its secret",
    run: |case| match answer(case) {
        Answer::Accepted => Outcome::Passed {
            because: "AWS accepts them".to_owned(),
        },
        Answer::Refused(
            kind @ (RefusalKind::InvalidToken
            | RefusalKind::BadSignature
            | RefusalKind::AuthFailure),
            message,
        ) => {
            let source = &case.evidence.credentials.source;
            let first = if *kind == RefusalKind::BadSignature {
                "Compare the secret access key: it does not belong to the access key. A copied key often lost or gained a \
                 character."
            } else {
                "Check whether the access key still exists and is active: IAM → Users → the user → Security credentials. \
                 It may have been deleted, or belong to another partition (China, GovCloud)."
            };
            failed(
                case,
                "credentials-rejected",
                "AWS does not accept the credentials",
                vec![
                    format!("sts:GetCallerIdentity answered “{message}”"),
                    format!("they came from {source}"),
                ],
                vec![
                    Step::at(first, "https://console.aws.amazon.com/iam/home#/users"),
                    Step::new(
                        "A session token that belongs to other keys is refused the same way: unset AWS_SESSION_TOKEN if it is left over.",
                    ),
                    Step::new("Run billing-doctor check again."),
                ],
            )
        }
        other => other.otherwise(),
    },
};

pub(super) const CLOCK_SKEW: Check = Check {
    code: "clock-skew",
    title: "the clock of this machine agrees with AWS",
    run: |case| match answer(case) {
        Answer::Accepted => Outcome::Passed {
            because: "AWS accepts the signature's time".to_owned(),
        },
        Answer::Refused(RefusalKind::ClockSkew, message) => failed(
            case,
            "clock-skew",
            "the clock of this machine is wrong, so that AWS rejects every signature",
            vec![format!("sts:GetCallerIdentity answered “{message}”")],
            vec![
                Step::new(
                    "Set the clock: `sudo timedatectl set-ntp true` (Linux), System Settings → General → Date & Time → Set automatically (macOS), `w32tm /resync` (Windows). A virtual machine that slept often runs behind.",
                ),
                Step::new("Run billing-doctor check again."),
            ],
        ),
        other => other.otherwise(),
    },
};

enum Answer<'a> {
    Accepted,
    Refused(&'a RefusalKind, &'a str),
    Unknown(String),
    /// No credentials are involved.
    NotApplicable(String),
}

impl Answer<'_> {
    fn otherwise(&self) -> Outcome {
        match self {
            Self::Accepted => Outcome::Passed {
                because: "AWS accepts the credentials".to_owned(),
            },
            Self::Refused(_, message) => Outcome::Skipped {
                because: format!("AWS answered “{message}”"),
            },
            Self::Unknown(because) => Outcome::Inconclusive {
                because: because.clone(),
            },
            Self::NotApplicable(because) => Outcome::Skipped {
                because: because.clone(),
            },
        }
    }
}

fn answer<'a>(case: &'a Case) -> Answer<'a> {
    if let Observed::NotApplicable { because } = &case.evidence.caller {
        return Answer::NotApplicable(because.clone());
    }
    match (case.evidence.caller.refusal(), case.evidence.caller.gap()) {
        (Some(refusal), _) => Answer::Refused(&refusal.kind, &refusal.message),
        (None, Some(gap)) => Answer::Unknown(gap.reason()),
        (None, None) => Answer::Accepted,
    }
}

fn failed(
    case: &Case,
    code: &'static str,
    summary: &str,
    evidence: Vec<String>,
    steps: Vec<Step>,
) -> Outcome {
    Outcome::Failed(Box::new(Finding {
        code,
        confidence: Confidence::Confirmed,
        confidence_reason: "AWS says it of the credentials themselves",
        grant: None,
        summary: summary.to_owned(),
        explanation: None,
        closes: case.question.page_ids(),
        actions: Vec::new(),
        evidence,
        statements: Vec::new(),
        remedy: Remedy {
            actor: Actor::You,
            steps,
            source: SOURCE,
        },
    }))
}

/// How to sign in again, by where the credentials came from.
fn sign_in(profile: Option<&str>, provider: Provider) -> Vec<Step> {
    let flag = profile
        .filter(|name| *name != "default")
        .map(|name| format!(" --profile {name}"))
        .unwrap_or_default();
    let sort = match provider {
        Provider::Profile { sort } => Some(sort),
        _ => None,
    };
    let mut steps = Vec::new();
    if sort == Some(ProfileSort::IdentityCenter) {
        steps.push(Step::new(format!("Sign in again: `aws sso login{flag}`")));
    } else if sort == Some(ProfileSort::Login) {
        steps.push(Step::new(format!("Sign in again: `aws login{flag}`")));
    } else if provider == Provider::Environment {
        steps.push(Step::new(
            "Fetch new keys where these came from, and set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN \
             again; or unset all three and use a profile.",
        ));
    } else {
        steps.push(Step::at(
            "Sign in, or renew what has expired: `aws login` (console password), `aws sso login` (IAM Identity Center; `aws configure sso` the first time) or `aws configure` (access key).",
            SOURCE,
        ));
        steps.push(Step::new(
            "If you have profiles already, name one: `billing-doctor check --profile NAME`.",
        ));
    }
    steps.push(Step::new("Run billing-doctor check again. To see what it does without an account: `billing-doctor check --demo iam-access-off`."));
    steps
}
