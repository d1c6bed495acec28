//! Faults on the wire.

use std::io::ErrorKind;
use std::thread;
use std::time::{Duration, Instant};

use fake_aws::{Fault, Faults, Responder};
use serde_json::json;

use super::wire::{Connection, Request};
use super::{account, assert_error, get_cost_and_usage, get_credits, organizations};

fn serve(faults: Faults) -> Responder {
    Responder::start_on_thread(account("healthy"), faults).expect("a responder")
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
        &get_cost_and_usage().send(&demo.url()),
        418,
        "Teapot",
        "short <&>",
    );
    assert_eq!(get_credits().send(&demo.url()).status, 200);

    let demo = serve(Faults::none().in_service("sts", refuse));
    assert_error(
        &who().send(&demo.url()),
        418,
        "Teapot",
        "short &lt;&amp;&gt;",
    );
    assert_eq!(get_credits().send(&demo.url()).status, 200);
}

#[test]
fn the_first_rule_that_fits_counts() {
    let demo = serve(
        Faults::none()
            .on("sts", "GetCallerIdentity", Fault::Empty403)
            .everywhere(Fault::Html),
    );
    assert_eq!(who().send(&demo.url()).status, 403);
    assert_eq!(get_credits().send(&demo.url()).status, 502);
}

#[test]
fn throttling_is_spelled_as_each_service_does_and_ends() {
    let demo = serve(Faults::none().everywhere(Fault::Throttle { times: None }));
    assert_error(&who().send(&demo.url()), 400, "Throttling", "Rate exceeded");
    assert_error(
        &get_credits().send(&demo.url()),
        400,
        "ThrottlingException",
        "Rate exceeded",
    );
    assert_error(
        &get_cost_and_usage().send(&demo.url()),
        400,
        "LimitExceededException",
        "Rate exceeded",
    );
    assert_error(
        &contact().send(&demo.url()),
        429,
        "TooManyRequestsException",
        "Rate exceeded",
    );
    let organization = organizations("DescribeOrganization", &json!({})).send(&demo.url());
    assert_eq!(organization.error().0, "TooManyRequestsException");

    let demo = serve(Faults::none().in_service("sts", Fault::Throttle { times: Some(2) }));
    let statuses: Vec<u16> = (0..4).map(|_| who().send(&demo.url()).status).collect();
    assert_eq!(statuses, [400, 400, 200, 200]);
}

#[test]
fn internal_errors_pages_of_proxies_and_empty_refusals_have_their_status() {
    let demo = serve(Faults::none().everywhere(Fault::InternalError));
    assert_eq!(who().send(&demo.url()).xml("Type"), "Receiver");
    assert_eq!(who().send(&demo.url()).status, 500);
    assert_eq!(
        get_credits().send(&demo.url()).error().0,
        "InternalServerException"
    );

    let page = who().send(&serve(Faults::none().everywhere(Fault::Html)).url());
    assert_eq!(
        (page.status, page.header("content-type")),
        (502, Some("text/html"))
    );
    assert!(page.body.contains("502 Bad Gateway"));

    let empty = contact().send(&serve(Faults::none().everywhere(Fault::Empty403)).url());
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
    let answer = get_credits().send(&serve(Faults::none().everywhere(Fault::Malformed)).url());
    assert_eq!(answer.status, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&answer.body).is_err());
}

#[test]
fn a_truncated_answer_ends_before_its_declared_length() {
    let demo = serve(Faults::none().everywhere(Fault::Truncate));
    let error = get_credits()
        .try_send(&demo.url())
        .expect_err("half an answer");
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn a_reset_connection_answers_nothing() {
    let demo = serve(Faults::none().on("billing", "GetCredits", Fault::Reset));
    let error = get_credits().try_send(&demo.url()).expect_err("no answer");
    assert!(matches!(
        error.kind(),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset
    ));
    assert_eq!(who().send(&demo.url()).status, 200);
}

#[test]
fn a_stalled_call_is_never_answered_and_holds_up_no_other() {
    let demo = serve(Faults::none().on("billing", "GetCredits", Fault::Stall));
    let url = demo.url();
    let mut connection = Connection::open(&url);
    connection
        .send("/", &[("x-amz-target", "AWSBilling.GetCredits")], "{}")
        .expect("sent");
    assert_eq!(who().send(&url).status, 200);
    let calls = demo.requests();
    assert_eq!((calls[0].finished, calls[1].in_flight), (None, 2));
    // Stopping closes the connection instead of waiting for it.
    drop(demo);
    assert!(connection.receive().is_err());
}

#[test]
fn delays_go_side_by_side() {
    let demo = serve(Faults::none().everywhere(Fault::Delay(crate::tool::PATIENCE)));
    let mut connections: Vec<Connection> = (0..8).map(|_| Connection::open(&demo.url())).collect();
    for connection in &mut connections {
        connection
            .send("/", &[("x-amz-target", "AWSBilling.GetCredits")], "{}")
            .expect("sent");
    }
    // One after the other, the second would not come in before the first is answered.
    crate::tool::ends(move || {
        while demo.requests().last().map(|call| call.in_flight) != Some(8) {
            thread::yield_now();
        }
    });
}

#[test]
fn a_delay_goes_together_with_another_fault() {
    let delay = Duration::from_millis(100);
    let faults = Faults::none()
        .everywhere(Fault::Delay(delay))
        .in_service("billing", Fault::Empty403);
    let demo = serve(faults);
    let started = Instant::now();
    assert_eq!(get_credits().send(&demo.url()).status, 403);
    assert!(started.elapsed() >= delay, "it is not sooner than that");
}
