//! Policies in the form that one's tools take: JSON, Terraform, CloudFormation, commands of the aws CLI.

use serde_json::{Map, Value, json};

use iam_policy::text::{compact, pretty};

/// For which tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum PolicyFormat {
    /// The document alone; of several, a list of them.
    Json,
    /// Resources of the AWS provider.
    Terraform,
    /// A template in JSON.
    Cloudformation,
    /// Commands for a POSIX shell. They change your account: read them first.
    AwsCli,
}

/// A policy to make, or to put in the place of one that is there.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyToMake {
    name: String,
    /// The ARN of the policy that is there, where it has one.
    arn: Option<String>,
    /// Of a service control policy, what it is attached to.
    target: Option<String>,
    kind: Kind,
    /// Whose it is, of an inline policy; whom to attach it to, of a new one.
    identity: Option<(Identity, String)>,
    document: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A customer managed policy.
    Managed,
    Inline,
    ServiceControl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Identity {
    User,
    Group,
    Role,
}

impl Identity {
    /// From the word that reports have.
    fn named(kind: &str) -> Option<Self> {
        match kind {
            "user" => Some(Self::User),
            "group" => Some(Self::Group),
            "role" => Some(Self::Role),
            _ => None,
        }
    }

    /// As commands and Terraform write it.
    fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        }
    }

    /// As CloudFormation writes it.
    fn title(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::Role => "Role",
        }
    }
}

impl PolicyToMake {
    /// A new policy, attached to nobody yet.
    pub fn new(name: &str, document: Value) -> Self {
        Self {
            name: name.to_owned(),
            arn: None,
            target: None,
            kind: Kind::Managed,
            identity: None,
            document,
        }
    }

    /// Every change of a report (`billing-doctor/report/v1`) that leaves a document.
    pub fn all_of(report: &Value) -> Vec<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let identity = |value: &Value| {
            let kind = Identity::named(value["kind"].as_str()?)?;
            Some((kind, text(&value["name"])?))
        };
        // A role of IAM Identity Center takes no attachment in the account.
        let principal = identity(&report["principal"])
            .filter(|_| report["principal"]["permissionSet"].is_null());
        let changes = report["changes"].as_array().into_iter().flatten();
        changes
            .filter(|change| change["document"].is_object())
            .filter_map(|change| {
                Some(Self {
                    name: text(&change["policy"])?,
                    arn: text(&change["arn"]),
                    target: text(&change["target"]),
                    kind: match change["layer"].as_str()? {
                        "serviceControlPolicy" => Kind::ServiceControl,
                        _ if change["inlineIn"].is_object() => Kind::Inline,
                        _ => Kind::Managed,
                    },
                    identity: match change["action"].as_str()? {
                        "attach" => principal.clone(),
                        _ => identity(&change["inlineIn"]),
                    },
                    document: change["document"].clone(),
                })
            })
            .collect()
    }

    /// A word that Terraform and CloudFormation take for a name: letters and digits, a letter first, each once.
    fn identifier(&self, index: usize) -> String {
        let word: String = self
            .name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        match word.chars().next() {
            Some(first) if first.is_ascii_alphabetic() && index == 0 => word,
            Some(first) if first.is_ascii_alphabetic() => format!("{word}{}", index + 1),
            _ => format!("Policy{}", index + 1),
        }
    }

    /// A name that IAM takes: letters, digits and `+=,.@-_`, 128 at most.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
    fn policy_name(&self) -> String {
        let name: String = self
            .name
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || "+=,.@-_".contains(*c))
            .take(128)
            .collect();
        if name.is_empty() {
            "SeeBilling".to_owned()
        } else {
            name
        }
    }
}

/// The policies in one text.
pub fn write_policies(policies: &[PolicyToMake], format: PolicyFormat) -> String {
    match format {
        PolicyFormat::Json => json_documents(policies),
        PolicyFormat::Terraform => {
            let resources = policies.iter().enumerate();
            let resources = resources.map(|(index, policy)| terraform(policy, index));
            resources.collect::<Vec<_>>().join("\n")
        }
        PolicyFormat::Cloudformation => cloudformation(policies),
        PolicyFormat::AwsCli => policies.iter().map(command).collect(),
    }
}

fn json_documents(policies: &[PolicyToMake]) -> String {
    match policies {
        [one] => pretty(&one.document) + "\n",
        several => {
            let documents: Vec<&Value> = several.iter().map(|policy| &policy.document).collect();
            pretty(&json!(documents)) + "\n"
        }
    }
}

fn terraform(policy: &PolicyToMake, index: usize) -> String {
    let id = policy.identifier(index);
    let document = hcl(&pretty(&policy.document)).replace('\n', "\n  ");
    let (kind, arguments, content) = match (policy.kind, &policy.identity) {
        (Kind::ServiceControl, _) => (
            "aws_organizations_policy".to_owned(),
            vec![
                ("name", policy.name.as_str()),
                ("type", "SERVICE_CONTROL_POLICY"),
            ],
            "content",
        ),
        (Kind::Inline, Some((identity, name))) => (
            format!("aws_iam_{}_policy", identity.word()),
            vec![("name", policy.name.as_str()), (identity.word(), name)],
            "policy",
        ),
        _ => {
            return managed_terraform(policy, &id, &document);
        }
    };
    let arguments: String = arguments
        .into_iter()
        .map(|(name, value)| format!("  {name:<7} = {}\n", hcl(&json!(value).to_string())))
        .collect();
    format!(
        "resource \"{kind}\" \"{id}\" {{\n{arguments}  {content:<7} = jsonencode({document})\n}}\n"
    )
}

/// A customer managed policy, and its attachment.
fn managed_terraform(policy: &PolicyToMake, id: &str, document: &str) -> String {
    let name = hcl(&json!(policy.policy_name()).to_string());
    let resource = format!(
        "resource \"aws_iam_policy\" \"{id}\" {{\n  name   = {name}\n  policy = jsonencode({document})\n}}\n"
    );
    let Some((identity, name)) = &policy.identity else {
        return resource;
    };
    let kind = identity.word();
    let name = hcl(&json!(name).to_string());
    format!(
        "{resource}\nresource \"aws_iam_{kind}_policy_attachment\" \"{id}\" {{\n  {kind:<10} = {name}\n  policy_arn = \
         aws_iam_policy.{id}.arn\n}}\n"
    )
}

/// JSON as HCL takes it: the same, but that `${` and `%{` begin a template there. IAM has `${aws:username}`.
///
/// Source: <https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1>
fn hcl(json: &str) -> String {
    json.replace("${", "$${").replace("%{", "%%{")
}

fn cloudformation(policies: &[PolicyToMake]) -> String {
    let mut resources = Map::new();
    for (index, policy) in policies.iter().enumerate() {
        resources.insert(policy.identifier(index), resource(policy));
    }
    let template = json!({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources});
    pretty(&template) + "\n"
}

fn resource(policy: &PolicyToMake) -> Value {
    let (kind, mut properties) = match (policy.kind, &policy.identity) {
        (Kind::ServiceControl, _) => (
            "AWS::Organizations::Policy".to_owned(),
            json!({
                "Name": policy.name,
                "Type": "SERVICE_CONTROL_POLICY",
                "Content": policy.document,
            }),
        ),
        (Kind::Inline, Some((identity, name))) => {
            let title = identity.title();
            let mut properties =
                json!({"PolicyName": policy.name, "PolicyDocument": policy.document});
            properties[format!("{title}Name")] = json!(name);
            (format!("AWS::IAM::{title}Policy"), properties)
        }
        (_, identity) => {
            let mut properties = json!({
                "ManagedPolicyName": policy.policy_name(),
                "PolicyDocument": policy.document,
            });
            if let Some((identity, name)) = identity {
                properties[format!("{}s", identity.title())] = json!([name]);
            }
            ("AWS::IAM::ManagedPolicy".to_owned(), properties)
        }
    };
    if let (Kind::ServiceControl, Some(target)) = (policy.kind, &policy.target) {
        properties["TargetIds"] = json!([target]);
    }
    json!({"Type": kind, "Properties": properties})
}

fn command(policy: &PolicyToMake) -> String {
    let document = quoted(&compact(&policy.document));
    match (policy.kind, &policy.arn, &policy.identity) {
        (Kind::ServiceControl, Some(arn), _) => {
            let id = quoted(arn.rsplit('/').next().unwrap_or_default());
            format!("aws organizations update-policy --policy-id {id} --content {document}\n")
        }
        (Kind::ServiceControl, None, _) => format!(
            "aws organizations create-policy --type SERVICE_CONTROL_POLICY --name {} --description '' --content {document}\n",
            quoted(&policy.name)
        ),
        (Kind::Inline, _, Some((identity, name))) => {
            let kind = identity.word();
            format!(
                "aws iam put-{kind}-policy --{kind}-name {} --policy-name {} --policy-document {document}\n",
                quoted(name),
                quoted(&policy.name)
            )
        }
        (_, Some(arn), _) => format!(
            "aws iam create-policy-version --set-as-default --policy-arn {} --policy-document {document}\n",
            quoted(arn)
        ),
        (_, None, identity) => {
            let create = format!(
                "aws iam create-policy --policy-name {} --policy-document {document}",
                quoted(&policy.policy_name())
            );
            let Some((identity, name)) = identity else {
                return create + "\n";
            };
            let kind = identity.word();
            format!(
                "arn=$({create} --query Policy.Arn --output text)\naws iam attach-{kind}-policy --{kind}-name {} \
                 --policy-arn \"$arn\"\n",
                quoted(name)
            )
        }
    }
}

/// One word for a POSIX shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
