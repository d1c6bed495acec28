//! What IAM tells of the principal: its path, boundary and tags, and the policies attached to it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use futures_util::future::join_all;
use percent_encoding::percent_decode_str;

use super::{Collector, gap, pages};
use crate::catalog::calls::{self, Call};
use crate::evidence::said;
use crate::evidence::{AttachedPolicy, Gap, IdentityPolicies, Via};
use crate::names::{PrincipalKind, policy_name};

/// What `iam:GetUser` or `iam:GetRole` say.
#[derive(Clone, Debug)]
pub(super) struct Details {
    /// With the path.
    pub arn: String,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
    pub tags: BTreeMap<String, String>,
}

/// The managed and the inline policies of a user, role or group: IAM has the same three calls for each of them, with
/// types of their own.
macro_rules! policies_of {
    ($attached:ident, $inline:ident, $via:path, $name:ident,
     $list_attached:ident $LIST_ATTACHED:ident,
     $list_inline:ident $LIST_INLINE:ident, $get:ident $GET:ident) => {
        async fn $attached(&self, owner: &str) -> Result<Vec<AttachedPolicy>, Gap> {
            let list = pages(&calls::$LIST_ATTACHED, async |marker| {
                let request = self.iam.$list_attached().$name(owner).set_marker(marker);
                let page = self
                    .asker
                    .ask(&calls::$LIST_ATTACHED, request.send())
                    .await?;
                Ok((page.attached_policies.unwrap_or_default(), page.marker))
            })
            .await?;
            Ok(self.managed(list, &$via(owner.to_owned())).await)
        }

        async fn $inline(&self, owner: &str) -> Result<Vec<AttachedPolicy>, Gap> {
            let names = pages(&calls::$LIST_INLINE, async |marker| {
                let request = self.iam.$list_inline().$name(owner).set_marker(marker);
                let page = self.asker.ask(&calls::$LIST_INLINE, request.send()).await?;
                Ok((page.policy_names, page.marker))
            })
            .await?;
            let read = names.into_iter().map(async |name| {
                let call = &calls::$GET;
                let request = self.iam.$get().$name(owner).policy_name(&name);
                let answer = self.asker.ask(call, request.send()).await;
                let document = answer.and_then(|answer| text(call, &answer.policy_document));
                AttachedPolicy {
                    name,
                    arn: None,
                    via: $via(owner.to_owned()),
                    document: document.into(),
                }
            });
            Ok(join_all(read).await)
        }
    };
}

impl Collector<'_> {
    /// The principal's own entry in IAM.
    pub(super) async fn details(&self) -> &Result<Details, Gap> {
        self.subject_details
            .get_or_init(async || {
                let subject = self.subject().await.as_ref().map_err(Clone::clone)?;
                match subject.kind {
                    PrincipalKind::User => {
                        let call = &calls::GET_USER;
                        let request = self.iam.get_user().user_name(&subject.name);
                        let user = self.asker.ask(call, request.send()).await?;
                        let user = user.user.ok_or_else(|| gap::incomplete(call, "user"))?;
                        Ok(Details {
                            arn: user.arn,
                            boundary: user
                                .permissions_boundary
                                .and_then(|boundary| boundary.permissions_boundary_arn),
                            tags: tags(user.tags),
                        })
                    }
                    PrincipalKind::Role => {
                        let call = &calls::GET_ROLE;
                        let request = self.iam.get_role().role_name(&subject.name);
                        let role = self.asker.ask(call, request.send()).await?;
                        let role = role.role.ok_or_else(|| gap::incomplete(call, "role"))?;
                        Ok(Details {
                            arn: role.arn,
                            boundary: role
                                .permissions_boundary
                                .and_then(|boundary| boundary.permissions_boundary_arn),
                            tags: tags(role.tags),
                        })
                    }
                    kind => Err(Gap::not_asked(
                        said::PRINCIPAL_IN_IAM,
                        said::fill(said::NO_ENTRY, &[kind.noun()]),
                    )),
                }
            })
            .await
    }

    /// The policies attached to a user, its groups, or a role.
    pub(super) async fn identity_policies(
        &self,
        kind: PrincipalKind,
        name: &str,
    ) -> IdentityPolicies {
        let mut found = IdentityPolicies::default();
        let sources = match kind {
            PrincipalKind::User => {
                let (attached, inline, groups) = tokio::join!(
                    self.attached_to_user(name),
                    self.inline_of_user(name),
                    self.of_groups(name)
                );
                let mut sources = vec![attached, inline];
                sources.extend(groups);
                sources
            }
            PrincipalKind::Role => {
                let (attached, inline) =
                    tokio::join!(self.attached_to_role(name), self.inline_of_role(name));
                vec![attached, inline]
            }
            PrincipalKind::RootUser | PrincipalKind::FederatedUser => Vec::new(),
        };
        for source in sources {
            match source {
                Ok(policies) => found.read.extend(policies),
                Err(gap) => found.gaps.push(gap),
            }
        }
        // A policy whose text could not be read is a gap like one whose name could not.
        found.gaps.extend(
            found
                .read
                .iter()
                .filter_map(|policy| policy.document.gap().cloned()),
        );
        found
            .read
            .sort_by(|a, b| (&a.via, &a.name).cmp(&(&b.via, &b.name)));
        found
    }

    policies_of!(attached_to_user, inline_of_user, Via::User, user_name,
        list_attached_user_policies LIST_ATTACHED_USER_POLICIES,
        list_user_policies LIST_USER_POLICIES, get_user_policy GET_USER_POLICY);
    policies_of!(attached_to_role, inline_of_role, Via::Role, role_name,
        list_attached_role_policies LIST_ATTACHED_ROLE_POLICIES,
        list_role_policies LIST_ROLE_POLICIES, get_role_policy GET_ROLE_POLICY);
    policies_of!(attached_to_group, inline_of_group, Via::Group, group_name,
        list_attached_group_policies LIST_ATTACHED_GROUP_POLICIES,
        list_group_policies LIST_GROUP_POLICIES, get_group_policy GET_GROUP_POLICY);

    /// The policies of each of the user's groups.
    async fn of_groups(&self, user: &str) -> Vec<Result<Vec<AttachedPolicy>, Gap>> {
        let groups = pages(&calls::LIST_GROUPS_FOR_USER, async |marker| {
            let request = self
                .iam
                .list_groups_for_user()
                .user_name(user)
                .set_marker(marker);
            let page = self
                .asker
                .ask(&calls::LIST_GROUPS_FOR_USER, request.send())
                .await?;
            Ok((page.groups, page.marker))
        })
        .await;
        let groups = match groups {
            Ok(groups) => groups,
            Err(gap) => return vec![Err(gap)],
        };
        let read = groups.into_iter().map(async |group| {
            let (attached, inline) = tokio::join!(
                self.attached_to_group(&group.group_name),
                self.inline_of_group(&group.group_name)
            );
            [attached, inline]
        });
        join_all(read).await.into_iter().flatten().collect()
    }

    async fn managed(
        &self,
        list: Vec<aws_sdk_iam::types::AttachedPolicy>,
        via: &Via,
    ) -> Vec<AttachedPolicy> {
        let read = list.into_iter().map(async |policy| {
            let arn = policy.policy_arn.unwrap_or_default();
            AttachedPolicy {
                name: policy
                    .policy_name
                    .unwrap_or_else(|| policy_name(&arn).to_owned()),
                document: self.managed_document(&arn).await.into(),
                arn: Some(arn),
                via: via.clone(),
            }
        });
        join_all(read).await
    }

    /// The permissions boundary with its text.
    pub(super) async fn boundary(&self, arn: String) -> AttachedPolicy {
        AttachedPolicy {
            name: policy_name(&arn).to_owned(),
            document: self.managed_document(&arn).await.into(),
            arn: Some(arn),
            via: Via::PermissionsBoundary,
        }
    }

    /// The text of a managed policy's default version, read once however often it is attached.
    async fn managed_document(&self, arn: &str) -> Result<String, Gap> {
        let cell = Arc::clone(
            self.documents
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(arn.to_owned())
                .or_default(),
        );
        cell.get_or_init(async || {
            let listed = self.default_versions().await.as_ref();
            let version = match listed.ok().and_then(|versions| versions.get(arn)) {
                Some(version) => version.clone(),
                None => self.default_version(arn).await?,
            };
            let call = &calls::GET_POLICY_VERSION;
            let request = self
                .iam
                .get_policy_version()
                .policy_arn(arn)
                .version_id(version);
            let answer = self.asker.ask(call, request.send()).await?;
            let document = answer.policy_version.and_then(|version| version.document);
            text(call, document.as_deref().unwrap_or_default())
        })
        .await
        .clone()
    }

    async fn default_version(&self, arn: &str) -> Result<String, Gap> {
        let call = &calls::GET_POLICY;
        let answer = self
            .asker
            .ask(call, self.iam.get_policy().policy_arn(arn).send())
            .await?;
        answer
            .policy
            .and_then(|policy| policy.default_version_id)
            .ok_or_else(|| gap::incomplete(call, "default version"))
    }

    /// The default version of every attached policy of the account, as far as one page goes: it saves a round trip
    /// for each policy, since IAM shows a policy's text only by version. What it lacks is asked for policy by policy,
    /// with `iam:GetPolicy`; so a failure of this call alone hides nothing.
    pub(super) async fn default_versions(&self) -> &Result<BTreeMap<String, String>, Gap> {
        self.default_versions
            .get_or_init(async || {
                let request = self
                    .iam
                    .list_policies()
                    .only_attached(true)
                    .max_items(1_000);
                let page = self
                    .asker
                    .ask(&calls::LIST_POLICIES, request.send())
                    .await?;
                let policies = page.policies.unwrap_or_default().into_iter();
                Ok(policies
                    .filter_map(|policy| Some((policy.arn?, policy.default_version_id?)))
                    .collect())
            })
            .await
    }
}

/// A document as IAM sends it, decoded. AWS encodes it (RFC 3986); some emulators do not.
fn text(call: &Call, encoded: &str) -> Result<String, Gap> {
    match encoded.trim_start().chars().next() {
        None => Err(gap::incomplete(call, "document")),
        Some('{') => Ok(encoded.to_owned()),
        Some(_) => match percent_decode_str(encoded).decode_utf8() {
            Ok(text) => Ok(text.into_owned()),
            Err(_) => Err(gap::incomplete(call, "document in UTF-8")),
        },
    }
}

fn tags(tags: Option<Vec<aws_sdk_iam::types::Tag>>) -> BTreeMap<String, String> {
    tags.unwrap_or_default()
        .into_iter()
        .map(|tag| (tag.key, tag.value))
        .collect()
}
