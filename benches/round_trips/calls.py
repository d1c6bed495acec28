"""The calls of `billing-doctor check` for an IAM user, by boto3 with 16 threads, each as early as it can be made."""

import datetime
import os
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

config = Config(region_name="us-east-1", max_pool_connections=16)
session = boto3.session.Session()
clients = {
    name: session.client(name, config=config)
    for name in ("sts", "iam", "ce", "billing", "budgets", "freetier", "account", "organizations", "cloudtrail")
}
pool = ThreadPoolExecutor(16)


def ask(service, operation, **arguments):
    try:
        return getattr(clients[service], operation)(**arguments)
    except ClientError:
        return {}


def later(service, operation, **arguments):
    return pool.submit(ask, service, operation, **arguments)


today = datetime.datetime.now(datetime.timezone.utc).date()
yesterday = today - datetime.timedelta(days=1)
who = later("sts", "get_caller_identity")
waiting = [
    later(
        "ce",
        "get_cost_and_usage",
        TimePeriod={"Start": str(yesterday), "End": str(today)},
        Granularity="DAILY",
        Metrics=["UnblendedCost"],
    ),
    later("billing", "list_billing_views"),
    later("freetier", "get_free_tier_usage"),
    later("freetier", "get_account_plan_state"),
    later("account", "get_contact_information"),
    later("account", "get_account_information"),
    later("account", "get_alternate_contact", AlternateContactType="BILLING"),
    later("iam", "list_account_aliases"),
    later("iam", "get_account_summary"),
    later("organizations", "describe_organization"),
    later(
        "cloudtrail",
        "lookup_events",
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "SetIAMAccessPreference"}],
    ),
]
who = who.result()
account, arn = who["Account"], who["Arn"]
user = arn.rsplit("/", 1)[-1]
waiting += [
    later(
        "billing",
        "get_credits",
        accountId=account,
        startDate=datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=30),
    ),
    later("budgets", "describe_budgets", AccountId=account),
    later("organizations", "list_parents", ChildId=account),
    later("iam", "simulate_principal_policy", PolicySourceArn=arn, ActionNames=os.environ["ACTIONS"].split()),
    later("iam", "get_user", UserName=user),
]
attached = [later("iam", "list_attached_user_policies", UserName=user)]
inline = later("iam", "list_user_policies", UserName=user)
groups = later("iam", "list_groups_for_user", UserName=user).result().get("Groups", [])
attached += [later("iam", "list_attached_group_policies", GroupName=group["GroupName"]) for group in groups]
of_groups = [(group, later("iam", "list_group_policies", GroupName=group["GroupName"])) for group in groups]
waiting += [
    later("iam", "get_user_policy", UserName=user, PolicyName=name) for name in inline.result().get("PolicyNames", [])
]
policies = [
    (policy["PolicyArn"], later("iam", "get_policy", PolicyArn=policy["PolicyArn"]))
    for found in attached
    for policy in found.result().get("AttachedPolicies", [])
]
waiting += [
    later("iam", "get_group_policy", GroupName=group["GroupName"], PolicyName=name)
    for group, found in of_groups
    for name in found.result().get("PolicyNames", [])
]
waiting += [
    later("iam", "get_policy_version", PolicyArn=arn, VersionId=found.result()["Policy"]["DefaultVersionId"])
    for arn, found in policies
]
for call in waiting:
    call.result()
