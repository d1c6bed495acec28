//! Inline and managed policies.

use super::paging::Page;
use super::{Kind, allow_all, allow_entity, allow_policy, encoded, no_such, required};
use crate::account::{InlinePolicy, ManagedPolicy};
use crate::call::Call;
use crate::clock;
use crate::reply::{Answer, AwsError};
use crate::world::{World, unique_id};
use crate::xml::Xml;
use aws_managed_policies::managed_policy;

/// What somebody has.
struct Owned<'a> {
    attached: &'a [String],
    inline: &'a [InlinePolicy],
}

fn owned<'a>(world: &'a World, kind: Kind, name: &str) -> Result<Owned<'a>, AwsError> {
    let found = match kind {
        Kind::User => world
            .user(name)
            .map(|user| (&user.attached_policies, &user.inline_policies)),
        Kind::Group => world
            .group(name)
            .map(|group| (&group.attached_policies, &group.inline_policies)),
        Kind::Role => world
            .role(name)
            .map(|role| (&role.attached_policies, &role.inline_policies)),
    };
    let (attached, inline) = found.ok_or_else(|| no_such(kind.word(), name))?;
    Ok(Owned { attached, inline })
}

/// `ListAttachedUserPolicies` and its like.
pub(super) fn attached(world: &World, call: &Call, kind: Kind) -> Result<Answer, AwsError> {
    let name = required(call, kind.parameter())?;
    allow_entity(world, call, &format!("iam:{}", call.operation), kind, name)?;
    let page = Page::cut(
        world,
        call,
        owned(world, kind, name)?.attached.iter().collect(),
    )?;
    let mut xml = Xml::new();
    xml.list("AttachedPolicies", &page.items, |xml, arn| {
        write_attached(xml, arn)
    });
    page.finish(&mut xml);
    Ok(Answer::Xml(xml))
}

/// `ListUserPolicies` and its like.
pub(super) fn inline_names(world: &World, call: &Call, kind: Kind) -> Result<Answer, AwsError> {
    let name = required(call, kind.parameter())?;
    allow_entity(world, call, &format!("iam:{}", call.operation), kind, name)?;
    let names = owned(world, kind, name)?
        .inline
        .iter()
        .map(|policy| policy.name.as_str());
    let page = Page::cut(world, call, names.collect())?;
    let mut xml = Xml::new();
    xml.texts("PolicyNames", &page.items);
    page.finish(&mut xml);
    Ok(Answer::Xml(xml))
}

/// `GetUserPolicy` and its like.
pub(super) fn inline(world: &World, call: &Call, kind: Kind) -> Result<Answer, AwsError> {
    let name = required(call, kind.parameter())?;
    let policy_name = required(call, "PolicyName")?;
    allow_entity(world, call, &format!("iam:{}", call.operation), kind, name)?;
    let policies = owned(world, kind, name)?.inline;
    let policy = policies.iter().find(|policy| policy.name == policy_name);
    let policy = policy.ok_or_else(|| no_such(&format!("{} policy", kind.word()), policy_name))?;
    let mut xml = Xml::new();
    xml.text(kind.parameter(), name);
    write_inline(&mut xml, policy);
    Ok(Answer::Xml(xml))
}

/// `ListPolicies`: those that are attached to anybody, which is all of them that this account knows.
pub(super) fn all(world: &World, call: &Call) -> Result<Answer, AwsError> {
    allow_all(world, call, "iam:ListPolicies")?;
    let attached = world
        .managed_policies_in_use()
        .into_iter()
        .filter(|arn| world.uses(arn).0 > 0);
    let page = Page::cut(world, call, attached.collect())?;
    let policies = page
        .items
        .iter()
        .map(|arn| Managed::find(world, arn))
        .collect::<Result<Vec<_>, _>>()?;
    let mut xml = Xml::new();
    xml.list("Policies", &policies, |xml, policy| {
        policy.write(xml, world)
    });
    page.finish(&mut xml);
    Ok(Answer::Xml(xml))
}

/// `GetPolicy`.
pub(super) fn managed(world: &World, call: &Call) -> Result<Answer, AwsError> {
    let arn = required(call, "PolicyArn")?;
    allow_policy(world, call, "iam:GetPolicy", arn)?;
    let policy = Managed::find(world, arn)?;
    let mut xml = Xml::new();
    xml.element("Policy", |xml| policy.write(xml, world));
    Ok(Answer::Xml(xml))
}

/// `GetPolicyVersion`.
pub(super) fn version(world: &World, call: &Call) -> Result<Answer, AwsError> {
    let arn = required(call, "PolicyArn")?;
    let version = required(call, "VersionId")?;
    allow_policy(world, call, "iam:GetPolicyVersion", arn)?;
    let policy = Managed::find(world, arn)?;
    let versions = policy.versions();
    let found = versions
        .iter()
        .find(|(id, _)| id == version)
        .ok_or_else(|| {
            let message =
                format!("Policy {arn} version {version} does not exist or is not attachable.");
            AwsError::new(404, "NoSuchEntity", message)
        })?;
    let mut xml = Xml::new();
    xml.element("PolicyVersion", |xml| policy.write_version(xml, found));
    Ok(Answer::Xml(xml))
}

/// A managed policy.
pub(super) enum Managed<'a> {
    /// AWS's own.
    Aws {
        /// Its ARN.
        arn: &'a str,
        /// Its document.
        document: &'static str,
    },
    /// The customer's.
    Customer(&'a ManagedPolicy),
}

impl<'a> Managed<'a> {
    /// By ARN.
    pub(super) fn find(world: &'a World, arn: &'a str) -> Result<Managed<'a>, AwsError> {
        if let Some(policy) = world.customer_managed(arn) {
            return Ok(Managed::Customer(policy));
        }
        let document = managed_policy(arn).ok_or_else(|| {
            AwsError::new(404, "NoSuchEntity", format!("Policy {arn} was not found."))
        })?;
        Ok(Managed::Aws { arn, document })
    }

    /// All versions and their documents, the default one first. Of AWS's policies the catalogue has
    /// the newest document alone, which is called `v1` here whatever its number is.
    fn versions(&self) -> Vec<(String, String)> {
        match self {
            Managed::Aws { document, .. } => vec![("v1".to_owned(), (*document).to_owned())],
            Managed::Customer(policy) => {
                let default = (policy.version.clone(), policy.document.to_string());
                let old = policy.old_versions.iter();
                let old = old.map(|old| (old.version.clone(), old.document.to_string()));
                std::iter::once(default).chain(old).collect()
            }
        }
    }

    /// The members of `GetPolicy`, which are those of `GetAccountAuthorizationDetails` too.
    pub(super) fn write(&self, xml: &mut Xml, world: &World) {
        let arn = match self {
            Managed::Aws { arn, .. } => (*arn).to_owned(),
            Managed::Customer(policy) => world.policy_arn(policy),
        };
        let resource = arn
            .split_once(":policy")
            .map_or("/", |(_, path_and_name)| path_and_name);
        let (path, name) = resource.rsplit_once('/').unwrap_or(("", resource));
        let version = self.versions().into_iter().next().unwrap_or_default().0;
        let (attached, boundaries) = world.uses(&arn);
        xml.text("PolicyName", name);
        xml.text("PolicyId", &unique_id("ANPA", name));
        xml.text("Arn", &arn);
        xml.text("Path", &format!("{path}/"));
        xml.text("DefaultVersionId", &version);
        xml.text("AttachmentCount", &attached.to_string());
        xml.text("PermissionsBoundaryUsageCount", &boundaries.to_string());
        xml.flag("IsAttachable", true);
        xml.text("CreateDate", clock::CREATED);
        xml.text("UpdateDate", clock::CREATED);
    }

    /// The list of versions that `GetAccountAuthorizationDetails` adds.
    pub(super) fn write_versions(&self, xml: &mut Xml) {
        xml.list("PolicyVersionList", &self.versions(), |xml, version| {
            self.write_version(xml, version);
        });
    }

    fn write_version(&self, xml: &mut Xml, (id, document): &(String, String)) {
        let is_default = match self {
            Managed::Aws { .. } => true,
            Managed::Customer(policy) => policy.version == *id,
        };
        xml.text("Document", &encoded(document));
        xml.text("VersionId", id);
        xml.flag("IsDefaultVersion", is_default);
        xml.text("CreateDate", clock::CREATED);
    }
}

/// An attached policy: its name is the end of its ARN.
pub(super) fn write_attached(xml: &mut Xml, arn: &str) {
    xml.text("PolicyName", arn.rsplit('/').next().unwrap_or(arn));
    xml.text("PolicyArn", arn);
}

/// An inline policy.
pub(super) fn write_inline(xml: &mut Xml, policy: &InlinePolicy) {
    xml.text("PolicyName", &policy.name);
    xml.text("PolicyDocument", &encoded(&policy.document.to_string()));
}
