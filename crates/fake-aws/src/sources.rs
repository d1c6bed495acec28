//! The policies that take part in a decision, and where they come from.

use std::sync::Arc;

use serde_json::Value;

use aws_managed_policies::managed_policy;
use iam_policy::Document;

use super::account::{FeatureSet, Group, InlinePolicy, ServiceControlPolicy, Target};
use super::world::{Principal, World};

/// The policy that AWS attaches to every root, organizational unit and account.
pub(super) const FULL_AWS_ACCESS: &str = "p-FullAWSAccess";

const ALLOW_ALL: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// A policy that takes part in a decision.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// How the simulator calls it: `AdministratorAccess`, `user_alice_Inline`.
    pub id: String,
    /// Its ARN; inline policies have none.
    pub arn: Option<String>,
    pub origin: Origin,
    /// Its document, as text.
    pub text: String,
    /// Its document, ready to evaluate.
    pub document: Arc<Document>,
}

/// Where a policy comes from.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    AwsManaged,
    CustomerManaged,
    /// Inline in a `user`, `group` or `role`.
    Inline {
        entity: &'static str,
        owner: String,
        name: String,
    },
    /// Passed with the session, or part of the organization.
    Other,
}

impl World {
    /// The levels whose service control policies bind this account.
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
    pub(super) fn service_control_levels(&self) -> Vec<(&Target, Vec<Source>)> {
        let binds = self.is_member_account();
        let organization = self
            .organization()
            .filter(|organization| binds && organization.feature_set == FeatureSet::All);
        let levels = organization
            .into_iter()
            .flat_map(|organization| &organization.path);
        levels
            .map(|target| (target, self.service_control_sources(target)))
            .collect()
    }

    fn service_control_sources(&self, target: &Target) -> Vec<Source> {
        let policies = target.service_control_policies.iter();
        policies
            .filter_map(|policy| {
                let text = service_control_text(policy);
                let arn = Some(self.service_control_arn(policy));
                source(policy.name.clone(), arn, Origin::Other, text).ok()
            })
            .collect()
    }

    /// The ARN of a service control policy.
    pub(super) fn service_control_arn(&self, policy: &ServiceControlPolicy) -> String {
        match self.organization() {
            Some(organization) if policy.id != FULL_AWS_ACCESS => format!(
                "arn:aws:organizations::{}:policy/{}/service_control_policy/{}",
                organization.management_account_id, organization.id, policy.id
            ),
            _ => format!(
                "arn:aws:organizations::aws:policy/service_control_policy/{}",
                policy.id
            ),
        }
    }

    /// The identity policies: a user's own and its groups', a group's, a role's.
    pub(super) fn identity_sources(&self, principal: Principal<'_>) -> Vec<Source> {
        let mut sources = Vec::new();
        match principal {
            Principal::RootUser => {}
            Principal::User(user) => {
                self.add(
                    &mut sources,
                    "user",
                    &user.name,
                    &user.attached_policies,
                    &user.inline_policies,
                );
                for group in user.groups.iter().filter_map(|name| self.group(name)) {
                    self.add_group(&mut sources, group);
                }
            }
            Principal::Group(group) => self.add_group(&mut sources, group),
            Principal::Role(role, _) => {
                self.add(
                    &mut sources,
                    "role",
                    &role.name,
                    &role.attached_policies,
                    &role.inline_policies,
                );
            }
        }
        sources
    }

    fn add_group(&self, sources: &mut Vec<Source>, group: &Group) {
        self.add(
            sources,
            "group",
            &group.name,
            &group.attached_policies,
            &group.inline_policies,
        );
    }

    fn add(
        &self,
        sources: &mut Vec<Source>,
        entity: &'static str,
        owner: &str,
        attached: &[String],
        inline: &[InlinePolicy],
    ) {
        sources.extend(
            attached
                .iter()
                .filter_map(|arn| self.managed_source(arn).ok()),
        );
        for policy in inline {
            let origin = Origin::Inline {
                entity,
                owner: owner.to_owned(),
                name: policy.name.clone(),
            };
            let id = format!("{entity}_{owner}_{}", policy.name);
            sources.extend(source(id, None, origin, policy.document.to_string()));
        }
    }

    /// The permissions boundary of a user or a role.
    pub(super) fn boundary_source(&self, principal: Principal<'_>) -> Option<Source> {
        let arn = match principal {
            Principal::User(user) => user.permissions_boundary.as_deref(),
            Principal::Role(role, _) => role.permissions_boundary.as_deref(),
            Principal::RootUser | Principal::Group(_) => None,
        };
        self.managed_source(arn?).ok()
    }

    /// The policies passed with a session.
    pub(super) fn session_sources(&self, principal: Principal<'_>) -> Vec<Source> {
        let Principal::Role(_, Some(session)) = principal else {
            return Vec::new();
        };
        let policies = session.session_policies.iter();
        policies
            .filter_map(|policy| {
                source(
                    policy.name.clone(),
                    None,
                    Origin::Other,
                    policy.document.to_string(),
                )
                .ok()
            })
            .collect()
    }

    /// A managed policy by ARN, AWS's or the customer's, in its default version.
    pub(super) fn managed_source(&self, arn: &str) -> Result<Source, String> {
        let name = arn.rsplit('/').next().unwrap_or(arn).to_owned();
        let arn_owned = Some(arn.to_owned());
        if let Some(policy) = self.customer_managed(arn) {
            return source(
                name,
                arn_owned,
                Origin::CustomerManaged,
                policy.document.to_string(),
            );
        }
        let text = managed_policy(arn).ok_or_else(|| format!("no policy has the ARN {arn}"))?;
        source(name, arn_owned, Origin::AwsManaged, text.to_owned())
    }
}

/// The document of a service control policy.
pub(super) fn service_control_text(policy: &ServiceControlPolicy) -> String {
    policy
        .document
        .as_ref()
        .map_or_else(|| ALLOW_ALL.to_owned(), Value::to_string)
}

fn source(id: String, arn: Option<String>, origin: Origin, text: String) -> Result<Source, String> {
    let document = parse(&id, &text)?;
    Ok(Source {
        id,
        arn,
        origin,
        text,
        document,
    })
}

/// Compiles a document; the error names the policy.
pub(super) fn parse(name: &str, text: &str) -> Result<Arc<Document>, String> {
    let document = Document::parse(text);
    document
        .map(Arc::new)
        .map_err(|error| format!("the policy {name} does not parse: {error}"))
}
