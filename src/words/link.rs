//! Where each step is done.

use super::Voice;
use crate::catalog::Partition;
use crate::diagnose::remedy::{SignIn, Step};
use crate::names::PrincipalKind;
use aws_refusal::Layer;

const SIGN_IN_DOCS: &str =
    "https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-authentication.html";
const SIGN_UP: &str = "https://portal.aws.amazon.com/billing/signup";
/// AWS Settings, which projects have in place of the Account page.
///
/// Source: <https://docs.aws.amazon.com/accounts/latest/reference/view-billing-history.html>
const SETTINGS: &str = "https://settings.aws.com";
/// The form of a case for the verification of an account, as AWS's own message links it.
const VERIFICATION: &str = "?region=us-east-1#/case/create?issueType=customer-service&serviceCode=account-management&\
                            categoryCode=account-verification";
const SCPS: &str = "organizations/v2/home/policies/service-control-policy";
const COST_EXPLORER: &str = "cost-management/home#/cost-explorer";
/// The page of the menu entry “Cost Management Preferences”.
const PREFERENCES: &str = "cost-management/home#/settings";

impl Voice<'_> {
    /// The page on which a step is done, or that describes it.
    pub(super) fn link(&self, step: &Step) -> Option<String> {
        let partition = self.partition();
        let path = match step {
            Step::SignIn {
                how: SignIn::Any, ..
            } => return Some(SIGN_IN_DOCS.to_owned()),
            Step::UseSettingsOfProject => return Some(SETTINGS.to_owned()),
            // Where the other partitions have their sign-up is not known here.
            Step::FinishSignUp => {
                return (partition == Partition::Aws).then(|| SIGN_UP.to_owned());
            }
            // The bill is in another partition.
            Step::OpenBillsThere => return Some(Partition::Aws.console("billing/home#/bills")),
            Step::OpenVerificationCase if partition == Partition::Aws => {
                return Some(partition.support(VERIFICATION));
            }
            Step::OpenVerificationCase | Step::OpenCaseIfNoData => {
                return Some(partition.support(""));
            }
            Step::AnswerQuarantineCase => return Some(partition.support("#/case/history")),
            // Root access management is an entry of the menu; AWS prints no address of it.
            Step::AllowPasswordRecovery { .. } | Step::DeleteRootPassword => "iam/home",
            Step::CheckAccessKey | Step::CompareSecretKey | Step::ReplaceLeakedKey => {
                "iam/home#/users"
            }
            Step::FindWhoCalls | Step::LookAtCloudTrail => "cloudtrailv2/home#/events",
            Step::FinishWhatAwsAsks => "billing/home#/",
            Step::UpgradePlan | Step::UpgradeExpiredPlan => "billing/home#/freetier/upgrade",
            Step::DeleteRootKeys | Step::MfaInConsole => "iam/home#/security_credentials",
            Step::SetRootPassword | Step::SignInAsRoot => "",
            Step::OpenAccountPage => "billing/home#/account",
            Step::OpenServiceControlPolicies { .. } => SCPS,
            Step::ExemptInResourceControlPolicy => "organizations/v2/home/policies",
            Step::LaunchInPayer { .. }
            | Step::LaunchInPayerForBudgets { .. }
            | Step::AskPayerIfNoData { .. }
            | Step::LaunchCostExplorer => COST_EXPLORER,
            Step::GiveLinkedAccountAccess { .. } | Step::AskPayerToLook { .. } => PREFERENCES,
            Step::AskPayer { pages } if pages.contains(&"cost-allocation-tags") => {
                "billing/home#/tags"
            }
            Step::AskPayer { .. } => "billing/home#/costcategories",
            Step::DecideOnCostExplorer | Step::UseBillsMeanwhile => "billing/home#/bills",
            Step::LeaveGroup { .. } => "iam/home#/groups",
            Step::OrTagPrincipal { .. } | Step::LoosenCondition { .. } => self.principal_page(),
            Step::Detach { .. } | Step::AddAddress => "iam/home#/policies",
            Step::EditUnreadPolicy {
                layer: Layer::IdentityPolicy | Layer::PermissionsBoundary,
                ..
            } => self.principal_page(),
            Step::EditUnreadPolicy {
                layer: Layer::ServiceControlPolicy,
                ..
            } => SCPS,
            Step::ProvisionPermissionSet { .. } => "singlesignon/home#/permissionsets",
            Step::EditEndpointPolicy => "vpcconsole/home#Endpoints:",
            Step::SignIn { .. }
            | Step::NameProfile
            | Step::RunAgain
            | Step::RunAgainForTheNextLayer
            | Step::TryDemo
            | Step::UnsetSessionToken
            | Step::SetClock
            | Step::CheckNetwork { .. }
            | Step::TryHost
            | Step::UnsetEndpoints { .. }
            | Step::SignInToNetwork
            | Step::LongerTimeout
            | Step::ListHosts
            | Step::WaitAndRunAgain
            | Step::UseOtherSession
            | Step::FindStandardAccount
            | Step::CheckThere
            | Step::RunAsSomeoneElse
            | Step::EndRootSession
            | Step::EditSwitch
            | Step::ActivateSwitch
            | Step::NotWithTerraform
            | Step::FindPolicyOnPath
            | Step::AllowAtLevels { .. }
            | Step::LookForRegionLock { .. }
            | Step::WaitForData
            | Step::WaitForCostData
            | Step::MakeChange
            | Step::MakeChangeInstead
            | Step::EditUnreadPolicy { .. }
            | Step::AskWhoSetBoundary
            | Step::NewSession
            | Step::OtherNetwork
            | Step::MfaOnCommandLine
            | Step::OrMoveDate { .. }
            | Step::BringSessionWithMfa { .. }
            | Step::AllowAssumingRole { .. }
            | Step::TrustPrincipal
            | Step::RunCredentialProcess
            | Step::CorrectProfile
            | Step::OpenConsoleInVpc
            | Step::UseCommandLineInVpc
            | Step::ExemptInStatement
            | Step::SeeOwnAddress
            | Step::GoToAllowedNetwork
            | Step::HandOverRefusals
            | Step::GivePermissions => return None,
        };
        Some(partition.console(path))
    }

    /// The list of the console in which the principal is.
    fn principal_page(&self) -> &'static str {
        match self.principal_kind() {
            Some(PrincipalKind::User) => "iam/home#/users",
            Some(PrincipalKind::Role) => "iam/home#/roles",
            _ => "iam/home",
        }
    }
}
