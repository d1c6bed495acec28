//! The clauses for causes that say more than their code: refusals by policies, calls without an answer; and why a cause
//! is sure.

use super::Voice;
use super::extent::few_or_count;
use super::headline::number;
use super::labels::{beside, both, policy_in, policy_label, some_policy, statement_in};
use super::shown::shown;
use crate::diagnose::cause::{
    Action, Basis, Cause, Confidence, Denial, Finding, LayerRefusal, Name,
};
use crate::evidence::Failure;
use crate::text::list;
use aws_refusal::Layer;

impl Voice<'_> {
    /// A Deny: each statement with what it denies itself.
    pub(super) fn denies(&self, cause: &Cause, refusal: &LayerRefusal) -> String {
        let layer = refusal.layer;
        let of = |denial: &Denial| statement_in(layer, &denial.statement);
        let extent = |denial: &Denial| self.extent_of(denial, &cause.closes);
        match refusal.statements.as_slice() {
            [] => {
                let what = self.extent(refusal, &cause.actions, &cause.closes).denied();
                match named(refusal) {
                    Some(policy) => format!("{policy} denies {what}"),
                    None => format!("{} denies {what}", some_policy(layer)),
                }
            }
            [one] => format!("{} denies {}", of(one), extent(one).denied()),
            [one, other] if extent(one) == extent(other) => format!(
                "{} deny {}",
                both(layer, &one.statement, &other.statement),
                extent(one).denied()
            ),
            [one, other] => format!(
                "{} denies {}, and {} denies {}",
                of(one),
                extent(one).denied(),
                beside(layer, &one.statement, &other.statement),
                extent(other).denied()
            ),
            many => {
                let mut policies: Vec<String> = Vec::new();
                for denial in many {
                    let label = policy_label(&denial.statement.policy);
                    if !policies.contains(&label) {
                        policies.push(label);
                    }
                }
                let what = self
                    .extent(refusal, &denied_by(many), &cause.closes)
                    .denied();
                match policies.as_slice() {
                    [policy] => format!(
                        "{} statements of {} together deny {what}",
                        number(many.len()),
                        policy_in(layer, policy)
                    ),
                    policies if policies.len() <= 3 => format!(
                        "{} statements of the policies {} together deny {what}",
                        number(many.len()),
                        list(policies)
                    ),
                    _ => format!(
                        "{} statements of {} policies together deny {what}",
                        number(many.len()),
                        policies.len()
                    ),
                }
            }
        }
    }

    pub(super) fn does_not_allow(&self, cause: &Cause, refusal: &LayerRefusal) -> String {
        let what = self
            .extent(refusal, &cause.actions, &cause.closes)
            .not_allowed();
        match refusal.layer {
            Layer::IdentityPolicy => {
                format!("{} policies do not allow {what}", self.possessive_first())
            }
            Layer::PermissionsBoundary => match self.boundary() {
                Some(name) => format!("the permissions boundary {name} does not allow {what}"),
                None => format!("a permissions boundary does not allow {what}"),
            },
            Layer::ServiceControlPolicy => match refusal.omitted_at.as_slice() {
                [] => format!("the service control policies do not allow {what}"),
                levels if levels.len() <= 3 => {
                    let targets: Vec<String> =
                        levels.iter().map(|level| shown(&level.target)).collect();
                    format!(
                        "the service control policies at {} do not allow {what}",
                        list(&targets)
                    )
                }
                levels => format!(
                    "the service control policies at {} levels do not allow {what}",
                    number(levels.len())
                ),
            },
            layer => format!("{} does not allow {what}", some_policy(layer)),
        }
    }

    pub(super) fn region_lock(&self, cause: &Cause) -> String {
        let Some(refusal) = &cause.refusal else {
            return "a Region lock of the organization does not exempt billing".to_owned();
        };
        let what = self.extent(refusal, &cause.actions, &cause.closes).denied();
        match refusal.statements.as_slice() {
            [one] => format!(
                "{} locks Regions and does not exempt {}",
                statement_in(refusal.layer, &one.statement),
                self.extent_of(one, &cause.closes).denied()
            ),
            [] => format!("a Region lock of the organization does not exempt {what}"),
            many => format!(
                "{} statements in service control policies lock Regions and do not exempt {what}",
                number(many.len())
            ),
        }
    }

    /// The name of the permissions boundary, where it is known.
    pub(super) fn boundary(&self) -> Option<String> {
        let boundary = self.evidence.policies.permissions_boundary.known()?;
        Some(shown(&boundary.name))
    }

    /// Why it is that sure: a clause.
    pub fn basis(&self, cause: &Cause) -> &'static str {
        basis(cause.basis)
    }

    /// A sentence on how sure a cause is, where that is not certain.
    pub fn doubt(&self, cause: &Cause) -> Option<String> {
        let basis = basis(cause.basis);
        match cause.confidence {
            Confidence::Confirmed => None,
            Confidence::Likely => Some(format!("Likely, not certain: {basis}.")),
            Confidence::Possible => Some(format!("Possible, not certain: {basis}.")),
        }
    }
}

pub(super) fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::AwsSaysSo => "AWS says so, in words that it uses for nothing else",
        Basis::CredentialsRefused => "AWS refused the credentials themselves",
        Basis::NothingToSignWith => "no source of credentials had any",
        Basis::CallsFailed => "the calls failed in this way",
        Basis::CallerArn => "the partition in the ARN shows it",
        Basis::RefusalAndPolicies => {
            "AWS refused and named this kind of policy, and the policies that were read refuse it too"
        }
        Basis::RefusalNamesLayer => "AWS refused and named this kind of policy",
        Basis::PoliciesRead => "the policies that were read leave no other explanation",
        Basis::OneWitness => "only one source says so, and nothing contradicts it",
        Basis::OnlyTheNetworkExplainsIt => {
            "AWS refused, and only the condition on the network explains it"
        }
        Basis::PrivateAccessMayHelp => {
            "the policies refuse the console, unless it is opened from inside the VPC through AWS Management Console Private Access"
        }
        Basis::NewAccountsGrowOutOfIt => {
            "AWS says so, but it also says so for a while after an account was opened"
        }
        Basis::PayerMayBeTheReason => {
            "AWS says so, but in a member account the cause may be in the management account"
        }
        Basis::Documented => "AWS documents it for member accounts, and no call was made to check",
        Basis::StsAcceptsTheSession => {
            "AWS uses the same words for invalid tokens, but STS would refuse those too"
        }
        Basis::PolicyAttached => "the policy is attached, but not only AWS can attach it",
        Basis::Unexplained => "AWS refused, and the reason is not known",
    }
}

/// The first statement of the policies' refusal.
pub(super) fn first_statement(cause: &Cause) -> Option<String> {
    let refusal = cause.refusal.as_ref()?;
    let denial = refusal.statements.first()?;
    Some(statement_in(refusal.layer, &denial.statement))
}

/// The policy that AWS names, where it names just one.
fn named(refusal: &LayerRefusal) -> Option<String> {
    let mut names = refusal.named_by_aws.iter();
    match (names.next(), names.next()) {
        (Some(name), None) if refusal.layer == Layer::IdentityPolicy => {
            Some(format!("the policy {}", shown(name)))
        }
        (Some(name), None) => Some(policy_in(refusal.layer, &shown(name))),
        _ => None,
    }
}

/// What the statements deny together.
fn denied_by(denials: &[Denial]) -> Vec<Action> {
    let mut actions: Vec<Action> = denials
        .iter()
        .flat_map(|denial| denial.actions.iter().copied())
        .collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

pub(super) fn unreached(finding: &Finding) -> String {
    let Finding::Unreached {
        failures,
        services,
        nothing_answered,
    } = finding
    else {
        return "AWS could not be reached".to_owned();
    };
    let all = *nothing_answered || services.is_empty();
    let who = if all {
        "AWS".to_owned()
    } else {
        let names: Vec<String> = services.iter().map(shown).collect();
        match names.as_slice() {
            [one] => format!("the service {one}"),
            names => format!("the services {}", list(names)),
        }
    };
    if failures.contains(&Failure::Unreachable) {
        format!("{who} could not be reached")
    } else if failures.contains(&Failure::TimedOut) {
        format!("{who} did not answer in time")
    } else if all {
        "something other than AWS answered (a proxy or a sign-in page?)".to_owned()
    } else {
        format!("something other than AWS answered the calls to {who}")
    }
}

pub(super) fn throttled(finding: &Finding) -> String {
    match finding {
        Finding::Throttled { calls } => {
            let calls: Vec<String> = calls.iter().map(|Name(call)| shown(call)).collect();
            let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
            format!("AWS throttled {}", calls_of(&calls))
        }
        _ => "AWS throttled the calls".to_owned(),
    }
}

fn calls_of(calls: &[&str]) -> String {
    match calls.len() {
        0 => "the calls".to_owned(),
        1..=3 => few_or_count(calls),
        number => format!("{number} calls"),
    }
}
