//! What the words of one refusal amount to: typed, for `words` to say.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::catalog::{Code, Partition, pages};
use crate::diagnose::cause::Confidence;
use crate::diagnose::grant::{Grant, READING};
use crate::diagnose::question::Want;
use crate::diagnose::remedy::Actor;

use crate::names::{PrincipalArn, PrincipalKind, is_quarantine, permission_set, service_prefix};
use crate::words::refused::{Doubt, Refused, is_bill_elsewhere};
use aws_refusal::{Effect, Found, Layer, LinkedFeature, PolicyDenial, RefusalKind};

/// What one refusal means, how sure that is, and who can mend it.
pub(super) struct Reading {
    pub(super) code: Code,
    pub(super) confidence: Confidence,
    pub(super) doubt: Option<Doubt>,
    pub(super) others: Vec<Code>,
    pub(super) billing: Option<bool>,
    pub(super) actor: Actor,
    /// Whether Organizations answers the management account alone.
    pub(super) management_account_only: bool,
}

impl Reading {
    fn sure(code: Code, actor: Actor) -> Self {
        Self {
            code,
            confidence: Confidence::Confirmed,
            doubt: None,
            others: Vec::new(),
            billing: None,
            actor,
            management_account_only: false,
        }
    }

    fn doubted(self, confidence: Confidence, doubt: Doubt) -> Self {
        Self {
            confidence,
            doubt: Some(doubt),
            ..self
        }
    }

    fn likely(self, doubt: Doubt) -> Self {
        self.doubted(Confidence::Likely, doubt)
    }

    fn possible(self, doubt: Doubt) -> Self {
        self.doubted(Confidence::Possible, doubt)
    }

    fn or(self, other: Code) -> Self {
        Self {
            others: vec![other],
            ..self
        }
    }

    fn about_billing(self) -> Self {
        Self {
            billing: Some(true),
            ..self
        }
    }

    /// The refusal as `words` takes it.
    pub(super) fn refused<'a>(&self, denial: &'a PolicyDenial) -> Refused<'a> {
        Refused {
            denial,
            billing: self.billing,
            gated: self.billing == Some(true) && is_gated(denial),
            allowed_by: denial
                .action
                .as_deref()
                .filter(|_| self.billing == Some(true))
                .and_then(allowed_by),
        }
    }
}

pub(super) fn read(found: &Found) -> Reading {
    use Actor::{
        AccountAdministrator, AwsSupport, ManagementAccountAdministrator, Nobody, RootUser, You,
    };
    match &found.refusal.kind {
        RefusalKind::Policy(denial) => policy(denial),
        RefusalKind::IamAccessNotActivated => {
            Reading::sure(Code::IamAccessNotActivated, RootUser).about_billing()
        }
        RefusalKind::OldConsoleText => Reading::sure(Code::IamAccessNotActivated, RootUser)
            .possible(Doubt::OldConsoleText)
            .or(Code::IdentityPolicyOmitsBilling)
            .about_billing(),
        RefusalKind::CostConsoleRefused { action } => {
            Reading::sure(Code::IamAccessNotActivated, RootUser)
                .possible(Doubt::CostConsoleText {
                    action: action.clone(),
                })
                .or(Code::IdentityPolicyOmitsBilling)
                .about_billing()
        }
        RefusalKind::CostExplorerNotEnabled => {
            Reading::sure(Code::CostExplorerNotEnabled, AccountAdministrator)
                .likely(Doubt::PayerMayWithhold)
                .or(Code::MemberCostExplorerWithheld)
                .about_billing()
        }
        RefusalKind::DataNotReady if found.refusal.message.is_empty() => {
            Reading::sure(Code::CostDataNotReady, Nobody)
                .possible(Doubt::NothingEligible)
                .about_billing()
        }
        RefusalKind::DataNotReady => Reading::sure(Code::CostDataNotReady, Nobody).about_billing(),
        RefusalKind::DataInPreparation => Reading::sure(Code::CostDataNotReady, Nobody)
            .likely(Doubt::PayerMustLaunch)
            .or(Code::MemberCostExplorerWithheld)
            .about_billing(),
        RefusalKind::LinkedAccount { feature } => {
            let code = match feature {
                LinkedFeature::Budgets => Code::MemberBudgetsNotEnabled,
                LinkedFeature::CostAllocationTags
                | LinkedFeature::CostCategories
                | LinkedFeature::ReportPreference => Code::PayerOnlyFeature,
                LinkedFeature::CostExplorer | LinkedFeature::PayerCostExplorer => {
                    Code::MemberCostExplorerWithheld
                }
            };
            Reading::sure(code, ManagementAccountAdministrator).about_billing()
        }
        RefusalKind::ManagementAccountOnly => Reading {
            management_account_only: true,
            ..Reading::sure(Code::PayerOnlyFeature, ManagementAccountAdministrator)
        },
        RefusalKind::SubscriptionRequired => {
            Reading::sure(Code::SubscriptionRequired, RootUser).likely(Doubt::FreePlan)
        }
        RefusalKind::AccountBlocked => Reading::sure(Code::AccountNotActive, AwsSupport),
        RefusalKind::NoCredentials => Reading::sure(Code::NoCredentials, You),
        RefusalKind::Expired => Reading::sure(Code::CredentialsExpired, You),
        RefusalKind::InvalidToken => {
            Reading::sure(Code::CredentialsRejected, You).likely(Doubt::SessionMayNotCallIam)
        }
        RefusalKind::BadSignature => {
            Reading::sure(Code::CredentialsRejected, You).likely(Doubt::ProxyMayChange)
        }
        RefusalKind::AuthFailure => {
            Reading::sure(Code::CredentialsRejected, You).likely(Doubt::CredentialsUnclear)
        }
        RefusalKind::ClockSkew => Reading::sure(Code::ClockSkew, You),
        RefusalKind::Throttled => Reading::sure(Code::Throttled, You),
        RefusalKind::Unreachable => {
            let reading = Reading::sure(Code::EndpointUnreachable, You);
            match &found.host {
                Some(host) if is_bill_elsewhere(host) => reading.or(Code::PartitionBillsElsewhere),
                _ => reading,
            }
        }
        RefusalKind::Unrecognised => Reading::sure(Code::UnexplainedRefusal, AccountAdministrator)
            .possible(Doubt::ReasonUnknown),
    }
}

fn policy(denial: &PolicyDenial) -> Reading {
    let action = denial.action.as_deref();
    let reading = Reading {
        billing: action.map(concerns_billing),
        ..by_layer(denial)
    };
    let known = reading.code != Code::UnexplainedRefusal;
    match action {
        None if known && reading.code != Code::KeyQuarantined => {
            reading.likely(Doubt::ActionUnknown)
        }
        _ => reading,
    }
}

fn by_layer(denial: &PolicyDenial) -> Reading {
    use Actor::{AccountAdministrator, ManagementAccountAdministrator, You};
    let denies = denial.effect == Some(Effect::ExplicitDeny);
    let either = |deny: Code, omit: Code, actor: Actor| {
        Reading::sure(if denies { deny } else { omit }, actor)
    };
    let Some(layer) = denial.layer else {
        return Reading::sure(Code::UnexplainedRefusal, AccountAdministrator)
            .possible(Doubt::LayerUnknown);
    };
    match layer {
        Layer::IdentityPolicy if denies && quarantines(denial) => {
            Reading::sure(Code::KeyQuarantined, AccountAdministrator)
        }
        Layer::IdentityPolicy => either(
            Code::IdentityPolicyDeniesBilling,
            Code::IdentityPolicyOmitsBilling,
            administrator(denial),
        ),
        Layer::PermissionsBoundary => either(
            Code::BoundaryDeniesBilling,
            Code::BoundaryOmitsBilling,
            administrator(denial),
        ),
        Layer::SessionPolicy => either(
            Code::SessionPolicyDeniesBilling,
            Code::SessionPolicyOmitsBilling,
            You,
        ),
        Layer::ServiceControlPolicy => either(
            Code::ScpDeniesBilling,
            Code::ScpOmitsBilling,
            ManagementAccountAdministrator,
        ),
        Layer::ResourceControlPolicy => {
            Reading::sure(Code::RcpDeniesBilling, ManagementAccountAdministrator)
        }
        Layer::VpcEndpointPolicy => {
            Reading::sure(Code::VpcEndpointPolicyBlocksBilling, AccountAdministrator)
        }
        // How Organizations tells a member account that only others may ask.
        // Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
        Layer::ResourcePolicy if !denies && is_of_organizations(denial) => Reading {
            management_account_only: true,
            ..Reading::sure(Code::PayerOnlyFeature, ManagementAccountAdministrator)
        },
        Layer::ResourcePolicy | Layer::RoleTrustPolicy => {
            Reading::sure(Code::UnexplainedRefusal, AccountAdministrator)
                .possible(Doubt::ResourcesOwn)
        }
    }
}

fn is_of_organizations(denial: &PolicyDenial) -> bool {
    denial
        .action
        .as_deref()
        .is_some_and(|action| service_prefix(action) == "organizations")
}

fn quarantines(denial: &PolicyDenial) -> bool {
    denial.policy_arn.as_deref().is_some_and(is_quarantine)
}

/// Who may change the policies of the person: IAM Identity Center has those of its roles.
fn administrator(denial: &PolicyDenial) -> Actor {
    let principal = denial.principal.as_deref().and_then(PrincipalArn::parse);
    match principal.and_then(|principal| permission_set(principal.name)) {
        Some(_) => Actor::IdentityCenterAdministrator,
        None => Actor::AccountAdministrator,
    }
}

/// Services that the billing console draws on and that are not billing.
const OTHERS: [&str; 4] = ["iam", "organizations", "s3", "support"];

/// What the console's pages ask for.
static OF_PAGES: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let pages = pages().iter();
    pages
        .flat_map(|page| {
            let purposes = page.optional_view.iter().chain(&page.edit);
            let more = purposes.flat_map(|purpose| purpose.actions.iter().chain(&purpose.expanded));
            page.view.iter().chain(&page.view_printed).chain(more)
        })
        .map(String::as_str)
        .collect()
});

/// Whether an action is one of billing: of a service that is nothing else, or one that a tool for costs needs of
/// Organizations.
fn concerns_billing(action: &str) -> bool {
    let service = service_prefix(action);
    match service {
        "organizations" => OF_PAGES
            .iter()
            .any(|of_page| of_page.eq_ignore_ascii_case(action)),
        _ => {
            !OTHERS.contains(&service)
                && OF_PAGES
                    .iter()
                    .any(|of_page| service_prefix(of_page).eq_ignore_ascii_case(service))
        }
    }
}

/// Whether the root user's switch may show behind a refusal: it gates pages of the console, not the APIs of Cost Explorer,
/// Budgets and the reports, and never the root user.
///
/// Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/control-access-billing.html>
fn is_gated(denial: &PolicyDenial) -> bool {
    const GATED: [&str; 7] = [
        "aws-portal",
        "billing",
        "consolidatedbilling",
        "invoicing",
        "payments",
        "purchase-orders",
        "tax",
    ];
    let service = denial.action.as_deref().map(service_prefix);
    let principal = denial.principal.as_deref().and_then(PrincipalArn::parse);
    let root = principal.is_some_and(|principal| principal.kind == PrincipalKind::RootUser);
    !root && service.is_some_and(|service| GATED.contains(&service))
}

/// The AWS managed policy for reading the bill, where it allows the action.
fn allowed_by(action: &str) -> Option<&'static str> {
    // Its name and text are the same in every partition.
    let grant = Grant::of(&[action], Want::View, Partition::Aws);
    grant.attach.is_some().then_some(READING)
}
