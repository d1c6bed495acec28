//! What to do, a step each: imperatives to the person who can mend the cause.

use super::console::sts;
use super::labels::{layer_policies, policy_in, statement_label};
use super::shown::shown;
use super::voice::{Audience, Voice, management_account_named};
use crate::diagnose::cause::PageId;
use crate::diagnose::remedy::{SignIn, Step};
use crate::names::PrincipalKind;
use crate::text::list;
use aws_refusal::{Effect, Layer};

/// What a support case takes.
///
/// Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/billing-get-answers.html>
const CASES: &str =
    "Account and billing cases are free. Users other than the root user need support:CreateCase.";

/// A step in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepText {
    /// Whole sentences.
    pub text: String,
    /// Where it is done, or what describes it.
    pub url: Option<String>,
}

impl Voice<'_> {
    /// `changes`: what to say for [`Step::MakeChange`], a whole imperative sentence each.
    pub fn step(&self, step: &Step, changes: &[String]) -> StepText {
        StepText {
            text: self.step_text(step, changes),
            url: self.link(step),
        }
    }

    fn step_text(&self, step: &Step, changes: &[String]) -> String {
        match step {
            Step::SignIn { how, profile } => {
                let step = self.by_sender(&sign_in(*how, profile.as_ref().map(shown).as_deref()));
                match how {
                    // Source: https://docs.aws.amazon.com/signin/latest/userguide/command-line-sign-in.html
                    SignIn::Any => format!(
                        "{step} `aws login` needs version 2.32 or later of the aws CLI and, except for the root user, the \
                         AWS managed policy SignInLocalDevelopmentAccess."
                    ),
                    SignIn::IdentityCenter | SignIn::Console | SignIn::Environment => step,
                }
            }
            Step::NameProfile => {
                self.by_sender("name a profile that exists: `billing-doctor check --profile NAME`")
            }
            Step::RunAgain => self.by_sender("run `billing-doctor check` again"),
            Step::RunAgainForTheNextLayer => format!(
                "{} AWS names only one kind of policy at a time, so another may show.",
                self.by_sender("run `billing-doctor check` again")
            ),
            Step::TryDemo => self.by_sender(
                "try a demo that needs no account: `billing-doctor check --demo iam-access-off`",
            ),
            Step::CheckAccessKey => format!(
                "{} It may have been deleted, or belong to another partition (China, GovCloud).",
                self.by_sender(
                    "check that the access key exists and is active: IAM → Users → the user → Security credentials"
                )
            ),
            Step::CompareSecretKey => format!(
                "{} Copying often loses or adds a character.",
                self.by_sender("compare the secret access key with the original: it does not fit the access key ID")
            ),
            Step::UnsetSessionToken => format!(
                "{} AWS refuses a token of other keys in the same way.",
                self.by_sender("unset AWS_SESSION_TOKEN if it is left over")
            ),
            Step::SetClock => format!(
                "{} A virtual machine that slept is often behind.",
                self.by_sender(
                    "set the clock: `sudo timedatectl set-ntp true` (Linux), `w32tm /resync` (Windows), or System \
                     Settings → General → Date & Time (macOS)"
                )
            ),

            Step::CheckNetwork {
                region,
                region_source,
            } => {
                let region = shown(region);
                format!(
                    "{} Check the Region {region} too ({}): if it does not exist, neither does its host.",
                    self.by_sender("check the network, the VPN and the proxy (HTTPS_PROXY)"),
                    shown(region_source)
                )
            }
            Step::TryHost => format!(
                "{} Any number but 000 means that AWS can be reached.",
                self.by_sender(&format!(
                    "try it by hand: `curl -sS -o /dev/null -w '%{{http_code}}\\n' {}`",
                    sts(&self.region())
                ))
            ),
            Step::UnsetEndpoints { endpoints } => {
                let endpoints: Vec<String> = endpoints.iter().map(shown).collect();
                format!(
                    "The calls go to {}, not to AWS. {}",
                    list(&endpoints),
                    self.by_sender("unset this if it is left over")
                )
            }
            Step::SignInToNetwork => self.by_sender(
                "sign in to the network first if this is hotel or train Wi-Fi: open any page in a browser",
            ),
            Step::LongerTimeout => self.by_sender(
                "give each call more time if the line is slow: `billing-doctor check --timeout 30`",
            ),
            Step::ListHosts => self.by_sender(
                "see which hosts a firewall must let through: `billing-doctor explain endpoint-unreachable`",
            ),
            Step::WaitAndRunAgain => {
                self.by_sender("wait a minute, then run `billing-doctor check` again")
            }
            Step::FindWhoCalls => "If it keeps happening, see in CloudTrail → Event history who makes the calls. Often it \
                 is a dashboard, an exporter or a cost tool that polls."
                .to_owned(),
            Step::UseOtherSession => format!(
                "{} The code is that of a virtual or hardware token; a passkey or security key has none.",
                self.by_sender(
                    "run `billing-doctor check` with the user's own keys, with a role, or with a session made with MFA: \
                     `aws sts get-session-token --serial-number ARN-OF-THE-MFA-DEVICE --token-code CODE`"
                )
            ),

            Step::FindStandardAccount => format!(
                "{} It has another number; the person who signed up for GovCloud knows it.",
                self.by_sender("find out to which standard account this GovCloud account is linked")
            ),
            Step::OpenBillsThere => {
                self.by_sender("sign in to the standard account and open the Bills page")
            }
            Step::CheckThere => format!(
                "{} If the bill does not open there, this says why.",
                self.by_sender("run `billing-doctor check --profile NAME` with a profile of the standard account")
            ),
            Step::FinishWhatAwsAsks => "Look in the root user's mailbox, sign in as the root user, and do what AWS asks \
                 for, such as a verification."
                .to_owned(),
            Step::OpenVerificationCase => format!(
                "If AWS asks for nothing, open a case with AWS Support for the verification of the account. {CASES}"
            ),
            Step::FinishSignUp => {
                "Finish the account's sign-up (payment method, telephone number), then wait up to 24 hours.".to_owned()
            }
            Step::UpgradePlan => {
                "On the free plan, upgrade to the paid plan to use what the free plan leaves out.".to_owned()
            }
            Step::UpgradeExpiredPlan => "Upgrade to the paid plan within 90 days after the free plan ended. First read what \
                 the account will then cost."
                .to_owned(),
            Step::RunAsSomeoneElse => self.by_sender(
                "run billing-doctor with the credentials of the person who is locked out, or name that user or role: \
                 `billing-doctor check --principal ARN`",
            ),
            Step::DeleteRootKeys => {
                "Delete the root user's access keys if there are any: AWS advises to have none.".to_owned()
            }
            Step::EndRootSession => format!(
                "{} The credentials are temporary, so there is no key to delete.",
                self.by_sender("end the root user's session: `aws logout`")
            ),

            // Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html
            Step::AllowPasswordRecovery { management_account } => format!(
                "The root user has no password yet. {} “Privileged root actions in member accounts” must be enabled \
                 there. It takes a user or role with sts:AssumeRoot, not the root user.",
                self.by_payer(
                    management_account.as_ref(),
                    &format!(
                        "allow password recovery: IAM → Root access management → {} → Take privileged action → Allow \
                         password recovery",
                        self.account()
                    )
                )
            ),
            Step::SetRootPassword => "Set the root user's password, with access to its mailbox: choose “Root user”, the \
                 root user's e-mail address, Next, then “Forgot password?”."
                .to_owned(),
            Step::SignInAsRoot => "Sign in: choose “Root user”, then the root user's e-mail address, Next, the password \
                 and MFA."
                .to_owned(),
            Step::OpenAccountPage => "Open Account (top right: account name → Account).".to_owned(),
            Step::EditSwitch => {
                "At “IAM user and role access to Billing information” choose Edit.".to_owned()
            }
            Step::ActivateSwitch => "Select “Activate IAM Access” and choose Update. The page then says “IAM user/role \
                 access to billing information is activated”. It may take a few minutes to work."
                .to_owned(),
            Step::DeleteRootPassword => self.by_payer(
                None,
                "delete the root user's password again: IAM → Root access management → the account → Take privileged \
                 action",
            ),
            Step::NotWithTerraform => "Do not use Terraform for this: changing iam_user_access_to_billing on \
                 aws_organizations_account plans to destroy the account."
                .to_owned(),

            Step::OpenServiceControlPolicies { management_account } => format!(
                "Sign in to {} and open the service control policies.",
                management_account_named(management_account.as_ref())
            ),
            Step::FindPolicyOnPath => self.find_policy_on_path(),
            Step::AllowAtLevels { targets } => {
                let targets: Vec<String> = targets.iter().map(shown).collect();
                allow_at(&targets)
            }
            Step::LookForRegionLock { exempt } => {
                let exempt: Vec<String> = exempt.iter().map(shown).collect();
                format!(
                    "Look for a statement with a condition on aws:RequestedRegion, and add {} to its NotAction. It looks \
                     like a Region lock with an outdated list of exemptions: billing always runs in {}.",
                    list(&exempt),
                    self.partition().billing_region()
                )
            }
            Step::UseSettingsOfProject => "If AWS's new sign-up made this account, nobody can edit that policy. The invoices \
                 are in AWS Settings → Billing → View billing history. The whole console comes with Projects → Actions → \
                 Explore advanced features: that needs the paid plan and can't be undone."
                .to_owned(),
            Step::ExemptInResourceControlPolicy => "Open the resource control policy that denies billing and exempt the \
                 billing actions in it. It is attached to the account, an organizational unit above it, or the root."
                .to_owned(),

            Step::LaunchInPayer { management_account } => format!(
                "Sign in to {}, open Cost Explorer and choose Launch Cost Explorer. This can't be undone, and each \
                 request to its API then costs 0.01 USD.",
                management_account_named(management_account.as_ref())
            ),
            Step::GiveLinkedAccountAccess { management_account } => format!(
                "Sign in to {} and open Cost Management Preferences → General → Member account permissions. Select Linked \
                 account access and choose Save preferences. It is one setting for all member accounts.",
                management_account_named(management_account.as_ref())
            ),
            Step::LaunchInPayerForBudgets { management_account } => format!(
                "Sign in to {}, open Cost Explorer and choose Launch Cost Explorer. Users report that Budgets then works \
                 in member accounts after 1 to 24 hours.",
                management_account_named(management_account.as_ref())
            ),
            Step::AskPayer { pages } => self.ask_payer(pages),
            Step::DecideOnCostExplorer => "Decide first whether the account needs Cost Explorer: enabling it can't be \
                 undone, and each request to its API then costs 0.01 USD. For the bill alone, the Bills page is enough."
                .to_owned(),
            Step::LaunchCostExplorer => "Open Cost Explorer and choose Launch Cost Explorer. There is no API for this. It \
                 also sets up Cost Anomaly Detection with a daily e-mail."
                .to_owned(),
            Step::WaitForData => {
                "Wait: the current month shows within 24 hours, the rest within a few days.".to_owned()
            }
            Step::AskPayerToLook { management_account } => self.by_payer(
                Some(management_account),
                "check that Cost Explorer was launched for the organization, and that Linked account access is on: Cost \
                 Management Preferences → General",
            ),
            Step::WaitForCostData => "Wait: the current month shows within 24 hours after Cost Explorer was enabled, the \
                 rest within a few days."
                .to_owned(),
            Step::AskPayerIfNoData { .. } if self.audience == Audience::Payer => {
                "If there is still nothing after a few days, check that Cost Explorer was launched here.".to_owned()
            }
            Step::AskPayerIfNoData { management_account } => format!(
                "If there is still nothing after a few days, ask an administrator of {} to check that Cost Explorer was \
                 launched there.",
                management_account_named(management_account.as_ref())
            ),
            Step::OpenCaseIfNoData => {
                format!("If there is still nothing after a few days, open a case with AWS Support. {CASES}")
            }
            Step::UseBillsMeanwhile => {
                "Use the Bills page in the meantime: it shows the month so far.".to_owned()
            }

            Step::MakeChange => match changes {
                [] => "Make the change that this report prints.".to_owned(),
                changes => changes.join(" "),
            },
            Step::MakeChangeInstead => match changes {
                [] => "Or make the change that this report prints: the Deny stays for everything else.".to_owned(),
                changes => format!("Or keep the Deny for everything else. {}", changes.join(" ")),
            },
            Step::LeaveGroup { group } => format!(
                "Remove {} from group {}. That alone is enough; it also takes away what else the group gives.",
                self.iam_entity(),
                shown(group)
            ),
            Step::Detach { policy } => format!(
                "Detach {} from the user, group or role that has it (delete it if it is inline). That alone is enough; \
                 it also ends what else the policy denies.",
                shown(policy)
            ),
            Step::EditUnreadPolicy { layer, effect } => self.edit_unread(*layer, *effect),
            Step::ProvisionPermissionSet { permission_set } => format!(
                "In IAM Identity Center → Permission sets, open “{}”, select {} and choose Update. It takes effect at the \
                 next sign-in.",
                shown(permission_set),
                self.account()
            ),
            Step::AskWhoSetBoundary => "First ask the person who set the boundary: it is there on purpose, and another \
                 policy often forbids removing it."
                .to_owned(),
            Step::NewSession => format!(
                "{} It is set where the role is assumed: --policy, --policy-arns, Policy in the SDK, a broker or a CI job.",
                self.by_sender(
                    "make a new session without the session policy, or add the billing actions to that policy"
                )
            ),
            Step::OtherNetwork => self.by_sender(
                "try from a network without the VPC endpoint, or in the console with a browser outside the VPC",
            ),
            Step::EditEndpointPolicy => "Or allow the billing actions in the endpoint's policy: VPC → Endpoints → the \
                 endpoint → Policy. The endpoint may belong to another account that shares its network."
                .to_owned(),
            Step::MfaInConsole => self.by_locked_out(
                "sign in to the console with MFA; register a device first if there is none",
            ),
            Step::MfaOnCommandLine => format!(
                "{} This takes a virtual or hardware token, not a passkey or security key.",
                self.by_locked_out(
                    "run `aws sts get-session-token --serial-number ARN-OF-THE-MFA-DEVICE --token-code CODE` and use the \
                     three values that it prints"
                )
            ),
            Step::BringSessionWithMfa { profile } => {
                let profile = profile
                    .as_ref()
                    .map_or_else(String::new, |name| format!(" --profile {}", shown(name)));
                self.by_locked_out(&format!(
                    "let the AWS CLI assume the role, which asks for the MFA code: `eval \"$(aws configure \
                     export-credentials{profile} --format env)\"`. Then run `billing-doctor check` without the profile"
                ))
            }
            Step::AllowAssumingRole { by, role } => format!(
                "In the account of {}, an identity policy must allow `sts:AssumeRole` on {}.",
                by.as_ref().map_or_else(|| "the caller".to_owned(), shown),
                role.as_ref().map_or_else(|| "the role".to_owned(), shown)
            ),
            Step::TrustPrincipal => "In the role's account, the trust policy of the role must name the same user or role: \
                 IAM → Roles → the role → Trust relationships."
                .to_owned(),
            Step::RunCredentialProcess => self.by_locked_out(
                "run the command under `credential_process` in the profile by hand: it must print JSON with the keys",
            ),
            Step::CorrectProfile => self.by_locked_out(
                "correct the profile in ~/.aws/config: see whether `role_arn`, `source_profile`, `credential_source` and \
                 the token file that it names are right",
            ),
            Step::OpenConsoleInVpc => self.by_locked_out(
                "open the console from inside the VPC that the policy names, through AWS Management Console Private Access",
            ),
            Step::UseCommandLineInVpc => format!(
                "{} The console cannot: its requests never pass through a VPC endpoint of the account.",
                self.by_locked_out("use the command line from inside the VPC that the policy names")
            ),
            Step::ExemptInStatement if self.audience == Audience::Administrator => {
                "If billing should be seen from outside, exempt its actions in the statement.".to_owned()
            }
            Step::ExemptInStatement => {
                "If billing should be seen from outside, ask the person who manages the policy to exempt its actions in \
                 the statement."
                    .to_owned()
            }
            Step::OrTagPrincipal { tag, values } => {
                let values: Vec<String> = values.iter().map(shown).collect();
                format!(
                    "Or, if it should have it, set the tag {} of {} to {}.",
                    shown(tag),
                    self.iam_entity(),
                    values.join(" or ")
                )
            }
            Step::LoosenCondition { statement, keys } => {
                let keys: Vec<String> = keys.iter().map(|key| format!("`{}`", shown(key))).collect();
                format!(
                    "Change {} so that its condition on {} lets billing through. Leave what it says of MFA.",
                    statement_label(statement),
                    list(&keys)
                )
            }
            Step::OrMoveDate { statement } => format!(
                "Or change the date in {}, if it is no longer right.",
                statement_label(statement)
            ),
            Step::SeeOwnAddress => self.by_locked_out(
                "compare the address that AWS sees, `curl -sS https://checkip.amazonaws.com`, with the addresses in the \
                 statement",
            ),
            Step::GoToAllowedNetwork => format!(
                "{} Some VPNs carry only a part of the traffic, or no IPv6.",
                self.by_locked_out(
                    "connect to a network that the policy allows (office, VPN, the VPC that it names) and run \
                     `billing-doctor check` again"
                )
            ),
            Step::AddAddress if self.audience == Audience::Administrator => {
                "If the list is out of date, add the address: IAM → Policies → the policy → Edit.".to_owned()
            }
            Step::AddAddress => "If the list is out of date, ask an administrator of the account to add the address: IAM \
                 → Policies → the policy → Edit."
                .to_owned(),
            Step::ReplaceLeakedKey => "Make a new key where one is needed. Then deactivate and delete the leaked one: IAM \
                 → Users → the user → Security credentials."
                .to_owned(),
            Step::AnswerQuarantineCase => "Answer the case that AWS opened, if there is one: it says when the policy may \
                 be detached."
                .to_owned(),
            Step::HandOverRefusals => match self.audience {
                Audience::Reader => "Give an administrator the refusals word for word, with the time of this report."
                    .to_owned(),
                _ => "Read the refusals in this report word for word, and note its time.".to_owned(),
            },
            Step::LookAtCloudTrail => "Look for the same calls in CloudTrail → Event history: AWS's error code appears \
                 there within 15 minutes and stays for 90 days."
                .to_owned(),
            Step::GivePermissions => format!(
                "Give {} the permissions that `billing-doctor permissions` prints. {}",
                self.iam_entity(),
                self.by_sender("run `billing-doctor check` again after that")
            ),
        }
    }

    /// The Region whose hosts are asked.
    fn region(&self) -> String {
        match self.evidence.credentials.region.as_str() {
            "" => self.partition().billing_region().to_owned(),
            region => shown(region),
        }
    }

    fn find_policy_on_path(&self) -> String {
        format!(
            "Find the policy with a Deny for billing and exempt the billing actions in it. It is attached to {}, an \
             organizational unit above it, or the root.",
            self.account()
        )
    }

    /// Tags and categories can only be had from the payer.
    fn ask_payer(&self, pages: &[PageId]) -> String {
        let tags = pages.contains(&"cost-allocation-tags");
        let categories = pages.contains(&"cost-categories");
        match (self.audience == Audience::Payer, tags, categories) {
            (true, true, false) => {
                "Activate the cost allocation tags that the member account asks for.".to_owned()
            }
            (true, false, true) => {
                "Make the cost categories that the member account asks for.".to_owned()
            }
            (true, _, _) => {
                "Activate the tags and make the cost categories that the member account asks for."
                    .to_owned()
            }
            (false, true, false) => format!(
                "Ask an administrator of {} to activate the tag keys that are needed.",
                self.management_account()
            ),
            (false, false, true) => format!(
                "Ask an administrator of {} to make the cost categories that are needed.",
                self.management_account()
            ),
            (false, _, _) => format!(
                "Ask an administrator of {} to activate the tag keys and make the cost categories that are needed.",
                self.management_account()
            ),
        }
    }

    /// Nobody could read the policy: what to look for, and to change by hand.
    fn edit_unread(&self, layer: Layer, effect: Effect) -> String {
        let entity = self.iam_entity();
        match (layer, effect) {
            (Layer::IdentityPolicy, Effect::ExplicitDeny) => format!(
                "Find the policy with a Deny for billing and exempt the billing actions in it. It is attached to {entity} \
                 or to a group."
            ),
            (Layer::IdentityPolicy, Effect::ImplicitDeny) => match self.principal_kind() {
                Some(PrincipalKind::User) => format!(
                    "Attach a policy that allows billing to {entity} or to one of {} groups: IAM → the name → Add permissions.",
                    self.possessive()
                ),
                _ => format!(
                    "Attach a policy that allows billing to {entity}: IAM → the name → Add permissions."
                ),
            },
            (Layer::PermissionsBoundary, Effect::ExplicitDeny) => format!(
                "Exempt the billing actions from the Deny in {}, or set another boundary: IAM → the name → Permissions → \
                 Permissions boundary.",
                self.the_boundary()
            ),
            (Layer::PermissionsBoundary, Effect::ImplicitDeny) => format!(
                "Allow the billing actions in {}, or set another boundary: IAM → the name → Permissions → Permissions \
                 boundary.",
                self.the_boundary()
            ),
            (Layer::ServiceControlPolicy, Effect::ExplicitDeny) => self.find_policy_on_path(),
            (Layer::ServiceControlPolicy, Effect::ImplicitDeny) => allow_at(&[]),
            (_, Effect::ExplicitDeny) => format!(
                "Exempt the billing actions from the Deny in {}.",
                layer_policies(layer)
            ),
            (_, Effect::ImplicitDeny) => {
                format!("Allow the billing actions in {}.", layer_policies(layer))
            }
        }
    }

    fn the_boundary(&self) -> String {
        match self.boundary() {
            Some(name) => policy_in(Layer::PermissionsBoundary, &name),
            None => "the permissions boundary".to_owned(),
        }
    }
}

fn allow_at(targets: &[String]) -> String {
    if targets.is_empty() {
        "Attach FullAWSAccess, or a policy that allows the billing actions, at each level that lacks it: the root, every \
         organizational unit and the account must allow them."
            .to_owned()
    } else {
        format!(
            "Attach FullAWSAccess at {}, or allow the billing actions in a policy that is attached there. Every level must \
             allow them.",
            list(targets)
        )
    }
}

fn sign_in(how: SignIn, profile: Option<&str>) -> String {
    let profile = profile.filter(|name| *name != "default");
    match (how, profile) {
        (SignIn::IdentityCenter, Some(profile)) => {
            format!("sign in again: `aws sso login --profile {profile}`")
        }
        (SignIn::IdentityCenter, None) => "sign in again: `aws sso login`".to_owned(),
        (SignIn::Console, Some(profile)) => {
            format!("sign in again: `aws login --profile {profile}`")
        }
        (SignIn::Console, None) => "sign in again: `aws login`".to_owned(),
        (SignIn::Environment, _) => "get new keys and set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN \
             again, or unset all three and use a profile"
            .to_owned(),
        (SignIn::Any, _) => "sign in with `aws login` (console password), `aws sso login` (IAM Identity Center; the first \
             time `aws configure sso`) or `aws configure` (access key)"
            .to_owned(),
    }
}
