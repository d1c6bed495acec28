//! Every call that the tool can make: its IAM action, its price, why it is made and what is lost without it.
//!
//! All of them read. `docs/permissions.md` is generated from this table.

/// One API operation that the tool calls.
#[derive(Debug, PartialEq)]
pub struct Call {
    /// `service:Operation` by AWS's API names, the service as its endpoint spells it.
    pub name: &'static str,
    /// The IAM action that allows it. Empty where none is needed.
    pub action: &'static str,
    /// US dollars for one answered request.
    pub price_usd: f64,
    /// What it shows, as a noun phrase.
    pub fact: &'static str,
    /// What the diagnosis can't say without it.
    pub without: &'static str,
}

macro_rules! calls {
    ($($id:ident = $name:literal, $action:literal, $price:literal, $fact:literal, $without:literal;)+) => {
        $(pub const $id: Call = Call {
            name: $name, action: $action, price_usd: $price, fact: $fact, without: $without,
        };)+
        /// The whole table, in the order of the report.
        pub const CALLS: &[Call] = &[$($id),+];
    };
}

calls! {
    GET_CALLER_IDENTITY = "sts:GetCallerIdentity", "", 0.0,
        "who the caller is", "Nothing can be diagnosed. AWS never refuses this call to valid credentials.";
    GET_COST_AND_USAGE = "ce:GetCostAndUsage", "ce:GetCostAndUsage", 0.01,
        "whether Cost Explorer answers", "Whether Cost Explorer was ever enabled, and whether the payer withholds it, stays unknown.";
    GET_CREDITS = "billing:GetCredits", "billing:GetCredits", 0.0,
        "whether the switch is on", "Whether the root user has activated IAM access to billing stays unknown: only this call shows it.";
    LIST_BILLING_VIEWS = "billing:ListBillingViews", "billing:ListBillingViews", 0.0,
        "whether the billing service answers", "One witness fewer for the verdict on the billing service.";
    DESCRIBE_BUDGETS = "budgets:DescribeBudgets", "budgets:ViewBudget", 0.0,
        "whether Budgets answers", "Whether Budgets opens rests on the policies alone.";
    GET_FREE_TIER_USAGE = "freetier:GetFreeTierUsage", "freetier:GetFreeTierUsage", 0.0,
        "whether Free Tier answers", "Whether the Free Tier page opens rests on the policies alone.";
    GET_ACCOUNT_PLAN_STATE = "freetier:GetAccountPlanState", "freetier:GetAccountPlanState", 0.0,
        "the account's plan", "That the account's free plan has expired is not reported.";
    GET_ACCOUNT_INFORMATION = "account:GetAccountInformation", "account:GetAccountInformation", 0.0,
        "the account's name", "The report names the account by its number alone.";
    LIST_ACCOUNT_ALIASES = "iam:ListAccountAliases", "iam:ListAccountAliases", 0.0,
        "the account's alias", "The report names the account by its number alone.";
    GET_ACCOUNT_SUMMARY = "iam:GetAccountSummary", "iam:GetAccountSummary", 0.0,
        "whether the root user can sign in", "Whether the root user has a password at all, and so what its holder must do first, stays unknown.";
    DESCRIBE_ORGANIZATION = "organizations:DescribeOrganization", "organizations:DescribeOrganization", 0.0,
        "the organization", "Whether the account is in an organization, and who its management account is, stays unknown.";
    DESCRIBE_ACCOUNT = "organizations:DescribeAccount", "organizations:DescribeAccount", 0.0,
        "how the account joined the organization, and its path", "The path is walked with ListParents instead; how the account joined stays unknown. Only the management account and delegated administrators may call it.";
    LIST_PARENTS = "organizations:ListParents", "organizations:ListParents", 0.0,
        "the account's place in the organization", "Service control policies can't be read. Only the management account and delegated administrators may call it.";
    LIST_POLICIES_FOR_TARGET = "organizations:ListPoliciesForTarget", "organizations:ListPoliciesForTarget", 0.0,
        "the service control policies on the account's path", "That a service control policy blocks can still be seen by its refusals and by the simulator, but not which statement.";
    DESCRIBE_POLICY = "organizations:DescribePolicy", "organizations:DescribePolicy", 0.0,
        "the text of a service control policy", "The statement that blocks can't be named.";
    GET_ACCOUNT_AUTHORIZATION_DETAILS = "iam:GetAccountAuthorizationDetails", "iam:GetAccountAuthorizationDetails", 0.0,
        "every user, group, role and policy of the account", "`audit` can't ask AWS itself; `check` never makes this call.";
    GET_USER = "iam:GetUser", "iam:GetUser", 0.0,
        "the user's permissions boundary and tags", "A permissions boundary is seen only through the simulator and refusals.";
    LIST_ATTACHED_USER_POLICIES = "iam:ListAttachedUserPolicies", "iam:ListAttachedUserPolicies", 0.0,
        "the managed policies attached to the user", "The identity policies are known in part only.";
    LIST_USER_POLICIES = "iam:ListUserPolicies", "iam:ListUserPolicies", 0.0,
        "the user's inline policies", "The identity policies are known in part only.";
    GET_USER_POLICY = "iam:GetUserPolicy", "iam:GetUserPolicy", 0.0,
        "the text of a user's inline policy", "The identity policies are known in part only.";
    LIST_GROUPS_FOR_USER = "iam:ListGroupsForUser", "iam:ListGroupsForUser", 0.0,
        "the user's groups", "The identity policies are known in part only.";
    LIST_ATTACHED_GROUP_POLICIES = "iam:ListAttachedGroupPolicies", "iam:ListAttachedGroupPolicies", 0.0,
        "the managed policies attached to a group", "The identity policies are known in part only.";
    LIST_GROUP_POLICIES = "iam:ListGroupPolicies", "iam:ListGroupPolicies", 0.0,
        "a group's inline policies", "The identity policies are known in part only.";
    GET_GROUP_POLICY = "iam:GetGroupPolicy", "iam:GetGroupPolicy", 0.0,
        "the text of a group's inline policy", "The identity policies are known in part only.";
    GET_ROLE = "iam:GetRole", "iam:GetRole", 0.0,
        "the role's path, permissions boundary and tags", "The simulator can't be asked about a role with a path, and a boundary is seen only through refusals.";
    LIST_ATTACHED_ROLE_POLICIES = "iam:ListAttachedRolePolicies", "iam:ListAttachedRolePolicies", 0.0,
        "the managed policies attached to the role", "The identity policies are known in part only.";
    LIST_ROLE_POLICIES = "iam:ListRolePolicies", "iam:ListRolePolicies", 0.0,
        "the role's inline policies", "The identity policies are known in part only.";
    GET_ROLE_POLICY = "iam:GetRolePolicy", "iam:GetRolePolicy", 0.0,
        "the text of a role's inline policy", "The identity policies are known in part only.";
    LIST_POLICIES = "iam:ListPolicies", "iam:ListPolicies", 0.0,
        "which version of each attached policy is in force", "One more round trip: iam:GetPolicy is asked for each policy instead.";
    GET_POLICY = "iam:GetPolicy", "iam:GetPolicy", 0.0,
        "which version of a policy is in force", "Needed only where iam:ListPolicies is not allowed or not enough.";
    GET_POLICY_VERSION = "iam:GetPolicyVersion", "iam:GetPolicyVersion", 0.0,
        "the text of a managed policy", "The identity policies are known in part only.";
    SIMULATE_PRINCIPAL_POLICY = "iam:SimulatePrincipalPolicy", "iam:SimulatePrincipalPolicy", 0.0,
        "AWS's own verdict on each action", "Service control policies that can't be read are then seen only where a billing service refuses and says so.";
    LOOKUP_EVENTS = "cloudtrail:LookupEvents", "cloudtrail:LookupEvents", 0.0,
        "who last changed the switch", "The report can't say whether someone changed the switch in the last 90 days.";
}
