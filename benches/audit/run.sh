#!/bin/sh
# Time and peak memory of an audit on one core, and of cloudsplaining on the same dumps: benches/audit/run.sh [SIZES].
# GNU time (Debian: apt-get install time) and Python 3 are needed; cloudsplaining is installed below target/.
set -eu
cd "$(dirname "$0")/../.."
work=target/audit-bench
mkdir -p "$work"
cargo build --quiet --locked --release
cargo build --quiet --locked --release --example make_dump
[ -x "$work/venv/bin/cloudsplaining" ] || {
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check cloudsplaining
}
for size in ${*:-100 1000 10000}; do
    dump="$work/$size.json"
    target/release/examples/make_dump --principals "$size" --seed 1 > "$dump"
    taskset -c 0 /usr/bin/time -f "billing-doctor audit, $size principals: %e s, %M KB" \
        target/release/billing-doctor audit --dump "$dump" -o json > /dev/null
    [ "$size" -gt 1000 ] || taskset -c 0 /usr/bin/time -f "cloudsplaining scan, $size principals: %e s, %M KB" \
        "$work/venv/bin/cloudsplaining" scan --input-file "$dump" --output "$work" --skip-open-report > /dev/null
done
