//! A template of CloudFormation.

use serde_json::{Map, Value, json};

use super::{Part, identities, inline_identity, is_boundary, new_name, way};
use crate::report::{Change, ChangeWay};
use crate::text::visible;
use iam_policy::text::pretty;

/// Empty where there are no resources: CloudFormation takes no such template.
pub(super) fn template(resources: Map<String, Value>) -> String {
    if resources.is_empty() {
        return String::new();
    }
    let template = json!({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources});
    visible(&pretty(&template)) + "\n"
}

pub(super) fn resource(change: &Change) -> Part<Value> {
    let no = |why: &str| Part::No(format!("{why}; --format aws-cli can do it"));
    if change.permission_set.is_some() && way(change) != ChangeWay::Replace {
        return no(
            "a permission set is changed in the template that has it (AWS::SSO::PermissionSet); another template can't",
        );
    }
    match (way(change), &change.document) {
        (ChangeWay::AttachManaged, _) => no(
            "CloudFormation attaches an AWS managed policy only to a user, group or role of the same template",
        ),
        (ChangeWay::Attach, Some(document)) if !change.targets.is_empty() => Part::Whole(json!({
            "Type": "AWS::Organizations::Policy",
            "Properties": {
                "Name": new_name(change),
                "Type": "SERVICE_CONTROL_POLICY",
                "Content": document,
                "TargetIds": change.targets,
            },
        })),
        (ChangeWay::Attach, Some(document)) => Part::Whole(managed(change, document)),
        (ChangeWay::Amend, Some(document)) => match inline_identity(change) {
            // It adds or updates the inline policy of that name.
            Some((identity, name)) => {
                let title = identity.title();
                let mut properties =
                    json!({"PolicyName": change.policy, "PolicyDocument": document});
                properties[format!("{title}Name")] = json!(name);
                Part::Whole(
                    json!({"Type": format!("AWS::IAM::{title}Policy"), "Properties": properties}),
                )
            }
            None => no(
                "the policy is there already, and a template would make another one: change it in the template that has it, \
                 or import it",
            ),
        },
        (ChangeWay::Replace, Some(document))
            if !is_boundary(change) && !identities(change).is_empty() =>
        {
            Part::But(
                managed(change, document),
                format!(
                    "CloudFormation attaches the copy; detach {} yourself",
                    change.policy
                ),
            )
        }
        (ChangeWay::Replace, Some(_)) => {
            no("the policy is a property of the user, role or permission set")
        }
        (_, None) | (ChangeWay::Detach, _) => no("CloudFormation detaches only what it attached"),
    }
}

fn managed(change: &Change, document: &Value) -> Value {
    let mut properties = json!({
        "ManagedPolicyName": new_name(change),
        "PolicyDocument": document,
    });
    for (identity, name) in identities(change) {
        let key = format!("{}s", identity.title());
        match &mut properties[&key] {
            Value::Array(names) => names.push(json!(name)),
            none => *none = json!([name]),
        }
    }
    json!({"Type": "AWS::IAM::ManagedPolicy", "Properties": properties})
}
