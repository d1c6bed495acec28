//! Resources of Terraform's AWS provider.

use serde_json::{Value, json};

use super::{Part, identities, inline_identity, is_boundary, new_name, organization_id, way};
use crate::evidence::Via;
use crate::report::{Change, ChangeWay};
use crate::text::visible;
use iam_policy::text::pretty;

pub(super) fn resources(change: &Change, id: &str) -> Part<String> {
    match (way(change), &change.document) {
        (ChangeWay::AttachManaged, _) => managed(change, id),
        (ChangeWay::Attach, Some(document)) => Part::Whole(attach(change, id, document)),
        (ChangeWay::Amend, Some(document)) => amend(change, id, document),
        (ChangeWay::Replace, Some(document)) => replace(change, id, document),
        (_, None) | (ChangeWay::Detach, _) => Part::No(
            "Terraform detaches only what it attached; take the attachment out of the configuration that has it, or use \
             --format aws-cli"
                .to_owned(),
        ),
    }
}

/// Attaches AWS's policy.
fn managed(change: &Change, id: &str) -> Part<String> {
    let Some(arn) = change
        .managed_policy_arn
        .as_deref()
        .or(change.arn.as_deref())
    else {
        return Part::No("its ARN is not known".to_owned());
    };
    if let Some(set) = &change.permission_set {
        return Part::Whole(format!(
            "{}\nresource \"aws_ssoadmin_managed_policy_attachment\" \"{id}\" {{\n{}  managed_policy_arn = {}\n}}\n",
            permission_set_data(id, set),
            permission_set_arguments(id),
            quoted(arn)
        ));
    }
    Part::Whole(attachments(change, id, &quoted(arn)))
}

fn attach(change: &Change, id: &str, document: &Value) -> String {
    if let Some(set) = &change.permission_set {
        return permission_set_policy(id, set, document);
    }
    if !change.targets.is_empty() {
        let policy = organization_policy(&new_name(change), id, document, "");
        let attached: String = numbered(id, change.targets.iter())
            .map(|(name, target)| {
                format!(
                    "\nresource \"aws_organizations_policy_attachment\" \"{name}\" {{\n  policy_id = \
                     aws_organizations_policy.{id}.id\n  target_id = {}\n}}\n",
                    quoted(target)
                )
            })
            .collect();
        return policy + &attached;
    }
    own_policy(change, id, document)
}

/// A customer managed policy, and its attachments.
fn own_policy(change: &Change, id: &str, document: &Value) -> String {
    let policy = iam_policy_resource(&new_name(change), "/", id, document, "");
    let arn = format!("aws_iam_policy.{id}.arn");
    match identities(change).as_slice() {
        [] => policy,
        _ => format!("{policy}\n{}", attachments(change, id, &arn)),
    }
}

fn amend(change: &Change, id: &str, document: &Value) -> Part<String> {
    if let (Some(set), Some(Via::Role(_))) = (&change.permission_set, &change.inline_in) {
        return Part::Whole(permission_set_policy(id, set, document));
    }
    if let Some((identity, name)) = inline_identity(change) {
        let kind = format!("aws_iam_{}_policy", identity.word());
        return Part::Whole(format!(
            "{}resource \"{kind}\" \"{id}\" {{\n  name   = {}\n  {:<6} = {}\n  policy = jsonencode({})\n}}\n",
            import(&kind, id, &format!("{name}:{}", change.policy)),
            quoted(&change.policy),
            identity.word(),
            quoted(name),
            expression(document)
        ));
    }
    // What is not known of it stays as it is: a new description would make a new policy.
    const KEEP: &str = "\n  lifecycle {\n    ignore_changes = [description, tags, tags_all]\n  }\n";
    if !change.targets.is_empty() {
        let Some(policy_id) = organization_id(change) else {
            return Part::No(
                "the policy's id is not known; change it where it is managed".to_owned(),
            );
        };
        let resource = organization_policy(&change.policy, id, document, KEEP);
        return Part::Whole(import("aws_organizations_policy", id, policy_id) + &resource);
    }
    let Some(arn) = &change.arn else {
        return Part::No("the policy's ARN is not known; change it where it is managed".to_owned());
    };
    let path = arn.split_once(":policy").map_or("/", |(_, path)| path);
    let path = path.rfind('/').map_or("/", |end| &path[..=end]);
    let resource = iam_policy_resource(&change.policy, path, id, document, KEEP);
    Part::Whole(import("aws_iam_policy", id, arn) + &resource)
}

/// A copy beside AWS's policy, which somebody else has to detach.
fn replace(change: &Change, id: &str, document: &Value) -> Part<String> {
    if is_boundary(change) || change.permission_set.is_some() || identities(change).is_empty() {
        return Part::No(
            "the boundary or policy is an argument of the user, role or permission set; change it in the configuration \
             that has it, or use --format aws-cli"
                .to_owned(),
        );
    }
    Part::But(
        own_policy(change, id, document),
        format!(
            "Terraform attaches the copy; detach {} yourself",
            change.policy
        ),
    )
}

/// The policy is there: Terraform takes it over, unless a configuration has it already.
fn import(kind: &str, id: &str, at: &str) -> String {
    format!(
        "# The policy is there already. If a configuration of yours has it, make this change there instead.\nimport {{\n  to \
         = {kind}.{id}\n  id = {}\n}}\n\n",
        quoted(at)
    )
}

fn iam_policy_resource(name: &str, path: &str, id: &str, document: &Value, rest: &str) -> String {
    let path = match path {
        "/" => String::new(),
        path => format!("  path   = {}\n", quoted(path)),
    };
    format!(
        "resource \"aws_iam_policy\" \"{id}\" {{\n  name   = {}\n{path}  policy = jsonencode({})\n{rest}}}\n",
        quoted(name),
        expression(document)
    )
}

fn organization_policy(name: &str, id: &str, document: &Value, rest: &str) -> String {
    format!(
        "resource \"aws_organizations_policy\" \"{id}\" {{\n  name    = {}\n  type    = \"SERVICE_CONTROL_POLICY\"\n  content \
         = jsonencode({})\n{rest}}}\n",
        quoted(name),
        expression(document)
    )
}

fn attachments(change: &Change, id: &str, policy_arn: &str) -> String {
    let attached: Vec<String> = numbered(id, identities(change).into_iter())
        .map(|(id, (identity, name))| {
            let kind = identity.word();
            format!(
                "resource \"aws_iam_{kind}_policy_attachment\" \"{id}\" {{\n  {kind:<10} = {}\n  policy_arn = {policy_arn}\n}}\n",
                quoted(name)
            )
        })
        .collect();
    attached.join("\n")
}

/// A name for each: the first has the policy's.
fn numbered<T>(id: &str, items: impl Iterator<Item = T>) -> impl Iterator<Item = (String, T)> {
    (1..).zip(items).map(move |(number, item)| {
        let name = match number {
            1 => id.to_owned(),
            _ => format!("{id}_{number}"),
        };
        (name, item)
    })
}

/// The one inline policy of a permission set.
fn permission_set_policy(id: &str, set: &str, document: &Value) -> String {
    format!(
        "{}\n# It takes the place of the permission set's inline policy.\nresource \
         \"aws_ssoadmin_permission_set_inline_policy\" \"{id}\" {{\n{}  inline_policy      = jsonencode({})\n}}\n",
        permission_set_data(id, set),
        permission_set_arguments(id),
        expression(document)
    )
}

fn permission_set_data(id: &str, set: &str) -> String {
    format!(
        "# In the management account, or the delegated administrator of IAM Identity Center.\ndata \
         \"aws_ssoadmin_instances\" \"{id}\" {{}}\n\ndata \"aws_ssoadmin_permission_set\" \"{id}\" {{\n  instance_arn = \
         tolist(data.aws_ssoadmin_instances.{id}.arns)[0]\n  name         = {}\n}}\n",
        quoted(set)
    )
}

fn permission_set_arguments(id: &str) -> String {
    format!(
        "  instance_arn       = data.aws_ssoadmin_permission_set.{id}.instance_arn\n  permission_set_arn = \
         data.aws_ssoadmin_permission_set.{id}.arn\n"
    )
}

/// A document as an expression.
fn expression(document: &Value) -> String {
    hcl(&visible(&pretty(document))).replace('\n', "\n  ")
}

fn quoted(text: &str) -> String {
    hcl(&visible(&json!(text).to_string()))
}

/// JSON as HCL takes it: the same, but that `${` and `%{` begin a template there, as IAM's `${aws:username}` would, and
/// that it knows fewer escapes.
///
/// Source: <https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1>
fn hcl(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut characters = json.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('\\', Some('b')) => out.push_str("\\u0008"),
            ('\\', Some('f')) => out.push_str("\\u000c"),
            ('\\', Some(escaped)) => out.extend(['\\', *escaped]),
            ('$' | '%', Some('{')) => {
                out.extend([character, character]);
                continue;
            }
            _ => {
                out.push(character);
                continue;
            }
        }
        characters.next();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::hcl;

    #[test]
    fn a_string_of_json_is_the_same_string_in_hcl() {
        assert_eq!(hcl(r#""${aws:username}""#), r#""$${aws:username}""#);
        assert_eq!(hcl(r#""a\b\\b\"\n\f""#), r#""a\u0008\\b\"\n\u000c""#);
    }
}
