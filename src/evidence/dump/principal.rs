//! From a dump to the evidence on one of its principals, as `check` judges it.
//!
//! What a dump does not hold is not known; it is neither fine nor broken.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{
    AttachedManagedPolicy, Details, Group, InlinePolicy, ManagedPolicy, PermissionsBoundary, Role,
    Tag, User,
};
use crate::catalog::{Partition, calls};
use crate::evidence::{
    Account, AttachedPolicy, CredentialOrigin, Evidence, Gap, GapCause, IdentityPolicies, Observed,
    Policies, Principal, Probes, ServiceControlLevel, Via,
};
use crate::evidence::{Provider, said};
use crate::names::{PrincipalArn, PrincipalKind, permission_set, policy_name};
use aws_managed_policies::managed_policy;

/// Why there is nobody to judge.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PrincipalError {
    #[error("{arn} is not the ARN of a user or role")]
    NotAPrincipal { arn: String },
    #[error("{arn} is not in the dump{}", alike_in_words(.alike))]
    Missing {
        arn: String,
        /// Principals of the dump with a similar name, the most similar first; at most five.
        alike: Vec<String>,
    },
    #[error("{arn} belongs to account {wanted}, and the dump is of account {found}")]
    OtherAccount {
        arn: String,
        wanted: String,
        found: String,
    },
}

fn alike_in_words(alike: &[String]) -> String {
    match alike {
        [] => ", nor is one of a similar name".to_owned(),
        alike => format!("; there are {}", alike.join(", ")),
    }
}

/// What the dump knows of one principal, user or role alike.
struct Subject<'a> {
    kind: PrincipalKind,
    name: &'a str,
    arn: &'a str,
    via: Via,
    inline: &'a [InlinePolicy],
    attached: &'a [AttachedManagedPolicy],
    groups: &'a [String],
    boundary: Option<&'a PermissionsBoundary>,
    tags: &'a [Tag],
}

impl<'a> From<&'a User> for Subject<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            kind: PrincipalKind::User,
            name: &user.user_name,
            arn: &user.arn,
            via: Via::User(user.user_name.clone()),
            inline: &user.user_policy_list,
            attached: &user.attached_managed_policies,
            groups: &user.group_list,
            boundary: user.permissions_boundary.as_ref(),
            tags: &user.tags,
        }
    }
}

impl<'a> From<&'a Role> for Subject<'a> {
    fn from(role: &'a Role) -> Self {
        Self {
            kind: PrincipalKind::Role,
            name: &role.role_name,
            arn: &role.arn,
            via: Via::Role(role.role_name.clone()),
            inline: &role.role_policy_list,
            attached: &role.attached_managed_policies,
            groups: &[],
            boundary: role.permissions_boundary.as_ref(),
            tags: &role.tags,
        }
    }
}

/// The evidence on the principal with this ARN, which may be that of a role's session. `service_control` holds every
/// level of the organization, where they were given; `now` is RFC 3339, UTC: when the diagnosis holds.
///
/// # Errors
///
/// Where the dump does not have the principal.
pub fn evidence(
    details: &Details,
    principal: &str,
    service_control: Option<Vec<ServiceControlLevel>>,
    now: String,
) -> Result<Evidence, PrincipalError> {
    let subject = find(details, principal)?;
    let partition = PrincipalArn::parse(subject.arn).map_or("aws", |arn| arn.partition);
    Ok(Evidence {
        collected_at: now,
        elapsed_ms: 0,
        credentials: CredentialOrigin {
            source: Provider::Dump.words("").unwrap_or_default(),
            provider: Provider::Dump,
            profile: None,
            region: Partition::named(partition).billing_region().to_owned(),
            region_source: said::WHERE_BILLING_ANSWERS.to_owned(),
            temporary: None,
            role: None,
            endpoint_overrides: Vec::new(),
            remarks: Vec::new(),
        },
        caller: not_applicable(said::NO_CREDENTIALS_FOR_A_DUMP),
        principal: Observed::Known {
            value: Principal {
                arn: subject.arn.to_owned(),
                kind: subject.kind,
                name: subject.name.to_owned(),
                is_caller: false,
                permission_set: (subject.kind == PrincipalKind::Role)
                    .then(|| permission_set(subject.name).map(str::to_owned))
                    .flatten(),
                tags: Observed::Known {
                    value: subject
                        .tags
                        .iter()
                        .map(|tag| (tag.key.clone(), tag.value.clone()))
                        .collect(),
                },
            },
        },
        account: Account {
            alias: not_held(&calls::LIST_ACCOUNT_ALIASES),
            information: not_held(&calls::GET_ACCOUNT_INFORMATION),
            root_user: not_held(&calls::GET_ACCOUNT_SUMMARY),
            plan: not_held(&calls::GET_ACCOUNT_PLAN_STATE),
            joined: not_held(&calls::DESCRIBE_ACCOUNT),
        },
        organization: not_held(&calls::DESCRIBE_ORGANIZATION),
        policies: Policies {
            identity: identity_policies(details, &subject),
            permissions_boundary: match subject.boundary {
                Some(boundary) => Observed::Known {
                    value: managed(
                        &by_arn(details),
                        policy_name(&boundary.permissions_boundary_arn),
                        &boundary.permissions_boundary_arn,
                        Via::PermissionsBoundary,
                    ),
                },
                None => not_applicable(said::NO_BOUNDARY),
            },
            service_control: match service_control {
                Some(levels) => Observed::Known { value: levels },
                None => Observed::Unknown(Gap::not_asked(
                    said::SERVICE_CONTROL_POLICIES,
                    said::NO_SCP_IN_A_DUMP,
                )),
            },
            session: match subject.kind {
                PrincipalKind::Role => Observed::Unknown(Gap::session_policies()),
                _ => not_applicable(said::USER_HAS_NO_SESSION_POLICY),
            },
        },
        simulation: not_held(&calls::SIMULATE_PRINCIPAL_POLICY),
        probes: Probes {
            cost_and_usage: not_held(&calls::GET_COST_AND_USAGE),
            credits: not_held(&calls::GET_CREDITS),
            budgets: not_held(&calls::DESCRIBE_BUDGETS),
            free_tier_usage: not_held(&calls::GET_FREE_TIER_USAGE),
            billing_views: not_held(&calls::LIST_BILLING_VIEWS),
        },
        switch_history: not_held(&calls::LOOKUP_EVENTS),
        calls: Vec::new(),
    })
}

fn not_applicable<T>(because: &str) -> Observed<T> {
    Observed::NotApplicable {
        because: because.to_owned(),
    }
}

fn not_held<T>(call: &calls::Call) -> Observed<T> {
    Observed::Unknown(Gap::not_asked(call.fact, said::NOT_IN_A_DUMP))
}

fn principals(details: &Details) -> impl Iterator<Item = Subject<'_>> {
    let users = details.user_detail_list.iter().map(Subject::from);
    users.chain(details.role_detail_list.iter().map(Subject::from))
}

fn find<'a>(details: &'a Details, arn: &str) -> Result<Subject<'a>, PrincipalError> {
    let wanted = PrincipalArn::parse(arn)
        .filter(|wanted| matches!(wanted.kind, PrincipalKind::User | PrincipalKind::Role))
        .ok_or_else(|| PrincipalError::NotAPrincipal {
            arn: arn.to_owned(),
        })?;
    // Names are unique in an account whatever the path, and a session's ARN has none.
    // Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    let found = principals(details).find(|subject| {
        PrincipalArn::parse(subject.arn).is_some_and(|found| {
            (found.partition, found.account, found.kind)
                == (wanted.partition, wanted.account, wanted.kind)
                && subject.name == wanted.name
        })
    });
    if let Some(subject) = found {
        return Ok(subject);
    }
    let accounts = principals(details)
        .filter_map(|subject| PrincipalArn::parse(subject.arn).map(|arn| arn.account));
    let mut accounts: Vec<&str> = accounts.collect();
    accounts.sort_unstable();
    accounts.dedup();
    if !accounts.is_empty() && !accounts.contains(&wanted.account) {
        return Err(PrincipalError::OtherAccount {
            arn: arn.to_owned(),
            wanted: wanted.account.to_owned(),
            found: accounts.join(", "),
        });
    }
    Err(PrincipalError::Missing {
        arn: arn.to_owned(),
        alike: alike(details, wanted.name),
    })
}

/// The ARNs of those whose name looks like this one.
fn alike(details: &Details, name: &str) -> Vec<String> {
    let name = name.to_lowercase();
    let mut found: Vec<(f64, &str)> = principals(details)
        .map(|subject| {
            (
                strsim::jaro_winkler(&name, &subject.name.to_lowercase()),
                subject.arn,
            )
        })
        .filter(|(likeness, _)| *likeness > 0.8)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    found
        .into_iter()
        .take(5)
        .map(|(_, arn)| arn.to_owned())
        .collect()
}

fn by_arn(details: &Details) -> BTreeMap<&str, &ManagedPolicy> {
    let policies = details.policies.iter();
    policies
        .map(|policy| (policy.arn.as_str(), policy))
        .collect()
}

/// The policies attached to the user and its groups, or to the role, in the order of an online diagnosis.
fn identity_policies(details: &Details, subject: &Subject) -> IdentityPolicies {
    let policies = by_arn(details);
    let mut found = IdentityPolicies::default();
    let mut add = |inline: &[InlinePolicy], attached: &[AttachedManagedPolicy], via: &Via| {
        found
            .read
            .extend(inline.iter().map(|policy| AttachedPolicy {
                name: policy.policy_name.clone(),
                arn: None,
                via: via.clone(),
                document: Observed::Known {
                    value: policy.policy_document.0.as_ref().to_owned(),
                },
            }));
        found.read.extend(attached.iter().map(|policy| {
            managed(
                &policies,
                &policy.policy_name,
                &policy.policy_arn,
                via.clone(),
            )
        }));
    };
    add(subject.inline, subject.attached, &subject.via);
    let mut missing = Vec::new();
    for name in subject.groups {
        let mut groups = details.group_detail_list.iter();
        match groups.find(|group: &&Group| group.group_name == *name) {
            Some(group) => add(
                &group.group_policy_list,
                &group.attached_managed_policies,
                &Via::Group(name.clone()),
            ),
            None => missing.push(Gap::not_asked(
                said::GROUP_POLICIES,
                said::fill(said::GROUP_NOT_IN_DUMP, &[name]),
            )),
        }
    }
    found.gaps = missing;
    // A policy whose text could not be read is a gap, as online.
    let unread = found
        .read
        .iter()
        .filter_map(|policy| policy.document.gap().cloned());
    found.gaps.extend(unread);
    found
        .read
        .sort_by(|a, b| (&a.via, &a.name).cmp(&(&b.via, &b.name)));
    found
}

/// A managed policy with the text of its default version: the dump's, else AWS's own as embedded.
fn managed(
    policies: &BTreeMap<&str, &ManagedPolicy>,
    name: &str,
    arn: &str,
    via: Via,
) -> AttachedPolicy {
    let document = match policies.get(arn) {
        Some(policy) => default_version(policy),
        None => managed_policy(arn)
            .map(str::to_owned)
            .ok_or_else(|| unread(arn, said::DUMP_HAS_IT_NOT)),
    };
    AttachedPolicy {
        name: name.to_owned(),
        arn: Some(arn.to_owned()),
        via,
        document: document.into(),
    }
}

/// The text in force.
fn default_version(policy: &ManagedPolicy) -> Result<String, Gap> {
    let version = policy
        .default_version()
        .ok_or_else(|| unread(&policy.arn, said::DUMP_LACKS_VERSION))?;
    version
        .document
        .as_ref()
        .map(|text| text.0.as_ref().to_owned())
        .ok_or_else(|| unread(&policy.arn, said::DUMP_LACKS_TEXT))
}

fn unread(arn: &str, why: &str) -> Gap {
    Gap {
        fact: said::fill(said::TEXT_OF, &[arn]),
        cause: GapCause::Unreadable {
            reason: said::fill(said::POLICY_UNREAD, &[arn, why]),
        },
    }
}
