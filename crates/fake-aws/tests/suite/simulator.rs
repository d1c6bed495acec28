//! AWS's own verdict: what it counts and what it leaves out.

use fake_aws::FakeAws;

use crate::wire::{Answer, Request};
use crate::{ID, account, assert_error, serve, serve_account};

const REGION: &str = "&ContextEntries.member.1.ContextKeyName=aws%3ARequestedRegion\
                      &ContextEntries.member.1.ContextKeyType=string\
                      &ContextEntries.member.1.ContextKeyValues.member.1=";

fn simulate(aws: &FakeAws, more: &str) -> Answer {
    simulate_as(aws, &format!("arn:aws:iam::{ID}:user/alice"), more)
}

fn simulate_as(aws: &FakeAws, arn: &str, more: &str) -> Answer {
    let arn = arn.replace(':', "%3A").replace('/', "%2F");
    Request::iam(&format!(
        "Action=SimulatePrincipalPolicy&PolicySourceArn={arn}{more}"
    ))
    .send(aws)
}

#[test]
fn an_allowed_action_names_the_statements_that_allow_it() {
    let verdict = simulate(
        &serve("iam-access-off"),
        "&ActionNames.member.1=billing%3AGetCredits",
    );
    assert_eq!(verdict.status, 200);
    assert_eq!(verdict.xml("EvalActionName"), "billing:GetCredits");
    assert_eq!(verdict.xml("EvalDecision"), "allowed");
    assert_eq!(verdict.xml("SourcePolicyId"), "AdministratorAccess");
    assert_eq!(verdict.xml("SourcePolicyType"), "IAM Policy");
    assert_eq!(verdict.xml("IsTruncated"), "false");
    // Not in an organization, no boundary: no word about them.
    assert!(!verdict.body.contains("OrganizationsDecisionDetail"));
    assert!(!verdict.body.contains("PermissionsBoundaryDecisionDetail"));
}

#[test]
fn service_control_policies_count_and_are_never_shown() {
    let demo = serve("scp-region-lock");
    let actions =
        "&ActionNames.member.1=billing%3AGetCredits&ActionNames.member.2=ce%3AGetCostAndUsage";
    let verdict = simulate(&demo, &format!("{actions}{REGION}us-east-1"));
    assert_eq!(verdict.xml_all("EvalDecision"), ["implicitDeny", "allowed"]);
    assert_eq!(verdict.xml_all("AllowedByOrganizations"), ["false", "true"]);
    assert_eq!(verdict.xml_all("SourcePolicyId"), ["AdministratorAccess"]);
    assert!(!verdict.body.contains("RegionLock"));

    let at_home = simulate(&demo, &format!("{actions}{REGION}eu-central-1"));
    assert_eq!(at_home.xml_all("EvalDecision"), ["allowed", "allowed"]);
    let without = simulate(
        &demo,
        &format!("{actions}&PolicyExclusionList.member.1.PolicyType=scp"),
    );
    assert_eq!(without.xml_all("EvalDecision"), ["allowed", "allowed"]);
}

#[test]
fn a_key_that_a_service_control_policy_lacks_is_absent_and_not_reported() {
    let verdict = simulate(
        &serve("scp-region-lock"),
        "&ActionNames.member.1=billing%3AGetCredits",
    );
    assert_eq!(verdict.xml("EvalDecision"), "implicitDeny");
    assert_eq!(verdict.xml("MissingContextValues"), "");
}

#[test]
fn a_key_that_an_identity_policy_lacks_is_reported() {
    let demo = serve("mfa-required");
    let verdict = simulate(&demo, "&ActionNames.member.1=billing%3AGetCredits");
    assert_eq!(verdict.xml("EvalDecision"), "explicitDeny");
    assert_eq!(
        verdict.xml("MissingContextValues"),
        "<member>aws:MultiFactorAuthPresent</member>"
    );
    assert_eq!(verdict.xml("SourcePolicyId"), "RequireMfa");
    let with_mfa = "&ActionNames.member.1=billing%3AGetCredits\
                    &ContextEntries.member.1.ContextKeyName=AWS%3AmultifactorAUTHpresent\
                    &ContextEntries.member.1.ContextKeyType=boolean\
                    &ContextEntries.member.1.ContextKeyValues.member.1=true";
    let verdict = simulate(&demo, with_mfa);
    assert_eq!(verdict.xml("EvalDecision"), "allowed");
    assert_eq!(verdict.xml("MissingContextValues"), "");
}

#[test]
fn a_boundary_counts_and_can_be_left_out() {
    let demo = serve("boundary");
    let action = "&ActionNames.member.1=billing%3AGetCredits";
    let verdict = simulate(&demo, action);
    assert_eq!(verdict.xml("EvalDecision"), "implicitDeny");
    assert_eq!(verdict.xml("AllowedByPermissionsBoundary"), "false");
    let arn = "arn%3Aaws%3Aiam%3A%3A111122223333%3Apolicy%2FDeveloperBoundary";
    for exclusion in [
        "&PolicyExclusionList.member.1=permission-boundary".to_owned(),
        "&PolicyExclusionList.member.1.PolicyType=permission-boundary".to_owned(),
        format!("&PolicyExclusionList.member.1.PolicyArn={arn}"),
        format!(
            "&PolicyExclusionList.member.1={}",
            arn.replace("DeveloperBoundary", "Dev*Boundar%3F")
        ),
    ] {
        let verdict = simulate(&demo, &format!("{action}{exclusion}"));
        assert_eq!(verdict.xml("EvalDecision"), "allowed", "{exclusion}");
        assert!(!verdict.body.contains("PermissionsBoundaryDecisionDetail"));
    }
}

#[test]
fn inline_policies_have_their_owner_in_their_id() {
    let demo = serve("no-billing-policy");
    let arn = format!("arn:aws:iam::{ID}:user/developers/bob");
    let actions = "&ActionNames.member.1=iam%3APassRole&ResourceArns.member.1=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Flambda%2Fa\
                   &ResourceArns.member.2=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fb";
    let verdict = simulate_as(&demo, &arn, actions);
    assert_eq!(verdict.xml_all("EvalDecision"), ["implicitDeny"]);
    assert_eq!(
        verdict.xml_all("EvalResourceDecision"),
        ["allowed", "implicitDeny"]
    );
    assert_eq!(verdict.xml("SourcePolicyId"), "user_bob_PassLambdaRole");
    let without = "&PolicyExclusionList.member.1.InlinePolicyIdentifier.PolicyName=PassLambdaRole\
                   &PolicyExclusionList.member.1.InlinePolicyIdentifier.AttachmentType=user\
                   &PolicyExclusionList.member.1.InlinePolicyIdentifier.AttachmentName=b*";
    let verdict = simulate_as(&demo, &arn, &format!("{actions}{without}"));
    assert_eq!(
        verdict.xml_all("EvalResourceDecision"),
        ["implicitDeny", "implicitDeny"]
    );
}

#[test]
fn a_session_s_arn_is_no_source() {
    let demo = serve("session-policy");
    let action = "&ActionNames.member.1=billing%3AGetCredits";
    let session = format!("arn:aws:sts::{ID}:assumed-role/Administrator/deploy");
    // The session policy of this caller allows the simulator itself.
    let refused = simulate_as(&demo, &session, action);
    let message =
        format!("Invalid Entity Arn: {session} does not clearly define entity type and name.");
    assert_error(&refused, 400, "InvalidInput", &message);
    let role = format!("arn:aws:iam::{ID}:role/operations/Administrator");
    // Session policies do not count.
    assert_eq!(
        simulate_as(&demo, &role, action).xml("EvalDecision"),
        "allowed"
    );
    let without_path = format!("arn:aws:iam::{ID}:role/Administrator");
    assert_error(
        &simulate_as(&demo, &without_path, action),
        404,
        "NoSuchEntity",
        "The role with name Administrator cannot be found.",
    );
}

#[test]
fn many_actions_come_in_pages() {
    let mut account = account("iam-access-off");
    account.page_size = Some(3);
    let demo = serve_account(account);
    let actions: String = (1..=8)
        .map(|n| format!("&ActionNames.member.{n}=ce%3AAction{n}"))
        .collect();
    let (mut seen, mut pages) = (Vec::new(), 0);
    let mut marker = String::new();
    loop {
        pages += 1;
        let page = simulate(&demo, &format!("{actions}{marker}"));
        seen.extend(
            page.xml_all("EvalActionName")
                .into_iter()
                .map(str::to_owned),
        );
        if page.xml("IsTruncated") == "false" {
            break;
        }
        marker = format!("&Marker={}", page.xml("Marker"));
    }
    let expected: Vec<String> = (1..=8).map(|n| format!("ce:Action{n}")).collect();
    assert_eq!(seen, expected);
    assert_eq!(pages, 3);
}
