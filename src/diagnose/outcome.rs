//! What a check found out, and why it says so, as data.

use super::cause::{Cause, Name, Quote};
use crate::catalog::Code;
use crate::evidence::Gap;
use aws_refusal::Layer;

/// What a check found out.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The good state was seen, the whole of what the check's title says.
    Passed(Pass),
    /// The bad state was seen, and it takes billing away.
    Failed(Box<Cause>),
    /// It kept the tool from looking; it says nothing of the account.
    Hindered(Box<Cause>),
    /// Worth knowing, and not what takes billing away.
    Warning(Box<Cause>),
    /// It could not be seen.
    Inconclusive(Unseen),
    /// The question does not arise.
    Skipped(Skip),
}

impl Outcome {
    /// What it found, whatever that does.
    pub fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Failed(cause) | Self::Hindered(cause) | Self::Warning(cause) => Some(cause),
            Self::Passed(_) | Self::Inconclusive(_) | Self::Skipped(_) => None,
        }
    }
}

/// What shows the good state.
#[derive(Clone, Debug, PartialEq)]
pub enum Pass {
    /// A call was answered.
    Answered(&'static str),
    /// AWS takes the credentials, which came from here.
    CredentialsAccepted { source: Name },
    /// Every call that was made got an answer of AWS's: how many.
    EveryCallAnswered { calls: usize },
    /// No call was throttled: how many were made.
    NothingThrottled { calls: usize },
    /// Services answered, and none says otherwise.
    ServicesAnswered,
    /// The caller has this ARN.
    CallerIs { arn: Name },
    /// The account is in this partition.
    Partition { partition: Name },
    /// Every action that was checked passes this layer, by the policies that were read.
    EveryActionPasses { layer: Layer },
    /// AWS's simulator, which sees this layer, says so.
    SimulatorClears { layer: Layer },
    /// What denies is not a Region lock alone.
    OtherDenies,
    /// The policies that were read show it.
    PoliciesRead,
    /// No such policy is attached.
    NotAttached,
    /// IAM takes the session's token.
    IamAcceptsToken,
    /// AWS answered a call through it.
    NoRefusalNamesIt,
    /// Cost Explorer is enabled; its data is not there yet.
    EnabledWithoutData,
    /// `billing:GetCredits` answered an IAM principal.
    SwitchOn,
}

/// Why something could not be seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Unseen {
    /// A fact is missing.
    Gap(Gap),
    /// What the evidence says of itself.
    Because(Quote),
    /// `billing:GetCredits` is refused by a policy, and AWS looks at policies first.
    SwitchBehindPolicy,
    /// The caller is the root user, which the switch does not apply to.
    SwitchUnknownToRoot,
    /// A Deny of this layer comes first; what it allows shows only once that is gone.
    BehindDeny { layer: Layer },
    /// It depends on something that could not be seen.
    Depends { layer: Layer },
    /// A Deny of this layer names what is no action: what it means can't be told.
    OddDeny { layer: Layer },
    /// No API shows these policies, and no refusal names one.
    NoApiShows { layer: Layer },
    /// Nobody asked Cost Explorer.
    NotAsked,
    /// The cause that keeps the tool from looking.
    Hindered(Code),
}

/// Why a question does not arise.
#[derive(Clone, Debug, PartialEq)]
pub enum Skip {
    /// What the evidence says: the account is in no organization, …
    NotApplicable(Quote),
    /// Left out because the person asked for it.
    ByChoice(Gap),
    /// Another check says it more exactly.
    MoreExactly(Code),
    /// There was nothing to sign a call with.
    NothingToAskWith,
    /// No call got through.
    NoCallGotThrough,
    /// AWS answered something else.
    AwsAnswered(Quote),
    /// Identity policies do not apply to the root user.
    RootUser,
    /// It is the management account.
    ManagementAccount,
    /// Not about what was asked.
    NotAskedAbout,
    /// The account is older than AWS's plans.
    NoPlan,
}
