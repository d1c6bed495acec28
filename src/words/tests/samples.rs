//! One value of each kind that has words.

use std::collections::BTreeSet;
use std::iter::successors;

use crate::catalog::Code;
use crate::diagnose::asking::Part;
use crate::diagnose::cause::{
    Basis, Cause, Confidence, Denial, Finding, LayerRefusal, Name, Omission, Quote, RefusedCall,
    Sign, StatementAt, UnmetStatement,
};
use crate::diagnose::judgement::Contradiction;
use crate::diagnose::outcome::{Pass, Skip, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, SignIn, Step};
use crate::diagnose::requirement::Requirement;
use crate::evidence::{
    Account, AttachedPolicy, Caller, CredentialOrigin, Evidence, Failure, Gap, GapCause,
    IdentityPolicies, Observed, Organization, Policies, PolicyId, Principal, Probes, Via,
};
use crate::names::PrincipalKind;
use aws_refusal::{Effect, Layer, LinkedFeature, Refusal, RefusalKind};
use iam_policy::{Dependency, Document, LayerKind};

pub(super) const ACTORS: [Actor; 7] = [
    Actor::You,
    Actor::AccountAdministrator,
    Actor::RootUser,
    Actor::ManagementAccountAdministrator,
    Actor::IdentityCenterAdministrator,
    Actor::AwsSupport,
    Actor::Nobody,
];

pub(super) const CONTRADICTIONS: [Contradiction; 4] = [
    Contradiction::AnsweredThoughNotAllowed,
    Contradiction::RefusedThoughAllowed,
    Contradiction::SimulatorRefuses,
    Contradiction::SimulatorAllows,
];

pub(super) fn name(text: &str) -> Name {
    Name(text.to_owned())
}

fn quote(text: &str) -> Quote {
    Quote(text.to_owned())
}

fn none<T>() -> Observed<T> {
    Observed::NotApplicable {
        because: "the samples have none".to_owned(),
    }
}

/// An account in an organization, with this principal; where it is not the caller, alice calls.
pub(super) fn evidence(kind: PrincipalKind, name: &str, is_caller: bool) -> Evidence {
    let arn = match kind {
        PrincipalKind::RootUser => "arn:aws:iam::111122223333:root".to_owned(),
        PrincipalKind::User => format!("arn:aws:iam::111122223333:user/{name}"),
        PrincipalKind::Role => format!("arn:aws:iam::111122223333:role/{name}"),
        PrincipalKind::FederatedUser => format!("arn:aws:sts::111122223333:federated-user/{name}"),
    };
    let caller = if is_caller {
        arn.clone()
    } else {
        "arn:aws:iam::111122223333:user/alice".to_owned()
    };
    let mut evidence = nobody();
    evidence.caller = Observed::Known {
        value: Caller {
            account: "111122223333".to_owned(),
            arn: caller,
            user_id: "AIDA".to_owned(),
        },
    };
    evidence.principal = Observed::Known {
        value: Principal {
            arn,
            kind,
            name: name.to_owned(),
            unique_id: None,
            is_caller,
            permission_set: None,
            tags: none(),
        },
    };
    evidence.account.alias = Observed::Known {
        value: Some("acme-dev".to_owned()),
    };
    evidence.organization = Observed::Known {
        value: Organization {
            id: "o-1".to_owned(),
            management_account: "444455556666".to_owned(),
            is_management_account: false,
            all_features: true,
        },
    };
    evidence.policies.permissions_boundary = Observed::Known {
        value: AttachedPolicy {
            name: "DeveloperBoundary".to_owned(),
            arn: Some("arn:aws:iam::111122223333:policy/DeveloperBoundary".to_owned()),
            via: Via::PermissionsBoundary,
            document: none(),
        },
    };
    evidence
}

/// Not even the caller is known.
pub(super) fn nobody() -> Evidence {
    Evidence {
        collected_at: "2026-11-25T12:00:00Z".to_owned(),
        elapsed_ms: 0,
        credentials: CredentialOrigin::default(),
        caller: none(),
        principal: none(),
        account: Account {
            alias: none(),
            information: none(),
            root_user: none(),
            plan: none(),
            joined: none(),
        },
        organization: none(),
        policies: Policies {
            identity: IdentityPolicies::default(),
            permissions_boundary: none(),
            service_control: none(),
            session: none(),
        },
        simulation: none(),
        probes: Probes {
            cost_and_usage: none(),
            credits: none(),
            budgets: none(),
            free_tier_usage: none(),
            billing_views: none(),
        },
        switch_history: none(),
        calls: Vec::new(),
    }
}

pub(super) fn statement(policy: PolicyId, sid: Option<&str>, target: Option<&str>) -> StatementAt {
    StatementAt {
        policy,
        target: target.map(name),
        sid: sid.map(name),
        index: 1,
    }
}

pub(super) fn managed(policy: &str) -> PolicyId {
    PolicyId::Managed {
        arn: format!("arn:aws:iam::111122223333:policy/{policy}"),
        name: policy.to_owned(),
    }
}

pub(super) fn cause(code: Code, basis: Basis, finding: Finding) -> Cause {
    Cause {
        code,
        confidence: Confidence::Likely,
        basis,
        refusal: None,
        finding,
        actions: Vec::new(),
        closes: vec!["bills", "cost-explorer"],
        signs: Vec::new(),
        remedy: Remedy {
            actor: Actor::You,
            steps: Vec::new(),
            source: "https://docs.aws.amazon.com/",
        },
    }
}

/// What a refusal's statements deny, or which levels omit it.
#[derive(Clone, Copy)]
pub(super) enum By<'a> {
    Nothing,
    NamedByAws,
    Statements(&'a [(&'a str, &'a [&'static str])]),
    Levels(usize),
}

pub(super) const MANY: &[&str] = &[
    "billing:GetBillingData",
    "billing:GetBillingDetails",
    "billing:GetCredits",
    "ce:GetCostAndUsage",
    "ce:GetCostForecast",
];

pub(super) fn refused(code: Code, layer: Layer, effect: Effect, by: By) -> Cause {
    let target = (layer == Layer::ServiceControlPolicy).then_some("ou-ab12-34567890");
    let mut refusal = LayerRefusal {
        layer,
        effect,
        statements: Vec::new(),
        omitted_at: Vec::new(),
        named_by_aws: BTreeSet::new(),
        everything: false,
        region_lock: code == Code::ScpRegionLock,
    };
    match by {
        By::Nothing => refusal.everything = true,
        By::NamedByAws => {
            refusal.named_by_aws = BTreeSet::from([name("arn:aws:iam::aws:policy/AWSDenyAll")]);
        }
        By::Statements(statements) => {
            refusal.statements = statements
                .iter()
                .map(|(sid, actions)| Denial {
                    conditions: Vec::new(),
                    statement: statement(managed("Guard"), Some(sid), target),
                    actions: actions.to_vec(),
                })
                .collect();
        }
        By::Levels(levels) => {
            refusal.omitted_at = (0..levels)
                .map(|level| Omission {
                    target: name(&format!("ou-{level}")),
                    actions: MANY.to_vec(),
                })
                .collect();
        }
    }
    let mut cause = cause(code, Basis::RefusalNamesLayer, Finding::Plain);
    cause.actions = MANY.to_vec();
    cause.refusal = Some(refusal);
    cause
}

/// Every code, basis and finding, and every shape of a refusal.
pub(super) fn causes() -> Vec<Cause> {
    let plain = |code, basis| cause(code, basis, Finding::Plain);
    let mut causes = vec![
        plain(Code::NoCredentials, Basis::NothingToSignWith),
        plain(Code::CredentialsExpired, Basis::CredentialsRefused),
        plain(Code::CredentialsRejected, Basis::CredentialsRefused),
        plain(Code::ClockSkew, Basis::CredentialsRefused),
        cause(
            Code::RoleNotAssumable,
            Basis::AwsSaysSo,
            Finding::RoleRefused {
                role: Some(name("arn:aws:iam::444455556666:role/Reader")),
                by: Some(name("arn:aws:iam::111122223333:user/alice")),
                mfa: false,
            },
        ),
        cause(
            Code::RoleNotAssumable,
            Basis::AwsSaysSo,
            Finding::RoleRefused {
                role: None,
                by: None,
                mfa: true,
            },
        ),
        plain(Code::SessionCannotCallIam, Basis::StsAcceptsTheSession),
        cause(
            Code::Throttled,
            Basis::CallsFailed,
            Finding::Throttled {
                calls: vec![name("iam:GetUser"), name("iam:GetRole")],
            },
        ),
        cause(
            Code::Throttled,
            Basis::CallsFailed,
            Finding::Throttled {
                calls: ["a:A", "a:B", "a:C", "a:D"].map(name).to_vec(),
            },
        ),
        plain(Code::AccountNotActive, Basis::AwsSaysSo),
        plain(Code::SubscriptionRequired, Basis::NewAccountsGrowOutOfIt),
        plain(Code::PartitionBillsElsewhere, Basis::CallerArn),
        plain(Code::RootUserInUse, Basis::CallerArn),
        plain(Code::MemberBudgetsNotEnabled, Basis::AwsSaysSo),
        plain(Code::KeyQuarantined, Basis::PolicyAttached),
        plain(Code::CostExplorerNotEnabled, Basis::AwsSaysSo),
        plain(Code::CostExplorerNotEnabled, Basis::PayerMayBeTheReason),
        plain(Code::CostDataNotReady, Basis::AwsSaysSo),
        plain(Code::OnlyLegacyActions, Basis::PoliciesRead),
        cause(
            Code::OnlyLegacyActions,
            Basis::PoliciesRead,
            Finding::Legacy {
                policy: PolicyId::Inline {
                    owner: Via::Group("finance".to_owned()),
                    name: "Portal".to_owned(),
                },
            },
        ),
        cause(
            Code::PayerOnlyFeature,
            Basis::Documented,
            Finding::PayerPages {
                pages: vec!["cost-allocation-tags", "cost-categories"],
            },
        ),
        cause(
            Code::UnexplainedRefusal,
            Basis::Unexplained,
            Finding::Refused {
                calls: vec![RefusedCall {
                    action: "ce:GetCostAndUsage",
                    message: quote("no"),
                }],
            },
        ),
        cause(
            Code::IdentityPolicyOmitsBilling,
            Basis::OneWitness,
            Finding::ConsoleDiffers {
                requirement: Some(Box::new(Requirement::Switch)),
            },
        ),
        cause(
            Code::IdentityPolicyOmitsBilling,
            Basis::RefusalAndPolicies,
            Finding::ConsoleDiffers { requirement: None },
        ),
        cause(
            Code::IdentityPolicyOmitsBilling,
            Basis::PoliciesRead,
            Finding::ConditionFails {
                unmet: vec![unmet()],
            },
        ),
        cause(
            Code::IdentityPolicyOmitsBilling,
            Basis::PoliciesRead,
            Finding::ConditionFails {
                unmet: vec![unmet(); 5],
            },
        ),
        cause(
            Code::NetworkRestricted,
            Basis::PrivateAccessMayHelp,
            Finding::ConsoleOutsideVpc {
                allowed_by: None,
                private_access: true,
            },
        ),
        cause(
            Code::NetworkRestricted,
            Basis::PoliciesRead,
            Finding::ConsoleOutsideVpc {
                allowed_by: Some(statement(managed("Vpc"), None, None)),
                private_access: false,
            },
        ),
        cause(
            Code::ScpDeniesBilling,
            Basis::RefusalNamesLayer,
            Finding::LooksLikeRegionLock {
                exempt: BTreeSet::from(["billing:*".to_owned()]),
            },
        ),
        cause(
            Code::ScpDeniesBilling,
            Basis::RefusalNamesLayer,
            Finding::LooksLikeProject,
        ),
    ];
    causes.extend([true, false].map(|policies_allow_all| {
        cause(
            Code::IamAccessNotActivated,
            Basis::AwsSaysSo,
            Finding::SwitchOff { policies_allow_all },
        )
    }));
    causes.extend(
        [
            LinkedFeature::CostExplorer,
            LinkedFeature::PayerCostExplorer,
        ]
        .map(|feature| {
            cause(
                Code::MemberCostExplorerWithheld,
                Basis::AwsSaysSo,
                Finding::Withheld { feature },
            )
        }),
    );
    for failure in FAILURES {
        for nothing_answered in [true, false] {
            causes.push(cause(
                Code::EndpointUnreachable,
                Basis::CallsFailed,
                Finding::Unreached {
                    failures: BTreeSet::from([failure]),
                    services: BTreeSet::from(["ce".to_owned(), "sts".to_owned()]),
                    nothing_answered,
                },
            ));
        }
    }
    let deny = Effect::ExplicitDeny;
    let denials = [
        By::Nothing,
        By::NamedByAws,
        By::Statements(&[("A", MANY)]),
        By::Statements(&[("A", MANY), ("B", MANY)]),
        By::Statements(&[("A", MANY), ("B", &["tax:GetTaxRegistration"])]),
        By::Statements(&[("A", MANY), ("B", MANY), ("C", MANY)]),
    ];
    for by in denials {
        causes.extend([
            refused(
                Code::ScpDeniesBilling,
                Layer::ServiceControlPolicy,
                deny,
                by,
            ),
            refused(Code::ScpRegionLock, Layer::ServiceControlPolicy, deny, by),
            refused(
                Code::RcpDeniesBilling,
                Layer::ResourceControlPolicy,
                deny,
                by,
            ),
            refused(
                Code::BoundaryDeniesBilling,
                Layer::PermissionsBoundary,
                deny,
                by,
            ),
            refused(
                Code::SessionPolicyDeniesBilling,
                Layer::SessionPolicy,
                deny,
                by,
            ),
            refused(
                Code::IdentityPolicyDeniesBilling,
                Layer::IdentityPolicy,
                deny,
                by,
            ),
            refused(
                Code::VpcEndpointPolicyBlocksBilling,
                Layer::VpcEndpointPolicy,
                deny,
                by,
            ),
        ]);
        let mut mfa = refused(Code::MfaRequired, Layer::IdentityPolicy, deny, by);
        mfa.basis = Basis::PoliciesRead;
        let mut network = refused(Code::NetworkRestricted, Layer::IdentityPolicy, deny, by);
        network.basis = Basis::OnlyTheNetworkExplainsIt;
        causes.extend([mfa, network]);
    }
    let omit = Effect::ImplicitDeny;
    for by in [By::Nothing, By::Levels(1), By::Levels(2), By::Levels(5)] {
        causes.extend([
            refused(Code::ScpOmitsBilling, Layer::ServiceControlPolicy, omit, by),
            refused(
                Code::BoundaryOmitsBilling,
                Layer::PermissionsBoundary,
                omit,
                by,
            ),
            refused(
                Code::SessionPolicyOmitsBilling,
                Layer::SessionPolicy,
                omit,
                by,
            ),
            refused(
                Code::IdentityPolicyOmitsBilling,
                Layer::IdentityPolicy,
                omit,
                by,
            ),
            refused(
                Code::BillingPolicyWithoutCostExplorer,
                Layer::IdentityPolicy,
                omit,
                by,
            ),
            refused(
                Code::VpcEndpointPolicyBlocksBilling,
                Layer::VpcEndpointPolicy,
                omit,
                by,
            ),
        ]);
    }
    for code in Code::ALL {
        if causes.iter().all(|cause| cause.code != *code) {
            causes.push(plain(*code, Basis::AwsSaysSo));
        }
    }
    causes
}

const FAILURES: [Failure; 8] = [
    Failure::NoCredentials,
    Failure::TimedOut,
    Failure::Unreachable,
    Failure::Throttled,
    Failure::ServerError,
    Failure::NotUnderstood,
    Failure::NotFound,
    Failure::Other,
];

pub(super) fn signs() -> Vec<Sign> {
    let mut signs = vec![
        Sign::Answered {
            call: name("billing:GetCredits"),
            message: quote("IAM user access not activated"),
        },
        Sign::AnsweredAtAll {
            call: name("sts:GetCallerIdentity"),
        },
        Sign::Refused {
            action: "ce:GetCostAndUsage",
            message: quote("not authorized"),
            likewise: vec!["budgets:ViewBudget", "freetier:GetFreeTierUsage"],
        },
        Sign::Refused {
            action: "ce:GetCostAndUsage",
            message: quote("not authorized"),
            likewise: Vec::new(),
        },
        Sign::LevelOmits {
            target: name("r-ab12"),
            actions: vec!["ce:GetCostAndUsage", "billing:GetCredits"],
        },
        Sign::LevelOmits {
            target: name("r-ab12"),
            actions: MANY.to_vec(),
        },
        Sign::SimulatorRefuses { actions: 2 },
        Sign::PoliciesAllowAll { checked: 50 },
        Sign::PoliciesAllowAll { checked: 1 },
        Sign::LookedForCredentials {
            source: name("the instance metadata service"),
            detail: None,
        },
        Sign::LookedForCredentials {
            source: name("profile acme"),
            detail: Some(quote("no such file")),
        },
        Sign::CredentialsFrom {
            source: name("the built-in demo"),
        },
        Sign::NoAnswerFrom {
            services: vec![name("ce"), name("budgets")],
        },
        Sign::PrincipalIs {
            arn: name("arn:aws:iam::111122223333:user/alice"),
        },
        Sign::CallerIs {
            arn: name("arn:aws:iam::111122223333:root"),
        },
        Sign::PlanExpired { at: None },
        Sign::PlanExpired {
            at: Some(name("2026-11-01T00:00:00Z")),
        },
        Sign::Attached {
            policy: name("AWSCompromisedKeyQuarantineV3"),
        },
        Sign::ManagementAccount {
            account: name("444455556666"),
        },
    ];
    for how in ["INVITED", "CREATED", "ELSEWISE"] {
        signs.push(Sign::Joined { how: name(how) });
    }
    for denied in [1, 14, 50] {
        signs.push(Sign::StatementDenies {
            statement: statement(managed("Guard"), None, None),
            denied,
            checked: 50,
        });
    }
    for effect in [Effect::ExplicitDeny, Effect::ImplicitDeny] {
        for simulator_agrees in [0, 1, 2] {
            signs.push(Sign::PoliciesRefuse {
                effect,
                actions: 2,
                simulator_agrees,
            });
        }
    }
    for by in [None, Some(name("eve"))] {
        for at in [None, Some(name("2026-11-24T08:00:00Z"))] {
            signs.push(Sign::SwitchChanged { by: by.clone(), at });
        }
    }
    for failure in FAILURES {
        for detail in [None, Some(quote("dns error"))] {
            signs.push(Sign::CallFailed {
                call: name("sts:GetCallerIdentity"),
                failure,
                detail,
            });
        }
    }
    signs
}

pub(super) fn requirements() -> Vec<Requirement> {
    let action = "ce:GetCostAndUsage";
    vec![
        Requirement::Condition {
            residual: Box::new(dependency()),
            action,
        },
        Requirement::AllowNotGiven {
            target: name("root"),
        },
        Requirement::OnSome {
            action,
            part: Part {
                only: BTreeSet::from([
                    "arn:aws:billing::111122223333:billingview/custom-1".to_owned()
                ]),
                except: BTreeSet::new(),
            },
        },
        Requirement::SwitchPerhapsUnseen,
        Requirement::Undecided { action },
        Requirement::WitnessesDisagree { action },
        Requirement::Part { action },
        Requirement::Switch,
        Requirement::SwitchPerhaps,
        Requirement::Refused { action },
        Requirement::CostExplorer {
            gap: Box::new(Gap::not_asked("x", "ce:GetCostAndUsage timed out")),
        },
        Requirement::CostExplorerLeftOut,
    ]
}

/// An Allow for one Region.
fn unmet() -> UnmetStatement {
    let text = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}}"#;
    let document = Document::parse(text).expect("a policy");
    UnmetStatement {
        layer: Layer::IdentityPolicy,
        statement: statement(managed("OneRegion"), None, None),
        conditions: document.statements()[0].conditions().collect(),
    }
}

fn dependency() -> Dependency {
    Dependency {
        layer: LayerKind::Identity,
        keys: Vec::new(),
        requirement: iam_policy::Requirement::UnreadPoliciesAllow {
            reason: "organizations:ListParents is not allowed".to_owned(),
        },
    }
}

pub(super) fn gaps() -> Vec<Gap> {
    let gap = |cause| Gap {
        fact: "something".to_owned(),
        cause,
    };
    let refusal = |kind| {
        Box::new(Refusal {
            message: "no".to_owned(),
            code: None,
            kind,
        })
    };
    let mut gaps = vec![
        Gap::session_policies(),
        Gap::left_out("something", "it was left out"),
        Gap::not_asked("something", "it was not asked"),
        gap(GapCause::Unreadable {
            reason: "it is no JSON".to_owned(),
        }),
        gap(GapCause::Refused {
            call: "iam:GetUser".to_owned(),
            action: "iam:GetUser".to_owned(),
            refusal: refusal(RefusalKind::Unrecognised),
        }),
        gap(GapCause::Refused {
            call: "sts:GetCallerIdentity".to_owned(),
            action: String::new(),
            refusal: refusal(RefusalKind::Unrecognised),
        }),
        gap(GapCause::Refused {
            call: "iam:GetUser".to_owned(),
            action: "iam:GetUser".to_owned(),
            refusal: refusal(RefusalKind::Expired),
        }),
    ];
    for failure in FAILURES {
        for detail in ["", "dns error"] {
            gaps.push(gap(GapCause::CallFailed {
                call: "iam:GetUser".to_owned(),
                failure,
                detail: detail.to_owned(),
            }));
        }
    }
    gaps
}

/// One of each, from one to the next, so that the compiler asks for a new one.
pub(super) fn passes() -> Vec<Pass> {
    let next = |pass: &Pass| {
        Some(match pass {
            Pass::Answered(_) => Pass::CredentialsAccepted {
                source: name("profile acme (IAM Identity Center)"),
            },
            Pass::CredentialsAccepted { .. } => Pass::EveryCallAnswered { calls: 1 },
            Pass::EveryCallAnswered { calls: 1 } => Pass::EveryCallAnswered { calls: 23 },
            Pass::EveryCallAnswered { .. } => Pass::NothingThrottled { calls: 1 },
            Pass::NothingThrottled { calls: 1 } => Pass::NothingThrottled { calls: 23 },
            Pass::NothingThrottled { .. } => Pass::ServicesAnswered,
            Pass::ServicesAnswered => Pass::CallerIs {
                arn: name("arn:aws:iam::111122223333:user/bob"),
            },
            Pass::CallerIs { .. } => Pass::Partition {
                partition: name("aws"),
            },
            Pass::Partition { .. } => Pass::EveryActionPasses {
                layer: Layer::IdentityPolicy,
            },
            Pass::EveryActionPasses {
                layer: Layer::IdentityPolicy,
            } => Pass::EveryActionPasses {
                layer: Layer::PermissionsBoundary,
            },
            Pass::EveryActionPasses { .. } => Pass::SimulatorClears {
                layer: Layer::ServiceControlPolicy,
            },
            Pass::SimulatorClears { .. } => Pass::OtherDenies,
            Pass::OtherDenies => Pass::PoliciesRead,
            Pass::PoliciesRead => Pass::NotAttached,
            Pass::NotAttached => Pass::IamAcceptsToken,
            Pass::IamAcceptsToken => Pass::NoRefusalNamesIt,
            Pass::NoRefusalNamesIt => Pass::EnabledWithoutData,
            Pass::EnabledWithoutData => Pass::SwitchOn,
            Pass::SwitchOn => return None,
        })
    };
    successors(Some(Pass::Answered("ce:GetCostAndUsage")), next).collect()
}

pub(super) fn unseen() -> Vec<Unseen> {
    let next = |unseen: &Unseen| {
        Some(match unseen {
            Unseen::Gap(_) => Unseen::Because(quote("the dump has no such policy")),
            Unseen::Because(_) => Unseen::SwitchBehindPolicy,
            Unseen::SwitchBehindPolicy => Unseen::SwitchUnknownToRoot,
            Unseen::SwitchUnknownToRoot => Unseen::Depends {
                layer: Layer::ServiceControlPolicy,
            },
            Unseen::Depends { layer } => Unseen::BehindDeny { layer: *layer },
            Unseen::BehindDeny { layer } => Unseen::OddDeny { layer: *layer },
            Unseen::OddDeny { .. } => Unseen::NoApiShows {
                layer: Layer::SessionPolicy,
            },
            Unseen::NoApiShows { .. } => Unseen::NotAsked,
            Unseen::NotAsked => Unseen::Hindered(Code::EndpointUnreachable),
            Unseen::Hindered(_) => return None,
        })
    };
    successors(Some(Unseen::Gap(Gap::session_policies())), next).collect()
}

pub(super) fn skips() -> Vec<Skip> {
    let next = |skip: &Skip| {
        Some(match skip {
            Skip::NotApplicable(_) => Skip::ByChoice(Gap::left_out("x", "it was left out")),
            Skip::ByChoice(_) => Skip::MoreExactly(Code::OnlyLegacyActions),
            Skip::MoreExactly(_) => Skip::NothingToAskWith,
            Skip::NothingToAskWith => Skip::NoCallGotThrough,
            Skip::NoCallGotThrough => Skip::AwsAnswered(quote("ExpiredToken")),
            Skip::AwsAnswered(_) => Skip::RootUser,
            Skip::RootUser => Skip::ManagementAccount,
            Skip::ManagementAccount => Skip::NotAskedAbout,
            Skip::NotAskedAbout => Skip::NoPlan,
            Skip::NoPlan => return None,
        })
    };
    let first = Skip::NotApplicable(quote("the account is in no organization"));
    successors(Some(first), next).collect()
}

pub(super) fn steps() -> Vec<Step> {
    let management_account = || Some(name("444455556666"));
    let mut steps = vec![
        Step::NameProfile,
        Step::RunAgain,
        Step::RunAgainForTheNextLayer,
        Step::TryDemo,
        Step::CheckAccessKey,
        Step::CompareSecretKey,
        Step::UnsetSessionToken,
        Step::SetClock,
        Step::CheckNetwork {
            region: name("us-east-1"),
            region_source: name("AWS_REGION"),
        },
        Step::TryHost,
        Step::UnsetEndpoints {
            endpoints: vec![name("http://127.0.0.1:4566 (AWS_ENDPOINT_URL)")],
        },
        Step::SignInToNetwork,
        Step::LongerTimeout,
        Step::ListHosts,
        Step::WaitAndRunAgain,
        Step::FindWhoCalls,
        Step::UseOtherSession,
        Step::FindStandardAccount,
        Step::OpenBillsThere,
        Step::CheckThere,
        Step::FinishWhatAwsAsks,
        Step::OpenVerificationCase,
        Step::FinishSignUp,
        Step::UpgradePlan,
        Step::UpgradeExpiredPlan,
        Step::RunAsSomeoneElse,
        Step::DeleteRootKeys,
        Step::EndRootSession,
        Step::AllowPasswordRecovery {
            management_account: management_account(),
        },
        Step::AllowPasswordRecovery {
            management_account: None,
        },
        Step::SetRootPassword,
        Step::SignInAsRoot,
        Step::OpenAccountPage,
        Step::EditSwitch,
        Step::ActivateSwitch,
        Step::DeleteRootPassword,
        Step::NotWithTerraform,
        Step::OpenServiceControlPolicies {
            management_account: management_account(),
        },
        Step::FindPolicyOnPath,
        Step::AllowAtLevels {
            targets: Vec::new(),
        },
        Step::AllowAtLevels {
            targets: vec![name("r-ab12"), name("ou-ab12-34567890")],
        },
        Step::LookForRegionLock {
            exempt: BTreeSet::from(["billing:*".to_owned(), "tax:*".to_owned()]),
        },
        Step::UseSettingsOfProject,
        Step::ExemptInResourceControlPolicy,
        Step::LaunchInPayer {
            management_account: management_account(),
        },
        Step::GiveLinkedAccountAccess {
            management_account: None,
        },
        Step::LaunchInPayerForBudgets {
            management_account: management_account(),
        },
        Step::DecideOnCostExplorer,
        Step::LaunchCostExplorer,
        Step::WaitForData,
        Step::AskPayerToLook {
            management_account: name("444455556666"),
        },
        Step::WaitForCostData,
        Step::AskPayerIfNoData {
            management_account: management_account(),
        },
        Step::OpenCaseIfNoData,
        Step::UseBillsMeanwhile,
        Step::MakeChange,
        Step::MakeChangeInstead,
        Step::LeaveGroup {
            group: name("contractors"),
        },
        Step::Detach {
            policy: name("NoBilling"),
        },
        Step::ProvisionPermissionSet {
            permission_set: name("BillingView"),
        },
        Step::AskWhoSetBoundary,
        Step::NewSession,
        Step::OtherNetwork,
        Step::EditEndpointPolicy,
        Step::MfaInConsole,
        Step::MfaOnCommandLine,
        Step::BringSessionWithMfa {
            profile: Some(name("target")),
        },
        Step::AllowAssumingRole {
            by: Some(name("arn:aws:iam::111122223333:user/alice")),
            role: Some(name("arn:aws:iam::444455556666:role/Reader")),
        },
        Step::TrustPrincipal,
        Step::RunCredentialProcess,
        Step::CorrectProfile,
        Step::OpenConsoleInVpc,
        Step::UseCommandLineInVpc,
        Step::ExemptInStatement,
        Step::OrTagPrincipal {
            tag: name("team"),
            values: vec![name("finance")],
        },
        Step::LoosenCondition {
            statement: statement(managed("OneRegion"), None, None),
            keys: vec![name("aws:RequestedRegion")],
        },
        Step::OrMoveDate {
            statement: statement(managed("Until"), Some("Year"), None),
        },
        Step::SeeOwnAddress,
        Step::GoToAllowedNetwork,
        Step::AddAddress,
        Step::ReplaceLeakedKey,
        Step::AnswerQuarantineCase,
        Step::HandOverRefusals,
        Step::LookAtCloudTrail,
        Step::GivePermissions,
    ];
    for how in [
        SignIn::IdentityCenter,
        SignIn::Console,
        SignIn::Environment,
        SignIn::Any,
    ] {
        for profile in [None, Some(name("default")), Some(name("acme"))] {
            steps.push(Step::SignIn { how, profile });
        }
    }
    for pages in [
        vec!["cost-allocation-tags"],
        vec!["cost-categories"],
        vec!["cost-allocation-tags", "cost-categories"],
    ] {
        steps.push(Step::AskPayer { pages });
    }
    for layer in Layer::ALL {
        for effect in [Effect::ExplicitDeny, Effect::ImplicitDeny] {
            steps.push(Step::EditUnreadPolicy { layer, effect });
        }
    }
    steps
}
