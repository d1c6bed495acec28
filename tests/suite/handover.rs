//! The report to hand over: HTML, markdown and a message, for somebody who never heard of the tool.

use fake_aws::{ACCOUNTS, Fault, Faults};
use regex::Regex;
use serde_json::json;

use crate::surroundings::{Home, serve_changed};
use crate::tool::{Run, billing_doctor, run};

const FORMATS: [&str; 3] = ["html", "markdown", "message"];

fn handed(demo: &str, arguments: &[&str]) -> Run {
    billing_doctor(["check", "--demo", demo].iter().chain(arguments))
}

#[test]
fn every_demo_is_one_small_page_that_loads_and_runs_nothing() {
    // An attribute such as onclick: " on" alone is a word of every other sentence.
    let handler = Regex::new(r#"<[^>]*\son\w+\s*="#).expect("a pattern");
    for (name, _) in ACCOUNTS {
        let html = handed(name, &["-o", "html"]).stdout;
        assert!(html.len() < 60_000, "{name}: {}", html.len());
        assert!(html.starts_with("<!DOCTYPE html>"), "{name}");
        assert!(html.contains("default-src 'none'"), "{name}");
        for forbidden in [
            "<script",
            " src=",
            "url(",
            "@import",
            "<link",
            "<iframe",
            "javascript:",
        ] {
            let found = html
                .find(forbidden)
                .map(|at| &html[at..(at + 40).min(html.len())]);
            assert!(found.is_none(), "{name}: {found:?}");
        }
        assert!(
            !handler.is_match(&html),
            "{name}: {:?}",
            handler.find(&html)
        );
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        for link in html.split("href=\"").skip(1) {
            assert!(
                link.starts_with("https://"),
                "{name}: {}",
                &link[..40.min(link.len())]
            );
        }
    }
}

#[test]
fn whoever_holds_the_root_user_reads_first_what_to_do() {
    let html = handed("iam-access-off", &["-o", "html"]).stdout;
    let at = |needle: &str| html.find(needle).unwrap_or_else(|| panic!("{needle}"));
    assert!(
        html.contains("IAM user alice cannot see the bill"),
        "about alice, not about the reader"
    );
    assert!(at("You can sign in as the root user of account 111122223333") < at("What to do"));
    assert!(at("What to do") < at("The way a request takes"));
    assert!(at("The way a request takes") < at("how we know"));
    assert!(!html.contains("Your permissions"));
    // A drawing for each of the four steps, each with words for who can't see it.
    assert_eq!(html.matches("<svg").count(), 4);
    assert_eq!(html.matches("role=\"img\" aria-label=").count(), 4);
    for demo in [
        "no-billing-policy",
        "member-cost-explorer-withheld",
        "cost-explorer-never-enabled",
    ] {
        let html = handed(demo, &["-o", "html"]).stdout;
        assert_eq!(html.matches("<svg").count(), 1, "{demo}");
    }
    assert!(html.contains("stops here"));
    let role = handed("identity-center", &["-o", "html"]).stdout;
    assert!(
        role.contains("<h1>Role AWSReservedSSO_Developers_"),
        "{role}"
    );
    for text in [&html, &role] {
        assert!(
            !text.contains("your policies"),
            "the reader's policies are not the matter"
        );
    }
    let message = handed("iam-access-off", &["-o", "message"]).stdout;
    assert!(
        message.contains("Please do these 4 steps.") && message.contains("It takes two minutes."),
        "{message}"
    );
    assert!(
        message
            .lines()
            .any(|line| line.starts_with("4. Select “Activate IAM Access”")),
        "{message}"
    );
}

#[test]
fn the_one_who_is_addressed_gets_their_part_and_hears_of_the_others() {
    let payer = handed("several-blockers", &["-o", "message"]).stdout;
    assert!(
        payer.contains("You administer the management account 444455556666"),
        "{payer}"
    );
    assert!(payer.contains("Others have to do this:"), "{payer}");
    let admin = handed("several-blockers", &["-o", "message", "--to", "admin"]).stdout;
    assert!(
        admin.contains("You may change permissions in account 111122223333"),
        "{admin}"
    );
    let steps = |text: &str| text.lines().filter(|line| line.starts_with("1. ")).count();
    assert_eq!((steps(&payer), steps(&admin)), (1, 1));
    assert_ne!(payer, admin);
}

#[test]
fn an_explanation_can_be_handed_over_too() {
    let evil = "User: arn:aws:iam::111122223333:user/<script>alert(1)</script> is not authorized to perform: ce:GetTags \
                because no identity-based policy allows the ce:GetTags action";
    for text in [evil, "iam-access-not-activated"] {
        let html = billing_doctor(["explain", "-o", "html", text]).stdout;
        assert!(html.starts_with("<!DOCTYPE html>") && html.contains("default-src 'none'"));
        assert!(!html.contains("<script"), "{html}");
        assert_eq!(html.matches("<h1").count(), 1, "{html}");
        let markdown = billing_doctor(["explain", "-o", "markdown", text]).stdout;
        assert!(markdown.starts_with("# "), "{markdown}");
    }
    let html = billing_doctor(["explain", "-o", "html", "iam-access-not-activated"]).stdout;
    assert!(
        html.contains("<ol class=\"steps\">") && html.contains("<a href=\"https://"),
        "{html}"
    );
}

#[test]
fn a_healthy_account_asks_nothing_of_anybody() {
    for format in FORMATS {
        let run = handed("healthy", &["-o", format]);
        assert_eq!(run.status, 0);
        assert!(
            run.stdout.contains("can see the bill"),
            "{format}: {}",
            run.stdout
        );
        assert!(!run.stdout.contains("Please"), "{format}");
    }
}

#[test]
fn a_policy_to_attach_stands_in_each_form() {
    for format in FORMATS {
        let text = handed("no-billing-policy", &["-o", format])
            .stdout
            .replace("&quot;", "\"");
        assert!(text.contains("\"ce:GetCostForecast\""), "{format}: {text}");
    }
    let markdown = handed("scp-region-lock-readable", &["-o", "markdown"]).stdout;
    assert!(markdown.contains("```diff"), "{markdown}");
}

#[test]
fn what_others_called_things_stays_text() {
    let evil = "<script>alert(1)</script>\"'`[x](javascript:alert)\u{202e}";
    let long = "x".repeat(4096);
    let responder = serve_changed(
        "no-billing-policy",
        Faults::none().on(
            "billing",
            "GetCredits",
            Fault::Refuse {
                status: 400,
                code: "AccessDeniedException".to_owned(),
                message: format!("{evil} is not authorized {long}"),
            },
        ),
        |account| account["alias"] = json!(evil),
    );
    for format in FORMATS {
        let text = run(Home::new().check_at(&responder).args(["-o", format])).stdout;
        assert!(!text.contains('\u{202e}'), "{format}");
        match format {
            "html" => {
                assert!(!text.contains("<script"), "{text}");
                assert!(text.contains("&lt;script&gt;"), "{text}");
            }
            "markdown" => {
                assert!(!text.contains("<script"), "{text}");
                assert!(!text.contains("[x](javascript"), "{text}");
            }
            _ => {}
        }
    }
}
