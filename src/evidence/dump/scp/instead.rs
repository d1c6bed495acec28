//! What a file is that holds no service control policy: told apart by what only such files have.

use super::error::ScpError;
use crate::evidence::dump::member::Members;

const PLAN: &str = "give the policy alone, which Terraform has as a string in \"content\"; or print it: aws organizations \
                    describe-policy --policy-id p-… > policy.json";
const TEMPLATE: &str = "give the policy alone, which AWS::Organizations::Policy has in \"Content\"; or print it: aws \
                        organizations describe-policy --policy-id p-… > policy.json";
const JSON: &str = "print it as JSON: aws organizations describe-policy --policy-id p-… --output json > policy.json";

/// Members that only one kind of file has, what that is and what to do.
const KINDS: &[(&[&str], &str, Option<&str>)] = &[
    (
        &["Effect"],
        "a statement",
        Some("put it into a policy: {\"Version\": \"2012-10-17\", \"Statement\": [ … ]}"),
    ),
    (
        &["PolicyVersion"],
        "a version of an IAM policy, as `aws iam get-policy-version` prints it",
        None,
    ),
    (
        &["PolicyDocument"],
        "an inline policy, as IAM prints it",
        None,
    ),
    (&["Targets"], "a list of where a policy is attached", None),
    (
        &["EffectivePolicy"],
        "an effective policy, which service control policies have none of",
        None,
    ),
    (
        &["planned_values", "resource_changes"],
        "a plan of Terraform's",
        Some(PLAN),
    ),
    (
        &["terraform_version", "lineage"],
        "a state of Terraform's",
        Some(PLAN),
    ),
    (
        &["terraform", "resource", "locals"],
        "a file of Terraform's",
        Some(PLAN),
    ),
    (
        &["AWSTemplateFormatVersion", "Resources", "Transform"],
        "a CloudFormation template",
        Some(TEMPLATE),
    ),
    (
        &["UserDetailList", "RoleDetailList", "GroupDetailList"],
        "an account dump, as `aws iam get-account-authorization-details` prints it",
        Some("give it with --dump; it holds no service control policies"),
    ),
    (
        &[
            "Roots",
            "OrganizationalUnits",
            "Accounts",
            "Parents",
            "Children",
        ],
        "a list of the organization's parts",
        None,
    ),
    (&["tags"], "a tag policy", None),
    (&["plans"], "a backup policy", None),
    (&["services"], "an AI services opt-out policy", None),
];

/// What an object is that has neither statements nor a policy in it; `None` where it is to be judged as a policy.
pub(super) fn of(members: &Members) -> Option<ScpError> {
    if members.has("Statement") {
        return None;
    }
    if members
        .text("schema")
        .ok()
        .flatten()
        .is_some_and(|schema| schema.starts_with("billing-doctor/"))
    {
        return Some(ScpError::Instead {
            found: "a file of this tool's own, such as a report",
            todo: None,
        });
    }
    let mut kinds = KINDS.iter();
    if let Some((_, found, todo)) =
        kinds.find(|(names, ..)| names.iter().any(|name| members.has(name)))
    {
        return Some(ScpError::Instead { found, todo: *todo });
    }
    let lists = members.has("Policies") || members.has("PolicySummary");
    lists.then(|| ScpError::Summaries { ids: ids(members) })
}

/// The ids of the policies that are listed.
fn ids(members: &Members) -> Vec<String> {
    let summary = members.get("PolicySummary").ok().flatten();
    let listed = members.list("Policies").unwrap_or_default();
    let is_id = |id: &String| {
        id.strip_prefix("p-").is_some_and(|rest| !rest.is_empty())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    listed
        .into_iter()
        .chain(summary)
        .filter_map(|policy| Members::of(policy).ok())
        .filter(|policy| {
            let kind = policy.text("Type").ok().flatten();
            kind.is_none_or(|kind| kind == "SERVICE_CONTROL_POLICY")
        })
        .filter_map(|policy| policy.text("Id").ok()?)
        .filter(is_id)
        .collect()
}

/// What a text is that does not begin as JSON does.
pub(super) fn of_text(text: &str) -> ScpError {
    let instead = |found, todo| ScpError::Instead { found, todo };
    let begins = |line: &str| text.lines().any(|found| found.starts_with(line));
    let any = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
    if text.starts_with('<') && !text.starts_with("<%") {
        instead("HTML or XML", None)
    } else if any(&["AWSTemplateFormatVersion", "AWS::Organizations::"]) || begins("Resources:") {
        instead("a CloudFormation template", Some(TEMPLATE))
    } else if any(&[
        "aws_organizations_policy",
        "aws_iam_policy_document",
        "jsonencode(",
    ]) || [
        "resource \"",
        "data \"",
        "locals {",
        "module \"",
        "variable \"",
        "terraform {",
    ]
    .iter()
    .any(|line| begins(line))
    {
        instead(
            "a file of Terraform's",
            Some(
                "print the policy: aws organizations describe-policy --policy-id p-… > policy.json",
            ),
        )
    } else if text.starts_with("An error occurred (") {
        instead(
            "an error of the aws CLI's",
            Some(
                "the organization's management account, or a delegated administrator, can print its policies",
            ),
        )
    } else if let Some(mark) = placeholder(text) {
        ScpError::BrokenTemplate(mark)
    } else if begins("Policy:") || begins("PolicySummary:") || begins("Content:") {
        instead("what --output yaml prints", Some(JSON))
    } else if begins("Statement:") || begins("Version:") {
        instead("a policy in YAML", Some("write it as JSON"))
    } else if text.starts_with("---") || text.starts_with("+--") {
        instead("what --output table prints", Some(JSON))
    } else if begins("POLICIES\t") || begins("POLICYSUMMARY\t") {
        ScpError::Summaries { ids: Vec::new() }
    } else {
        ScpError::NotAPolicy("it does not begin as JSON does, with {".to_owned())
    }
}

/// What spoils JSON that begins as such.
pub(super) fn of_broken_json(text: &str) -> Option<ScpError> {
    placeholder(text).map(ScpError::BrokenTemplate)
}

/// What a template has for a program to fill in; a policy has `${…}` itself, for variables, within strings.
fn placeholder(text: &str) -> Option<&'static str> {
    ["%{", "{{", "<%", "${"].into_iter().find(|mark| {
        let mut found = text.match_indices(mark);
        // Nested objects written without a space are no template.
        *mark != "{{" && found.next().is_some()
            || *mark == "{{"
                && text.contains("}}")
                && found.any(|(at, _)| {
                    text[at + 2..].trim_start().starts_with(|c: char| {
                        c.is_ascii_alphabetic() || matches!(c, '.' | '%' | '-')
                    })
                })
    })
}
