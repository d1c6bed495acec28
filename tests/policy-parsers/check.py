"""Whether a tool's own parser takes what `billing-doctor policy` wrote: check.py json|terraform FILE."""

import fnmatch
import json
import pathlib
import sys

# parliament's own list of actions is older than AWS's.
ACTIONS = json.loads(
    (pathlib.Path(__file__).parents[2] / "src/catalog/actions.json").read_text(encoding="utf-8")
)["actions"]


def exists(pattern):
    service, name = pattern.split(":", 1)
    return bool(fnmatch.filter(ACTIONS.get(service, []), name))


def is_fault(finding):
    # Billing acts on the account as a whole: a star is what its pages need.
    if finding.issue == "RESOURCE_STAR":
        return False
    return finding.issue != "UNKNOWN_ACTION" or not exists(finding.detail.split()[-1])


kind, path = sys.argv[1:]
text = open(path, encoding="utf-8").read()
if kind == "json":
    import parliament

    documents = json.loads(text)
    for document in documents if isinstance(documents, list) else [documents]:
        policy = parliament.analyze_policy_string(json.dumps(document))
        findings = [finding for finding in policy.findings if is_fault(finding)]
        if findings:
            sys.exit(f"{path}: {[(f.issue, f.detail) for f in findings]}")
elif kind == "terraform":
    import io

    import hcl2

    resources = hcl2.load(io.StringIO(text))["resource"]
    print(json.dumps(resources))
else:
    sys.exit(f"no such kind: {kind}")
