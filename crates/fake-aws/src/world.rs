//! An [`Account`] with its cross-references resolved: ARNs, unique ids, policies and their
//! documents.

use super::account::{
    Account, Caller, Group, ManagedPolicy, Organization, Role, RoleSession, User,
};

/// An account that is known to be whole.
#[derive(Debug)]
pub(super) struct World {
    account: Account,
}

/// Someone whose policies can be asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Principal<'a> {
    RootUser,
    User(&'a User),
    /// An IAM group, which only the simulator knows as a principal.
    Group(&'a Group),
    /// A role, perhaps in a session.
    Role(&'a Role, Option<&'a RoleSession>),
}

impl World {
    /// Checks that everything that the account refers to exists, so that nothing can be missing
    /// later. The error is one sentence.
    pub(super) fn new(account: Account) -> Result<World, String> {
        let world = World { account };
        world.check()?;
        Ok(world)
    }

    pub(super) fn account(&self) -> &Account {
        &self.account
    }

    pub(super) fn id(&self) -> &str {
        &self.account.id
    }

    /// Who makes the calls.
    pub(super) fn caller(&self) -> Principal<'_> {
        match &self.account.caller {
            Caller::RootUser => Some(Principal::RootUser),
            Caller::User(name) => self.user(name).map(Principal::User),
            Caller::Role(session) => self
                .role(&session.role)
                .map(|role| Principal::Role(role, Some(session))),
        }
        // `check` has seen that the caller exists.
        .unwrap_or(Principal::RootUser)
    }

    /// A user by name. IAM compares names without regard to case when it makes them unique, and
    /// with regard to case when it looks them up.
    pub(super) fn user(&self, name: &str) -> Option<&User> {
        self.account.users.iter().find(|user| user.name == name)
    }

    pub(super) fn group(&self, name: &str) -> Option<&Group> {
        self.account.groups.iter().find(|group| group.name == name)
    }

    pub(super) fn role(&self, name: &str) -> Option<&Role> {
        self.account.roles.iter().find(|role| role.name == name)
    }

    /// A customer managed policy by ARN.
    pub(super) fn customer_managed(&self, arn: &str) -> Option<&ManagedPolicy> {
        self.account
            .policies
            .iter()
            .find(|policy| self.policy_arn(policy) == arn)
    }

    /// The user, group or role with that ARN, path and all.
    pub(super) fn principal(&self, arn: &str) -> Option<Principal<'_>> {
        let users = self
            .account
            .users
            .iter()
            .map(|user| (self.user_arn(user), Principal::User(user)));
        let groups = self
            .account
            .groups
            .iter()
            .map(|group| (self.group_arn(group), Principal::Group(group)));
        let roles = self
            .account
            .roles
            .iter()
            .map(|role| (self.role_arn(role), Principal::Role(role, None)));
        users
            .chain(groups)
            .chain(roles)
            .find(|(known, _)| known == arn)
            .map(|(_, found)| found)
    }

    /// `arn:aws:iam::111122223333:user/path/name`
    pub(super) fn user_arn(&self, user: &User) -> String {
        self.iam_arn("user", &user.path, &user.name)
    }

    /// `arn:aws:iam::111122223333:group/path/name`
    pub(super) fn group_arn(&self, group: &Group) -> String {
        self.iam_arn("group", &group.path, &group.name)
    }

    /// `arn:aws:iam::111122223333:role/path/name`
    pub(super) fn role_arn(&self, role: &Role) -> String {
        self.iam_arn("role", &role.path, &role.name)
    }

    /// `arn:aws:iam::111122223333:policy/path/name`
    pub(super) fn policy_arn(&self, policy: &ManagedPolicy) -> String {
        self.iam_arn("policy", &policy.path, &policy.name)
    }

    /// The ARN of something of IAM's that need not exist.
    pub(super) fn iam_arn(&self, kind: &str, path: &str, name: &str) -> String {
        format!("arn:aws:iam::{}:{kind}{path}{name}", self.id())
    }

    /// What `aws:PrincipalArn` says, and policies mean: the role, not its session.
    pub(super) fn principal_arn(&self, principal: Principal<'_>) -> String {
        match principal {
            Principal::RootUser => format!("arn:aws:iam::{}:root", self.id()),
            Principal::User(user) => self.user_arn(user),
            Principal::Group(group) => self.group_arn(group),
            Principal::Role(role, _) => self.role_arn(role),
        }
    }

    /// What `GetCallerIdentity` and refusals say: the session, without the role's path.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>
    pub(super) fn caller_arn(&self) -> String {
        match self.caller() {
            Principal::Role(role, Some(session)) => format!(
                "arn:aws:sts::{}:assumed-role/{}/{}",
                self.id(),
                role.name,
                session.session_name
            ),
            other => self.principal_arn(other),
        }
    }

    /// `aws:userid`.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>
    pub(super) fn user_id(&self, principal: Principal<'_>) -> String {
        match principal {
            Principal::RootUser => self.id().to_owned(),
            Principal::User(user) => unique_id("AIDA", &user.name),
            Principal::Group(group) => unique_id("AGPA", &group.name),
            Principal::Role(role, None) => unique_id("AROA", &role.name),
            Principal::Role(role, Some(session)) => {
                format!("{}:{}", unique_id("AROA", &role.name), session.session_name)
            }
        }
    }

    /// The organization, if the account is in one.
    pub(super) fn organization(&self) -> Option<&Organization> {
        self.account.organization.as_ref()
    }

    /// Whether the account manages its organization.
    pub(super) fn is_management_account(&self) -> bool {
        self.organization()
            .is_some_and(|organization| organization.management_account_id == self.id())
    }

    /// Whether the account is in somebody else's organization.
    pub(super) fn is_member_account(&self) -> bool {
        self.organization().is_some() && !self.is_management_account()
    }

    /// ARNs of the managed policies that are attached to anybody, or are a boundary, once each.
    pub(super) fn managed_policies_in_use(&self) -> Vec<&str> {
        let attached = self.attachments().flatten();
        let mut arns: Vec<&str> = attached
            .chain(self.boundaries())
            .map(String::as_str)
            .collect();
        arns.sort_unstable();
        arns.dedup();
        arns
    }

    /// How often a managed policy is attached, and how often it is a boundary.
    pub(super) fn uses(&self, arn: &str) -> (usize, usize) {
        let holds = |arns: &&Vec<String>| arns.iter().any(|one| one == arn);
        let attached = self.attachments().filter(holds).count();
        (
            attached,
            self.boundaries().filter(|one| *one == arn).count(),
        )
    }

    /// The ARNs attached to each user, group and role.
    fn attachments(&self) -> impl Iterator<Item = &Vec<String>> {
        let account = &self.account;
        (account.users.iter().map(|user| &user.attached_policies))
            .chain(account.groups.iter().map(|group| &group.attached_policies))
            .chain(account.roles.iter().map(|role| &role.attached_policies))
    }

    /// The ARNs that are a boundary of each user and role that has one.
    fn boundaries(&self) -> impl Iterator<Item = &String> {
        let account = &self.account;
        (account
            .users
            .iter()
            .filter_map(|user| user.permissions_boundary.as_ref()))
        .chain(
            account
                .roles
                .iter()
                .filter_map(|role| role.permissions_boundary.as_ref()),
        )
    }
}

/// A unique id as IAM makes them: a prefix that tells the kind, and 17 letters and digits.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
pub(super) fn unique_id(prefix: &str, name: &str) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    // FNV-1a over two seeds: 17 digits of 5 bits are more than one u64 has.
    let hash = |seed: u64| {
        name.bytes().chain(prefix.bytes()).fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    let bits =
        u128::from(hash(0xcbf2_9ce4_8422_2325)) << 64 | u128::from(hash(0x9ae1_6a3b_2f90_404f));
    let digits = (0..17).map(|place| char::from(DIGITS[(bits >> (place * 7) & 31) as usize]));
    prefix.chars().chain(digits).collect()
}
