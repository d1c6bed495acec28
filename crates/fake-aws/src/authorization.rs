//! Whether the caller may, by its policies, and AWS's words if it may not.

use aws_refusal::{self, PolicyDenial};
use iam_policy::{
    Context, ContextValue, Decision, LayerKind, LayerOutcome, PrincipalKind, Request, Resource,
    Verdict, authorize as judge,
};

use super::call::{Call, Protocol};
use super::clock;
use super::layers::Layers;
use super::reply::AwsError;
use super::world::{Principal, World};

/// Where every call comes from. <https://datatracker.ietf.org/doc/html/rfc5737>
const SOURCE_IP: &str = "198.51.100.7";

/// Lets the call pass, or refuses it.
pub(super) fn authorize(
    world: &World,
    call: &Call,
    action: &str,
    resource: &str,
) -> Result<(), AwsError> {
    authorize_called(world, call, action, resource, resource)
}

/// The same where refusals do not give the resource's ARN but call it something, such as `user ada`.
pub(super) fn authorize_called(
    world: &World,
    call: &Call,
    action: &str,
    resource: &str,
    called: &str,
) -> Result<(), AwsError> {
    let caller = world.caller();
    let layers = layers(world, caller);
    let request = Request {
        principal: principal_kind(caller),
        action,
        resource: Resource::Exact(resource),
        context: &context(world, call),
    };
    let verdict = judge(&layers.layers, &request);
    if verdict.decision == Decision::Allowed {
        return Ok(());
    }
    let message = aws_refusal::render_policy(&PolicyDenial {
        principal: Some(world.caller_arn()),
        action: Some(action.to_owned()),
        resource: Some(called.to_owned()),
        ..blame(world, &layers, &verdict)
    });
    Err(denied(call, message))
}

/// An access denial with the code and status of the call's protocol.
pub(super) fn denied(call: &Call, message: impl Into<String>) -> AwsError {
    match call.protocol {
        Protocol::Query => AwsError::new(403, "AccessDenied", message),
        Protocol::Json(_) => AwsError::new(400, "AccessDeniedException", message),
        Protocol::RestJson => AwsError::new(403, "AccessDeniedException", message),
    }
}

/// The layers that bind a principal, in the order in which AWS asks them.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
fn layers(world: &World, principal: Principal<'_>) -> Layers {
    let mut layers = Layers::default();
    for (target, sources) in world.service_control_levels() {
        let target = target.id.clone();
        layers.push(LayerKind::ServiceControl { target }, sources);
    }
    if !matches!(principal, Principal::RootUser) {
        layers.push(LayerKind::Identity, world.identity_sources(principal));
    }
    if let Some(boundary) = world.boundary_source(principal) {
        layers.push(LayerKind::PermissionsBoundary, vec![boundary]);
    }
    let session = world.session_sources(principal);
    if !session.is_empty() {
        layers.push(LayerKind::Session, session);
    }
    layers
}

/// What the engine takes a principal for.
pub(super) fn principal_kind(principal: Principal<'_>) -> PrincipalKind {
    match principal {
        Principal::RootUser => PrincipalKind::RootUser,
        Principal::User(_) | Principal::Group(_) => PrincipalKind::User,
        Principal::Role(..) => PrincipalKind::AssumedRole,
    }
}

/// The one layer that a refusal names: the first that denies, else the first that allows nothing.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
fn blame(world: &World, layers: &Layers, verdict: &Verdict) -> PolicyDenial {
    let denies = |outcome: &LayerOutcome| matches!(outcome, LayerOutcome::Denies { .. });
    let denier = verdict.layers.iter().find(|layer| denies(&layer.outcome));
    let (culprit, effect) = match denier {
        Some(layer) => (Some(layer), aws_refusal::Effect::ExplicitDeny),
        None => {
            let omits = verdict.layers.iter().find(|layer| layer.outcome.refuses());
            (omits, aws_refusal::Effect::ImplicitDeny)
        }
    };
    let layer = culprit.map_or(aws_refusal::Layer::IdentityPolicy, |layer| {
        layer_name(&layer.kind)
    });
    let arn = denier.and_then(|denier| {
        let statement = denier.outcome.statements().first()?;
        layers.source(statement)?.arn.clone()
    });
    PolicyDenial {
        layer: Some(layer),
        effect: Some(effect),
        policy_arn: arn.filter(|_| world.account().refusals_name_policies),
        ..PolicyDenial::default()
    }
}

fn layer_name(kind: &LayerKind) -> aws_refusal::Layer {
    match kind {
        LayerKind::ServiceControl { .. } => aws_refusal::Layer::ServiceControlPolicy,
        LayerKind::ResourceControl { .. } => aws_refusal::Layer::ResourceControlPolicy,
        LayerKind::PermissionsBoundary => aws_refusal::Layer::PermissionsBoundary,
        LayerKind::Session => aws_refusal::Layer::SessionPolicy,
        LayerKind::Identity => aws_refusal::Layer::IdentityPolicy,
    }
}

/// The condition context of a call; what is not in it is absent.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
fn context(world: &World, call: &Call) -> Context {
    let caller = world.caller();
    let now = call.now;
    let mut context = Context::new(ContextValue::Absent);
    let mut know = |key: &str, value: String| context.insert(key, ContextValue::one(value));
    know("aws:PrincipalArn", world.principal_arn(caller));
    know("aws:PrincipalAccount", world.id().to_owned());
    know("aws:userid", world.user_id(caller));
    know("aws:RequestedRegion", call.region().to_owned());
    know("aws:SecureTransport", true.to_string());
    know("aws:SourceIp", SOURCE_IP.to_owned());
    know("aws:CurrentTime", clock::iso(now));
    know("aws:EpochTime", now.to_string());
    know("aws:ViaAWSService", false.to_string());
    know("aws:PrincipalIsAWSService", false.to_string());
    if let Some(user_agent) = &call.user_agent {
        know("aws:UserAgent", user_agent.clone());
    }
    if let Some(organization) = world.organization() {
        know("aws:PrincipalOrgID", organization.id.clone());
        let units = organization
            .path
            .iter()
            .filter(|target| target.id != world.id());
        let path = units.fold(organization.id.clone() + "/", |path, target| {
            path + &target.id + "/"
        });
        know("aws:PrincipalOrgPaths", path);
    }
    let (kind, tags) = match caller {
        Principal::RootUser => ("Account", None),
        Principal::User(user) => {
            know("aws:username", user.name.clone());
            ("User", Some(&user.tags))
        }
        Principal::Group(_) => ("User", None),
        Principal::Role(role, session) => {
            know("aws:TokenIssueTime", clock::iso(now - 600));
            // Absent for access keys and federated identities.
            if let Some(mfa) = session.and_then(|session| session.mfa) {
                know("aws:MultiFactorAuthPresent", mfa.to_string());
            }
            ("AssumedRole", Some(&role.tags))
        }
    };
    know("aws:PrincipalType", kind.to_owned());
    for (key, value) in tags.into_iter().flatten() {
        know(&format!("aws:PrincipalTag/{key}"), value.clone());
    }
    context
}
