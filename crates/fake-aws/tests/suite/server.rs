//! The server on loopback, and what only a socket shows.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::Duration;

use fake_aws::{Fault, Faults, Responder};
use serde_json::json;

use crate::wire::{Connection, Request};
use crate::{account, get_credits};

fn start(faults: Faults) -> Responder {
    Responder::start(account("healthy"), faults).expect("loopback is free")
}

#[test]
fn a_body_beyond_reason_closes_the_connection() {
    let responder = start(Faults::none());
    let mut connection = Connection::open(&responder.url());
    let long = "x".repeat(2 << 20);
    let sent = connection
        .send("/", &[], &long)
        .and_then(|()| connection.receive());
    assert!(sent.is_err(), "{sent:?}");
    assert!(get_credits().post(&responder.url()).is_ok());
}

#[test]
fn a_connection_is_kept_for_the_next_call() {
    let responder = start(Faults::none());
    let mut connection = Connection::open(&responder.url());
    for _ in 0..3 {
        let answer = Request::sts("Action=GetCallerIdentity").send_on(&mut connection);
        assert_eq!(answer.expect("an answer").status, 200);
    }
    let answer = connection.raw(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    assert_eq!(answer.expect("an answer").status, 404);
}

#[test]
fn calls_are_recorded_with_who_signed_and_what_was_asked() {
    let responder = start(Faults::none());
    let key = "AKIAIOSFODNN7EXAMPLE";
    for request in [
        Request::iam("Action=GetUser").signed(key, "us-east-1", "iam"),
        Request::json("CostOptimizationHubService.ListSummaries", &json!({})).signed(
            key,
            "us-east-1",
            "cost-optimization-hub",
        ),
    ] {
        request.post(&responder.url()).expect("an answer");
    }
    let calls = responder.requests();
    let names: Vec<(&str, &str)> = calls
        .iter()
        .map(|call| (call.service.as_str(), call.operation.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("iam", "GetUser"),
            ("cost-optimization-hub", "ListSummaries")
        ]
    );
    assert_eq!(calls[0].access_key_id.as_deref(), Some(key));
    assert_eq!(calls[0].region.as_deref(), Some("us-east-1"));
    assert_eq!(calls[0].in_flight, 1);
    assert!(calls[0].body.starts_with("Action=GetUser"));
    assert!(calls[0].finished <= Some(calls[1].started));
}

#[test]
fn a_responder_listens_no_longer_than_it_is_held() {
    let responder = start(Faults::none());
    let url = responder.url();
    assert!(get_credits().post(&url).is_ok());
    drop(responder);
    assert!(TcpStream::connect(url.trim_start_matches("http://")).is_err());
}

#[test]
fn a_truncated_answer_ends_before_its_declared_length() {
    let responder = start(Faults::none().everywhere(Fault::Truncate));
    let error = get_credits()
        .post(&responder.url())
        .expect_err("half an answer");
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn a_reset_connection_answers_nothing() {
    let responder = start(Faults::none().everywhere(Fault::Reset));
    let error = get_credits().post(&responder.url()).expect_err("no answer");
    assert!(matches!(
        error.kind(),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset
    ));
}

#[test]
fn stopping_closes_the_connection_of_a_stalled_call_instead_of_waiting_for_it() {
    let responder = start(Faults::none().everywhere(Fault::Stall));
    let mut connection = Connection::open(&responder.url());
    let target = [("x-amz-target", "AWSBilling.GetCredits")];
    connection.send("/", &target, "{}").expect("sent");
    while responder.requests().is_empty() {
        std::thread::sleep(Duration::from_millis(1));
    }
    drop(responder);
    assert!(connection.receive().is_err());
}
