//! Who can mend one refusal and how: markdown, made of the refusal's own words alone.

use super::refused::{Refused, is_plain};
use super::shown::shown;
use aws_refusal::{Layer, PolicyDenial};

const CHECK_AGAIN: &str = "Run `billing-doctor check`: it looks for whatever else is in the way.";
const SIGN_IN_WITH_MFA: &str = "Find out first whether the Deny depends on MFA or on the network. AWS never names a \
     condition: a Deny without MFA, or outside of a company's network, reads the same. Sign in with MFA, or use that \
     network, and try again. If it works then, leave the Deny: it guards the account.";

const CONDITION_FIRST: &str = "Find out first whether the Deny has a condition: only over TLS, through a certain VPC \
     endpoint, from certain addresses, or from the organization. AWS never names a condition. A request that meets it \
     needs no change.";

/// A few steps, and the statement that they speak of.
struct Steps {
    who: String,
    steps: Vec<String>,
    statement: Option<String>,
}

impl Steps {
    fn markdown(&self) -> String {
        let mut text = format!("Who: {}\n", self.who);
        for (index, step) in self.steps.iter().enumerate() {
            text += &format!("\n{}. {step}", index + 1);
        }
        if let Some(statement) = &self.statement {
            text += &format!("\n\n```json\n{statement}\n```");
        }
        text
    }
}

impl Refused<'_> {
    /// Who can mend it and how.
    pub fn remedy(&self) -> String {
        let Steps {
            who,
            mut steps,
            statement,
        } = self.steps();
        if self.billing == Some(true) {
            steps.push(CHECK_AGAIN.to_owned());
        }
        Steps {
            who,
            steps,
            statement,
        }
        .markdown()
    }

    fn steps(&self) -> Steps {
        let denies = self.denies();
        match self.denial.layer {
            None => self.unknown(),
            Some(Layer::IdentityPolicy) if self.quarantines() => self.quarantined(),
            Some(Layer::IdentityPolicy) if denies && self.is_of_aws() => self.detach(),
            Some(Layer::IdentityPolicy) if denies => self.identity_denies(),
            Some(Layer::IdentityPolicy) if self.is_service_linked() => self.service_linked(),
            Some(Layer::IdentityPolicy) => self.identity_omits(),
            Some(Layer::PermissionsBoundary) => self.boundary(),
            Some(Layer::SessionPolicy) => self.session(),
            Some(Layer::ServiceControlPolicy) => self.service_control(),
            Some(Layer::ResourceControlPolicy) => self.resource_control(),
            Some(Layer::VpcEndpointPolicy) => self.endpoint(),
            Some(Layer::ResourcePolicy) => self.resource(),
            Some(Layer::RoleTrustPolicy) => self.trust(),
        }
    }

    fn identity_omits(&self) -> Steps {
        let (action, whom) = (self.action(), self.whose());
        let mut steps = Vec::new();
        let place = match self.permission_set() {
            Some(set) => format!(
                "the permission set “{}”: IAM Identity Center → Permission sets. {}",
                shown(set),
                self.console("singlesignon/home#/permissionsets")
            ),
            None => format!(
                "{whom}: IAM → Users or Roles → the name → Add permissions. {}",
                self.console("iam/home")
            ),
        };
        match self.allowed_by {
            Some(policy) => steps.push(format!(
                "Attach the AWS managed policy {policy}, which allows {action}, to {place}"
            )),
            None => steps.push(format!(
                "Add the statement below, which allows {action} and nothing else, to a policy of {place}"
            )),
        }
        if self.permission_set().is_some() {
            steps.push(format!(
                "Provision the permission set to {} again, and sign in again. The role itself can't be edited in the account.",
                self.account()
            ));
        }
        let statement = match self.allowed_by {
            Some(_) => None,
            None => self.statement(),
        };
        if let Some(policy) = self.allowed_by {
            steps.push(format!("Its ARN is {}.", self.managed(policy)));
        }
        Steps {
            who: self.administrator(),
            steps,
            statement,
        }
    }

    /// Whether AWS manages the policy that was named: nobody else can edit it.
    fn is_of_aws(&self) -> bool {
        self.policy_arn()
            .is_some_and(|arn| arn.contains(":iam::aws:policy/"))
    }

    fn detach(&self) -> Steps {
        let arn = self.policy_arn().map_or_else(String::new, shown);
        Steps {
            who: self.administrator(),
            steps: vec![
                format!(
                    "Find out why {arn} was attached to {}: somebody has left, or something has happened.",
                    self.whose()
                ),
                format!(
                    "Detach it if that is over. AWS manages it, so nobody can exempt anything in it. {}",
                    self.console("iam/home")
                ),
            ],
            statement: None,
        }
    }

    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html>
    fn is_service_linked(&self) -> bool {
        self.principal()
            .is_some_and(|principal| principal.name.starts_with("AWSServiceRoleFor"))
    }

    fn service_linked(&self) -> Steps {
        let action = self.action();
        Steps {
            who: "the owner of the resource.".to_owned(),
            steps: vec![format!(
                "Allow {action} to the role in the policy of the resource, or by a grant of the KMS key. The role belongs to \
                 an AWS service: nobody can give it permissions."
            )],
            statement: None,
        }
    }

    fn identity_denies(&self) -> Steps {
        let (action, whom) = (self.action(), self.whose());
        let mut steps = vec![
            SIGN_IN_WITH_MFA.to_owned(),
            match self.policy_arn() {
                Some(arn) => format!(
                    "Otherwise open the policy {} and exempt {action} from its Deny, or detach the policy. {}",
                    shown(arn),
                    self.console("iam/home#/policies")
                ),
                None => format!(
                    "Otherwise find the policy of {whom} that denies {action}, and exempt {action} from its Deny. {}",
                    self.console("iam/home")
                ),
            },
            format!("Make sure that another policy allows {action}."),
        ];
        if let Some(set) = self.permission_set() {
            steps.push(format!(
                "All of this is done in the permission set “{}” in IAM Identity Center. Provision it to {} again, then sign in \
                 again.",
                shown(set),
                self.account()
            ));
        }
        Steps {
            who: self.administrator(),
            steps,
            statement: None,
        }
    }

    /// Source: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html>
    fn quarantined(&self) -> Steps {
        Steps {
            who: "an account administrator or the root user, together with AWS Support.".to_owned(),
            steps: vec![
                format!(
                    "Read AWS's mail or support case about the key, and answer there. {}",
                    self.console("support/home")
                ),
                "Create a new key for what needs one, make the old key inactive, then delete it.".to_owned(),
                "Look for what the key was used for: CloudTrail events, new users and roles, machines in all Regions."
                    .to_owned(),
                "Detach the policy only when AWS agrees.".to_owned(),
            ],
            statement: None,
        }
    }

    fn boundary(&self) -> Steps {
        let (action, whom) = (self.action(), self.whose());
        let place = format!(
            "IAM → Users or Roles → the name → Permissions boundary. {}",
            self.console("iam/home")
        );
        let (steps, statement) = if self.denies() {
            let steps = vec![
                SIGN_IN_WITH_MFA.to_owned(),
                format!(
                    "Otherwise exempt {action} from the Deny in the boundary of {whom}: {place}"
                ),
            ];
            (steps, None)
        } else {
            let step = match self.statement() {
                Some(_) => format!(
                    "Add the statement below to the policy that is the boundary of {whom}: {place}"
                ),
                None => format!(
                    "Allow the action in the policy that is the boundary of {whom}: {place}"
                ),
            };
            (vec![step], self.statement())
        };
        Steps {
            who: format!(
                "{} A boundary may be kept by a platform team.",
                self.administrator()
            ),
            steps,
            statement,
        }
    }

    fn session(&self) -> Steps {
        let action = self.action();
        let mut steps = vec![
            "Find where the session is made: `--policy` or `--policy-arns` of `aws sts assume-role`, Policy in an SDK's \
             call, the settings of a broker or CI job."
                .to_owned(),
        ];
        let mut statement = None;
        match (self.denies(), self.allowed_by) {
            (true, _) => {
                steps.push(SIGN_IN_WITH_MFA.to_owned());
                steps.push(format!(
                    "Otherwise exempt {action} from the Deny in that policy."
                ));
            }
            (false, Some(policy)) => {
                steps.push(format!(
                    "Pass {}, which allows {action}, as one of the policies; or add the statement below to the policy that \
                     is passed.",
                    self.managed(policy)
                ));
                statement = self.statement();
            }
            (false, None) => {
                steps.push(match self.statement() {
                    Some(_) => "Add the statement below to the policy that is passed.".to_owned(),
                    None => "Allow the action in the policy that is passed.".to_owned(),
                });
                statement = self.statement();
            }
        }
        steps.push("Make a new session. The old one keeps its policy until it ends.".to_owned());
        Steps {
            who: "you, if you make the session yourself; otherwise the person who runs the broker or the CI job.".to_owned(),
            steps,
            statement,
        }
    }

    fn service_control(&self) -> Steps {
        let action = self.action();
        let page = self.console("organizations/v2/home/policies/service-control-policy");
        let (steps, statement) = if self.denies() {
            let named = match self.policy_arn() {
                Some(arn) => format!("the policy {}", shown(arn)),
                None => format!("the service control policy that denies {action}"),
            };
            let mut steps = vec![
                "Find out first whether the Deny depends on the Region, MFA or the network. AWS never names a condition."
                    .to_owned(),
            ];
            if self.billing == Some(true) {
                steps.push(
                    "A Deny for other Regions must exempt billing, which answers from one Region only.".to_owned(),
                );
            }
            steps.push(format!(
                "Open {named} and exempt {action} from its Deny. {page}"
            ));
            (steps, None)
        } else {
            let steps = vec![
                format!("See which service control policies are attached to the root, each unit and the account. {page}"),
                match self.statement() {
                    Some(_) => "At each level that lacks it, add the statement below to a policy that is attached there, or \
                         attach FullAWSAccess."
                        .to_owned(),
                    None => "At each level that lacks the action, allow it, or attach FullAWSAccess.".to_owned(),
                },
            ];
            (steps, self.statement())
        };
        Steps {
            who: self.organization(),
            steps,
            statement,
        }
    }

    fn resource_control(&self) -> Steps {
        let action = self.action();
        Steps {
            who: self.organization(),
            steps: vec![
                CONDITION_FIRST.to_owned(),
                format!(
                    "Otherwise open {} and exempt {action} from its Deny. {}",
                    match self.policy_arn() {
                        Some(arn) => format!("the policy {}", shown(arn)),
                        None => format!("the resource control policy that denies {action}"),
                    },
                    self.console("organizations/v2/home/policies/resource-control-policy")
                ),
            ],
            statement: None,
        }
    }

    fn endpoint(&self) -> Steps {
        let action = self.action();
        let change = if self.denies() {
            format!(
                "exempt {action} from its Deny; see first whether the Deny has a condition that the request could meet"
            )
        } else {
            format!("allow {action} there")
        };
        Steps {
            who: "an account administrator or the network team of the account that has the VPC."
                .to_owned(),
            steps: vec![
                "Try from another network first: then the endpoint is not in between.".to_owned(),
                format!(
                    "Open VPC → Endpoints → the endpoint of the service → Policy, and {change}. {}",
                    self.console("vpcconsole/home#Endpoints:")
                ),
            ],
            statement: self.statement().filter(|_| !self.denies()),
        }
    }

    fn resource(&self) -> Steps {
        let action = self.action();
        if self.denial.principal.as_deref() == Some("anonymous") {
            return Steps {
                who: "you.".to_owned(),
                steps: vec![
                    "Sign the request: it was sent without credentials, so AWS took it for anybody's.".to_owned(),
                    format!("Do not allow {action} to everybody to make this work: the resource would be open to the world."),
                ],
                statement: None,
            };
        }
        // A role's trust policy is the policy of the role as a resource.
        if self
            .denial
            .action
            .as_deref()
            .is_some_and(|action| action.starts_with("sts:AssumeRole"))
        {
            return self.trust();
        }
        let mut steps = Vec::new();
        if self.denies() {
            steps.push(CONDITION_FIRST.to_owned());
            steps.push(format!(
                "Otherwise open the policy of the resource and exempt {action} from its Deny, for the user or role that was \
                 refused."
            ));
        } else {
            steps.push(format!(
                "Open the policy of the resource and allow {action} there, for the user or role that was refused."
            ));
        }
        Steps {
            who: "the owner of the resource, who may be in another account.".to_owned(),
            steps,
            statement: None,
        }
    }

    fn trust(&self) -> Steps {
        let change = if self.denies() { "exempt" } else { "add" };
        Steps {
            who: "an administrator of the account that has the role.".to_owned(),
            steps: vec![format!(
                "Open IAM → Roles → the role → Trust relationships and {change} the caller of the refusal. Conditions there may \
                 ask for MFA or an external id. {}",
                self.console("iam/home#/roles")
            )],
            statement: None,
        }
    }

    fn unknown(&self) -> Steps {
        unknown(
            Some(self.denial),
            &self.console("cloudtrailv2/home#/events"),
        )
    }

    /// A statement that allows the refused action and nothing else.
    fn statement(&self) -> Option<String> {
        let action = self.denial.action.as_deref()?;
        let resource = match self.denial.resource.as_deref() {
            Some(arn) if self.billing == Some(false) && is_whole(arn) => arn,
            _ => "*",
        };
        Some(format!(
            "{{ \"Effect\": \"Allow\", \"Action\": \"{}\", \"Resource\": \"{}\" }}",
            shown(action),
            shown(resource)
        ))
    }

    /// The ARN of an AWS managed policy, in the caller's partition.
    fn managed(&self, name: &str) -> String {
        format!("arn:{}:iam::aws:policy/{name}", self.partition())
    }

    fn administrator(&self) -> String {
        match self.permission_set() {
            Some(_) => "the person who manages IAM Identity Center, in the management account or its delegate.".to_owned(),
            None => "an account administrator.".to_owned(),
        }
    }

    fn organization(&self) -> String {
        "the management account, or an account that it made a delegated administrator for policies."
            .to_owned()
    }
}

/// Whether it is an ARN from end to end, fit for a policy.
fn is_whole(arn: &str) -> bool {
    arn.starts_with("arn:") && arn.matches(':').count() >= 5 && is_plain(arn)
}

/// What to do about a refusal of which only the code is known.
pub fn unexplained() -> String {
    unknown(
        None,
        "https://console.aws.amazon.com/cloudtrailv2/home#/events",
    )
    .markdown()
}

/// `sts:DecodeAuthorizationMessage` and `iam:GetRequestAuthorizationDetails` say more, where the text holds what they take.
fn unknown(denial: Option<&PolicyDenial>, events: &str) -> Steps {
    let mut steps = vec![
        "Give an administrator the whole text, with its time.".to_owned(),
        format!(
            "Look up the call in CloudTrail → Event history; it may take 15 minutes to show. {events}"
        ),
    ];
    let encoded = denial.is_some_and(|denial| denial.encoded_message.is_some());
    let id = denial.is_some_and(|denial| denial.authorization_id.is_some());
    if encoded {
        steps.push(
            "Decode the “Encoded authorization failure message”, with the right to `sts:DecodeAuthorizationMessage`: `aws sts \
             decode-authorization-message --encoded-message MESSAGE`."
                .to_owned(),
        );
    }
    if id {
        steps.push(
            "Ask for the details of the authorization id within a day, with the right to \
             `iam:GetRequestAuthorizationDetails`."
                .to_owned(),
        );
    }
    Steps {
        who: "an account administrator.".to_owned(),
        steps,
        statement: None,
    }
}

/// What to do where Organizations answers the management account alone.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html>
pub fn ask_the_management_account(action: Option<&str>) -> String {
    let what = match action {
        Some(action) => shown(action),
        None => "the call".to_owned(),
    };
    Steps {
        who: "the management account of the organization. Nobody in a member account can change it.".to_owned(),
        steps: vec![
            "Run the tool with credentials of the management account, or of an account that is a delegated administrator."
                .to_owned(),
            format!(
                "Or ask the management account to make this account a delegated administrator, or to allow {what} in the \
                 organization's delegation policy: Organizations → Settings."
            ),
        ],
        statement: None,
    }
    .markdown()
}
