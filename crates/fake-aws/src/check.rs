//! Whether an account is whole: everything that it refers to exists and parses.

use super::account::Caller;
use super::sources::{FULL_AWS_ACCESS, parse, service_control_text};
use super::world::World;

impl World {
    /// The first thing that is missing or wrong, in one sentence.
    pub(super) fn check(&self) -> Result<(), String> {
        let account = self.account();
        if account.id.len() != 12 || !account.id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("{:?} is not an account id", account.id));
        }
        match &account.caller {
            Caller::User(name) if self.user(name).is_none() => {
                return Err(format!("the caller {name} is not a user"));
            }
            Caller::Role(session) if self.role(&session.role).is_none() => {
                return Err(format!("the caller's role {} is not a role", session.role));
            }
            _ => {}
        }
        for user in &account.users {
            if let Some(missing) = user.groups.iter().find(|name| self.group(name).is_none()) {
                return Err(format!(
                    "{} is in {missing}, which is not a group",
                    user.name
                ));
            }
        }
        for arn in self.managed_policies_in_use() {
            self.managed_source(arn)?;
        }
        self.check_documents()?;
        self.check_path()
    }

    fn check_documents(&self) -> Result<(), String> {
        let account = self.account();
        let inline = (account.users.iter().flat_map(|user| &user.inline_policies))
            .chain(
                account
                    .groups
                    .iter()
                    .flat_map(|group| &group.inline_policies),
            )
            .chain(account.roles.iter().flat_map(|role| &role.inline_policies));
        let session = match &account.caller {
            Caller::Role(session) => session.session_policies.as_slice(),
            Caller::User(_) | Caller::RootUser => &[],
        };
        for policy in inline.chain(session) {
            parse(&policy.name, &policy.document.to_string())?;
        }
        for policy in &account.policies {
            parse(&policy.name, &policy.document.to_string())?;
        }
        for target in self
            .organization()
            .into_iter()
            .flat_map(|organization| &organization.path)
        {
            for policy in &target.service_control_policies {
                if policy.document.is_none() && policy.id != FULL_AWS_ACCESS {
                    return Err(format!("the policy {} has no document", policy.name));
                }
                parse(&policy.name, &service_control_text(policy))?;
            }
        }
        Ok(())
    }

    fn check_path(&self) -> Result<(), String> {
        let Some(organization) = self.organization() else {
            return Ok(());
        };
        let ends = (organization.path.first(), organization.path.last());
        let (Some(root), Some(last)) = ends else {
            return Err("the organization's path is empty".to_owned());
        };
        if !root.id.starts_with("r-") || last.id != self.id() {
            return Err(
                "the organization's path must lead from its root to the account".to_owned(),
            );
        }
        Ok(())
    }
}
