//! What each check looks at.

use crate::catalog::Code;

/// A noun phrase that reads right after ✓, ✗, ? and –.
pub const fn title(code: Code) -> &'static str {
    match code {
        Code::NoCredentials => "AWS credentials",
        Code::CredentialsExpired => "Expiry of the credentials",
        Code::CredentialsRejected => "Access key and secret",
        Code::ClockSkew => "Clock of this machine",
        Code::SessionCannotCallIam => "IAM calls with this session",
        Code::EndpointUnreachable => "Connection to AWS",
        Code::Throttled => "API throttling",
        Code::IamAccessNotActivated => "IAM access to billing (root user's switch)",
        Code::AccountNotActive => "Status of the account",
        Code::SubscriptionRequired => "Sign-up for the billing services",
        Code::PartitionBillsElsewhere => "Bill in another partition (GovCloud)",
        Code::RootUserInUse => "Root user's credentials",
        Code::ScpDeniesBilling => "Deny in service control policies",
        Code::ScpOmitsBilling => "Allow in service control policies",
        Code::ScpRegionLock => "Region lock in service control policies",
        Code::RcpDeniesBilling => "Deny in resource control policies",
        Code::MemberCostExplorerWithheld => "Cost Explorer for member accounts (payer's setting)",
        Code::MemberBudgetsNotEnabled => "Budgets for member accounts (payer's setting)",
        Code::PayerOnlyFeature => "Payer-only pages",
        Code::BoundaryDeniesBilling => "Deny in the permissions boundary",
        Code::BoundaryOmitsBilling => "Allow in the permissions boundary",
        Code::SessionPolicyDeniesBilling => "Deny in session policies",
        Code::SessionPolicyOmitsBilling => "Allow in session policies",
        Code::VpcEndpointPolicyBlocksBilling => "VPC endpoint policy",
        Code::IdentityPolicyDeniesBilling => "Deny in identity policies",
        Code::IdentityPolicyOmitsBilling => "Allow in identity policies",
        Code::MfaRequired => "MFA",
        Code::NetworkRestricted => "Network that the policies allow",
        Code::OnlyLegacyActions => "Retired aws-portal actions",
        Code::BillingPolicyWithoutCostExplorer => "Cost Explorer in AWS's billing policies",
        Code::KeyQuarantined => "Quarantine of a leaked access key",
        Code::CostExplorerNotEnabled => "Activation of Cost Explorer",
        Code::CostDataNotReady => "Data in Cost Explorer",
        Code::UnexplainedRefusal => "Refusals without an explanation",
    }
}
