//! Commands of the aws CLI, for a POSIX shell.

use serde_json::Value;

use super::{Part, identities, inline_identity, new_name, organization_id, way};
use crate::report::{Change, ChangeWay, SiteKind};
use crate::text::visible;
use iam_policy::text::compact;

pub(super) fn commands(change: &Change, account: Option<&str>) -> Part<String> {
    let document = change.document.as_ref();
    match (way(change), document.map(content)) {
        (ChangeWay::AttachManaged, _) => {
            let arn = change.managed_policy_arn.as_ref().or(change.arn.as_ref());
            match (arn, &change.permission_set) {
                (None, _) => Part::No("its ARN is not known".to_owned()),
                (Some(arn), Some(set)) => Part::Whole(of_permission_set(
                    set,
                    account,
                    "attach-managed-policy-to-permission-set",
                    &format!("--managed-policy-arn {}", quoted(arn)),
                )),
                (Some(arn), None) => Part::Whole(attach(change, &quoted(arn))),
            }
        }
        (ChangeWay::Attach, Some(content)) => Part::Whole(make(change, account, &content)),
        (ChangeWay::Amend, Some(content)) => amend(change, account, &content),
        (ChangeWay::Replace, Some(content)) => replace(change, &content),
        (_, None) | (ChangeWay::Detach, _) => detach(change, account),
    }
}

/// A policy of one's own, and its attachments.
fn make(change: &Change, account: Option<&str>, content: &str) -> String {
    if let Some(set) = &change.permission_set {
        return put_inline(set, account, content);
    }
    let name = quoted(&new_name(change));
    if !change.targets.is_empty() {
        let attached: String = change
            .targets
            .iter()
            .map(|target| {
                format!(
                    "aws organizations attach-policy --policy-id \"$id\" --target-id {}\n",
                    quoted(target)
                )
            })
            .collect();
        return format!(
            "id=$(aws organizations create-policy --type SERVICE_CONTROL_POLICY --name {name} --description '' --content \
             {content} --query Policy.PolicySummary.Id --output text)\n{attached}"
        );
    }
    let create = create(change, content);
    if identities(change).is_empty() {
        return create + "\n";
    }
    format!(
        "arn=$({create} --query Policy.Arn --output text)\n{}",
        attach(change, "\"$arn\"")
    )
}

fn create(change: &Change, content: &str) -> String {
    format!(
        "aws iam create-policy --policy-name {} --policy-document {content}",
        quoted(&new_name(change))
    )
}

fn attach(change: &Change, arn: &str) -> String {
    identities(change)
        .into_iter()
        .map(|(identity, name)| {
            let kind = identity.word();
            format!(
                "aws iam attach-{kind}-policy --{kind}-name {} --policy-arn {arn}\n",
                quoted(name)
            )
        })
        .collect()
}

fn amend(change: &Change, account: Option<&str>, content: &str) -> Part<String> {
    if let (Some(set), Some(_)) = (&change.permission_set, &change.inline_in) {
        return Part::Whole(put_inline(set, account, content));
    }
    if let Some((identity, name)) = inline_identity(change) {
        let kind = identity.word();
        return Part::Whole(format!(
            "aws iam put-{kind}-policy --{kind}-name {} --policy-name {} --policy-document {content}\n",
            quoted(name),
            quoted(&change.policy)
        ));
    }
    if !change.targets.is_empty() {
        return match organization_id(change) {
            Some(id) => Part::Whole(format!(
                "aws organizations update-policy --policy-id {} --content {content}\n",
                quoted(id)
            )),
            None => Part::No("the policy's id is not known".to_owned()),
        };
    }
    match &change.arn {
        Some(arn) => Part::Whole(format!(
            "# AWS keeps five versions of a policy: where this is refused for the limit, delete an old one first.\naws iam \
             create-policy-version --set-as-default --policy-arn {} --policy-document {content}\n",
            quoted(arn)
        )),
        None => Part::No("the policy's ARN is not known".to_owned()),
    }
}

/// A copy in the place of a policy that AWS manages.
fn replace(change: &Change, content: &str) -> Part<String> {
    let Some(arn) = &change.arn else {
        return Part::No("the policy's ARN is not known".to_owned());
    };
    let mut commands = format!(
        "arn=$({} --query Policy.Arn --output text)\n",
        create(change, content)
    );
    for site in &change.attach_to {
        let kind = match site.kind {
            SiteKind::UserBoundary => "user",
            SiteKind::RoleBoundary => "role",
            SiteKind::PermissionSet | SiteKind::PermissionSetBoundary => {
                return Part::No(
                    "a permission set names a customer managed policy that every account has to have; change it in the \
                     console of IAM Identity Center"
                        .to_owned(),
                );
            }
            _ => continue,
        };
        commands += &format!(
            "aws iam put-{kind}-permissions-boundary --{kind}-name {} --permissions-boundary \"$arn\"\n",
            quoted(&site.name)
        );
    }
    commands += &attach(change, "\"$arn\"");
    commands += &detach_from_identities(change, arn);
    Part::Whole(commands)
}

fn detach(change: &Change, account: Option<&str>) -> Part<String> {
    if let (Some(set), inline) = (&change.permission_set, &change.inline_in) {
        return match (inline, &change.arn) {
            (Some(_), _) => Part::Whole(of_permission_set(
                set,
                account,
                "delete-inline-policy-from-permission-set",
                "",
            )),
            (None, Some(arn)) => Part::Whole(of_permission_set(
                set,
                account,
                "detach-managed-policy-from-permission-set",
                &format!("--managed-policy-arn {}", quoted(arn)),
            )),
            (None, None) => Part::No("the policy's ARN is not known".to_owned()),
        };
    }
    if let Some((identity, name)) = inline_identity(change) {
        let kind = identity.word();
        return Part::Whole(format!(
            "aws iam delete-{kind}-policy --{kind}-name {} --policy-name {}\n",
            quoted(name),
            quoted(&change.policy)
        ));
    }
    if !change.targets.is_empty() {
        let Some(id) = organization_id(change) else {
            return Part::No("the policy's id is not known".to_owned());
        };
        let commands = change.targets.iter().map(|target| {
            format!(
                "aws organizations detach-policy --policy-id {} --target-id {}\n",
                quoted(id),
                quoted(target)
            )
        });
        return Part::Whole(commands.collect());
    }
    match &change.arn {
        Some(arn) if !identities(change).is_empty() => {
            Part::Whole(detach_from_identities(change, arn))
        }
        _ => Part::No("it is not known where the policy is attached".to_owned()),
    }
}

fn detach_from_identities(change: &Change, arn: &str) -> String {
    identities(change)
        .into_iter()
        .map(|(identity, name)| {
            let kind = identity.word();
            format!(
                "aws iam detach-{kind}-policy --{kind}-name {} --policy-arn {}\n",
                quoted(name),
                quoted(arn)
            )
        })
        .collect()
}

fn put_inline(set: &str, account: Option<&str>, content: &str) -> String {
    of_permission_set(
        set,
        account,
        "put-inline-policy-to-permission-set",
        &format!("--inline-policy {content}"),
    )
}

/// A command about a permission set, which AWS knows by ARN alone, and its provisioning.
fn of_permission_set(set: &str, account: Option<&str>, command: &str, arguments: &str) -> String {
    let target = match account {
        Some(account) => format!("AWS_ACCOUNT --target-id {}", quoted(account)),
        None => "ALL_PROVISIONED_ACCOUNTS".to_owned(),
    };
    let name = quoted(set);
    format!(
        r#"# In the management account, or the delegated administrator of IAM Identity Center.
permission_set=
instance=$(aws sso-admin list-instances --query 'Instances[0].InstanceArn' --output text)
for arn in $(aws sso-admin list-permission-sets --instance-arn "$instance" --query 'PermissionSets[]' --output text); do
  name=$(aws sso-admin describe-permission-set --instance-arn "$instance" --permission-set-arn "$arn" --query PermissionSet.Name --output text)
  if [ "$name" = {name} ]; then permission_set=$arn; fi
done
aws sso-admin {command} --instance-arn "$instance" --permission-set-arn "${{permission_set:?there is no such permission set}}" {arguments}
aws sso-admin provision-permission-set --instance-arn "$instance" --permission-set-arn "$permission_set" --target-type {target}
"#
    )
}

/// A document as one word.
fn content(document: &Value) -> String {
    quoted(&visible(&compact(document)))
}

/// One word for a POSIX shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
