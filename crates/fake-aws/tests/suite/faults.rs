//! What goes wrong on purpose, without a socket.

use std::io;
use std::time::Duration;

use fake_aws::{Fault, Faults, FaultyAws};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinSet, yield_now};

use crate::wire::{Answer, Request};
use crate::{account, assert_error, get_cost_and_usage, get_credits, organizations};

fn serve(faults: Faults) -> FaultyAws {
    FaultyAws::new(account("healthy"), faults).expect("it is whole")
}

fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

fn try_ask(aws: &FaultyAws, request: &Request) -> io::Result<Answer> {
    runtime().block_on(request.send_to(aws))
}

fn ask(aws: &FaultyAws, request: &Request) -> Answer {
    try_ask(aws, request).expect("an answer")
}

fn who() -> Request {
    Request::sts("Action=GetCallerIdentity")
}

fn contact() -> Request {
    Request::account("/getContactInformation", &json!({}))
}

#[test]
fn a_fault_strikes_the_calls_that_it_is_meant_for() {
    let refuse = Fault::Refuse {
        status: 418,
        code: "Teapot".to_owned(),
        message: "short <&>".to_owned(),
    };
    let demo = serve(Faults::none().on("ce", "GetCostAndUsage", refuse.clone()));
    assert_error(
        &ask(&demo, &get_cost_and_usage()),
        418,
        "Teapot",
        "short <&>",
    );
    assert_eq!(ask(&demo, &get_credits()).status, 200);

    let demo = serve(Faults::none().in_service("sts", refuse));
    assert_error(&ask(&demo, &who()), 418, "Teapot", "short &lt;&amp;&gt;");
    assert_eq!(ask(&demo, &get_credits()).status, 200);
}

#[test]
fn the_first_rule_that_fits_counts() {
    let demo = serve(
        Faults::none()
            .on("sts", "GetCallerIdentity", Fault::Empty403)
            .everywhere(Fault::Html),
    );
    assert_eq!(ask(&demo, &who()).status, 403);
    assert_eq!(ask(&demo, &get_credits()).status, 502);
}

#[test]
fn throttling_is_spelled_as_each_service_does_and_ends() {
    let demo = serve(Faults::none().everywhere(Fault::Throttle { times: None }));
    assert_error(&ask(&demo, &who()), 400, "Throttling", "Rate exceeded");
    assert_error(
        &ask(&demo, &get_credits()),
        400,
        "ThrottlingException",
        "Rate exceeded",
    );
    assert_error(
        &ask(&demo, &get_cost_and_usage()),
        400,
        "LimitExceededException",
        "Rate exceeded",
    );
    assert_error(
        &ask(&demo, &contact()),
        429,
        "TooManyRequestsException",
        "Rate exceeded",
    );
    let organization = ask(&demo, &organizations("DescribeOrganization", &json!({})));
    assert_eq!(organization.error().0, "TooManyRequestsException");

    let demo = serve(Faults::none().in_service("sts", Fault::Throttle { times: Some(2) }));
    let statuses: Vec<u16> = (0..4).map(|_| ask(&demo, &who()).status).collect();
    assert_eq!(statuses, [400, 400, 200, 200]);
}

#[test]
fn internal_errors_pages_of_proxies_and_empty_refusals_have_their_status() {
    let demo = serve(Faults::none().everywhere(Fault::InternalError));
    assert_eq!(ask(&demo, &who()).xml("Type"), "Receiver");
    assert_eq!(ask(&demo, &who()).status, 500);
    assert_eq!(
        ask(&demo, &get_credits()).error().0,
        "InternalServerException"
    );

    let page = ask(&serve(Faults::none().everywhere(Fault::Html)), &who());
    assert_eq!(
        (page.status, page.header("content-type")),
        (502, Some("text/html"))
    );
    assert!(page.body.contains("502 Bad Gateway"));

    let empty = ask(
        &serve(Faults::none().everywhere(Fault::Empty403)),
        &contact(),
    );
    assert_eq!(
        (
            empty.status,
            empty.body.as_str(),
            empty.header("x-amzn-errortype")
        ),
        (403, "", None)
    );
}

#[test]
fn a_malformed_answer_is_a_success_that_does_not_parse() {
    let answer = ask(
        &serve(Faults::none().everywhere(Fault::Malformed)),
        &get_credits(),
    );
    assert_eq!(answer.status, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&answer.body).is_err());
}

#[test]
fn a_broken_connection_answers_nothing() {
    for fault in [Fault::Reset, Fault::Truncate] {
        let demo = serve(Faults::none().on("billing", "GetCredits", fault));
        let error = try_ask(&demo, &get_credits()).expect_err("no answer");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(ask(&demo, &who()).status, 200);
    }
}

#[test]
fn a_stalled_call_is_never_answered_and_holds_up_no_other() {
    let demo = serve(Faults::none().on("billing", "GetCredits", Fault::Stall));
    runtime().block_on(async {
        let (stalled, stalling) = (get_credits(), demo.clone());
        let stalled = tokio::spawn(async move { stalled.send_to(&stalling).await });
        yield_now().await;
        assert_eq!(who().send_to(&demo).await.expect("an answer").status, 200);
        assert!(!stalled.is_finished());
    });
    let calls = demo.requests();
    assert_eq!(
        (calls[0].operation.as_str(), calls[1].in_flight),
        ("GetCredits", 2)
    );
}

#[test]
fn delays_go_side_by_side_and_together_with_other_faults() {
    let delay = Duration::from_millis(100);
    let faults = Faults::none()
        .everywhere(Fault::Delay(delay))
        .in_service("billing", Fault::Empty403);
    let demo = serve(faults);
    runtime().block_on(async {
        let mut calls = JoinSet::new();
        for _ in 0..8 {
            let demo = demo.clone();
            calls.spawn(async move { who().send_to(&demo).await.expect("an answer").status });
        }
        assert_eq!(calls.join_all().await, [200; 8]);
    });
    assert_eq!(ask(&demo, &get_credits()).status, 403);
    let calls = demo.requests();
    assert_eq!(calls.iter().map(|call| call.in_flight).max(), Some(8));
    assert!(calls.iter().all(|call| {
        let finished = call.finished.expect("all were answered");
        finished - call.started >= delay
    }));
}
