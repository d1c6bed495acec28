//! One thing that is in the way, or worth knowing, as data: what was found, how sure that is, what shows it, and what
//! mends it. No field holds a sentence; `words` makes those.

use std::collections::BTreeSet;

use aws_refusal::{Effect, Layer, LinkedFeature};
use iam_policy::ResidualCondition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::remedy::Remedy;
use super::requirement::Requirement;
pub use super::value::{Action, Name, PageId, Quote, StatementAt};
use crate::catalog::Code;
use crate::evidence::{Failure, PolicyId};

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Cause {
    pub code: Code,
    pub confidence: Confidence,
    pub basis: Basis,
    /// For a cause that is a refusal by policies: which, and what they refuse.
    pub refusal: Option<LayerRefusal>,
    pub finding: Finding,
    /// The IAM actions that it takes away. Sorted.
    #[schemars(with = "Vec<Name>")]
    pub actions: Vec<Action>,
    /// The pages of the console that it closes. Empty where it only concerns the command line.
    #[schemars(with = "Vec<Name>")]
    pub closes: Vec<PageId>,
    /// What shows it, the strongest first.
    pub signs: Vec<Sign>,
    pub remedy: Remedy,
}

/// How sure a cause is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Confidence {
    /// AWS itself said so, or the policies leave no other reading.
    Confirmed,
    /// One witness says so and nothing contradicts it.
    Likely,
    /// It fits what was seen, and so do other causes.
    Possible,
}

/// Why a cause is that sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Basis {
    /// AWS says it, in words that it uses for nothing else.
    AwsSaysSo,
    /// AWS refused the credentials themselves.
    CredentialsRefused,
    /// No provider of credentials had any.
    NothingToSignWith,
    /// The calls failed that way.
    CallsFailed,
    /// The caller's ARN shows it.
    CallerArn,
    /// AWS refused and named this kind of policy, and the policies that were read refuse it too.
    RefusalAndPolicies,
    /// AWS refused and named this kind of policy.
    RefusalNamesLayer,
    /// The policies that were read leave no other reading.
    PoliciesRead,
    /// One witness says it, and nothing contradicts it.
    OneWitness,
    /// AWS refused, and only the condition on the network can be the reason.
    OnlyTheNetworkExplainsIt,
    /// The policies that were read refuse the console, unless it is opened from within the VPC.
    PrivateAccessMayHelp,
    /// AWS says it, but new accounts grow out of it.
    NewAccountsGrowOutOfIt,
    /// AWS says it, but in a member account the payer comes first.
    PayerMayBeTheReason,
    /// AWS documents it of member accounts; no call was made to see it.
    Documented,
    /// Other broken tokens are refused with the same words, but STS refuses those as well.
    StsAcceptsTheSession,
    /// The policy is attached.
    PolicyAttached,
    /// AWS refused, and nothing that was seen says why.
    Unexplained,
}

/// What was found, where a code and the policies' refusal do not say it all.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Finding {
    /// The code says it all.
    Plain,
    /// Calls that got no answer of AWS's.
    Unreached {
        failures: BTreeSet<Failure>,
        #[schemars(with = "BTreeSet<Name>")]
        services: BTreeSet<String>,
        /// Whether not even the caller is known.
        nothing_answered: bool,
    },
    /// The role that the profile assumes is refused to somebody.
    RoleRefused {
        role: Option<Name>,
        by: Option<Name>,
        /// Whether the profile names an MFA device, without whose code nobody assumes the role.
        mfa: bool,
    },
    /// Calls that AWS asked to slow down.
    Throttled { calls: Vec<Name> },
    /// The switch is off.
    SwitchOff {
        /// Whether the policies allow every action that was checked.
        policies_allow_all: bool,
    },
    /// What the payer withholds.
    Withheld { feature: LinkedFeature },
    /// Pages that only the payer has.
    PayerPages {
        #[schemars(with = "Vec<Name>")]
        pages: Vec<PageId>,
    },
    /// A policy that allows billing in the words of before 2023 only.
    Legacy { policy: PolicyId },
    /// Statements that would allow it, but for conditions that do not hold.
    ConditionFails {
        #[serde(skip)]
        unmet: Vec<UnmetStatement>,
    },
    /// Policies allow it only from a VPC or through its endpoints, where the console does not come from.
    ConsoleOutsideVpc {
        /// The Allow that asks for it, where no Deny does.
        allowed_by: Option<StatementAt>,
        /// Whether a console opened by AWS Management Console Private Access comes from there.
        private_access: bool,
    },
    /// No statement could be read, but what answers and what is refused looks like a Region lock with an old list of
    /// exemptions.
    LooksLikeRegionLock {
        #[schemars(with = "BTreeSet<Name>")]
        exempt: BTreeSet<String>,
    },
    /// The same, but what answers and what is refused looks like an account of AWS's new sign-up of 2026.
    LooksLikeProject,
    /// The principal may do it in the console, under this condition where there is one.
    ConsoleDiffers {
        requirement: Option<Box<Requirement>>,
    },
    /// Calls that AWS refused.
    Refused { calls: Vec<RefusedCall> },
}

/// A call that AWS refused.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RefusedCall {
    #[schemars(with = "Name")]
    pub action: Action,
    pub message: Quote,
}

/// What the policies of one layer refuse in one way.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LayerRefusal {
    pub layer: Layer,
    pub effect: Effect,
    /// The statements that deny, each with the actions that it denies itself. Empty where none could be read.
    pub statements: Vec<Denial>,
    /// The levels of the organization that do not allow, each with the actions that it omits.
    pub omitted_at: Vec<Omission>,
    /// The policies that AWS's refusals name.
    pub named_by_aws: BTreeSet<Name>,
    /// Whether every action that was checked is refused.
    pub everything: bool,
    /// Whether each statement that denies tests the Region of the request.
    pub region_lock: bool,
}

/// A statement that denies.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Denial {
    pub statement: StatementAt,
    /// Its conditions; they hold, or it would not deny.
    #[serde(skip)]
    pub conditions: Vec<ResidualCondition>,
    #[schemars(with = "Vec<Name>")]
    pub actions: Vec<Action>,
}

/// A level of the organization whose policies do not allow something.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Omission {
    pub target: Name,
    #[schemars(with = "Vec<Name>")]
    pub actions: Vec<Action>,
}

/// A statement that would allow, but for conditions that do not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct UnmetStatement {
    /// The layer whose statement it is.
    pub layer: Layer,
    pub statement: StatementAt,
    /// What does not hold.
    pub conditions: Vec<ResidualCondition>,
}

/// Something that was seen.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Sign {
    /// A call brought this answer.
    Answered { call: Name, message: Quote },
    /// A call was answered; what it said is of no matter.
    AnsweredAtAll { call: Name },
    /// AWS refused an action, and the others in the same way.
    Refused {
        #[schemars(with = "Name")]
        action: Action,
        message: Quote,
        #[schemars(with = "Vec<Name>")]
        likewise: Vec<Action>,
    },
    /// A statement denies this many of the actions that were checked.
    StatementDenies {
        statement: StatementAt,
        denied: usize,
        checked: usize,
    },
    /// A level of the organization does not allow these.
    LevelOmits {
        target: Name,
        #[schemars(with = "Vec<Name>")]
        actions: Vec<Action>,
    },
    /// The policies that were read refuse this many actions; AWS's simulator agrees on so many of them.
    PoliciesRefuse {
        effect: Effect,
        actions: usize,
        simulator_agrees: usize,
    },
    /// Only AWS's simulator says so.
    SimulatorRefuses { actions: usize },
    /// The policies allow every action that was checked.
    PoliciesAllowAll { checked: usize },
    /// How the account came into its organization: AWS's word, such as `INVITED`.
    Joined { how: Name },
    /// CloudTrail shows that somebody changed the switch; which way, it does not show.
    SwitchChanged { by: Option<Name>, at: Option<Name> },
    /// Where credentials were looked for.
    LookedForCredentials { source: Name, detail: Option<Quote> },
    /// Where the credentials came from.
    CredentialsFrom { source: Name },
    /// A call that got no answer of AWS's.
    CallFailed {
        call: Name,
        failure: Failure,
        detail: Option<Quote>,
    },
    /// None of these services answered.
    NoAnswerFrom { services: Vec<Name> },
    /// The caller's ARN.
    CallerIs { arn: Name },
    /// The ARN of the principal that was asked about.
    PrincipalIs { arn: Name },
    /// A policy is attached that AWS attaches to users whose keys have leaked; others may attach it too.
    Attached { policy: Name },
    /// AWS says that the account's free plan has ended, and when.
    PlanExpired { at: Option<Name> },
    /// The organization's management account.
    ManagementAccount { account: Name },
}
