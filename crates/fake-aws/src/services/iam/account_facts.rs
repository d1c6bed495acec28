//! The account's summary and alias.

use super::allow_all;
use super::paging::Page;
use crate::call::Call;
use crate::reply::{Answer, AwsError};
use crate::world::World;
use crate::xml::Xml;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>
pub(super) fn summary(world: &World, call: &Call) -> Result<Answer, AwsError> {
    allow_all(world, call, "iam:GetAccountSummary")?;
    let account = world.account();
    let devices = account.users.iter().filter(|user| user.mfa).count();
    let root_device = usize::from(account.root_user.mfa);
    let entries = [
        ("AccountAccessKeysPresent", 0),
        ("AccountMFAEnabled", root_device),
        (
            "AccountPasswordPresent",
            usize::from(account.root_user.password),
        ),
        ("AccountSigningCertificatesPresent", 0),
        ("AttachedPoliciesPerUserQuota", 10),
        ("Groups", account.groups.len()),
        ("MFADevices", devices + root_device),
        ("MFADevicesInUse", devices + root_device),
        ("Policies", account.policies.len()),
        ("PolicySizeQuota", 6144),
        ("Roles", account.roles.len()),
        ("Users", account.users.len()),
    ];
    let mut xml = Xml::new();
    xml.element("SummaryMap", |map| {
        for (key, value) in entries {
            map.element("entry", |entry| {
                entry.text("key", key).text("value", &value.to_string());
            });
        }
    });
    Ok(Answer::Xml(xml))
}

/// An account has at most one alias.
pub(super) fn aliases(world: &World, call: &Call) -> Result<Answer, AwsError> {
    allow_all(world, call, "iam:ListAccountAliases")?;
    let page = Page::cut(world, call, world.account().alias.iter().collect())?;
    let mut xml = Xml::new();
    xml.texts("AccountAliases", &page.items);
    page.finish(&mut xml);
    Ok(Answer::Xml(xml))
}
