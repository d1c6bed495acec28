//! Each account is refused, or not, in the words that AWS has for what is the matter with it.

use fake_aws::{ACCOUNTS, Caller, FakeAws, Organization};
use serde_json::json;

use crate::wire::Request;
use crate::{
    ID, account, assert_error, describe_budgets, free_tier_usage, get_cost_and_usage, get_credits,
    organizations, serve, serve_account,
};

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";

#[test]
fn every_account_is_whole_and_says_what_is_the_matter() {
    assert!(ACCOUNTS.len() >= 19);
    assert!(ACCOUNTS.is_sorted_by_key(|(name, _)| *name));
    for (name, _) in ACCOUNTS {
        let account = account(name);
        assert!(account.title.ends_with('.'), "{name}: {}", account.title);
        FakeAws::new(account).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn nobody_else_has_an_account() {
    assert!(fake_aws::account("nowhere").is_none());
}

#[test]
fn an_account_that_says_how_can_be_mended() {
    let switch_is_off = serve("iam-access-off");
    assert_eq!(get_credits().send(&switch_is_off).status, 403);
    let mended = switch_is_off.mended().expect("it says how");
    assert_eq!(get_credits().send(&mended).status, 200);
    assert!(serve("boundary").mended().is_none());
}

#[test]
fn the_switch_refuses_get_credits_and_nothing_else() {
    let demo = serve("iam-access-off");
    let refused = get_credits().send(&demo);
    assert_error(
        &refused,
        403,
        "AccessDeniedException",
        "IAM user access not activated",
    );
    assert_eq!(get_cost_and_usage().send(&demo).status, 200);
    assert_eq!(describe_budgets().send(&demo).status, 200);
    assert_eq!(free_tier_usage().send(&demo).status, 200);
}

#[test]
fn the_root_user_is_free_of_the_switch() {
    let demo = serve("root-user");
    assert_eq!(get_credits().send(&demo).status, 200);
    let who = Request::sts("Action=GetCallerIdentity").send(&demo);
    assert_eq!(who.xml("Arn"), "arn:aws:iam::111122223333:root");
    assert_eq!(who.xml("UserId"), ID);
}

#[test]
fn policies_are_judged_before_the_switch() {
    let mut account = account("no-billing-policy");
    account.iam_access_to_billing = fake_aws::IamAccess::NotActivated;
    let message = get_credits().send(&serve_account(account)).message();
    assert_eq!(
        message,
        "User: arn:aws:iam::111122223333:user/developers/bob is not authorized to perform: \
         billing:GetCredits on resource: * because no identity-based policy allows the \
         billing:GetCredits action"
    );
}

#[test]
fn nothing_is_wrong_with_the_healthy_account() {
    let demo = serve("healthy");
    for request in [
        get_credits(),
        get_cost_and_usage(),
        describe_budgets(),
        free_tier_usage(),
    ] {
        assert_eq!(request.send(&demo).status, 200);
    }
    assert_eq!(
        get_credits().send(&demo).json()["credits"][0]["description"],
        "AWS Activate"
    );
}

#[test]
fn each_refusal_names_its_layer() {
    let resource = "on resource: arn:aws:ce:us-east-1:111122223333:/GetCostAndUsage";
    let cases = [
        (
            "no-billing-policy",
            "user/developers/bob",
            "because no identity-based policy allows the ce:GetCostAndUsage action",
        ),
        (
            "boundary",
            "user/alice",
            "because no permissions boundary allows the ce:GetCostAndUsage action",
        ),
        (
            "identity-deny",
            "user/carol",
            "with an explicit deny in an identity-based policy: \
             arn:aws:iam::111122223333:policy/NoBillingForContractors",
        ),
        (
            "mfa-required",
            "user/alice",
            "with an explicit deny in an identity-based policy",
        ),
        (
            "several-blockers",
            "user/alice",
            "with an explicit deny in a service control policy",
        ),
        (
            "legacy-actions-only",
            "user/dave",
            "because no identity-based policy allows the ce:GetCostAndUsage action",
        ),
    ];
    for (name, user, why) in cases {
        let refused = get_cost_and_usage().send(&serve(name));
        let who = format!("User: arn:aws:iam::{ID}:{user}");
        let message =
            format!("{who} is not authorized to perform: ce:GetCostAndUsage {resource} {why}");
        assert_error(&refused, 400, "AccessDeniedException", &message);
    }
}

#[test]
fn a_session_is_refused_under_the_session_s_name() {
    let message = get_cost_and_usage()
        .send(&serve("session-policy"))
        .message();
    assert!(
        message.starts_with("User: arn:aws:sts::111122223333:assumed-role/Administrator/deploy is"),
        "{message}"
    );
    assert!(message.ends_with("because no session policy allows the ce:GetCostAndUsage action"));

    let role = "AWSReservedSSO_Developers_0123456789abcdef";
    let message = get_cost_and_usage()
        .send(&serve("identity-center"))
        .message();
    assert!(
        message.contains(&format!("assumed-role/{role}/frank@example.com")),
        "{message}"
    );
    assert!(message.contains("no identity-based policy"), "{message}");
}

#[test]
fn a_region_lock_lets_cost_explorer_pass_and_stops_the_newer_services() {
    let demo = serve("scp-region-lock");
    assert_eq!(get_cost_and_usage().send(&demo).status, 200);
    assert_eq!(describe_budgets().send(&demo).status, 200);
    for (request, action) in [
        (get_credits(), "billing:GetCredits on resource: *"),
        (
            free_tier_usage(),
            "freetier:GetFreeTierUsage on resource: arn:aws:freetier:us-east-1:111122223333:/GetFreeTierUsage",
        ),
    ] {
        let message = format!(
            "User: {ALICE} is not authorized to perform: {action} with an explicit deny in a service control policy"
        );
        assert_error(&request.send(&demo), 400, "AccessDeniedException", &message);
    }
    // In the Region that is allowed, the same policy does not stand in the way.
    let events = Request::json(
        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
        &json!({}),
    );
    let at_home = events
        .clone()
        .signed("AKIAIOSFODNN7EXAMPLE", "eu-central-1", "cloudtrail");
    assert_eq!(at_home.send(&demo).status, 200);
    assert_eq!(events.send(&demo).status, 400);
}

#[test]
fn a_member_reads_its_organization_but_not_the_policies() {
    let demo = serve("scp-region-lock");
    let described = organizations("DescribeOrganization", &json!({}))
        .send(&demo)
        .json();
    assert_eq!(described["Organization"]["MasterAccountId"], "444455556666");
    let target = json!({ "TargetId": ID, "Filter": "SERVICE_CONTROL_POLICY" });
    for request in [
        organizations("ListParents", &json!({ "ChildId": ID })),
        organizations("ListPoliciesForTarget", &target),
        organizations("DescribePolicy", &json!({ "PolicyId": "p-regionlock1" })),
        organizations("DescribeAccount", &json!({ "AccountId": ID })),
    ] {
        let message = "You don't have permissions to access this resource.";
        assert_error(&request.send(&demo), 400, "AccessDeniedException", message);
    }
}

#[test]
fn a_delegated_administrator_walks_up_the_organization() {
    let demo = serve("scp-region-lock-readable");
    let parent = |child: &str| {
        let answer = organizations("ListParents", &json!({ "ChildId": child })).send(&demo);
        answer.json()["Parents"][0].clone()
    };
    let unit = parent(ID);
    assert_eq!(
        unit,
        json!({ "Id": "ou-a1b2-workloads", "Type": "ORGANIZATIONAL_UNIT" })
    );
    assert_eq!(
        parent("ou-a1b2-workloads"),
        json!({ "Id": "r-a1b2", "Type": "ROOT" })
    );
    let above_the_root = organizations("ListParents", &json!({ "ChildId": "r-a1b2" }));
    assert_eq!(
        above_the_root.send(&demo).error().0,
        "ChildNotFoundException"
    );

    let policies = |filter: &str| {
        let target = json!({ "TargetId": "ou-a1b2-workloads", "Filter": filter });
        organizations("ListPoliciesForTarget", &target)
            .send(&demo)
            .json()["Policies"]
            .clone()
    };
    let attached = policies("SERVICE_CONTROL_POLICY");
    assert_eq!(
        attached[0]["Arn"],
        "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
    );
    assert_eq!(attached[0]["AwsManaged"], true);
    assert_eq!(attached[1]["Name"], "RegionLock");
    assert_eq!(policies("RESOURCE_CONTROL_POLICY"), json!([]));

    let policy = organizations("DescribePolicy", &json!({ "PolicyId": "p-regionlock1" }));
    let content = policy.send(&demo).json()["Policy"]["Content"].clone();
    assert!(
        content
            .as_str()
            .is_some_and(|text| text.contains("DenyAllOutsideEU")),
        "{content}"
    );
    let refusal = get_credits().send(&demo).message();
    let arn = "arn:aws:organizations::444455556666:policy/o-exampleorgid/service_control_policy/p-regionlock1";
    assert!(
        refusal.ends_with(&format!("in a service control policy: {arn}")),
        "{refusal}"
    );
}

#[test]
fn service_control_policies_do_not_bind_the_management_account() {
    let mut account = account("scp-region-lock");
    if let Some(organization) = &mut account.organization {
        organization.management_account_id = ID.to_owned();
    }
    let demo = serve_account(account);
    assert_eq!(get_credits().send(&demo).status, 200);
    assert_eq!(
        organizations("ListParents", &json!({ "ChildId": ID }))
            .send(&demo)
            .status,
        200
    );
}

#[test]
fn service_control_policies_bind_a_member_s_root_user() {
    let mut account = account("scp-region-lock");
    account.caller = Caller::RootUser;
    let message = get_credits().send(&serve_account(account)).message();
    assert!(
        message.starts_with("User: arn:aws:iam::111122223333:root is not"),
        "{message}"
    );
    assert!(
        message.ends_with("with an explicit deny in a service control policy"),
        "{message}"
    );
}

#[test]
fn service_control_policies_need_all_features() {
    let mut account = account("scp-region-lock");
    if let Some(organization) = &mut account.organization {
        organization.feature_set = fake_aws::FeatureSet::ConsolidatedBilling;
    }
    assert_eq!(get_credits().send(&serve_account(account)).status, 200);
}

#[test]
fn without_an_organization_there_is_none_to_describe() {
    let answer = organizations("DescribeOrganization", &json!({})).send(&serve("healthy"));
    let message = "Your account is not a member of an organization.";
    assert_error(&answer, 400, "AWSOrganizationsNotInUseException", message);
}

#[test]
fn cost_explorer_has_refusals_of_its_own() {
    let not_ready = "Data is not available. Please try to adjust the time period. If just enabled Cost Explorer, data might not be ingested yet";
    for (name, code, message) in [
        (
            "cost-explorer-never-enabled",
            "AccessDeniedException",
            "User not enabled for cost explorer access",
        ),
        ("cost-data-not-ready", "DataUnavailableException", not_ready),
        (
            "member-cost-explorer-withheld",
            "AccessDeniedException",
            "Linked account doesn't have access to cost explorer.",
        ),
    ] {
        let demo = serve(name);
        assert_error(&get_cost_and_usage().send(&demo), 400, code, message);
        assert_eq!(get_credits().send(&demo).status, 200, "{name}");
    }
}

#[test]
fn the_management_account_withholds_nothing_from_itself() {
    let mut account = account("member-cost-explorer-withheld");
    organization(&mut account).management_account_id = ID.to_owned();
    assert_eq!(
        get_cost_and_usage().send(&serve_account(account)).status,
        200
    );
}

#[test]
fn billing_read_only_opens_the_bill_and_not_the_cost_explorer_page() {
    let demo = serve("billing-read-only");
    assert_eq!(get_credits().send(&demo).status, 200);
    let form = "Action=SimulatePrincipalPolicy\
                &PolicySourceArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Auser%2Ferin\
                &ActionNames.member.1=ce%3AGetCostAndUsage&ActionNames.member.2=ce%3ADescribeReport";
    let verdict = Request::iam(form).send(&demo);
    assert_eq!(verdict.xml_all("EvalDecision"), ["allowed", "implicitDeny"]);
}

#[test]
fn bad_credentials_are_refused_in_each_protocol_s_own_word() {
    let who = Request::sts("Action=GetCallerIdentity");
    let contact = Request::account("/getContactInformation", &json!({}));
    let cases = [
        (
            "expired-credentials",
            "ExpiredToken",
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
        (
            "rejected-credentials",
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
    ];
    for (name, in_query, in_json, message) in cases {
        let demo = serve(name);
        assert_error(&who.send(&demo), 403, in_query, message);
        assert_error(&get_credits().send(&demo), 400, in_json, message);
        assert_error(&contact.send(&demo), 403, in_json, message);
    }
}

#[test]
fn a_clock_that_is_behind_is_told_both_times() {
    let demo = serve("clock-skew");
    let who = Request::sts("Action=GetCallerIdentity").header("x-amz-date", "29991123T070000Z");
    let refused = who.send(&demo);
    let message = "Signature expired: 29991123T070000Z is now earlier than 29991123T071500Z (29991123T072000Z - 5 min.)";
    assert_error(&refused, 403, "SignatureDoesNotMatch", message);
    assert_eq!(
        get_credits().send(&demo).error().0,
        "InvalidSignatureException"
    );
}

#[test]
fn a_member_of_an_organization_may_have_no_root_credentials() {
    let summary = |name: &str| {
        let answer = Request::iam("Action=GetAccountSummary").send(&serve(name));
        let entry = answer
            .body
            .split("<key>AccountPasswordPresent</key><value>")
            .nth(1);
        entry
            .and_then(|rest| rest.chars().next())
            .expect("an entry")
    };
    assert_eq!(summary("scp-region-lock"), '0');
    assert_eq!(summary("iam-access-off"), '1');
}

#[test]
fn an_account_that_refers_to_nothing_does_not_start() {
    let start = |change: &dyn Fn(&mut fake_aws::Account)| {
        let mut account = account("scp-region-lock");
        change(&mut account);
        FakeAws::new(account).expect_err("not whole")
    };
    let cases = [
        (
            start(&|account| account.caller = Caller::User("nobody".to_owned())),
            "the caller nobody is not a user",
        ),
        (
            start(&|account| account.users[0].groups.push("none".to_owned())),
            "alice is in none, which is not a group",
        ),
        (
            start(&|account| {
                account.users[0]
                    .attached_policies
                    .push("arn:aws:iam::aws:policy/No".to_owned())
            }),
            "no policy has the ARN arn:aws:iam::aws:policy/No",
        ),
        (
            start(&|account| organization(account).path.clear()),
            "the organization's path is empty",
        ),
        (
            start(&|account| account.id = "12".to_owned()),
            "\"12\" is not an account id",
        ),
        (
            start(&|account| {
                organization(account).path[1].service_control_policies[1].document = None
            }),
            "the policy RegionLock has no document",
        ),
    ];
    for (said, expected) in cases {
        assert_eq!(said, expected);
    }
    let broken = start(&|account| {
        organization(account).path[1].service_control_policies[1].document =
            Some(json!({ "Statement": 1 }));
    });
    assert!(
        broken.starts_with("the policy RegionLock does not parse: "),
        "{broken}"
    );
}

fn organization(account: &mut fake_aws::Account) -> &mut Organization {
    account.organization.as_mut().expect("a member account")
}
