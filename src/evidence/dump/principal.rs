//! From a dump to the evidence on one of its principals, as `check` judges it.
//!
//! What a dump does not hold is not known; it is neither fine nor broken.

use std::collections::BTreeMap;

use super::find::{PrincipalError, find};
use super::subject::Subject;
use super::{AttachedManagedPolicy, Details, Group, InlinePolicy, ManagedPolicy};
use crate::catalog::{Partition, calls};
use crate::evidence::{
    Account, AttachedPolicy, CredentialOrigin, Evidence, Gap, GapCause, IdentityPolicies, Observed,
    Policies, Principal, Probes, ServiceControlLevel, Via,
};
use crate::evidence::{Provider, said};
use crate::names::{PrincipalArn, PrincipalKind, permission_set, policy_name};
use aws_managed_policies::managed_policy;

/// The evidence on the principal with this ARN or name, as `resolve` finds it. `service_control` holds every
/// level of the organization, where they were given; `now` is RFC 3339, UTC: when the diagnosis holds.
///
/// # Errors
///
/// Where the dump does not have the principal, or several of this name.
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
                unique_id: subject.unique_id.map(str::to_owned),
                is_caller: false,
                permission_set: (subject.kind == PrincipalKind::Role)
                    .then(|| permission_set(subject.name).map(str::to_owned))
                    .flatten(),
                tags: match &subject.unread.tags {
                    Some(reason) => Observed::Unknown(odd(said::TAGS, reason)),
                    None => Observed::Known {
                        value: subject
                            .tags
                            .iter()
                            .map(|tag| (tag.key.clone(), tag.value.clone()))
                            .collect(),
                    },
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
            permissions_boundary: match (&subject.unread.boundary, subject.boundary) {
                (Some(reason), _) => Observed::Unknown(odd(said::BOUNDARY, reason)),
                (None, Some(boundary)) => Observed::Known {
                    value: managed(
                        &by_arn(details),
                        policy_name(&boundary.permissions_boundary_arn),
                        &boundary.permissions_boundary_arn,
                        Via::PermissionsBoundary,
                    ),
                },
                (None, None) => not_applicable(said::NO_BOUNDARY),
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
    let unread = subject.unread.policies.iter();
    let mut missing: Vec<Gap> = unread
        .map(|reason| odd(said::IDENTITY_POLICIES, reason))
        .collect();
    for name in subject.groups {
        let mut groups = details.group_detail_list.iter();
        match groups.find(|group: &&Group| group.group_name == *name) {
            Some(group) => {
                add(
                    &group.group_policy_list,
                    &group.attached_managed_policies,
                    &Via::Group(name.clone()),
                );
                let unread = group.unread.policies.iter();
                missing.extend(unread.map(|reason| {
                    odd(
                        said::GROUP_POLICIES,
                        &said::fill(said::POLICY_UNREAD, &[name, reason]),
                    )
                }));
            }
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

/// Something of an entry that is not what belongs there.
fn odd(fact: &str, reason: &str) -> Gap {
    Gap {
        fact: fact.to_owned(),
        cause: GapCause::Unreadable {
            reason: said::fill(said::ENTRY_UNREAD, &[reason]),
        },
    }
}

fn unread(arn: &str, why: &str) -> Gap {
    Gap {
        fact: said::fill(said::TEXT_OF, &[arn]),
        cause: GapCause::Unreadable {
            reason: said::fill(said::POLICY_UNREAD, &[arn, why]),
        },
    }
}
