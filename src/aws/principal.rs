//! Whom the diagnosis is about.

use super::Collector;
use crate::evidence::said;
use crate::evidence::{Gap, Observed, Principal};
use crate::names::{PrincipalArn, PrincipalKind, permission_set};

/// The principal as its ARN tells it, before IAM was asked about it.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    /// The IAM ARN; a role session's role without its path, which the session's ARN does not have.
    pub arn: String,
    pub account: String,
    pub kind: PrincipalKind,
    pub name: String,
    pub is_caller: bool,
    /// `aws:userid`, where the subject is the caller.
    pub user_id: Option<String>,
}

impl Collector<'_> {
    /// Whom the diagnosis is about, as soon as that is known: at once where it was named, else from the caller.
    pub(super) async fn subject(&self) -> &Result<Subject, Gap> {
        self.subject
            .get_or_init(async || match &self.settings.principal {
                Some(arn) => {
                    let subject = parse(arn).ok_or_else(|| not_a_principal(arn))?;
                    // IAM knows users and roles by name: somebody else's account may have one of the same name.
                    match self.account_id().await {
                        Ok(account) if account != subject.account => Err(Gap::not_asked(
                            said::WHOM,
                            said::fill(said::OTHER_ACCOUNT, &[arn, &subject.account, &account]),
                        )),
                        _ => Ok(subject),
                    }
                }
                None => {
                    let caller = self.caller().await.as_ref().map_err(Clone::clone)?;
                    let mut subject =
                        parse(&caller.arn).ok_or_else(|| not_a_principal(&caller.arn))?;
                    subject.is_caller = true;
                    subject.user_id = Some(caller.user_id.clone());
                    Ok(subject)
                }
            })
            .await
    }

    /// What is known of the principal once IAM was asked.
    pub(super) async fn principal(&self) -> Observed<Principal> {
        let subject = match self.subject().await {
            Ok(subject) => subject,
            Err(gap) => return Observed::Unknown(gap.clone()),
        };
        // Somebody else's name in an own ARN is still oneself.
        let is_caller = subject.is_caller
            || self
                .caller()
                .await
                .as_ref()
                .ok()
                .and_then(|caller| parse(&caller.arn))
                .is_some_and(|caller| {
                    (caller.account, caller.kind, caller.name)
                        == (subject.account.clone(), subject.kind, subject.name.clone())
                });
        let details = self.details().await;
        Observed::Known {
            value: Principal {
                arn: details
                    .as_ref()
                    .map_or_else(|_| subject.arn.clone(), |details| details.arn.clone()),
                kind: subject.kind,
                name: subject.name.clone(),
                unique_id: None,
                is_caller,
                permission_set: (subject.kind == PrincipalKind::Role)
                    .then(|| permission_set(&subject.name).map(str::to_owned))
                    .flatten(),
                tags: match subject.kind {
                    PrincipalKind::User | PrincipalKind::Role => details
                        .as_ref()
                        .map(|details| details.tags.clone())
                        .map_err(Clone::clone)
                        .into(),
                    kind => Observed::NotApplicable {
                        because: said::fill(said::NO_TAGS, &[kind.noun()]),
                    },
                },
            },
        }
    }
}

fn not_a_principal(arn: &str) -> Gap {
    Gap::not_asked(said::WHOM, said::fill(said::NOT_A_PRINCIPAL, &[arn]))
}

fn parse(arn: &str) -> Option<Subject> {
    let parts = PrincipalArn::parse(arn)?;
    let arn = match parts.kind {
        PrincipalKind::Role if parts.session.is_some() => {
            format!(
                "arn:{}:iam::{}:role/{}",
                parts.partition, parts.account, parts.name
            )
        }
        // Two emulators name users so; IAM itself takes the right form only.
        PrincipalKind::User => arn.replacen(":sts::", ":iam::", 1),
        _ => arn.to_owned(),
    };
    Some(Subject {
        account: parts.account.to_owned(),
        kind: parts.kind,
        name: parts.name.to_owned(),
        arn,
        is_caller: false,
        user_id: None,
    })
}
