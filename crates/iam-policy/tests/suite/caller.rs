//! What is known of a caller's context, by kind of principal and channel.

use std::sync::Arc;

use iam_policy::ContextValue::{self, Absent, Known, Unknown};
use iam_policy::{
    Caller, Channel, Context, Decision, Document, Identity, Layer, LayerKind, Operator, Policy,
    PolicyId, PrincipalKind, Request, Requirement, ResidualPart, Resource, authorize,
};
use serde_json::json;

const REGION: &str = "us-east-1";

fn caller(identity: Identity) -> Caller {
    Caller {
        identity,
        account: "111122223333".to_owned(),
        user_id: Unknown,
        organization_id: ContextValue::one("o-abc"),
        tags: Some(vec![("Team".to_owned(), "finance".to_owned())]),
        now: Some(1_795_417_200),
    }
}

fn alice() -> Caller {
    let arn = "arn:aws:iam::111122223333:user/alice".to_owned();
    Caller {
        user_id: ContextValue::one("AIDAX"),
        ..caller(Identity::User {
            arn,
            name: "alice".to_owned(),
        })
    }
}

fn role() -> Caller {
    caller(Identity::Role {
        arn: None,
        service_linked: false,
    })
}

fn known(context: &Context, key: &str) -> String {
    match context.get(key) {
        Known(values) => values.join(","),
        other => panic!("{key} is {other:?}"),
    }
}

#[test]
fn what_the_call_itself_tells_is_known() {
    let context = alice().context(Channel::AccessKey, REGION);
    for (key, value) in [
        ("aws:PrincipalArn", "arn:aws:iam::111122223333:user/alice"),
        ("aws:PrincipalAccount", "111122223333"),
        ("aws:PrincipalType", "User"),
        ("aws:username", "alice"),
        ("aws:userid", "AIDAX"),
        ("aws:PrincipalOrgID", "o-abc"),
        ("aws:RequestedRegion", "us-east-1"),
        ("aws:SecureTransport", "true"),
        ("aws:ViaAWSService", "false"),
        ("aws:PrincipalIsAWSService", "false"),
        ("aws:CurrentTime", "2026-11-23T07:00:00Z"),
        ("aws:EpochTime", "1795417200"),
        ("aws:ResourceAccount", "111122223333"),
        ("AWS:principaltag/TEAM", "finance"),
    ] {
        assert_eq!(known(&context, key), value, "{key}");
    }
    for key in [
        "aws:CalledVia",
        "aws:SourceArn",
        "aws:TagKeys",
        "aws:RequestTag/x",
        "aws:PrincipalTag/other",
        "aws:FederatedProvider",
    ] {
        assert_eq!(context.get(key), &Absent, "{key}");
    }
    for key in [
        "aws:SourceIp",
        "aws:UserAgent",
        "aws:SourceVpce",
        "aws:ResourceTag/x",
        "aws:PrincipalOrgPaths",
        "ce:anything",
    ] {
        assert_eq!(context.get(key), &Unknown, "{key}");
    }
}

#[test]
fn mfa_depends_on_the_channel() {
    let key = "aws:MultiFactorAuthPresent";
    assert_eq!(
        alice().context(Channel::AccessKey, REGION).get(key),
        &Absent
    );
    assert_eq!(alice().context(Channel::Console, REGION).get(key), &Unknown);
    assert_eq!(
        alice()
            .context(Channel::TemporaryCredentials, REGION)
            .get(key),
        &Unknown
    );
    assert_eq!(
        role()
            .context(Channel::TemporaryCredentials, REGION)
            .get(key),
        &Unknown
    );
    let federated = caller(Identity::FederatedUser {
        arn: "arn:aws:sts::1:federated-user/bob".to_owned(),
    });
    assert_eq!(
        federated.context(Channel::Console, REGION).get(key),
        &Absent
    );
    assert_eq!(
        federated
            .context(Channel::Console, REGION)
            .get("aws:MultiFactorAuthAge"),
        &Absent
    );
}

#[test]
fn the_console_comes_from_the_internet() {
    assert_eq!(
        alice()
            .context(Channel::Console, REGION)
            .get("aws:SourceVpce"),
        &Absent
    );
    assert_eq!(
        alice()
            .context(Channel::Console, REGION)
            .get("aws:TokenIssueTime"),
        &Unknown
    );
    assert_eq!(
        alice()
            .context(Channel::AccessKey, REGION)
            .get("aws:TokenIssueTime"),
        &Absent
    );
}

#[test]
fn a_role_session_hides_its_tags_and_path() {
    let context = role().context(Channel::TemporaryCredentials, REGION);
    assert_eq!(context.get("aws:PrincipalArn"), &Unknown);
    assert_eq!(context.get("aws:PrincipalTag/Team"), &Unknown);
    assert_eq!(context.get("aws:userid"), &Unknown);
    assert_eq!(context.get("aws:username"), &Absent);
    assert_eq!(context.get("aws:AssumedRoot"), &Absent);
    assert_eq!(known(&context, "aws:PrincipalType"), "AssumedRole");
    let arn = Some("arn:aws:iam::1:role/path/Billing".to_owned());
    let with_path = caller(Identity::Role {
        arn,
        service_linked: true,
    });
    assert_eq!(
        known(
            &with_path.context(Channel::TemporaryCredentials, REGION),
            "aws:PrincipalArn"
        ),
        "arn:aws:iam::1:role/path/Billing"
    );
    assert_eq!(with_path.principal_kind(), PrincipalKind::ServiceLinkedRole);
}

#[test]
fn the_root_user_is_the_account() {
    let root = caller(Identity::RootUser);
    let context = root.context(Channel::Console, REGION);
    assert_eq!(
        known(&context, "aws:PrincipalArn"),
        "arn:aws:iam::111122223333:root"
    );
    assert_eq!(known(&context, "aws:userid"), "111122223333");
    assert_eq!(known(&context, "aws:PrincipalType"), "Account");
    assert_eq!(context.get("aws:username"), &Absent);
    assert_eq!(context.get("aws:PrincipalTag/x"), &Absent);
    assert_eq!(
        root.context(Channel::TemporaryCredentials, REGION)
            .get("aws:AssumedRoot"),
        &Unknown
    );
}

#[test]
fn an_account_outside_organizations_has_no_organization_keys() {
    let lone = Caller {
        organization_id: Absent,
        ..alice()
    };
    for key in [
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:ResourceOrgID",
        "aws:ResourceOrgPaths",
    ] {
        assert_eq!(
            lone.context(Channel::AccessKey, REGION).get(key),
            &Absent,
            "{key}"
        );
    }
}

#[test]
fn a_dependency_names_the_unknown_keys_and_no_others() {
    let condition = json!({"StringEquals": {"aws:username": ["${aws:PrincipalAccount}", "${aws:SourceIdentity}"], "K": "x"}});
    let document = json!({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "*", "Condition": condition,
        "Resource": "arn:aws:s3:::${aws:username}/${aws:UserAgent}/*",
    }});
    let policy = Policy {
        id: PolicyId::new("P"),
        document: Arc::new(Document::parse(&document.to_string()).unwrap()),
    };
    let request = Request {
        principal: PrincipalKind::User,
        action: "s3:GetObject",
        resource: Resource::Exact("arn:aws:s3:::alice/x/y"),
        context: &alice().context(Channel::TemporaryCredentials, REGION),
    };
    let verdict = authorize(
        &[Layer {
            kind: LayerKind::Identity,
            policies: Ok(vec![policy]),
        }],
        &request,
    );
    assert_eq!(
        verdict.depends_on[0].keys,
        ["K", "aws:SourceIdentity", "aws:UserAgent"]
    );
}

#[test]
fn console_and_command_line_can_get_different_verdicts() {
    let document = json!({"Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}},
    ]});
    let policy = Policy {
        id: PolicyId::new("RequireMfa"),
        document: Arc::new(Document::parse(&document.to_string()).unwrap()),
    };
    let layers = [Layer {
        kind: LayerKind::Identity,
        policies: Ok(vec![policy]),
    }];
    let verdict = |channel| {
        let request = Request {
            principal: alice().principal_kind(),
            action: "ce:GetCostAndUsage",
            resource: Resource::ANY,
            context: &alice().context(channel, REGION),
        };
        authorize(&layers, &request)
    };
    assert_eq!(verdict(Channel::AccessKey).decision, Decision::ExplicitDeny);
    let console = verdict(Channel::Console);
    assert_eq!(console.decision, Decision::Undetermined);
    let Requirement::DenyDoesNotApply(residual) = &console.depends_on[0].requirement else {
        panic!("the Deny is what it depends on")
    };
    assert_eq!(
        (residual.statement.policy.as_str(), residual.statement.index),
        ("RequireMfa", 1)
    );
    let [ResidualPart::Condition(condition)] = residual.parts.as_slice() else {
        panic!("the condition alone is undecided")
    };
    assert_eq!(condition.key, "aws:MultiFactorAuthPresent");
    assert_eq!(condition.operator, Operator::parse("BoolIfExists").unwrap());
    assert_eq!(condition.values, ["false"]);
    assert!(condition.matches_absent);
    assert_eq!(console.depends_on[0].keys, ["aws:MultiFactorAuthPresent"]);
}
