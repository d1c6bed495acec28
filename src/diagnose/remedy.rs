//! What mends a cause: who can, in which steps. As data; `words` makes the sentences.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use aws_refusal::Effect;

use super::value::{Name, PageId, StatementAt};

/// Who can do it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Actor {
    /// The person who runs the tool.
    You,
    /// Somebody who may change IAM in the account.
    AccountAdministrator,
    /// The person who has the root user's e-mail and password.
    RootUser,
    /// An administrator of the organization's management account.
    ManagementAccountAdministrator,
    /// The person who manages IAM Identity Center: in the management account or its delegated administrator.
    IdentityCenterAdministrator,
    AwsSupport,
    /// It takes time, and nobody can speed it up.
    Nobody,
}

/// How to mend a cause.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Remedy {
    pub actor: Actor,
    /// In order.
    pub steps: Vec<Step>,
    /// The AWS page that the steps come from.
    #[schemars(with = "Name")]
    pub source: &'static str,
}

/// How a person signs in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SignIn {
    /// `aws sso login`.
    IdentityCenter,
    /// `aws login`.
    Console,
    /// New values for the environment variables.
    Environment,
    /// Nothing tells which way.
    Any,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", tag = "step")]
pub enum Step {
    /// Sign in again, with this profile where one is named.
    SignIn {
        how: SignIn,
        profile: Option<Name>,
    },
    /// Name a profile that exists.
    NameProfile,
    RunAgain,
    /// Run it again: AWS names one layer at a time.
    RunAgainForTheNextLayer,
    /// There is a demo to see without an account.
    TryDemo,
    CheckAccessKey,
    CompareSecretKey,
    UnsetSessionToken,
    SetClock,
    /// Let the AWS CLI assume the role, which asks for the MFA code.
    BringSessionWithMfa {
        profile: Option<Name>,
    },
    /// In the account of whoever assumes the role: allow it.
    AllowAssumingRole {
        by: Option<Name>,
        role: Option<Name>,
    },
    /// In the role's account: let its trust policy name whoever assumes it.
    TrustPrincipal,
    /// See what the process of the profile prints.
    RunCredentialProcess,
    /// The profile names something that is not there, or itself.
    CorrectProfile,

    CheckNetwork {
        region: Name,
        region_source: Name,
    },
    /// Try the host by hand.
    TryHost,
    UnsetEndpoints {
        endpoints: Vec<Name>,
    },
    SignInToNetwork,
    LongerTimeout,
    ListHosts,
    WaitAndRunAgain,
    FindWhoCalls,
    UseOtherSession,

    FindStandardAccount,
    OpenBillsThere,
    CheckThere,
    FinishWhatAwsAsks,
    /// To have the account verified.
    OpenVerificationCase,
    FinishSignUp,
    UpgradePlan,
    /// AWS closes the account of a free plan that has ended.
    UpgradeExpiredPlan,
    RunAsSomeoneElse,
    DeleteRootKeys,
    /// Temporary credentials have no key to delete.
    EndRootSession,

    /// In the management account: let the root user's mailbox reset the password.
    AllowPasswordRecovery {
        management_account: Option<Name>,
    },
    SetRootPassword,
    SignInAsRoot,
    OpenAccountPage,
    EditSwitch,
    ActivateSwitch,
    DeleteRootPassword,
    NotWithTerraform,

    OpenServiceControlPolicies {
        management_account: Option<Name>,
    },
    /// Nobody could read the policy: find it on the account's path and exempt the actions.
    FindPolicyOnPath,
    /// Nobody could read the policies: attach FullAWSAccess at these levels, or allow the actions there.
    AllowAtLevels {
        targets: Vec<Name>,
    },
    LookForRegionLock {
        #[schemars(with = "BTreeSet<Name>")]
        exempt: BTreeSet<String>,
    },
    /// Where AWS itself denies billing, in an account of its new sign-up: invoices are elsewhere.
    UseSettingsOfProject,
    ExemptInResourceControlPolicy,

    LaunchInPayer {
        management_account: Option<Name>,
    },
    GiveLinkedAccountAccess {
        management_account: Option<Name>,
    },
    LaunchInPayerForBudgets {
        management_account: Option<Name>,
    },
    AskPayer {
        #[schemars(with = "Vec<Name>")]
        pages: Vec<PageId>,
    },
    DecideOnCostExplorer,
    LaunchCostExplorer,
    WaitForData,
    AskPayerToLook {
        management_account: Name,
    },
    WaitForCostData,
    /// Where there is still nothing after some days: members wait for ever for what the payer did not launch.
    AskPayerIfNoData {
        management_account: Option<Name>,
    },
    OpenCaseIfNoData,
    UseBillsMeanwhile,

    /// Make the changes that the report prints for this cause. Where there is more than one, all of them.
    MakeChange,
    /// The same, where the steps before it are another way.
    MakeChangeInstead,
    /// Or give the principal the tag that a policy asks for.
    OrTagPrincipal {
        tag: Name,
        values: Vec<Name>,
    },
    /// Let billing through a condition of a statement, and leave what it asks of MFA.
    LoosenCondition {
        statement: StatementAt,
        keys: Vec<Name>,
    },
    /// Or move the date until which, or from which on, a policy allows.
    OrMoveDate {
        statement: StatementAt,
    },
    /// Take the principal out of a group that has the policy; what else that does was tried.
    LeaveGroup {
        group: Name,
    },
    /// Detach the policy that denies, or delete it where it is inline.
    Detach {
        policy: Name,
    },
    /// Nobody could read the policy that refuses: change it by hand.
    EditUnreadPolicy {
        layer: aws_refusal::Layer,
        effect: Effect,
    },
    /// A permission set can't be changed by a change of its role.
    ProvisionPermissionSet {
        permission_set: Name,
    },
    AskWhoSetBoundary,
    NewSession,
    OtherNetwork,
    EditEndpointPolicy,
    MfaInConsole,
    MfaOnCommandLine,
    /// Open the console from inside the VPC, through AWS Management Console Private Access.
    OpenConsoleInVpc,
    UseCommandLineInVpc,
    /// Exempt billing in the statement that asks for the VPC.
    ExemptInStatement,
    SeeOwnAddress,
    GoToAllowedNetwork,
    AddAddress,
    ReplaceLeakedKey,
    AnswerQuarantineCase,
    HandOverRefusals,
    LookAtCloudTrail,
    GivePermissions,
}
