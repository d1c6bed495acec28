//! The sentences that people read most, word for word; and those that used to be glued.

use super::samples::{self, By, MANY, cause, managed, name, refused, statement};
use super::{facts, questions};
use crate::catalog::Code;
use crate::diagnose::cause::{Basis, Cause, Confidence, Finding, Sign};
use crate::diagnose::diagnosis::State;
use crate::diagnose::question::{Question, Want};
use crate::diagnose::remedy::{Actor, SignIn, Step};
use crate::diagnose::requirement::Requirement;
use crate::evidence::{Evidence, PolicyId, Via};
use crate::names::PrincipalKind;
use crate::words::labels::statement_label;
use crate::words::{Audience, HeadlineFacts, Voice, policy_label};
use aws_refusal::{Effect, Layer};

fn bob() -> Evidence {
    samples::evidence(PrincipalKind::User, "bob", true)
}

/// What somebody reads about bob.
fn to<T>(audience: Audience, read: impl FnOnce(&Voice) -> T) -> T {
    read(&Voice::new(&bob(), &Question::default(), audience))
}

fn headline(question: &Question, facts: &HeadlineFacts) -> String {
    Voice::new(&bob(), question, Audience::Reader).headline(facts)
}

fn blocked(closed: &[&'static str], open: &[&'static str]) -> HeadlineFacts {
    HeadlineFacts {
        closed: closed.to_vec(),
        open: open.to_vec(),
        ..facts(State::Blocked)
    }
}

fn switch_off() -> Cause {
    cause(
        Code::IamAccessNotActivated,
        Basis::AwsSaysSo,
        Finding::SwitchOff {
            policies_allow_all: true,
        },
    )
}

#[test]
fn the_switch_is_off() {
    let facts = facts(State::Blocked);
    to(Audience::Reader, |voice| {
        assert_eq!(
            voice.headline(&facts),
            "You cannot see the bill of account 111122223333 (acme-dev)."
        );
        assert_eq!(
            voice.meaning(&facts, &[switch_off()]).as_deref(),
            Some(
                "The root user has not activated IAM access to billing. Your permissions are fine; no policy can change \
                 this, not even an administrator's."
            )
        );
        assert_eq!(
            voice.actor(Actor::RootUser),
            "the root user of account 111122223333 (the owner's e-mail and password)"
        );
    });
    to(Audience::Root, |voice| {
        assert_eq!(
            voice.headline(&facts),
            "IAM user bob cannot see the bill of account 111122223333 (acme-dev)."
        );
        assert_eq!(
            voice.explanation(&switch_off()).as_deref(),
            Some(
                "The permissions of IAM user bob are fine; no policy can change this, not even an administrator's."
            )
        );
    });
}

#[test]
fn a_headline_names_pages_that_there_are() {
    let all = Question::default();
    assert_eq!(
        headline(&all, &blocked(&["tax-settings"], &["bills"])),
        "You can see the bill of account 111122223333 (acme-dev), but not Tax settings."
    );
    assert_eq!(
        headline(&all, &blocked(&["credits", "tax-settings"], &["bills"])),
        "You can see the bill of account 111122223333 (acme-dev), but not Credits."
    );
    assert_eq!(
        headline(&all, &blocked(&[], &["bills"])),
        "You cannot see the bill of account 111122223333 (acme-dev) with these credentials."
    );
    // Pages that nobody asked about are not named.
    let budgets = Question::about(&["budgets"], Want::View).expect("a page");
    assert_eq!(
        headline(&budgets, &blocked(&["credits"], &[])),
        "You cannot see AWS Budgets in account 111122223333 (acme-dev) with these credentials."
    );
}

#[test]
fn a_headline_about_managing_is_a_sentence_too() {
    let manage = Question::about_billing(Want::Manage);
    assert_eq!(
        headline(&manage, &facts(State::Unexplained)),
        "You cannot see and manage all of the billing of account 111122223333 (acme-dev): AWS refused, and nothing that \
         was seen says why."
    );
    assert_eq!(
        headline(&manage, &blocked(&["credits"], &["bills"])),
        "You cannot manage Credits in account 111122223333 (acme-dev)."
    );
}

#[test]
fn a_headline_begins_with_a_capital_and_ends_once() {
    let evidence = samples::evidence(PrincipalKind::Role, "Finance", false);
    for question in questions() {
        let voice = Voice::new(&evidence, &question, Audience::Reader);
        for state in [State::Healthy, State::Blocked, State::Unexplained] {
            let text = voice.headline(&facts(state));
            assert!(text.starts_with("Role Finance can"), "{text}");
            assert_eq!(text.matches('.').count(), 1, "{text}");
        }
        let text = voice.headline(&facts(State::Inconclusive));
        assert!(
            text.starts_with("Could not tell whether role Finance can"),
            "{text}"
        );
    }
}

#[test]
fn mfa_says_what_carries_none() {
    let mfa = refused(
        Code::MfaRequired,
        Layer::IdentityPolicy,
        Effect::ExplicitDeny,
        By::Statements(&[("RequireMfa", MANY)]),
    );
    to(Audience::Reader, |voice| {
        assert_eq!(
            voice.summary(&mfa),
            "the credentials carry no MFA, and statement “RequireMfa” of Guard demands it"
        );
    });
}

#[test]
fn throttled_calls_agree_with_their_verb() {
    let throttled = |calls: &[&str]| {
        let calls = calls.iter().map(|call| name(call)).collect();
        cause(
            Code::Throttled,
            Basis::CallsFailed,
            Finding::Throttled { calls },
        )
    };
    to(Audience::Reader, |voice| {
        let summary = |calls: &[&str]| voice.summary(&throttled(calls));
        assert_eq!(summary(&["iam:GetUser"]), "AWS throttled iam:GetUser");
        assert_eq!(
            summary(&["iam:GetRole", "iam:GetUser"]),
            "AWS throttled iam:GetRole and iam:GetUser"
        );
        assert_eq!(
            summary(&["a:A", "b:B", "c:C", "d:D"]),
            "AWS throttled 4 calls"
        );
    });
}

#[test]
fn a_statement_is_blamed_for_what_it_denies_itself() {
    let summary = |by| {
        let cause = refused(
            Code::ScpDeniesBilling,
            Layer::ServiceControlPolicy,
            Effect::ExplicitDeny,
            by,
        );
        to(Audience::Reader, |voice| voice.summary(&cause))
    };
    assert_eq!(
        summary(By::Statements(&[
            ("Mfa", MANY),
            ("Tax", &["tax:GetTaxRegistration"])
        ])),
        "statement “Mfa” of the service control policy Guard at ou-ab12-34567890 denies what Bills and Cost Explorer \
         need, and statement “Tax” denies tax:GetTaxRegistration"
    );
    assert_eq!(
        summary(By::Statements(&[("A", MANY), ("B", MANY)])),
        "statements “A” and “B” of the service control policy Guard at ou-ab12-34567890 deny what Bills and Cost \
         Explorer need"
    );
    assert_eq!(
        summary(By::Statements(&[("A", MANY), ("B", MANY), ("C", MANY)])),
        "three statements of the service control policy Guard together deny what Bills and Cost Explorer need"
    );
    assert_eq!(
        summary(By::Nothing),
        "a service control policy of the organization denies billing"
    );
}

#[test]
fn policies_belong_to_people() {
    let omits = refused(
        Code::IdentityPolicyOmitsBilling,
        Layer::IdentityPolicy,
        Effect::ImplicitDeny,
        By::Nothing,
    );
    let summary = |kind, audience| {
        let evidence = samples::evidence(kind, "bob", true);
        Voice::new(&evidence, &Question::default(), audience).summary(&omits)
    };
    assert_eq!(
        summary(PrincipalKind::User, Audience::Reader),
        "your policies do not allow billing"
    );
    assert_eq!(
        summary(PrincipalKind::User, Audience::Administrator),
        "IAM user bob's policies do not allow billing"
    );
    assert_eq!(
        summary(PrincipalKind::Role, Audience::Administrator),
        "the role's policies do not allow billing"
    );
}

#[test]
fn what_it_depends_on_reads_after_a_colon() {
    let phrases = to(Audience::Reader, |voice| {
        samples::requirements()
            .iter()
            .map(|requirement| voice.requirement(requirement))
            .collect::<Vec<_>>()
    });
    for phrase in phrases {
        let begins = [
            "a ",
            "the ",
            "whether ",
            "which ",
            "some ",
            "Cost Explorer itself",
        ];
        assert!(
            begins.iter().any(|word| phrase.starts_with(word)),
            "{phrase}"
        );
    }
    let part = Requirement::Part {
        action: "ce:DescribeReport",
    };
    assert_eq!(
        to(Audience::Reader, |voice| voice.requirement(&part)),
        "the part of the page that is used (some need ce:DescribeReport, which is not allowed)"
    );
}

#[test]
fn steps_speak_to_the_one_who_reads() {
    let text = |audience, step: Step| to(audience, |voice| voice.step(&step, &[]).text);
    assert_eq!(
        text(Audience::Reader, Step::RunAgain),
        "Run `billing-doctor check` again."
    );
    assert_eq!(
        text(Audience::Administrator, Step::RunAgain),
        "Ask bob to run `billing-doctor check` again."
    );
    let leave = || Step::LeaveGroup {
        group: name("contractors"),
    };
    assert_eq!(
        text(Audience::Reader, leave()),
        "Remove your user from group contractors. That alone is enough; it also takes away what else the group gives."
    );
    assert_eq!(
        text(Audience::Administrator, leave()),
        "Remove user bob from group contractors. That alone is enough; it also takes away what else the group gives."
    );
    let recovery = || Step::AllowPasswordRecovery {
        management_account: Some(name("444455556666")),
    };
    assert_eq!(
        text(Audience::Root, recovery()),
        "The root user has no password yet. Ask an administrator of the management account 444455556666 to allow \
         password recovery: IAM → Root access management → account 111122223333 (acme-dev) → Take privileged action → \
         Allow password recovery. “Privileged root actions in member accounts” must be enabled there. It takes a user or \
         role with sts:AssumeRoot, not the root user."
    );
    let sign_in = Step::SignIn {
        how: SignIn::IdentityCenter,
        profile: Some(name("acme")),
    };
    assert_eq!(
        text(Audience::Reader, sign_in),
        "Sign in again: `aws sso login --profile acme`."
    );
}

#[test]
fn the_changes_are_said_in_their_own_words() {
    let changes = ["Attach this.".to_owned(), "Change that.".to_owned()];
    let step = to(Audience::Reader, |voice| {
        voice.step(&Step::MakeChange, &changes)
    });
    assert_eq!(step.text, "Attach this. Change that.");
}

#[test]
fn the_console_is_that_of_the_partition() {
    let mut evidence = bob();
    let url = |evidence: &Evidence| {
        let question = Question::default();
        let voice = Voice::new(evidence, &question, Audience::Reader);
        voice.step(&Step::OpenAccountPage, &[]).url
    };
    assert_eq!(
        url(&evidence).as_deref(),
        Some("https://console.aws.amazon.com/billing/home#/account")
    );
    if let crate::evidence::Observed::Known { value } = &mut evidence.caller {
        value.arn = "arn:aws-cn:iam::111122223333:user/bob".to_owned();
    }
    assert_eq!(
        url(&evidence).as_deref(),
        Some("https://console.amazonaws.cn/billing/home#/account")
    );
}

#[test]
fn policies_and_statements_have_names() {
    let inline = PolicyId::Inline {
        owner: Via::User("bob".to_owned()),
        name: "NoBilling".to_owned(),
    };
    assert_eq!(policy_label(&managed("NoBilling")), "NoBilling");
    assert_eq!(policy_label(&inline), "inline policy NoBilling of user bob");
    assert_eq!(
        statement_label(&statement(inline, None, None)),
        "statement 2 of the inline policy NoBilling of user bob"
    );
    assert_eq!(
        statement_label(&statement(managed("NoBilling"), Some("Deny"), Some("r-1"))),
        "statement “Deny” of NoBilling at r-1"
    );
}

#[test]
fn signs_say_what_was_seen() {
    let said = |sign: Sign| to(Audience::Reader, |voice| voice.sign(&sign));
    assert_eq!(
        said(Sign::PoliciesAllowAll { checked: 50 }),
        "your policies allow all 50 actions that were checked"
    );
    assert_eq!(
        said(Sign::PoliciesRefuse {
            effect: Effect::ImplicitDeny,
            actions: Question::default().actions().len(),
            simulator_agrees: Question::default().actions().len(),
        }),
        "the policies that were read do not allow any of the 50 actions that were checked; AWS's policy simulator says \
         the same"
    );
}

#[test]
fn what_is_not_certain_says_so() {
    let mut cause = switch_off();
    let doubt = |cause: &Cause| to(Audience::Reader, |voice| voice.doubt(cause));
    cause.basis = Basis::OneWitness;
    assert_eq!(
        doubt(&cause).as_deref(),
        Some("Likely, not certain: only one source says so, and nothing contradicts it.")
    );
    cause.confidence = Confidence::Confirmed;
    assert_eq!(doubt(&cause), None);
}
