//! The organization, the account's place in it, and the service control policies on the way.

use std::sync::{Arc, PoisonError};

use aws_sdk_organizations::operation::describe_organization::DescribeOrganizationOutput;
use aws_sdk_organizations::types::{Account, OrganizationFeatureSet, PolicyType};
use futures_util::future::join_all;

use super::{Collector, calls, gap, pages};
use crate::evidence::said;
use crate::evidence::{AttachedPolicy, Gap, Observed, Organization, ServiceControlLevel, Via};

/// Organizational units nest five deep below the root.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const DEEPEST: usize = 6;

/// What `organizations:DescribeOrganization` answers.
enum Membership {
    Of(Option<aws_sdk_organizations::types::Organization>),
    Standalone,
}

impl Membership {
    fn of(answer: DescribeOrganizationOutput) -> Self {
        Self::Of(answer.organization)
    }
}

impl Collector<'_> {
    /// The organization. Its path is asked for as soon as the account is known, not after the organization is.
    pub(super) async fn organization(&self) -> &Observed<Organization> {
        self.organization
            .get_or_init(async || {
                let call = &calls::DESCRIBE_ORGANIZATION;
                // "In no organization" is an answer, though it comes as an error.
                let request = self.organizations.describe_organization();
                let (answer, account) = tokio::join!(
                    self.asker.ask(call, async {
                        match request.send().await {
                            Ok(answer) => Ok(Membership::of(answer)),
                            Err(error) => match error.as_service_error() {
                                Some(said) if said.is_aws_organizations_not_in_use_exception() => {
                                    Ok(Membership::Standalone)
                                }
                                _ => Err(error),
                            },
                        }
                    }),
                    self.account_id()
                );
                let found = match answer {
                    Ok(Membership::Of(Some(found))) => found,
                    Ok(Membership::Of(None)) => {
                        return Observed::Unknown(gap::incomplete(call, "organization"));
                    }
                    Ok(Membership::Standalone) => {
                        return Observed::NotApplicable {
                            because: said::STANDALONE.to_owned(),
                        };
                    }
                    Err(gap) => return Observed::Unknown(gap),
                };
                let (Some(id), Some(management_account)) = (found.id, found.master_account_id)
                else {
                    return Observed::Unknown(gap::incomplete(call, "id and management account"));
                };
                Observed::Known {
                    value: Organization {
                        is_management_account: account
                            .as_deref()
                            .is_ok_and(|account| account == management_account),
                        all_features: found
                            .feature_set
                            .is_none_or(|features| features == OrganizationFeatureSet::All),
                        id,
                        management_account,
                    },
                }
            })
            .await
    }

    /// How the account came into the organization, and the service control policies from the root down to it.
    pub(super) async fn membership(
        &self,
    ) -> (Observed<String>, Observed<Vec<ServiceControlLevel>>) {
        let not_applicable = |because: &str| {
            (
                Observed::NotApplicable {
                    because: because.to_owned(),
                },
                Observed::NotApplicable {
                    because: because.to_owned(),
                },
            )
        };
        let account = match self.account_id().await {
            Ok(account) => account,
            Err(gap) => {
                let unknown = |fact: &str| Gap {
                    fact: fact.to_owned(),
                    cause: gap.cause.clone(),
                };
                return (
                    Observed::Unknown(unknown(said::HOW_IT_JOINED)),
                    Observed::Unknown(unknown(said::SERVICE_CONTROL_POLICIES)),
                );
            }
        };
        let (described, parent, organization) = tokio::join!(
            self.described(&account),
            self.parent(&account),
            self.organization()
        );
        match organization {
            Observed::NotApplicable { because } => return not_applicable(because),
            Observed::Known { value } if value.is_management_account => {
                // Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
                return not_applicable(said::MANAGEMENT_ACCOUNT_IS_FREE);
            }
            Observed::Known { value } if !value.all_features => {
                return not_applicable(said::CONSOLIDATED_BILLING);
            }
            _ => {}
        }
        let joined = described
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|account| {
                let method = account
                    .joined_method
                    .as_ref()
                    .map(|method| method.as_str().to_owned());
                method.ok_or_else(|| gap::incomplete(&calls::DESCRIBE_ACCOUNT, "joined method"))
            });
        let path = match described.ok().and_then(|found| path_of(&found, &account)) {
            Some(path) => Ok(path),
            None => self.walk(account, parent).await,
        };
        let levels = match path {
            Ok(path) => {
                let levels = join_all(path.into_iter().map(async |target| ServiceControlLevel {
                    policies: self.attached_to_target(&target).await.into(),
                    target,
                }))
                .await;
                Observed::Known { value: levels }
            }
            Err(gap) => Observed::Unknown(Gap {
                fact: said::SERVICE_CONTROL_POLICIES.to_owned(),
                cause: gap.cause,
            }),
        };
        (joined.into(), levels)
    }

    async fn described(&self, account: &str) -> Result<Account, Gap> {
        let call = &calls::DESCRIBE_ACCOUNT;
        let request = self.organizations.describe_account().account_id(account);
        self.asker
            .ask(call, request.send())
            .await?
            .account
            .ok_or_else(|| gap::incomplete(call, "account"))
    }

    async fn parent(&self, child: &str) -> Result<String, Gap> {
        let call = &calls::LIST_PARENTS;
        let request = self.organizations.list_parents().child_id(child);
        let parents = self
            .asker
            .ask(call, request.send())
            .await?
            .parents
            .unwrap_or_default();
        parents
            .into_iter()
            .next()
            .and_then(|parent| parent.id)
            .ok_or_else(|| gap::incomplete(call, "parent"))
    }

    /// From the account up to the root, a call a level.
    async fn walk(&self, account: String, parent: Result<String, Gap>) -> Result<Vec<String>, Gap> {
        let mut path = vec![account];
        let mut parent = parent?;
        while !parent.starts_with("r-") {
            if path.len() > DEEPEST {
                return Err(gap::endless(&calls::LIST_PARENTS));
            }
            path.push(parent.clone());
            parent = self.parent(&parent).await?;
        }
        path.push(parent);
        path.reverse();
        Ok(path)
    }

    async fn attached_to_target(&self, target: &str) -> Result<Vec<AttachedPolicy>, Gap> {
        let list = pages(&calls::LIST_POLICIES_FOR_TARGET, async |token| {
            let request = self
                .organizations
                .list_policies_for_target()
                .target_id(target)
                .filter(PolicyType::ServiceControlPolicy)
                .set_next_token(token);
            let page = self
                .asker
                .ask(&calls::LIST_POLICIES_FOR_TARGET, request.send())
                .await?;
            Ok((page.policies.unwrap_or_default(), page.next_token))
        })
        .await?;
        let read = list.into_iter().map(async |policy| {
            let id = policy.id.unwrap_or_default();
            AttachedPolicy {
                document: self.organization_document(&id).await.into(),
                name: policy.name.unwrap_or(id),
                arn: policy.arn,
                via: Via::Organization(target.to_owned()),
            }
        });
        let mut policies = join_all(read).await;
        policies.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(policies)
    }

    async fn organization_document(&self, id: &str) -> Result<String, Gap> {
        let cell = Arc::clone(
            self.documents
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(id.to_owned())
                .or_default(),
        );
        cell.get_or_init(async || {
            let call = &calls::DESCRIBE_POLICY;
            let request = self.organizations.describe_policy().policy_id(id);
            let answer = self.asker.ask(call, request.send()).await?;
            answer
                .policy
                .and_then(|policy| policy.content)
                .ok_or_else(|| gap::incomplete(call, "content"))
        })
        .await
        .clone()
    }
}

/// The path as DescribeAccount gives it (`o-…/r-…/ou-…/111122223333/`), root first and the account last.
fn path_of(found: &Account, account: &str) -> Option<Vec<String>> {
    let path = found.paths().first()?;
    let mut levels: Vec<String> = path
        .split('/')
        .filter(|part| part.starts_with("r-") || part.starts_with("ou-"))
        .map(str::to_owned)
        .collect();
    if !levels.first()?.starts_with("r-") {
        return None;
    }
    levels.push(account.to_owned());
    Some(levels)
}
