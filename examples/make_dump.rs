//! Makes up an account as `aws iam get-account-authorization-details` prints it, for measuring and trying out:
//!
//! ```text
//! cargo run --example make_dump -- --principals 1000 --seed 1 > dump.json
//! ```
//!
//! Half are users, half roles; policies are shared as accounts share them: through groups, AWS managed and customer
//! managed policies, with an inline policy here and there. The same numbers give the same bytes.

use std::io::{self, BufWriter, Write};

use aws_managed_policies::managed_policy;
use clap::Parser;
use serde_json::{Value, json};

#[derive(Parser)]
struct Arguments {
    /// How many users and roles together.
    #[arg(long, default_value_t = 1_000)]
    principals: usize,

    #[arg(long, default_value_t = 1)]
    seed: u64,
}

const ACCOUNT: &str = "111122223333";
const CREATED: &str = "2024-03-01T09:30:00+00:00";

/// The AWS managed policies that the crate embeds, with their real texts.
const AWS_MANAGED: [&str; 6] = [
    "AWSBudgetsReadOnlyAccess",
    "AWSSavingsPlansReadOnlyAccess",
    "IAMReadOnlyAccess",
    "AdministratorAccess",
    "job-function/Billing",
    "AWSBillingReadOnlyAccess",
];

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`, small ones more often: few policies are attached to many.
    fn skewed(&mut self, limit: usize) -> usize {
        self.below(limit).min(self.below(limit))
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or_default()
    }

    /// True once in `times`.
    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// An id as IAM makes them: `AIDA` and seventeen characters.
    fn id(&mut self, prefix: &str) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let tail = (0..17).map(|_| char::from(*self.pick(LETTERS)));
        prefix.chars().chain(tail).collect()
    }
}

/// The account's policies and groups, which its principals share.
struct Account {
    random: Random,
    customer_managed: usize,
    groups: usize,
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let n = arguments.principals;
    let mut account = Account {
        random: Random(arguments.seed),
        // IAM's quotas are 1,500 and 300 unless raised.
        // Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        customer_managed: (n / 10).clamp(10, 1_500),
        groups: (n / 40).clamp(5, 300),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let users = n.div_ceil(2);
    writeln!(out, "{{")?;
    list(&mut out, "UserDetailList", users, |i| account.user(i))?;
    writeln!(out, ",")?;
    list(&mut out, "GroupDetailList", account.groups, |i| {
        account.group(i)
    })?;
    writeln!(out, ",")?;
    list(&mut out, "RoleDetailList", n - users, |i| account.role(i))?;
    writeln!(out, ",")?;
    let policies = AWS_MANAGED.len() + account.customer_managed + 1;
    list(&mut out, "Policies", policies, |i| account.managed(i))?;
    writeln!(out, "\n}}")?;
    out.flush()
}

fn list(
    out: &mut impl Write,
    name: &str,
    count: usize,
    mut item: impl FnMut(usize) -> Value,
) -> io::Result<()> {
    writeln!(out, "  \"{name}\": [")?;
    for i in 0..count {
        let comma = if i + 1 < count { "," } else { "" };
        writeln!(out, "    {}{comma}", item(i))?;
    }
    write!(out, "  ]")
}

fn allow(actions: &[&str]) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": "*"})
}

fn policy(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn customer_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:policy/{name}")
}

impl Account {
    fn user(&mut self, i: usize) -> Value {
        let name = format!("user-{i:05}");
        let path = *self
            .random
            .pick(&["/", "/", "/", "/engineering/", "/finance/"]);
        let mut user = json!({
            "Path": path,
            "UserName": name,
            "UserId": self.random.id("AIDA"),
            "Arn": format!("arn:aws:iam::{ACCOUNT}:user{path}{name}"),
            "CreateDate": CREATED,
            "GroupList": self.some(2, |account| {
                let group = account.random.skewed(account.groups);
                json!(format!("group-{group:03}"))
            }),
            "AttachedManagedPolicies": if self.random.one_in(3) { self.attachments(2) } else { Vec::new() },
            "Tags": [{"Key": "team", "Value": self.random.pick(&["core", "data", "finance"])}],
        });
        if self.random.one_in(10) {
            user["UserPolicyList"] = self.inline();
        }
        self.bound(&mut user, 12);
        user
    }

    fn group(&mut self, i: usize) -> Value {
        let name = format!("group-{i:03}");
        json!({
            "Path": "/",
            "GroupName": name,
            "GroupId": self.random.id("AGPA"),
            "Arn": format!("arn:aws:iam::{ACCOUNT}:group/{name}"),
            "CreateDate": CREATED,
            "GroupPolicyList": if self.random.one_in(5) { self.inline() } else { json!([]) },
            "AttachedManagedPolicies": self.attachments(4),
        })
    }

    fn role(&mut self, i: usize) -> Value {
        let id = self.random.id("AROA");
        let (path, name, trust) = self.trust(i);
        let is_customers = path == "/";
        let mut role = json!({
            "Path": path,
            "RoleName": name,
            "RoleId": id,
            "Arn": format!("arn:aws:iam::{ACCOUNT}:role{path}{name}"),
            "CreateDate": CREATED,
            "AssumeRolePolicyDocument": policy(&[trust]),
            "InstanceProfileList": [],
            "RolePolicyList": if is_customers && self.random.one_in(4) { self.inline() } else { json!([]) },
            "AttachedManagedPolicies": self.attachments(3),
            "Tags": [],
            "RoleLastUsed": {"LastUsedDate": CREATED, "Region": "us-east-1"},
        });
        if is_customers {
            self.bound(&mut role, 8);
        }
        role
    }

    /// Path, name and who may assume it.
    fn trust(&mut self, i: usize) -> (&'static str, String, Value) {
        let assume = |principal: Value| json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"});
        let federated = |arn: String, action: &str, condition: Value| json!({"Effect": "Allow", "Principal": {"Federated": arn}, "Action": action, "Condition": condition});
        let provider = |kind: &str, name: &str| format!("arn:aws:iam::{ACCOUNT}:{kind}/{name}");
        match self.random.below(20) {
            0..=6 => {
                let service = *self.random.pick(&["ec2", "lambda", "ecs-tasks", "states"]);
                let service = format!("{service}.amazonaws.com");
                (
                    "/",
                    format!("service-{i:05}"),
                    assume(json!({"Service": service})),
                )
            }
            7..=10 => {
                let user = self.random.below(i + 1);
                let arn = format!("arn:aws:iam::{ACCOUNT}:user/user-{user:05}");
                let own = *self.random.pick(&[true, false]);
                let principal = if own {
                    format!("arn:aws:iam::{ACCOUNT}:root")
                } else {
                    arn
                };
                let mut trust = assume(json!({"AWS": principal}));
                if self.random.one_in(2) {
                    trust["Condition"] = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
                }
                ("/", format!("team-{i:05}"), trust)
            }
            11 => {
                let mut trust = assume(json!({"AWS": "arn:aws:iam::444455556666:root"}));
                if self.random.one_in(2) {
                    trust["Condition"] = json!({"StringEquals": {"sts:ExternalId": "example"}});
                }
                ("/", format!("partner-{i:05}"), trust)
            }
            12 => ("/", format!("anyone-{i:05}"), assume(json!("*"))),
            13 => (
                "/",
                format!("saml-{i:05}"),
                federated(
                    provider("saml-provider", "Example"),
                    "sts:AssumeRoleWithSAML",
                    json!({"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}),
                ),
            ),
            14 => (
                "/",
                format!("oidc-{i:05}"),
                federated(
                    provider("oidc-provider", "token.actions.githubusercontent.com"),
                    "sts:AssumeRoleWithWebIdentity",
                    json!({"StringLike": {"token.actions.githubusercontent.com:sub": "repo:example/app:*"}}),
                ),
            ),
            15..=17 => (
                "/aws-reserved/sso.amazonaws.com/",
                format!("AWSReservedSSO_Set{i:05}_{:016x}", self.random.next()),
                json!({
                    "Effect": "Allow",
                    "Principal": {"Federated": provider("saml-provider", "AWSSSO_0123456789abcdef_DO_NOT_DELETE")},
                    "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
                    "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
                }),
            ),
            _ => (
                // A folder of the service's own follows it in a real path; the prefix is what tells.
                "/aws-service-role/example.amazonaws.com/",
                format!("AWSServiceRoleForExample{i:05}"),
                assume(json!({"Service": "example.amazonaws.com"})),
            ),
        }
    }

    fn managed(&mut self, i: usize) -> Value {
        let (arn, document) = match AWS_MANAGED.get(i) {
            Some(name) => {
                let arn = format!("arn:aws:iam::aws:policy/{name}");
                let text = managed_policy(&arn).unwrap_or("{}");
                (arn, serde_json::from_str(text).unwrap_or_default())
            }
            None if i == AWS_MANAGED.len() + self.customer_managed => (
                customer_arn("boundary"),
                policy(&[allow(&["s3:*", "ec2:*", "ce:Get*", "lambda:*"])]),
            ),
            None => (
                customer_arn(&format!("policy-{:04}", i - AWS_MANAGED.len())),
                self.document(),
            ),
        };
        let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
        let mut versions = vec![
            json!({"Document": document, "VersionId": "v2", "IsDefaultVersion": true, "CreateDate": CREATED}),
        ];
        if self.random.one_in(4) {
            let old = policy(&[json!({"Effect": "Deny", "Action": "*", "Resource": "*"})]);
            versions.push(json!({"Document": old, "VersionId": "v1", "IsDefaultVersion": false, "CreateDate": CREATED}));
        }
        json!({
            "PolicyName": name,
            "PolicyId": self.random.id("ANPA"),
            "Arn": arn,
            "Path": "/",
            "DefaultVersionId": "v2",
            "AttachmentCount": 1,
            "PermissionsBoundaryUsageCount": 0,
            "IsAttachable": true,
            "CreateDate": CREATED,
            "UpdateDate": CREATED,
            "PolicyVersionList": versions,
        })
    }

    fn bound(&mut self, principal: &mut Value, one_in: usize) {
        if self.random.one_in(one_in) {
            principal["PermissionsBoundary"] = json!({
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": customer_arn("boundary"),
            });
        }
    }

    fn inline(&mut self) -> Value {
        json!([{"PolicyName": "inline", "PolicyDocument": self.document()}])
    }

    /// Up to `most` managed policies, no policy twice.
    fn attachments(&mut self, most: usize) -> Vec<Value> {
        self.some(most, |account| {
            let arn = if account.random.one_in(4) {
                format!(
                    "arn:aws:iam::aws:policy/{}",
                    AWS_MANAGED[account.random.skewed(AWS_MANAGED.len())]
                )
            } else {
                customer_arn(&format!(
                    "policy-{:04}",
                    account.random.skewed(account.customer_managed)
                ))
            };
            let name = arn.rsplit('/').next().unwrap_or_default();
            json!({"PolicyName": name, "PolicyArn": arn})
        })
    }

    /// Up to `most` different things.
    fn some(&mut self, most: usize, mut thing: impl FnMut(&mut Self) -> Value) -> Vec<Value> {
        let mut things = Vec::new();
        for _ in 0..self.random.below(most + 1) {
            let next = thing(self);
            if !things.contains(&next) {
                things.push(next);
            }
        }
        things
    }

    /// What customers write: mostly of other things than billing.
    fn document(&mut self) -> Value {
        let bucket = self.random.below(10_000);
        let mut statements = vec![json!({
            "Sid": "Own",
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
            "Resource": [format!("arn:aws:s3:::bucket-{bucket:04}"), format!("arn:aws:s3:::bucket-{bucket:04}/*")],
        })];
        let more = match self.random.below(16) {
            0 => Some(allow(&["ce:*", "cur:Describe*"])),
            1 => Some(allow(&[
                "billing:Get*",
                "billing:List*",
                "ce:Get*",
                "invoicing:List*",
            ])),
            2 => Some(allow(&["aws-portal:View*"])),
            3 => Some(allow(&["budgets:*"])),
            4 => Some(allow(&["payments:*", "tax:*"])),
            5 => Some(json!({
                "Sid": "WithMfa", "Effect": "Allow", "Action": ["billing:*", "ce:*"], "Resource": "*",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            })),
            6 => Some(json!({
                "Sid": "Office", "Effect": "Deny", "Action": ["ce:*", "billing:*"], "Resource": "*",
                "Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
            })),
            7 => Some(json!({
                "Sid": "NoCosts", "Effect": "Deny", "Action": "ce:*", "Resource": "*",
            })),
            8 => Some(json!({
                "Sid": "AllButIam", "Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*",
            })),
            9 => Some(allow(&[
                "account:CloseAccount",
                "account:PutAlternateContact",
            ])),
            _ => Some(allow(&["ec2:Describe*", "logs:*", "cloudwatch:Get*"])),
        };
        statements.extend(more);
        policy(&statements)
    }
}
