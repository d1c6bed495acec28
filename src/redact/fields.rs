//! The walk over the evidence: every field is rebuilt by name, so that a new one can't slip through unseen.

use std::collections::BTreeSet;

use super::document;
use super::names::{condition_key, value, word};
use super::pseudonyms::{Kind, Pseudonyms};
use super::shapes;
use super::text::sentence;
use crate::evidence::{
    Account, AccountInformation, AccountPlan, AttachedPolicy, CallRecord, Caller, CredentialOrigin,
    Evidence, Gap, GapCause, IdentityPolicies, Observed, Organization, Policies, Principal, Probes,
    ServiceControlLevel, SimulatedAction, Simulation, SwitchEvent, Via,
};
use crate::names::PrincipalKind;
use aws_refusal::{PolicyDenial, Refusal, RefusalKind, denies, render_policy};

pub(super) struct Fields<'a> {
    pseudonyms: &'a mut Pseudonyms,
    /// The names of AWS's own policies met so far, which the simulator gives without their ARN.
    aws_policies: BTreeSet<String>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(pseudonyms: &'a mut Pseudonyms) -> Self {
        Self {
            pseudonyms,
            aws_policies: BTreeSet::new(),
        }
    }

    /// Everything but the texts of policies, which need to know how the rest came out.
    pub(super) fn evidence(&mut self, evidence: &Evidence) -> Evidence {
        let Evidence {
            collected_at,
            elapsed_ms,
            credentials,
            caller,
            principal,
            account,
            organization,
            policies,
            simulation,
            probes,
            switch_history,
            calls,
        } = evidence;
        // Users, groups and roles are to be called so, wherever else their names stand.
        for policy in document::policies(evidence) {
            self.via(&policy.via);
        }
        Evidence {
            collected_at: self.time(collected_at),
            elapsed_ms: *elapsed_ms,
            caller: self.observed(caller, Self::caller),
            principal: self.observed(principal, Self::principal),
            credentials: self.credentials(credentials),
            account: self.account(account),
            organization: self.observed(organization, Self::organization),
            policies: self.policies(policies),
            simulation: self.observed(simulation, Self::simulation),
            probes: self.probes(probes),
            switch_history: self.observed(switch_history, |fields, events| {
                events
                    .iter()
                    .map(|event| fields.switch_event(event))
                    .collect()
            }),
            calls: calls.iter().map(|call| self.call_record(call)).collect(),
        }
    }

    fn observed<T>(
        &mut self,
        observed: &Observed<T>,
        redact: impl FnOnce(&mut Self, &T) -> T,
    ) -> Observed<T> {
        match observed {
            Observed::Known { value } => Observed::Known {
                value: redact(self, value),
            },
            Observed::Unknown(gap) => Observed::Unknown(self.gap(gap)),
            Observed::NotApplicable { because } => Observed::NotApplicable {
                because: self.sentence(because),
            },
        }
    }

    fn credentials(&mut self, origin: &CredentialOrigin) -> CredentialOrigin {
        let CredentialOrigin {
            source,
            profile,
            region,
            region_source,
            temporary,
            endpoint_overrides,
            remarks,
        } = origin;
        let mut sentences = |texts: &[String]| {
            texts
                .iter()
                .map(|text| self.sentence(text))
                .collect::<Vec<_>>()
        };
        let (endpoint_overrides, remarks) = (sentences(endpoint_overrides), sentences(remarks));
        CredentialOrigin {
            profile: profile
                .as_deref()
                .map(|name| self.name(Kind::Profile, name)),
            // A profile may be called anything; what sort it is stands in brackets behind it.
            source: match source
                .strip_prefix("profile ")
                .and_then(|rest| rest.rsplit_once(" ("))
            {
                Some((name, sort)) => {
                    let name = self.name(Kind::Profile, name);
                    format!("profile {name} ({}", self.sentence(sort))
                }
                None => self.sentence(source),
            },
            region: self.word(region),
            region_source: self.sentence(region_source),
            temporary: *temporary,
            endpoint_overrides,
            remarks,
        }
    }

    fn caller(&mut self, caller: &Caller) -> Caller {
        let Caller {
            account,
            arn,
            user_id,
        } = caller;
        Caller {
            account: self.word(account),
            arn: self.value(arn),
            user_id: self.value(user_id),
        }
    }

    fn principal(&mut self, principal: &Principal) -> Principal {
        let Principal {
            arn,
            kind,
            name,
            is_caller,
            permission_set,
            tags,
        } = principal;
        let permission_set = permission_set
            .as_deref()
            .map(|name| self.name(Kind::PermissionSet, name));
        let name = match kind {
            PrincipalKind::Role => self.role(name),
            // May have slashes, as the end of its ARN has.
            PrincipalKind::FederatedUser => value(self.pseudonyms, Kind::User, name),
            PrincipalKind::User | PrincipalKind::RootUser => self.name(Kind::User, name),
        };
        Principal {
            name,
            arn: self.value(arn),
            kind: *kind,
            is_caller: *is_caller,
            permission_set,
            tags: self.observed(tags, |fields, tags| {
                tags.iter()
                    .map(|(key, value)| (fields.pseudonyms.tag(key), fields.value(value)))
                    .collect()
            }),
        }
    }

    fn account(&mut self, account: &Account) -> Account {
        let Account {
            alias,
            information,
            root_user,
            plan,
            joined,
        } = account;
        Account {
            alias: self.observed(alias, |fields, alias| {
                alias.as_deref().map(|name| fields.name(Kind::Alias, name))
            }),
            information: self.observed(information, |fields, information| {
                let AccountInformation { name } = information;
                AccountInformation {
                    name: name
                        .as_deref()
                        .map(|name| fields.name(Kind::AccountName, name)),
                }
            }),
            root_user: self.observed(root_user, |_, root_user| root_user.clone()),
            plan: self.observed(plan, |fields, AccountPlan { kind }| AccountPlan {
                kind: fields.aws_word(kind),
            }),
            joined: self.observed(joined, |fields, joined| fields.aws_word(joined)),
        }
    }

    fn organization(&mut self, organization: &Organization) -> Organization {
        let Organization {
            id,
            management_account,
            is_management_account,
            all_features,
        } = organization;
        Organization {
            id: self.word(id),
            management_account: self.word(management_account),
            is_management_account: *is_management_account,
            all_features: *all_features,
        }
    }

    fn policies(&mut self, policies: &Policies) -> Policies {
        let Policies {
            identity: IdentityPolicies { read, gaps },
            permissions_boundary,
            service_control,
            session,
        } = policies;
        Policies {
            identity: IdentityPolicies {
                read: self.attached(read),
                gaps: gaps.iter().map(|gap| self.gap(gap)).collect(),
            },
            permissions_boundary: self.observed(permissions_boundary, Self::policy),
            service_control: self.observed(service_control, |fields, levels| {
                levels
                    .iter()
                    .map(
                        |ServiceControlLevel { target, policies }| ServiceControlLevel {
                            target: fields.word(target),
                            policies: fields
                                .observed(policies, |fields, list| fields.attached(list)),
                        },
                    )
                    .collect()
            }),
            session: self.observed(session, |fields, list| fields.attached(list)),
        }
    }

    fn attached(&mut self, policies: &[AttachedPolicy]) -> Vec<AttachedPolicy> {
        policies.iter().map(|policy| self.policy(policy)).collect()
    }

    fn policy(&mut self, policy: &AttachedPolicy) -> AttachedPolicy {
        let AttachedPolicy {
            name,
            arn,
            via,
            document,
        } = policy;
        let owned = arn.as_deref().filter(|arn| shapes::is_aws_owned_arn(arn));
        let is_aws_name = owned.is_some_and(|arn| {
            arn.rsplit_once('/').is_some_and(|(_, last)| last == name)
                || (arn.ends_with("/p-FullAWSAccess") && name == "FullAWSAccess")
        }) || (arn.is_none() && name == "AwsSSOInlinePolicy");
        AttachedPolicy {
            name: if is_aws_name {
                self.aws_policies.insert(name.clone());
                name.clone()
            } else {
                self.name(Kind::Policy, name)
            },
            arn: arn.as_deref().map(|arn| self.value(arn)),
            via: self.via(via),
            // Its text comes later.
            document: self.observed(document, |_, text| text.clone()),
        }
    }

    fn via(&mut self, via: &Via) -> Via {
        match via {
            Via::User(name) => Via::User(self.name(Kind::User, name)),
            Via::Group(name) => Via::Group(self.name(Kind::Group, name)),
            Via::Role(name) => Via::Role(self.role(name)),
            Via::PermissionsBoundary => Via::PermissionsBoundary,
            Via::Organization(target) => Via::Organization(self.word(target)),
        }
    }

    fn simulation(&mut self, simulation: &Simulation) -> Simulation {
        let results = simulation.results.iter().map(|result| {
            let SimulatedAction {
                action,
                decision,
                matched_policies,
                missing_context,
                allowed_by_organizations,
                allowed_by_permissions_boundary,
            } = result;
            SimulatedAction {
                action: self.call(action),
                decision: *decision,
                matched_policies: matched_policies
                    .iter()
                    .map(|policy| match self.aws_policies.contains(policy) {
                        true => policy.clone(),
                        false => self.name(Kind::Policy, policy),
                    })
                    .collect(),
                missing_context: missing_context
                    .iter()
                    .map(|key| condition_key(self.pseudonyms, key))
                    .collect(),
                allowed_by_organizations: *allowed_by_organizations,
                allowed_by_permissions_boundary: *allowed_by_permissions_boundary,
            }
        });
        Simulation {
            results: results.collect(),
        }
    }

    fn probes(&mut self, probes: &Probes) -> Probes {
        let Probes {
            cost_and_usage,
            credits,
            budgets,
            free_tier_usage,
            billing_views,
        } = probes;
        let mut probe = |probe| self.observed(probe, |_, answer| *answer);
        Probes {
            cost_and_usage: probe(cost_and_usage),
            credits: probe(credits),
            budgets: probe(budgets),
            free_tier_usage: probe(free_tier_usage),
            billing_views: probe(billing_views),
        }
    }

    fn switch_event(&mut self, event: &SwitchEvent) -> SwitchEvent {
        let SwitchEvent { time, by } = event;
        SwitchEvent {
            time: time.as_deref().map(|time| self.time(time)),
            by: by.as_deref().map(|by| match by {
                // So CloudTrail calls the root user.
                "root" => by.to_owned(),
                _ => self.value(by),
            }),
        }
    }

    fn call_record(&mut self, record: &CallRecord) -> CallRecord {
        let CallRecord {
            call,
            times,
            answered,
            slowest_ms,
            cost_usd,
        } = record;
        CallRecord {
            call: self.call(call),
            times: *times,
            answered: *answered,
            slowest_ms: *slowest_ms,
            cost_usd: *cost_usd,
        }
    }

    fn gap(&mut self, gap: &Gap) -> Gap {
        Gap {
            fact: self.sentence(&gap.fact),
            cause: match &gap.cause {
                GapCause::Refused {
                    call,
                    action,
                    refusal,
                } => GapCause::Refused {
                    call: self.call(call),
                    action: self.call(action),
                    refusal: Box::new(self.refusal(refusal)),
                },
                GapCause::CallFailed {
                    call,
                    failure,
                    detail,
                } => GapCause::CallFailed {
                    call: self.call(call),
                    failure: *failure,
                    detail: self.sentence(detail),
                },
                GapCause::NoApi { because } => GapCause::NoApi {
                    because: self.sentence(because),
                },
                GapCause::NotAskedAgain {
                    call,
                    failure,
                    cost_usd,
                } => GapCause::NotAskedAgain {
                    call: call.clone(),
                    failure: *failure,
                    cost_usd: *cost_usd,
                },
                GapCause::NotAsked { because, by_choice } => GapCause::NotAsked {
                    because: self.sentence(because),
                    by_choice: *by_choice,
                },
                GapCause::Unreadable { reason } => GapCause::Unreadable {
                    reason: self.sentence(reason),
                },
            },
        }
    }

    fn refusal(&mut self, refusal: &Refusal) -> Refusal {
        let Refusal {
            message,
            code,
            kind,
        } = refusal;
        let code = code.as_deref().map(|code| self.code(code));
        match kind {
            // AWS's sentence over the new names: nothing of the old one is left in it.
            RefusalKind::Policy(denial) => {
                let denial = self.denial(denial);
                Refusal {
                    message: render_policy(&denial),
                    code,
                    kind: RefusalKind::Policy(denial),
                }
            }
            kind => Refusal {
                message: self.sentence(message),
                code,
                kind: kind.clone(),
            },
        }
    }

    fn denial(&mut self, denial: &PolicyDenial) -> PolicyDenial {
        let PolicyDenial {
            principal,
            action,
            resource,
            layer,
            effect,
            through,
            policy_arn,
            encoded_message,
            authorization_id,
        } = denial;
        let mut value = |text: &Option<String>| text.as_deref().map(|text| self.phrase(text));
        let (principal, resource, policy_arn) =
            (value(principal), value(resource), value(policy_arn));
        PolicyDenial {
            principal,
            action: action.as_deref().map(|action| self.call(action)),
            resource,
            layer: *layer,
            effect: *effect,
            through: *through,
            policy_arn,
            encoded_message: encoded_message
                .as_deref()
                .map(|text| self.name(Kind::Word, text)),
            authorization_id: authorization_id
                .as_deref()
                .map(|id| self.name(Kind::Word, id)),
        }
    }

    /// An ARN, or words such as `user Ada`.
    fn phrase(&mut self, text: &str) -> String {
        if text.contains(char::is_whitespace) {
            self.sentence(text)
        } else {
            self.value(text)
        }
    }

    /// An error's code. It tells a refusal from a fault, which must stay told.
    fn code(&mut self, code: &str) -> String {
        let is_code = code.len() <= 100
            && code
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".#_".contains(c));
        if is_code && self.pseudonyms.find(code).is_none() {
            code.to_owned()
        } else if denies(code) {
            "AccessDenied".to_owned()
        } else {
            "Error".to_owned()
        }
    }

    /// `service:Operation`, or nothing.
    fn call(&mut self, text: &str) -> String {
        if shapes::is_action(text) {
            text.to_owned()
        } else {
            self.name(Kind::Word, text)
        }
    }

    /// One of AWS's words in capitals: `PAID`, `INVITED`.
    fn aws_word(&mut self, text: &str) -> String {
        if text.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
            text.to_owned()
        } else {
            self.name(Kind::Word, text)
        }
    }

    fn time(&mut self, text: &str) -> String {
        match text.parse::<jiff::Timestamp>() {
            // Dates decide in policies; whatever else RFC 9557 lets stand beside them does not.
            Ok(time) => time.to_string(),
            Err(_) => self.sentence(text),
        }
    }

    /// What is somebody's name, whatever it looks like.
    fn name(&mut self, kind: Kind, text: &str) -> String {
        self.pseudonyms.of(kind, text)
    }

    /// A role's name; those that AWS makes are half AWS's.
    fn role(&mut self, text: &str) -> String {
        if text.starts_with("AWS") {
            word(self.pseudonyms, Kind::Role, text)
        } else {
            self.name(Kind::Role, text)
        }
    }

    fn word(&mut self, text: &str) -> String {
        word(self.pseudonyms, Kind::Word, text)
    }

    fn value(&mut self, text: &str) -> String {
        value(self.pseudonyms, Kind::Word, text)
    }

    fn sentence(&mut self, text: &str) -> String {
        sentence(self.pseudonyms, text)
    }
}
