//! From a diagnosis to the report: the facts as they are, the sentences as `words` makes them for one reader.

use super::{
    Account, Alternative, Call, Cause, Change, Check, CheckStatus, Credentials, Gap, Organization,
    Page, PageState, Policy, PolicyLayer, Principal, Proof, QuestionReport, Report, SCHEMA,
    StatementAt, Step, SwitchReport, SwitchState, Uneditable,
};
use crate::catalog::{Code, Partition};
use crate::diagnose::cause::{Cause as Found, Denial, Finding, PageId};
use crate::diagnose::causes::Switch;
use crate::diagnose::diagnosis::{Diagnosis, Opens, PageVerdict, State};
use crate::diagnose::fix::{ChangeKind, Site};
use crate::diagnose::grant::Grant;
use crate::diagnose::oddity::oddities;
use crate::diagnose::outcome::{Outcome, Pass};
use crate::diagnose::remedy::Step as Do;
use crate::diagnose::way::way;
use crate::evidence::{AttachedPolicy, Evidence, Provider};
use crate::names::PrincipalArn;
use crate::text::sanitize;
use crate::words::{self, Audience, HeadlineFacts, Voice};
use aws_refusal::{Effect, Layer};

impl Report {
    /// Puts a diagnosis and its evidence into the public form, told to one reader.
    pub fn new(evidence: &Evidence, diagnosis: &Diagnosis, audience: Audience) -> Self {
        let voice = Voice::new(evidence, &diagnosis.question, audience);
        let told = |causes: &[Found]| -> Vec<Cause> {
            causes
                .iter()
                .map(|cause| self::cause(&voice, diagnosis, cause))
                .collect()
        };
        let facts = headline_facts(evidence, diagnosis);
        let asked: Vec<&Found> = diagnosis
            .obstacles()
            .iter()
            .filter(|cause| audience.can(cause.remedy.actor))
            .collect();
        let principal = evidence.principal.known();
        let causes = told(&diagnosis.causes);
        let hindrances = told(&diagnosis.hindrances);
        let obstacles = if causes.is_empty() {
            &hindrances
        } else {
            &causes
        };
        let theirs = obstacles.iter().filter(|cause| audience.can(cause.actor));
        let steps = theirs.map(|cause| cause.steps.len()).sum();
        Self {
            schema: SCHEMA.to_owned(),
            collected_at: evidence.collected_at.clone(),
            elapsed_ms: evidence.elapsed_ms,
            demo: evidence.credentials.provider == Provider::Demo,
            question: question(diagnosis),
            state: diagnosis.state,
            headline: voice.headline(&facts),
            meaning: voice.meaning(&facts, &diagnosis.causes),
            hidden: voice.hidden(diagnosis).map(str::to_owned),
            elsewhere: voice.elsewhere(&facts).map(str::to_owned),
            depends_on: diagnosis
                .open_question()
                .filter(|_| diagnosis.state == State::Inconclusive && principal.is_some())
                .map(|requirement| voice.requirement(requirement)),
            principal: self::principal(evidence),
            account: account(evidence),
            switch: switch(&voice, &diagnosis.switch),
            causes,
            changes: diagnosis.plan.changes.iter().map(Change::from).collect(),
            proof: diagnosis.plan.proof.as_ref().map(Proof::from),
            alternatives: diagnosis
                .plan
                .alternatives
                .iter()
                .map(Alternative::from)
                .collect(),
            uneditable: diagnosis
                .plan
                .uneditable
                .iter()
                .map(Uneditable::of)
                .collect(),
            hindrances,
            warnings: told(&diagnosis.warnings),
            // Without a principal nothing is known of any page.
            pages: match principal {
                Some(_) => diagnosis
                    .pages
                    .iter()
                    .map(|page| self::page(&voice, page))
                    .collect(),
                None => Vec::new(),
            },
            checks: diagnosis
                .checks
                .iter()
                .map(|(check, outcome)| self::check(&voice, check.code, outcome))
                .collect(),
            contradictions: diagnosis
                .contradictions
                .iter()
                .map(|(contradiction, actions)| words::contradiction(*contradiction, actions))
                .collect(),
            gaps: diagnosis
                .gaps
                .iter()
                .map(|gap| Gap {
                    fact: sanitize(&gap.fact),
                    reason: gap.reason(),
                    action: gap.missing_action().map(sanitize),
                    by_choice: gap.by_choice(),
                })
                .collect(),
            policies: policies(evidence),
            credentials: credentials(evidence),
            calls: calls(evidence),
            // The sum of nothing would be -0.0.
            cost_usd: evidence
                .calls
                .iter()
                .fold(0.0, |sum, record| sum + record.cost_usd),
            actions_asked: diagnosis.actions_asked,
            actions_agreed: diagnosis.agreed,
            way: way(&diagnosis.checks),
            notes: voice.notes(diagnosis),
            request: voice.request(&asked, steps),
            consequence: voice.consequence(&asked),
            audience,
        }
    }
}

fn question(diagnosis: &Diagnosis) -> QuestionReport {
    let deciding = diagnosis
        .question
        .pages()
        .iter()
        .filter(|asked| asked.decides);
    QuestionReport {
        pages: deciding.map(|asked| asked.page.id.clone()).collect(),
        want: diagnosis.question.want(),
    }
}

fn headline_facts(evidence: &Evidence, diagnosis: &Diagnosis) -> HeadlineFacts {
    let pages = |is: fn(&Opens) -> bool| -> Vec<PageId> {
        let verdicts = diagnosis.pages.iter().filter(|verdict| is(&verdict.opens));
        verdicts
            .map(|verdict| verdict.asked.page.id.as_str())
            .collect()
    };
    let mut closes = diagnosis.causes.iter().flat_map(|cause| &cause.closes);
    let nothing_closes = closes.next().is_none();
    HeadlineFacts {
        state: diagnosis.state,
        asked_nothing: evidence.caller.gap().is_some(),
        closed: if nothing_closes {
            Vec::new()
        } else {
            pages(|opens| matches!(opens, Opens::No { .. }))
        },
        outside_vpc: diagnosis
            .causes
            .iter()
            .all(|cause| matches!(cause.finding, Finding::ConsoleOutsideVpc { .. })),
        open: pages(|opens| *opens == Opens::Yes),
        cost_explorer_left_out: diagnosis.left_out(),
    }
}

fn principal(evidence: &Evidence) -> Option<Principal> {
    let principal = evidence.principal.known()?;
    let caller = evidence.caller.known();
    Some(Principal {
        arn: sanitize(&principal.arn),
        kind: principal.kind,
        name: sanitize(&principal.name),
        is_caller: principal.is_caller,
        caller_arn: caller
            .map(|caller| sanitize(&caller.arn))
            .filter(|arn| *arn != principal.arn),
        permission_set: principal.permission_set.as_deref().map(sanitize),
    })
}

fn account(evidence: &Evidence) -> Account {
    let facts = &evidence.account;
    let plan = facts.plan.known();
    Account {
        id: evidence
            .caller
            .known()
            .map(|caller| caller.account.as_str())
            .or_else(|| {
                // Without a caller, as in an account dump, the principal tells.
                let principal = evidence.principal.known()?;
                PrincipalArn::parse(&principal.arn).map(|arn| arn.account)
            })
            .map(sanitize),
        alias: facts.alias.known().and_then(Option::as_deref).map(sanitize),
        name: facts
            .information
            .known()
            .and_then(|information| information.name.as_deref())
            .map(sanitize),
        organization: evidence
            .organization
            .known()
            .map(|organization| Organization {
                id: sanitize(&organization.id),
                management_account: sanitize(&organization.management_account),
                is_management_account: organization.is_management_account,
            }),
        root_user_has_password: facts.root_user.known().and_then(|root| root.has_password),
        plan: plan.map(|plan| sanitize(&plan.kind)),
        plan_status: plan.and_then(|plan| plan.status.as_deref()).map(sanitize),
        plan_expires: plan.and_then(|plan| plan.expires.as_deref()).map(sanitize),
    }
}

fn switch(voice: &Voice, switch: &Switch) -> SwitchReport {
    let (state, evidence) = match switch {
        Switch::On => (SwitchState::On, vec![voice.pass(&Pass::SwitchOn)]),
        Switch::Off { signs } => (
            SwitchState::Off,
            signs.iter().map(|sign| voice.sign(sign)).collect(),
        ),
        Switch::Unknown(unseen) => (SwitchState::Unknown, vec![voice.unseen(unseen)]),
    };
    SwitchReport { state, evidence }
}

fn cause(voice: &Voice, diagnosis: &Diagnosis, cause: &Found) -> Cause {
    let plan = &diagnosis.plan;
    let changes: Vec<String> = plan
        .changes_for(cause.code)
        .map(words::change::step)
        .chain(
            plan.obstacles_for(cause.code)
                .map(words::change::uneditable),
        )
        .map(|text| sanitize(&text))
        .collect();
    let attaches = plan.changes_for(cause.code).any(|change| {
        let attached = matches!(
            change.kind,
            ChangeKind::Attach { .. } | ChangeKind::AttachManaged { .. }
        );
        attached && matches!(change.sites.first(), Some(Site::User(_) | Site::Role(_)))
    });
    let statements = cause.refusal.iter().flat_map(|refusal| &refusal.statements);
    Cause {
        code: cause.code,
        confidence: cause.confidence,
        confidence_reason: voice.basis(cause).to_owned(),
        actor: cause.remedy.actor,
        who: voice.actor(cause.remedy.actor),
        summary: voice.summary(cause),
        explanation: voice.explanation(cause),
        closes: cause.closes.iter().map(|id| (*id).to_owned()).collect(),
        actions: cause.actions.iter().map(|id| (*id).to_owned()).collect(),
        statements: statements.map(statement).collect(),
        steps: cause
            .remedy
            .steps
            .iter()
            .flat_map(|step| {
                // A step for each change.
                let parts: Vec<&[String]> = match step {
                    Do::MakeChange if changes.len() > 1 => changes.chunks(1).collect(),
                    _ => vec![&changes],
                };
                let parts = parts.into_iter().enumerate();
                parts.map(move |(part, changes)| (step, part, changes))
            })
            .map(|(step, part, changes)| {
                let words::StepText { text, url } = voice.step(step, changes);
                Step {
                    text,
                    url,
                    attaches: attaches && *step == Do::MakeChange && part == 0,
                    step: Some(step.clone()),
                }
            })
            .collect(),
        grant: grant(diagnosis, cause, voice.partition()),
        source: cause.remedy.source.to_owned(),
        evidence: cause.signs.iter().map(|sign| voice.sign(sign)).collect(),
        doubt: voice.doubt(cause),
    }
}

fn statement(denial: &Denial) -> StatementAt {
    let at = &denial.statement;
    StatementAt {
        policy: sanitize(&words::policy_label(&at.policy)),
        arn: at.policy.arn().map(sanitize),
        target: at.target.as_ref().map(|target| sanitize(&target.0)),
        sid: at.sid.as_ref().map(|sid| sanitize(&sid.0)),
        index: at.index,
        actions: denial.actions.iter().map(|id| (*id).to_owned()).collect(),
    }
}

/// What a policy would have to allow, where allowing is what mends a cause.
fn grant(diagnosis: &Diagnosis, cause: &Found, partition: Partition) -> Option<Grant> {
    let refusal = cause.refusal.as_ref()?;
    let omitted = (refusal.layer, refusal.effect) == (Layer::IdentityPolicy, Effect::ImplicitDeny)
        && cause.remedy.steps.contains(&Do::MakeChange);
    let question = &diagnosis.question;
    omitted.then(|| {
        let actions = question.decisive(&cause.actions);
        Grant::of(&actions, question.want(), partition)
    })
}

fn page(voice: &Voice, verdict: &PageVerdict) -> Page {
    let page = verdict.asked.page;
    let (opens, closed_by, depends_on) = match &verdict.opens {
        Opens::Yes => (PageState::Yes, Vec::new(), None),
        Opens::No { closed_by } => (PageState::No, closed_by.clone(), None),
        Opens::Depends(requirement) => {
            let on = voice.requirement(requirement);
            (PageState::Depends, Vec::new(), Some(on))
        }
    };
    Page {
        id: page.id.clone(),
        title: page.title.clone(),
        url: page
            .url
            .as_deref()
            .map(|url| voice.partition().of_commercial(url)),
        opens,
        closed_by,
        depends_on,
        gated_by_switch: page.gate.known(),
    }
}

fn check(voice: &Voice, code: Code, outcome: &Outcome) -> Check {
    let (status, because) = match outcome {
        Outcome::Passed(pass) => (CheckStatus::Passed, voice.pass(pass)),
        Outcome::Failed(cause) => (CheckStatus::Failed, voice.summary(cause)),
        Outcome::Warning(cause) => (CheckStatus::Warning, voice.summary(cause)),
        Outcome::Hindered(cause) => (CheckStatus::Inconclusive, voice.summary(cause)),
        Outcome::Inconclusive(unseen) => (CheckStatus::Inconclusive, voice.unseen(unseen)),
        Outcome::Skipped(skip) => (CheckStatus::Skipped, voice.skip(skip)),
    };
    Check {
        code,
        title: words::title(code).to_owned(),
        status,
        because,
    }
}

fn credentials(evidence: &Evidence) -> Credentials {
    let credentials = &evidence.credentials;
    let all = |texts: &[String]| texts.iter().map(|text| sanitize(text)).collect();
    Credentials {
        source: sanitize(&credentials.source),
        profile: credentials.profile.as_deref().map(sanitize),
        region: sanitize(&credentials.region),
        region_source: sanitize(&credentials.region_source),
        temporary: credentials.temporary,
        endpoint_overrides: all(&credentials.endpoint_overrides),
        remarks: all(&credentials.remarks),
    }
}

fn calls(evidence: &Evidence) -> Vec<Call> {
    let calls = evidence.calls.iter().map(|record| Call {
        call: sanitize(&record.call),
        times: record.times,
        answered: record.answered,
        slowest_ms: record.slowest_ms,
        cost_usd: record.cost_usd,
    });
    calls.collect()
}

fn policies(evidence: &Evidence) -> Vec<Policy> {
    let odd = &oddities(evidence);
    let entry = |(layer, policy): (Layer, &AttachedPolicy)| {
        Some(Policy {
            layer: match layer {
                Layer::ServiceControlPolicy => PolicyLayer::ServiceControlPolicy,
                Layer::PermissionsBoundary => PolicyLayer::PermissionsBoundary,
                Layer::SessionPolicy => PolicyLayer::SessionPolicy,
                Layer::IdentityPolicy => PolicyLayer::IdentityPolicy,
                _ => return None,
            },
            name: sanitize(&policy.name),
            arn: policy.arn.as_deref().map(sanitize),
            via: policy.via.map_name(sanitize),
            read: policy.document.known().is_some(),
            remarks: odd
                .iter()
                .filter(|odd| odd.statement.policy == policy.id())
                .map(words::oddity)
                .collect(),
        })
    };
    evidence.policies.attached().filter_map(entry).collect()
}
