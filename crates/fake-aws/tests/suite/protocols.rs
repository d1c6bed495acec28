//! Envelopes, escaping, paging, and what every call needs.

use serde_json::json;

use crate::wire::{NOW, Request};
use crate::{
    ID, account, assert_error, get_cost_and_usage, get_credits, seconds_ago, serve, serve_account,
};

#[test]
fn a_query_is_answered_in_xml() {
    let answer = Request::sts("Action=GetCallerIdentity").send(&serve("healthy"));
    assert_eq!(answer.header("content-type"), Some("text/xml"));
    let request_id = answer
        .header("x-amzn-requestid")
        .expect("a request id")
        .to_owned();
    let user_id = answer.xml("UserId");
    assert_eq!(
        answer.body,
        format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
             <GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/alice</Arn>\
             <UserId>{user_id}</UserId><Account>111122223333</Account></GetCallerIdentityResult>\
             <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>\
             </GetCallerIdentityResponse>"
        )
    );
    assert!(user_id.starts_with("AIDA") && user_id.len() == 21);
}

#[test]
fn a_refused_query_has_the_error_in_xml() {
    let answer = Request::iam("Action=GetUser&UserName=nobody").send(&serve("healthy"));
    let request_id = answer.header("x-amzn-requestid").expect("a request id");
    assert_eq!(answer.status, 404);
    assert_eq!(
        answer.body,
        format!(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error>\
             <Type>Sender</Type><Code>NoSuchEntity</Code>\
             <Message>The user with name nobody cannot be found.</Message></Error>\
             <RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    );
}

#[test]
fn iam_refuses_with_its_own_code_and_calls_things_by_name() {
    let mut account = account("identity-center");
    account.roles[0].attached_policies.clear();
    let demo = serve_account(account);
    let cases = [
        (
            "Action=GetUser&UserName=ada",
            "iam:GetUser on resource: user ada",
        ),
        (
            "Action=GetRole&RoleName=r",
            "iam:GetRole on resource: role r",
        ),
        (
            "Action=GetAccountSummary",
            "iam:GetAccountSummary on resource: *",
        ),
        (
            "Action=GetPolicy&PolicyArn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FX",
            "iam:GetPolicy on resource: policy arn:aws:iam::aws:policy/X",
        ),
    ];
    for (form, what) in cases {
        let answer = Request::iam(form).send(&demo);
        let (code, message) = answer.error();
        assert_eq!((answer.status, code.as_str()), (403, "AccessDenied"));
        assert!(
            message.contains(&format!("perform: {what} because no identity-based policy")),
            "{message}"
        );
    }
}

#[test]
fn json_and_rest_json_refuse_in_their_own_ways() {
    let demo = serve("no-billing-policy");
    let json = get_cost_and_usage().send(&demo);
    assert_eq!(json.status, 400);
    assert_eq!(
        json.header("content-type"),
        Some("application/x-amz-json-1.1")
    );
    assert_eq!(
        json.json()["__type"],
        "com.amazon.coral.service#AccessDeniedException"
    );
    assert!(json.json()["Message"].is_string());

    let rest = Request::account("/getContactInformation", &json!({})).send(&demo);
    assert_eq!(rest.status, 403);
    assert_eq!(rest.header("content-type"), Some("application/json"));
    assert_eq!(
        rest.header("x-amzn-errortype"),
        Some("AccessDeniedException")
    );
    let message = rest.message();
    assert!(
        message.contains(
            "account:GetContactInformation on resource: arn:aws:account::111122223333:account"
        ),
        "{message}"
    );
}

#[test]
fn the_account_s_own_words_are_escaped() {
    let nasty = "<a href=\"x\">&'\u{1b}[31m\u{0}\r\nü";
    let mut account = account("healthy");
    account.alias = Some(nasty.to_owned());
    account.name = nasty.to_owned();
    let demo = serve_account(account);
    let aliases = Request::iam("Action=ListAccountAliases").send(&demo);
    let escaped = "&lt;a href=&quot;x&quot;&gt;&amp;&#39;\u{fffd}[31m\u{fffd}&#xD;&#xA;ü";
    assert_eq!(
        aliases.xml("AccountAliases"),
        format!("<member>{escaped}</member>")
    );
    let information = Request::account("/getAccountInformation", &json!({})).send(&demo);
    assert_eq!(information.json()["AccountName"], nasty);
}

#[test]
fn policy_documents_are_percent_encoded() {
    let demo = serve("healthy");
    let form = "Action=GetGroupPolicy&GroupName=finance&PolicyName=ReadReports";
    let document = Request::iam(form)
        .send(&demo)
        .xml("PolicyDocument")
        .to_owned();
    assert!(
        document.starts_with("%7B%22Statement%22%3A%5B%7B%22Action%22"),
        "{document}"
    );
    let plain = percent_encoding::percent_decode_str(&document)
        .decode_utf8()
        .expect("UTF-8");
    let value: serde_json::Value = serde_json::from_str(&plain).expect("JSON");
    assert_eq!(value["Statement"][0]["Action"][0], "s3:GetObject");
}

#[test]
fn the_default_version_is_the_one_in_force() {
    let demo = serve("healthy");
    let arn = "arn%3Aaws%3Aiam%3A%3A111122223333%3Apolicy%2Ffinance%2FCostDashboards";
    let policy = Request::iam(&format!("Action=GetPolicy&PolicyArn={arn}")).send(&demo);
    assert_eq!(policy.xml("DefaultVersionId"), "v2");
    assert_eq!(policy.xml("Path"), "/finance/");
    let version = |id: &str| {
        let form = format!("Action=GetPolicyVersion&PolicyArn={arn}&VersionId={id}");
        Request::iam(&form).send(&demo)
    };
    assert_eq!(version("v1").xml("IsDefaultVersion"), "false");
    assert_eq!(version("v2").xml("IsDefaultVersion"), "true");
    assert_eq!(version("v3").error().0, "NoSuchEntity");
}

#[test]
fn a_role_session_has_no_user_of_its_own() {
    let answer = Request::iam("Action=GetUser").send(&serve("identity-center"));
    let message = "Must specify userName when calling with non-User credentials";
    assert_error(&answer, 400, "ValidationError", message);
}

#[test]
fn a_role_is_shown_with_its_path() {
    let role = "AWSReservedSSO_Developers_0123456789abcdef";
    let answer =
        Request::iam(&format!("Action=GetRole&RoleName={role}")).send(&serve("identity-center"));
    assert_eq!(
        answer.xml("Arn"),
        format!("arn:aws:iam::{ID}:role/aws-reserved/sso.amazonaws.com/eu-central-1/{role}")
    );
    assert!(answer.xml("AssumeRolePolicyDocument").starts_with("%7B"));
}

#[test]
fn a_boundary_is_shown_with_its_user() {
    let answer = Request::iam("Action=GetUser").send(&serve("boundary"));
    let arn = format!("arn:aws:iam::{ID}:policy/DeveloperBoundary");
    assert_eq!(answer.xml("PermissionsBoundaryArn"), arn);
}

#[test]
fn account_details_come_in_pages_and_by_kind() {
    let demo = serve("identity-deny");
    let (mut names, mut pages) = (Vec::new(), 0);
    let mut marker = String::new();
    loop {
        pages += 1;
        let form = format!("Action=GetAccountAuthorizationDetails{marker}");
        let page = Request::iam(&form).send(&demo);
        assert_eq!(page.status, 200, "{}", page.body);
        for list in ["UserDetailList", "GroupDetailList", "Policies"] {
            for name in ["UserName", "GroupName", "DefaultVersionId"] {
                let found = page.xml(list).matches(&format!("<{name}>")).count();
                names.extend(std::iter::repeat_n(name, found));
            }
        }
        if page.xml("IsTruncated") == "false" {
            break;
        }
        marker = format!("&Marker={}", page.xml("Marker"));
    }
    names.sort_unstable();
    let expected = [
        vec!["DefaultVersionId"; 2],
        vec!["GroupName"; 3],
        vec!["UserName"; 2],
    ]
    .concat();
    assert_eq!(names, expected);
    assert_eq!(pages, 4);

    let filtered =
        Request::iam("Action=GetAccountAuthorizationDetails&Filter.member.1=AWSManagedPolicy");
    let filtered = filtered.send(&demo);
    assert_eq!(filtered.xml("UserDetailList"), "");
    assert_eq!(filtered.xml("PolicyName"), "AdministratorAccess");
}

#[test]
fn a_marker_of_another_list_will_not_do() {
    let demo = serve("identity-deny");
    let list = "Action=ListGroupPolicies&GroupName=developers";
    let page = Request::iam(list).send(&demo);
    assert_eq!(
        page.xml("PolicyNames"),
        "<member>Compute</member><member>Logs</member>"
    );
    let marker = page.xml("Marker");
    let next = Request::iam(&format!("{list}&Marker={marker}")).send(&demo);
    assert_eq!(next.xml("PolicyNames"), "<member>Storage</member>");
    let other = format!("Action=ListGroupsForUser&UserName=carol&Marker={marker}");
    assert_eq!(
        Request::iam(&other).send(&demo).error().0,
        "ValidationError"
    );
    let one = Request::iam(&format!("{list}&MaxItems=1")).send(&demo);
    assert_eq!(one.xml("PolicyNames"), "<member>Compute</member>");
    assert_eq!(
        Request::iam(&format!("{list}&MaxItems=0"))
            .send(&demo)
            .status,
        400
    );
}

#[test]
fn a_full_last_page_is_the_last() {
    let mut account = account("identity-deny");
    account.page_size = Some(3);
    let list = Request::iam("Action=ListGroupPolicies&GroupName=developers");
    let page = list.send(&serve_account(account));
    assert_eq!(page.xml_all("member").len(), 3);
    assert_eq!(page.xml("IsTruncated"), "false");
}

#[test]
fn a_change_of_the_switch_is_in_the_event_history() {
    let lookup = |attribute: &str| {
        let attributes = json!({ "LookupAttributes": [{ "AttributeKey": "EventName", "AttributeValue": attribute }] });
        Request::json("CloudTrail_20131101.LookupEvents", &attributes)
            .send(&serve("healthy"))
            .json()
    };
    let event = &lookup("SetIAMAccessPreference")["Events"][0];
    assert_eq!(event["EventSource"], "billingconsole.amazonaws.com");
    let record: serde_json::Value =
        serde_json::from_str(event["CloudTrailEvent"].as_str().expect("a record")).expect("JSON");
    assert_eq!(record["userIdentity"]["type"], "Root");
    // What an event says of the direction is not known: it must not be made up.
    assert!(record.get("requestParameters").is_none());
    assert_eq!(lookup("ConsoleLogin")["Events"], json!([]));
}

#[test]
fn cost_and_usage_is_cut_into_the_periods_asked_for() {
    let demo = serve("healthy");
    let ask = |start: &str, end: &str, granularity: &str| {
        let body = json!({
            "TimePeriod": { "Start": start, "End": end }, "Granularity": granularity,
            "Metrics": ["UnblendedCost"], "GroupBy": [{ "Type": "DIMENSION", "Key": "SERVICE" }],
        });
        Request::json("AWSInsightsIndexService.GetCostAndUsage", &body).send(&demo)
    };
    let months = ask("2026-09-15", "2026-11-02", "MONTHLY").json();
    let ends: Vec<&str> = months["ResultsByTime"]
        .as_array()
        .expect("results")
        .iter()
        .filter_map(|result| result["TimePeriod"]["End"].as_str())
        .collect();
    assert_eq!(ends, ["2026-10-01", "2026-11-01", "2026-11-02"]);
    assert_eq!(
        months["ResultsByTime"][1]["Groups"][0]["Metrics"]["UnblendedCost"]["Amount"],
        "412.5000000000"
    );
    let days = ask("2026-02-27", "2026-03-02", "DAILY").json();
    assert_eq!(days["ResultsByTime"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        ask("2026-03-02", "2026-03-02", "DAILY").error().0,
        "ValidationException"
    );
    // Nonsense is cut short.
    let ages = ask("0001-01-01", "9999-12-31", "DAILY").json();
    assert_eq!(ages["ResultsByTime"].as_array().map(Vec::len), Some(400));
}

#[test]
fn get_credits_wants_the_caller_s_own_account_and_a_date_in_the_last_year() {
    let demo = serve("healthy");
    let ask = |id: &str, start: i64| {
        let body = json!({ "accountId": id, "startDate": start });
        Request::json("AWSBilling.GetCredits", &body).send(&demo)
    };
    assert_eq!(ask(ID, seconds_ago(86_400)).status, 200);
    assert_eq!(
        ask(ID, seconds_ago(0) + 86_400).error().0,
        "ValidationException"
    );
    assert_eq!(
        ask(ID, seconds_ago(400 * 86_400)).error().0,
        "ValidationException"
    );
    assert_eq!(
        ask("444455556666", seconds_ago(86_400)).error().0,
        "ValidationException"
    );
    let nothing = Request::json("AWSBilling.GetCredits", &json!({})).send(&demo);
    assert_eq!(nothing.error().0, "ValidationException");
}

#[test]
fn an_unknown_operation_is_refused_as_each_protocol_does() {
    let demo = serve("healthy");
    let query = Request::iam("Action=ListUsers").send(&demo);
    assert_error(
        &query,
        400,
        "InvalidAction",
        "Could not find operation ListUsers for version 2010-05-08",
    );
    let json = Request::json("AWSInsightsIndexService.GetTags", &json!({})).send(&demo);
    assert_error(&json, 400, "UnknownOperationException", "");
    let rest = Request::account("/listRegions", &json!({})).send(&demo);
    assert_error(&rest, 404, "UnknownOperationException", "");
    let elsewhere = Request::json("AWSSupport_20130415.DescribeCases", &json!({})).send(&demo);
    assert_error(&elsewhere, 400, "UnknownOperationException", "");
}

#[test]
fn no_request_brings_it_down() {
    let demo = serve("identity-deny");
    let bodies = [
        "",
        "{",
        "[]",
        "null",
        "\"",
        "{\"accountId\":1,\"startDate\":\"x\"}",
        "{\"accountId\":\"\",\"startDate\":-1e300}",
        "Action=&Version=2010-05-08",
        "%",
        "%ff=%zz&&=&Action",
        "{\"TimePeriod\":[]}",
    ];
    for target in [
        "",
        ".",
        "AWSBilling.GetCredits",
        "AWSInsightsIndexService.GetCostAndUsage",
        "AWSOrganizationsV20161128.ListParents",
        "CloudTrail_20131101.LookupEvents",
        "AWSBudgetServiceGateway.DescribeBudgets",
    ] {
        for body in bodies {
            let answer = Request::text(target, body).send(&demo);
            assert!(answer.status < 500, "{target} {body}");
        }
    }
    let operations = [
        "GetUser",
        "GetRole",
        "GetUserPolicy",
        "GetPolicy",
        "GetPolicyVersion",
        "ListGroupPolicies",
        "SimulatePrincipalPolicy",
        "GetAccountAuthorizationDetails",
    ];
    for operation in operations {
        for more in [
            "",
            "&UserName=",
            "&Marker=%00",
            "&MaxItems=-1",
            "&PolicyArn=x&VersionId=&PolicySourceArn=arn:aws:iam::111122223333:user/&ActionNames.member.1=",
            "&PolicySourceArn=arn:aws:iam::111122223333:user/carol&ActionNames.member.1=%3A%3A&ContextEntries.member.1.x=y",
            "&PolicySourceArn=arn:aws:iam::111122223333:user/carol&ActionNames.member.1=a%3Ab&PolicyInputList.member.1=%7B",
        ] {
            let answer = Request::iam(&format!("Action={operation}{more}")).send(&demo);
            assert!(answer.status < 500, "{operation} {more}: {}", answer.body);
        }
    }
    assert_eq!(get_credits().send(&demo).status, 400);
}

#[test]
fn the_answer_depends_on_nothing_but_the_request_and_the_time() {
    for request in [get_credits(), Request::iam("Action=GetUser")] {
        let answers = [serve("healthy"), serve("healthy")].map(|aws| request.send(&aws));
        assert_eq!(answers[0].headers, answers[1].headers);
        assert_eq!(answers[0].body, answers[1].body);
    }
    let demo = serve("healthy");
    let years_later = NOW + jiff::SignedDuration::from_hours(2 * 366 * 24);
    assert_eq!(get_credits().send(&demo).status, 200);
    assert_eq!(get_credits().send_at(&demo, years_later).status, 400);
}
