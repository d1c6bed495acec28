//! From a dump to what the engine asks: who there is, and which policies bind them.
//!
//! A policy's text is parsed once, however many principals have it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Kind;
use super::trust::{self, Trust};
use crate::catalog::{Partition, Place};
use crate::diagnose::asking::{Asked, ask};
use crate::diagnose::circumstances::{Circumstances, identity, kind_of, user_id};
use crate::diagnose::layers::{of_level, readable};
use crate::diagnose::legacy::{names_current_actions, names_retired_actions};
use crate::evidence::ServiceControlLevel;
use crate::evidence::dump::{
    AttachedManagedPolicy, Details, Group, InlinePolicy, ManagedPolicy, Role, Unread, User,
    account_of,
};
use crate::names::{PrincipalArn, PrincipalKind, is_service_linked, permission_set};
use aws_managed_policies::managed_policy;
use iam_policy::{
    Caller, Channel, ContextValue, Document, Layer, LayerKind, Policy, PolicyId, StatementRef,
    Unreadable,
};

/// What people know of the policy behind an id.
#[derive(Default)]
pub(super) struct Names(BTreeMap<PolicyId, PolicyName>);

pub(super) struct PolicyName {
    /// With the group through which it comes, or `inline`.
    pub(super) name: String,
    pub(super) arn: Option<String>,
}

impl Names {
    /// A policy for the engine. `place`: what keeps it apart from another of its name and ARN.
    fn policy(
        &mut self,
        place: &str,
        name: String,
        arn: Option<&str>,
        document: Arc<Document>,
    ) -> Policy {
        let id = PolicyId::new(format!("{place} {arn:?} {name}"));
        let arn = arn.map(str::to_owned);
        self.0.insert(id.clone(), PolicyName { name, arn });
        Policy { id, document }
    }

    pub(super) fn of(&self, statement: &StatementRef) -> Option<&PolicyName> {
        self.0.get(&statement.policy)
    }
}

/// A dump, indexed.
pub(super) struct Account<'a> {
    details: &'a Details,
    managed: BTreeMap<&'a str, Result<Arc<Document>, String>>,
    groups: BTreeMap<&'a str, Result<Vec<Policy>, String>>,
    inline: BTreeMap<&'a str, Result<Arc<Document>, String>>,
    service_control: Vec<Layer>,
}

/// A user or role as the engine takes it.
pub(super) struct Subject {
    principal: iam_policy::PrincipalKind,
    layers: Vec<Layer>,
    circumstances: Circumstances,
    place: Option<Place>,
}

impl Subject {
    /// Whether its policies speak of billing in retired actions alone.
    pub(super) fn names_only_retired_actions(&self) -> bool {
        let identity = self
            .layers
            .iter()
            .filter(|layer| layer.kind == LayerKind::Identity);
        let documents = || {
            let policies = identity
                .clone()
                .filter_map(|layer| layer.policies.as_ref().ok());
            policies.flatten().map(|policy| policy.document.as_ref())
        };
        documents().any(names_retired_actions) && !documents().any(names_current_actions)
    }

    pub(super) fn ask(&self, action: &str) -> Asked {
        let context = self.circumstances.of(action);
        ask(
            &self.layers,
            self.principal,
            action,
            context,
            self.place.as_ref(),
        )
    }
}

/// A user or role of the dump.
pub(super) enum Identified<'a> {
    User(&'a User),
    Role(&'a Role),
}

impl<'a> Account<'a> {
    pub(super) fn new(
        details: &'a Details,
        levels: Option<&[ServiceControlLevel]>,
        names: &mut Names,
    ) -> Self {
        let managed: BTreeMap<&str, _> = details
            .policies
            .iter()
            .map(|policy| (policy.arn.as_str(), document(policy)))
            .collect();
        let mut inline = BTreeMap::new();
        let texts = details
            .user_detail_list
            .iter()
            .flat_map(|user| &user.user_policy_list)
            .chain(
                details
                    .role_detail_list
                    .iter()
                    .flat_map(|role| &role.role_policy_list),
            )
            .chain(
                details
                    .group_detail_list
                    .iter()
                    .flat_map(|group| &group.group_policy_list),
            );
        for policy in texts {
            inline
                .entry(policy.policy_document.0.as_ref())
                .or_insert_with(|| parse(&policy.policy_document.0));
        }
        let mut account = Self {
            details,
            managed,
            groups: BTreeMap::new(),
            inline,
            service_control: levels
                .into_iter()
                .flatten()
                .map(|level| service_control(level, names))
                .collect(),
        };
        account.groups = details
            .group_detail_list
            .iter()
            .map(|group| (group.group_name.as_str(), account.of_group(group, names)))
            .collect();
        account
    }

    pub(super) fn principals(&self) -> Vec<Identified<'a>> {
        let users = self.details.user_detail_list.iter().map(Identified::User);
        let roles = self.details.role_detail_list.iter().map(Identified::Role);
        users.chain(roles).collect()
    }

    /// The account's number, as most of its principals' ARNs have it.
    pub(super) fn id(&self) -> Option<&'a str> {
        account_of(self.details)
    }

    pub(super) fn subject(
        &self,
        principal: &Identified<'a>,
        now: i64,
        names: &mut Names,
    ) -> Subject {
        let parsed = PrincipalArn::parse(principal.arn());
        let kind = match principal {
            Identified::User(_) => PrincipalKind::User,
            Identified::Role(_) => PrincipalKind::Role,
        };
        let caller = Caller {
            identity: identity(kind, principal.arn(), principal.name()),
            account: parsed.as_ref().map_or("", |arn| arn.account).to_owned(),
            user_id: user_id(kind, principal.unique_id()),
            organization_id: ContextValue::Unknown,
            tags: principal.tags(),
            now: Some(now),
        };
        let region =
            Partition::named(parsed.as_ref().map_or("aws", |arn| arn.partition)).billing_region();
        // Of what anybody could do, by the console or a command line, with MFA or without, from anywhere.
        let channel = Channel::TemporaryCredentials;
        let mut layers = Vec::new();
        layers.extend(self.service_control.iter().cloned());
        if let Some(reason) = principal.unread().boundary.clone() {
            layers.push(Layer {
                kind: LayerKind::PermissionsBoundary,
                policies: Err(Unreadable::whole(reason)),
            });
        }
        if let Some(boundary) = principal.boundary() {
            layers.push(Layer {
                kind: LayerKind::PermissionsBoundary,
                policies: self
                    .named(
                        boundary.rsplit('/').next().unwrap_or(boundary),
                        "",
                        boundary,
                        names,
                    )
                    .map(|policy| vec![policy])
                    .map_err(Unreadable::whole),
            });
        }
        layers.push(Layer {
            kind: LayerKind::Identity,
            policies: self
                .identity_policies(principal, names)
                .map_err(Unreadable::whole),
        });
        Subject {
            principal: kind_of(&caller.identity),
            layers,
            circumstances: Circumstances::new(&caller, channel, region),
            place: parsed.map(|arn| Place {
                partition: arn.partition.to_owned(),
                account: arn.account.to_owned(),
            }),
        }
    }

    fn identity_policies(
        &self,
        principal: &Identified,
        names: &mut Names,
    ) -> Result<Vec<Policy>, String> {
        all_read(principal.unread())?;
        let (inline, attached) = principal.own_policies();
        let mut policies = self.collected(inline, attached, "inline", "", names)?;
        if let Identified::User(user) = principal {
            for group in &user.group_list {
                match self.groups.get(group.as_str()) {
                    Some(of_group) => policies.extend(of_group.clone()?),
                    None => return Err(format!("group {group} is not in the dump")),
                }
            }
        }
        Ok(policies)
    }

    fn of_group(&self, group: &Group, names: &mut Names) -> Result<Vec<Policy>, String> {
        all_read(&group.unread)?;
        let suffix = format!(" (group {})", group.group_name);
        self.collected(
            &group.group_policy_list,
            &group.attached_managed_policies,
            &format!("inline in group {}", group.group_name),
            &suffix,
            names,
        )
    }

    fn collected(
        &self,
        inline: &[InlinePolicy],
        attached: &[AttachedManagedPolicy],
        whose: &str,
        suffix: &str,
        names: &mut Names,
    ) -> Result<Vec<Policy>, String> {
        let mut policies = Vec::new();
        for policy in inline {
            let document = self
                .inline
                .get(policy.policy_document.0.as_ref())
                .cloned()
                .unwrap_or_else(|| parse(&policy.policy_document.0));
            let document =
                document.map_err(|reason| format!("{}: {reason}", policy.policy_name))?;
            let name = format!("{} ({whose})", policy.policy_name);
            policies.push(names.policy("", name, None, document));
        }
        for policy in attached {
            policies.push(self.named(&policy.policy_name, suffix, &policy.policy_arn, names)?);
        }
        Ok(policies)
    }

    /// A managed policy: the dump's, else AWS's own as embedded.
    fn named(
        &self,
        name: &str,
        suffix: &str,
        arn: &str,
        names: &mut Names,
    ) -> Result<Policy, String> {
        let document = match self.managed.get(arn) {
            Some(document) => document.clone(),
            None => managed_policy(arn)
                .map_or_else(|| Err("the dump does not have it".to_owned()), parse),
        };
        let document = document.map_err(|reason| format!("{arn}: {reason}"))?;
        Ok(names.policy("", format!("{name}{suffix}"), Some(arn), document))
    }
}

impl<'a> Identified<'a> {
    pub(super) fn arn(&self) -> &'a str {
        match self {
            Self::User(user) => &user.arn,
            Self::Role(role) => &role.arn,
        }
    }

    pub(super) fn name(&self) -> &'a str {
        match self {
            Self::User(user) => &user.user_name,
            Self::Role(role) => &role.role_name,
        }
    }

    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::User(_) => Kind::User,
            Self::Role(role) if is_service_linked(&role.arn) => Kind::ServiceLinkedRole,
            Self::Role(role) if permission_set(&role.role_name).is_some() => {
                Kind::PermissionSetRole
            }
            Self::Role(_) => Kind::Role,
        }
    }

    fn unique_id(&self) -> Option<&'a str> {
        match self {
            Self::User(user) => user.user_id.as_deref(),
            Self::Role(role) => role.role_id.as_deref(),
        }
    }

    pub(super) fn trust(&self) -> Vec<Trust> {
        match self {
            Self::User(_) => Vec::new(),
            Self::Role(role) => trust::of(role),
        }
    }

    /// The ARNs of the managed policies attached to itself.
    pub(super) fn policy_arns(&self) -> impl Iterator<Item = &'a str> {
        let (_, attached) = self.own_policies();
        attached.iter().map(|policy| policy.policy_arn.as_str())
    }

    fn own_policies(&self) -> (&'a [InlinePolicy], &'a [AttachedManagedPolicy]) {
        match self {
            Self::User(user) => (&user.user_policy_list, &user.attached_managed_policies),
            Self::Role(role) => (&role.role_policy_list, &role.attached_managed_policies),
        }
    }

    fn boundary(&self) -> Option<&'a str> {
        let boundary = match self {
            Self::User(user) => user.permissions_boundary.as_ref(),
            Self::Role(role) => role.permissions_boundary.as_ref(),
        };
        boundary.map(|boundary| boundary.permissions_boundary_arn.as_str())
    }

    /// `None` where they can't be read.
    fn tags(&self) -> Option<Vec<(String, String)>> {
        let tags = match self {
            Self::User(user) => &user.tags,
            Self::Role(role) => &role.tags,
        };
        let tags = tags
            .iter()
            .map(|tag| (tag.key.clone(), tag.value.clone()))
            .collect();
        self.unread().tags.is_none().then_some(tags)
    }

    fn unread(&self) -> &'a Unread {
        match self {
            Self::User(user) => &user.unread,
            Self::Role(role) => &role.unread,
        }
    }
}

/// Whoever has more policies than could be read may be allowed more.
fn all_read(unread: &Unread) -> Result<(), String> {
    match unread.policies.first() {
        Some(reason) => Err(format!("its entry in the dump can't be read: {reason}")),
        None => Ok(()),
    }
}

/// The text in force.
fn document(policy: &ManagedPolicy) -> Result<Arc<Document>, String> {
    let version = policy.default_version();
    match version.and_then(|version| version.document.as_ref()) {
        Some(text) => parse(&text.0),
        None => Err("the dump lacks the text of its default version".to_owned()),
    }
}

fn parse(text: &str) -> Result<Arc<Document>, String> {
    Document::parse(text)
        .map(Arc::new)
        .map_err(|error| error.to_string())
}

fn service_control(level: &ServiceControlLevel, names: &mut Names) -> Layer {
    let policies = readable(&level.policies).and_then(|policies| {
        let compiled = policies.iter().enumerate().map(|(position, policy)| {
            let text = readable(&policy.document)?;
            let document = parse(text).map_err(Unreadable::whole)?;
            Ok(names.policy(
                &format!("{}.{position}", level.target),
                policy.name.clone(),
                policy.arn.as_deref(),
                document,
            ))
        });
        compiled.collect()
    });
    of_level(&level.target, policies)
}
