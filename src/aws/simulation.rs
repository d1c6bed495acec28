//! AWS's own verdict on each action.

use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType,
};
use futures_util::future::join_all;

use super::{Collector, calls, gap};
use crate::catalog::Partition;
use crate::diagnose::circumstances;
use crate::evidence::said;
use crate::evidence::{Gap, Observed, SimulatedAction, SimulatedDecision, Simulation};
use crate::names::{PrincipalArn, PrincipalKind};
use iam_policy::{Caller, Channel, ContextValue};

/// How many actions one request asks about: AWS answers at most 1,000 and the request grows with each.
const BATCH: usize = 50;

impl Collector<'_> {
    /// Asks the simulator about every action that the pages and APIs need.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>
    pub(super) async fn simulation(&self) -> Observed<Simulation> {
        let call = &calls::SIMULATE_PRINCIPAL_POLICY;
        let subject = match self.subject().await {
            Ok(subject) => subject,
            Err(gap) => {
                return Observed::Unknown(Gap {
                    fact: call.fact.to_owned(),
                    cause: gap.cause.clone(),
                });
            }
        };
        // Users, groups and roles only; a session's ARN is refused, and a role's needs its path.
        let source = match subject.kind {
            PrincipalKind::User => subject.arn.clone(),
            PrincipalKind::Role => match self.details().await {
                Ok(details) => details.arn.clone(),
                Err(_) => subject.arn.clone(),
            },
            kind => {
                return Observed::NotApplicable {
                    because: said::fill(said::NOT_SIMULATED, &[kind.noun()]),
                };
            }
        };
        let organization = self.organization().await;
        // An organization policy's condition on a key that was not passed gets a confident wrong answer:
        // pass all that is known.
        let caller = Caller {
            identity: circumstances::identity(subject.kind, &source, &subject.name),
            account: subject.account.clone(),
            user_id: subject
                .user_id
                .as_ref()
                .map_or(ContextValue::Unknown, ContextValue::one),
            organization_id: circumstances::organization(organization),
            tags: None,
            now: Some(self.now.as_second()),
        };
        let region =
            Partition::named(PrincipalArn::parse(&source).map_or("aws", |arn| arn.partition))
                .billing_region();
        let entries: Vec<ContextEntry> = caller
            .context(Channel::AccessKey, region)
            .iter()
            .filter_map(|(key, value)| match value {
                ContextValue::Known(values) => Some(entry(key, values)),
                _ => None,
            })
            .collect();

        let actions: Vec<&str> = self.settings.question.actions().into_iter().collect();
        let batches = actions.chunks(BATCH).map(async |batch| {
            super::pages(call, async |marker| {
                let request = self
                    .iam
                    .simulate_principal_policy()
                    .policy_source_arn(&source)
                    .set_action_names(Some(
                        batch.iter().map(|action| (*action).to_owned()).collect(),
                    ))
                    .set_context_entries(Some(entries.clone()))
                    .max_items(1_000)
                    .set_marker(marker);
                let page = self.asker.ask(call, request.send()).await?;
                Ok((page.evaluation_results.unwrap_or_default(), page.marker))
            })
            .await
        });
        let mut results = Vec::new();
        for batch in join_all(batches).await {
            match batch {
                Ok(evaluated) => results.extend(evaluated.into_iter().filter_map(simulated)),
                Err(gap) => return Observed::Unknown(gap),
            }
        }
        if results.is_empty() {
            return Observed::Unknown(gap::incomplete(call, "results"));
        }
        results.sort_by(|a, b| a.action.cmp(&b.action));
        Observed::Known {
            value: Simulation { results },
        }
    }
}

fn entry(key: &str, values: &[String]) -> ContextEntry {
    let kind = match (key, values) {
        ("aws:currenttime", _) => ContextKeyTypeEnum::Date,
        ("aws:epochtime", _) => ContextKeyTypeEnum::Numeric,
        (_, [one]) if one == "true" || one == "false" => ContextKeyTypeEnum::Boolean,
        _ => ContextKeyTypeEnum::String,
    };
    ContextEntry::builder()
        .context_key_name(key)
        .set_context_key_values(Some(values.to_vec()))
        .context_key_type(kind)
        .build()
}

fn simulated(result: EvaluationResult) -> Option<SimulatedAction> {
    let mut matched_policies: Vec<String> = result
        .matched_statements
        .unwrap_or_default()
        .into_iter()
        .filter_map(|statement| statement.source_policy_id)
        .collect();
    matched_policies.sort();
    matched_policies.dedup();
    let mut missing_context = result.missing_context_values.unwrap_or_default();
    missing_context.sort();
    Some(SimulatedAction {
        action: result.eval_action_name,
        decision: match result.eval_decision {
            PolicyEvaluationDecisionType::Allowed => SimulatedDecision::Allowed,
            PolicyEvaluationDecisionType::ExplicitDeny => SimulatedDecision::ExplicitDeny,
            PolicyEvaluationDecisionType::ImplicitDeny => SimulatedDecision::ImplicitDeny,
            // A word that AWS did not have when this was written is no verdict.
            _ => return None,
        },
        matched_policies,
        missing_context,
        allowed_by_organizations: result
            .organizations_decision_detail
            .map(|detail| detail.allowed_by_organizations),
        allowed_by_permissions_boundary: result
            .permissions_boundary_decision_detail
            .map(|detail| detail.allowed_by_permissions_boundary),
    })
}
