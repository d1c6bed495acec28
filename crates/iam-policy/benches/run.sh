#!/usr/bin/env bash
# Times the engine, iam-rs and @cloud-copilot/iam-simulate on the same inputs, one after the other.
set -euo pipefail
cd "$(dirname "$0")"
modules=../../../target/iam-simulate
mkdir -p "$modules"
cp ../../../tests/oracle/package.json "$modules/"
(cd "$modules" && npm install --no-audit --no-fund --ignore-scripts --loglevel=error)
node iam_simulate.mjs "$(cd "$modules" && pwd)" inputs
cargo bench --target-dir ../../../target/policy-bench --bench policy -- "$@"
