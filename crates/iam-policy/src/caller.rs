//! What a tool can know of the context of a caller's requests.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>

use jiff::Timestamp;

use super::request::{Context, ContextValue, PrincipalKind};

/// Who calls. Unset facts stay unknown in the context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The principal.
    pub identity: Identity,
    /// The account's id.
    pub account: String,
    /// `UserId` of `sts:GetCallerIdentity`: a user's unique id, or a role's with the session's name behind a colon. Of a
    /// role of which no session is known, a [`ContextValue::Form`].
    pub user_id: ContextValue,
    /// `Absent` for an account outside every organization.
    pub organization_id: ContextValue,
    /// Tags of the IAM user. Without effect for role sessions, whose session tags can't be read and win over the role's.
    pub tags: Option<Vec<(String, String)>>,
    /// Seconds since 1970.
    pub now: Option<i64>,
}

/// The principal behind a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The account's root user.
    RootUser,
    /// An IAM user.
    User {
        /// The user's ARN.
        arn: String,
        /// The name, without its path.
        name: String,
    },
    /// A role session.
    Role {
        /// The role's ARN, not the session's. Unknown where the role's path is, since session ARNs leave it out.
        arn: Option<String>,
        /// Whether the role belongs to an AWS service.
        service_linked: bool,
    },
    /// A `GetFederationToken` session.
    FederatedUser {
        /// The ARN that `sts:GetCallerIdentity` gives.
        arn: String,
    },
}

/// The way by which a call reaches AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// A command line or program with a long-term access key.
    AccessKey,
    /// A command line or program with temporary credentials, such as a role session's.
    TemporaryCredentials,
    /// The AWS console, from the internet or through AWS Management Console Private Access, which carries
    /// `aws:SourceVpc` and no `aws:SourceVpce`.
    ///
    /// <https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/console-private-access.html>
    Console,
    /// The AWS console, from the internet.
    PublicConsole,
}

/// What no request of the console carries: it goes through endpoints of AWS's own.
const CONSOLE: [&str; 7] = [
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:SignInSessionArn",
    "aws:Ec2InstanceSourceVpc",
    "aws:Ec2InstanceSourcePrivateIPv4",
];

/// What only AWS Management Console Private Access carries.
const PRIVATE_CONSOLE: [&str; 3] = ["aws:SourceVpc", "aws:SourceVpcArn", "aws:VpcSourceIp"];

impl Caller {
    /// The kind that decides which layers bind the caller.
    pub fn principal_kind(&self) -> PrincipalKind {
        match self.identity {
            Identity::RootUser => PrincipalKind::RootUser,
            Identity::User { .. } => PrincipalKind::User,
            Identity::Role {
                service_linked: true,
                ..
            } => PrincipalKind::ServiceLinkedRole,
            Identity::Role {
                service_linked: false,
                ..
            } => PrincipalKind::AssumedRole,
            Identity::FederatedUser { .. } => PrincipalKind::FederatedUser,
        }
    }

    /// The context of a direct call about the caller's own account, that is answered in `region`. Keys that are not
    /// mentioned are unknown; more can be put in where more is known, such as `aws:SourceIp`.
    pub fn context(&self, channel: Channel, region: &str) -> Context {
        use ContextValue::{Absent, Unknown};
        let one = |text: &str| ContextValue::one(text);
        let mut context = Context::new(Unknown)
            .with("aws:PrincipalAccount", one(&self.account))
            .with("aws:userid", self.user_id())
            .with("aws:PrincipalOrgID", self.organization_id.clone())
            .with("aws:RequestedRegion", one(region))
            .with("aws:SecureTransport", one("true"))
            .with("aws:PrincipalIsAWSService", one("false"))
            .with("aws:ResourceAccount", one(&self.account))
            .with("aws:ResourceOrgID", self.organization_id.clone());
        if self.organization_id == Absent {
            context.insert("aws:PrincipalOrgPaths", Absent);
            context.insert("aws:ResourceOrgPaths", Absent);
        }
        self.insert_identity(&mut context);
        self.insert_channel(&mut context, channel);
        if let Some(now) = self.now {
            if let Ok(time) = Timestamp::from_second(now) {
                context.insert("aws:CurrentTime", ContextValue::one(time.to_string()));
            }
            context.insert("aws:EpochTime", ContextValue::one(now.to_string()));
        }
        // A person or program that calls AWS itself, not through a service, an MCP server or a service principal:
        context.insert("aws:ViaAWSService", one("false"));
        for key in [
            "aws:CalledVia",
            "aws:CalledViaFirst",
            "aws:CalledViaLast",
            "aws:ViaAWSMCPService",
            "aws:CalledViaAWSMCP",
            "aws:PrincipalServiceName",
            "aws:PrincipalServiceNamesList",
            "aws:SourceArn",
            "aws:SourceAccount",
            "aws:SourceOrgID",
            "aws:SourceOrgPaths",
        ] {
            context.insert(key, Absent);
        }
        // Reading a bill tags nothing.
        context.insert("aws:TagKeys", Absent);
        context.insert_family("aws:RequestTag/", Absent);
        context
    }

    fn user_id(&self) -> ContextValue {
        match (&self.user_id, &self.identity) {
            (ContextValue::Unknown, Identity::RootUser) => ContextValue::one(&self.account),
            (id, _) => id.clone(),
        }
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>
    fn insert_identity(&self, context: &mut Context) {
        use ContextValue::{Absent, Unknown};
        let (arn, name, kind) = match &self.identity {
            Identity::RootUser => (
                ContextValue::one(format!("arn:aws:iam::{}:root", self.account)),
                Absent,
                "Account",
            ),
            Identity::User { arn, name } => {
                (ContextValue::one(arn), ContextValue::one(name), "User")
            }
            Identity::Role { arn, .. } => (
                arn.as_ref().map_or(Unknown, ContextValue::one),
                Absent,
                "AssumedRole",
            ),
            Identity::FederatedUser { arn } => (ContextValue::one(arn), Absent, "FederatedUser"),
        };
        context.insert("aws:PrincipalArn", arn);
        context.insert("aws:username", name);
        context.insert("aws:PrincipalType", ContextValue::one(kind));
        match (&self.identity, &self.tags) {
            (Identity::User { .. }, Some(tags)) => {
                context.insert_family("aws:PrincipalTag/", Absent);
                for (key, value) in tags {
                    context.insert(&format!("aws:PrincipalTag/{key}"), ContextValue::one(value));
                }
            }
            (Identity::RootUser, _) => context.insert_family("aws:PrincipalTag/", Absent),
            _ => {}
        }
        if matches!(self.identity, Identity::RootUser | Identity::User { .. }) {
            context.insert("aws:FederatedProvider", Absent);
        }
    }

    fn insert_channel(&self, context: &mut Context, channel: Channel) {
        use ContextValue::Absent;
        let absent: &[&str] = match channel {
            // Keys of temporary credentials:
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
            Channel::AccessKey => &[
                "aws:TokenIssueTime",
                "aws:MultiFactorAuthPresent",
                "aws:MultiFactorAuthAge",
                "aws:SourceIdentity",
                "aws:SignInSessionArn",
                "aws:AssumedRoot",
            ],
            Channel::TemporaryCredentials => &[],
            Channel::Console => &CONSOLE,
            Channel::PublicConsole => &[&CONSOLE[..], &PRIVATE_CONSOLE].concat(),
        };
        for key in absent {
            context.insert(key, Absent);
        }
        // Federated identities sign in elsewhere, so AWS knows of no MFA.
        if matches!(self.identity, Identity::FederatedUser { .. }) {
            context.insert("aws:MultiFactorAuthPresent", Absent);
            context.insert("aws:MultiFactorAuthAge", Absent);
        }
        // Only `sts:AssumeRoot` sets it, which makes temporary credentials of a root user.
        if self.identity != Identity::RootUser {
            context.insert("aws:AssumedRoot", Absent);
        }
    }
}
