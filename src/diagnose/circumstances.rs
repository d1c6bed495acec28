//! What is known of the circumstances of a principal's requests to billing.

use crate::catalog::{Partition, carries_resource_tags};
use crate::evidence::{Evidence, Observed, Principal};
use crate::names::{PrincipalArn, PrincipalKind, is_account_id, is_service_linked};
use aws_refusal::Layer;
use iam_policy::{Caller, Channel, Context, ContextValue, Identity};

/// What is known of a principal's requests by one way.
pub struct Circumstances {
    /// Of actions on things that have no tags.
    untagged: Context,
    tagged: Context,
}

impl Circumstances {
    /// Of requests that are answered in `region`.
    pub fn new(caller: &Caller, channel: Channel, region: &str) -> Self {
        let mut tagged = caller.context(channel, region);
        // No request of a person for the bill carries another service's keys.
        tagged.insert_service_keys(ContextValue::Absent);
        for prefix in [
            "account:",
            "aws-marketplace:",
            "billingconductor:",
            "catalog:",
        ] {
            tagged.insert_family(prefix, ContextValue::Unknown);
        }
        // Of the credentials that a service hands to a program:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
        if channel == Channel::TemporaryCredentials {
            for key in [
                "ec2:RoleDelivery",
                "ec2:SourceInstanceARN",
                "glue:CredentialIssuingService",
                "lambda:SourceFunctionArn",
            ] {
                tagged.insert(key, ContextValue::Unknown);
            }
        }
        tagged.insert("aws:ChatbotSourceArn", ContextValue::Absent);
        // A number that somebody masked is no value that a condition can be compared with.
        if !is_account_id(&caller.account) {
            tagged.insert("aws:PrincipalAccount", ContextValue::Unknown);
            tagged.insert("aws:ResourceAccount", ContextValue::Unknown);
        }
        let mut untagged = tagged.clone();
        untagged.insert_family("aws:ResourceTag/", ContextValue::Absent);
        Self { untagged, tagged }
    }

    fn insert(&mut self, key: &str, value: ContextValue) {
        self.untagged.insert(key, value.clone());
        self.tagged.insert(key, value);
    }

    fn unknown() -> Self {
        let unknown = Context::new(ContextValue::Unknown);
        Self {
            untagged: unknown.clone(),
            tagged: unknown,
        }
    }

    /// Of a request for an action.
    pub fn of(&self, action: &str) -> &Context {
        if carries_resource_tags(action) {
            &self.tagged
        } else {
            &self.untagged
        }
    }
}

/// The circumstances by every way.
pub struct Ways {
    pub command_line: Circumstances,
    pub console: Circumstances,
    pub public_console: Circumstances,
}

/// The circumstances on the command line with the credentials in force, and in the console. They differ: an access
/// key carries no MFA, a console session may.
pub fn of(evidence: &Evidence) -> Ways {
    let Some(principal) = evidence.principal.known() else {
        return Ways {
            command_line: Circumstances::unknown(),
            console: Circumstances::unknown(),
            public_console: Circumstances::unknown(),
        };
    };
    let parsed = PrincipalArn::parse(&principal.arn);
    let caller = Caller {
        identity: identity(principal.kind, &principal.arn, &principal.name),
        account: parsed
            .as_ref()
            .map(|arn| arn.account.to_owned())
            .unwrap_or_default(),
        user_id: match evidence.caller.known().filter(|_| principal.is_caller) {
            Some(caller) => ContextValue::one(&caller.user_id),
            None => user_id(principal.kind, principal.unique_id.as_deref()),
        },
        organization_id: organization(&evidence.organization),
        tags: principal
            .tags
            .known()
            .map(|tags| tags.clone().into_iter().collect()),
        now: evidence
            .collected_at
            .parse::<jiff::Timestamp>()
            .ok()
            .map(|time| time.as_second()),
    };
    let region = Partition::named(parsed.map_or("aws", |arn| arn.partition)).billing_region();
    let command_line = match (principal.is_caller, evidence.credentials.temporary) {
        (true, Some(true) | None) => Channel::TemporaryCredentials,
        (false, _) if principal.kind == PrincipalKind::Role => Channel::TemporaryCredentials,
        _ => Channel::AccessKey,
    };
    let by = |channel| {
        let mut circumstances = Circumstances::new(&caller, channel, region);
        if !is_account_id(&caller.account) && shows_a_number(evidence) {
            circumstances.insert("aws:PrincipalArn", ContextValue::Unknown);
        }
        circumstances
    };
    Ways {
        command_line: by(command_line),
        console: by(Channel::Console),
        public_console: by(Channel::PublicConsole),
    }
}

/// Whether a policy shows an account's number in full, which may be the one that is masked elsewhere.
pub fn shows_a_number(evidence: &Evidence) -> bool {
    let attached = evidence
        .policies
        .attached()
        .filter(|(layer, _)| *layer != Layer::SessionPolicy);
    let mut texts = attached.filter_map(|(_, policy)| policy.document.known());
    texts.any(|text| text.split(|c: char| !c.is_ascii_digit()).any(is_account_id))
}

/// `aws:userid` of requests of a principal with this unique id, whatever the session is called.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>
pub fn user_id(kind: PrincipalKind, unique_id: Option<&str>) -> ContextValue {
    match (kind, unique_id) {
        (PrincipalKind::User, Some(id)) => ContextValue::one(id),
        (PrincipalKind::Role, Some(id)) => ContextValue::Form(format!("{id}:*")),
        _ => ContextValue::Unknown,
    }
}

/// The principal as the engine knows it.
pub fn identity(kind: PrincipalKind, arn: &str, name: &str) -> Identity {
    match kind {
        PrincipalKind::RootUser => Identity::RootUser,
        PrincipalKind::User => Identity::User {
            arn: arn.to_owned(),
            name: name.to_owned(),
        },
        PrincipalKind::Role => Identity::Role {
            arn: Some(arn.to_owned()),
            service_linked: is_service_linked(arn),
        },
        PrincipalKind::FederatedUser => Identity::FederatedUser {
            arn: arn.to_owned(),
        },
    }
}

/// What kind of principal the engine judges. It decides which layers apply.
pub fn principal_kind(principal: Option<&Principal>) -> iam_policy::PrincipalKind {
    principal.map_or(iam_policy::PrincipalKind::User, |principal| {
        kind_of(&identity(principal.kind, &principal.arn, &principal.name))
    })
}

/// The one mapping, of `check` and `audit` alike.
pub fn kind_of(identity: &Identity) -> iam_policy::PrincipalKind {
    match identity {
        Identity::RootUser => iam_policy::PrincipalKind::RootUser,
        Identity::Role {
            service_linked: true,
            ..
        } => iam_policy::PrincipalKind::ServiceLinkedRole,
        Identity::Role { .. } => iam_policy::PrincipalKind::AssumedRole,
        // Its session policy grants as much as the user's policies do, and neither can be read.
        Identity::User { .. } | Identity::FederatedUser { .. } => iam_policy::PrincipalKind::User,
    }
}

/// `aws:PrincipalOrgID`, as far as it is known.
pub fn organization(organization: &Observed<crate::evidence::Organization>) -> ContextValue {
    match organization {
        Observed::Known { value } => ContextValue::one(&value.id),
        Observed::NotApplicable { .. } => ContextValue::Absent,
        Observed::Unknown(_) => ContextValue::Unknown,
    }
}
