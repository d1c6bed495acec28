//! The policies that bind the principal through IAM: identity policies, permissions boundary, session policies.

use super::Collector;
use crate::evidence::said;
use crate::evidence::{AttachedPolicy, Gap, GapCause, IdentityPolicies, Observed};
use crate::names::PrincipalKind;

/// What binds the principal, without what its organization adds.
pub(super) struct PrincipalPolicies {
    pub identity: IdentityPolicies,
    pub permissions_boundary: Observed<AttachedPolicy>,
    pub session: Observed<Vec<AttachedPolicy>>,
}

impl Collector<'_> {
    pub(super) async fn principal_policies(&self) -> PrincipalPolicies {
        // Asked for now so that the answer is there when the first policy's text is wanted.
        let (policies, _) = tokio::join!(self.read_principal_policies(), self.default_versions());
        policies
    }

    async fn read_principal_policies(&self) -> PrincipalPolicies {
        let subject = match self.subject().await {
            Ok(subject) => subject,
            Err(gap) => {
                return PrincipalPolicies {
                    identity: unreadable(said::IDENTITY_POLICIES, gap.cause.clone()),
                    permissions_boundary: Observed::Unknown(Gap {
                        fact: said::BOUNDARY.to_owned(),
                        cause: gap.cause.clone(),
                    }),
                    session: unknown_session_policies(),
                };
            }
        };
        match subject.kind {
            PrincipalKind::RootUser => PrincipalPolicies {
                identity: IdentityPolicies::default(),
                permissions_boundary: not_applicable(said::ROOT_HAS_NO_BOUNDARY),
                session: not_applicable(said::ROOT_HAS_NO_SESSION_POLICY),
            },
            PrincipalKind::FederatedUser => PrincipalPolicies {
                identity: unreadable(
                    said::IDENTITY_POLICIES,
                    GapCause::NoApi {
                        because: said::FEDERATED_POLICIES.to_owned(),
                    },
                ),
                permissions_boundary: not_applicable(said::FEDERATED_HAS_NO_BOUNDARY),
                session: unknown_session_policies(),
            },
            kind => {
                let (identity, permissions_boundary) = tokio::join!(
                    self.identity_policies(kind, &subject.name),
                    self.permissions_boundary()
                );
                PrincipalPolicies {
                    identity,
                    permissions_boundary,
                    session: match kind {
                        PrincipalKind::Role => unknown_session_policies(),
                        _ => not_applicable(said::USER_HAS_NO_SESSION_POLICY),
                    },
                }
            }
        }
    }

    async fn permissions_boundary(&self) -> Observed<AttachedPolicy> {
        match self.details().await {
            Ok(details) => match &details.boundary {
                Some(arn) => Observed::Known {
                    value: self.boundary(arn.clone()).await,
                },
                None => not_applicable(said::NO_BOUNDARY),
            },
            Err(gap) => Observed::Unknown(Gap {
                fact: said::BOUNDARY.to_owned(),
                cause: gap.cause.clone(),
            }),
        }
    }
}

fn unreadable(fact: &str, cause: GapCause) -> IdentityPolicies {
    IdentityPolicies {
        read: Vec::new(),
        gaps: vec![Gap {
            fact: fact.to_owned(),
            cause,
        }],
    }
}

fn not_applicable<T>(because: &str) -> Observed<T> {
    Observed::NotApplicable {
        because: because.to_owned(),
    }
}

fn unknown_session_policies() -> Observed<Vec<AttachedPolicy>> {
    Observed::Unknown(Gap::session_policies())
}
