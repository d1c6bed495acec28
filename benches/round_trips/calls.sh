#!/usr/bin/env bash
# The calls of `billing-doctor check` for an IAM user, one after the other by the aws CLI: what one would type.
# Needs AWS_ENDPOINT_URL and keys in the environment, and aws on the PATH.
set -uo pipefail
q() { aws "$@" --output json 2>/dev/null; }
names() { python3 -c 'import json,sys; [print(x) for x in json.load(sys.stdin)[sys.argv[1]]]' "$1"; }
field() { python3 -c 'import json,sys; [print(x[sys.argv[2]]) for x in json.load(sys.stdin)[sys.argv[1]]]' "$1" "$2"; }

who=$(q sts get-caller-identity)
account=$(python3 -c 'import json,sys; print(json.loads(sys.argv[1])["Account"])' "$who")
arn=$(python3 -c 'import json,sys; print(json.loads(sys.argv[1])["Arn"])' "$who")
user=${arn##*/}
read_policy() {
  version=$(q iam get-policy --policy-arn "$1" | python3 -c 'import json,sys; print(json.load(sys.stdin)["Policy"]["DefaultVersionId"])')
  q iam get-policy-version --policy-arn "$1" --version-id "$version" >/dev/null
}
q ce get-cost-and-usage --time-period Start="$(date -u -d yesterday +%F)",End="$(date -u +%F)" --granularity DAILY --metrics UnblendedCost >/dev/null
q billing get-credits --account-id "$account" --start-date "$(date -u -d '30 days ago' +%s)" >/dev/null
q billing list-billing-views >/dev/null
q budgets describe-budgets --account-id "$account" >/dev/null
q freetier get-free-tier-usage >/dev/null
q freetier get-account-plan-state >/dev/null
q account get-contact-information >/dev/null
q account get-account-information >/dev/null
q account get-alternate-contact --alternate-contact-type BILLING >/dev/null
q iam list-account-aliases >/dev/null
q iam get-account-summary >/dev/null
q organizations describe-organization >/dev/null
q organizations list-parents --child-id "$account" >/dev/null
q cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=SetIAMAccessPreference >/dev/null
q iam get-user --user-name "$user" >/dev/null
for policy in $(q iam list-attached-user-policies --user-name "$user" | field AttachedPolicies PolicyArn); do read_policy "$policy"; done
for policy in $(q iam list-user-policies --user-name "$user" | names PolicyNames); do
  q iam get-user-policy --user-name "$user" --policy-name "$policy" >/dev/null
done
for group in $(q iam list-groups-for-user --user-name "$user" | field Groups GroupName); do
  for policy in $(q iam list-attached-group-policies --group-name "$group" | field AttachedPolicies PolicyArn); do read_policy "$policy"; done
  for policy in $(q iam list-group-policies --group-name "$group" | names PolicyNames); do
    q iam get-group-policy --group-name "$group" --policy-name "$policy" >/dev/null
  done
done
# shellcheck disable=SC2086
q iam simulate-principal-policy --policy-source-arn "$arn" --action-names $ACTIONS >/dev/null
