#!/bin/sh
# Time and peak memory of `explain` on logs of 100 MB, on one core: benches/explain/run.sh.
# GNU time (Debian: apt-get install time) and Python 3 are needed.
set -eu
cd "$(dirname "$0")/../.."
work=target/explain-bench
mkdir -p "$work"
cargo build --quiet --locked --release
for log in quiet telling refusals; do
    python3 benches/explain/log.py "$log" 100 > "$work/$log.log"
    taskset -c 0 /usr/bin/time -f "billing-doctor explain, 100 MB, $log: %e s, %M KB" \
        target/release/billing-doctor explain - -o json < "$work/$log.log" > /dev/null || [ $? -ne 2 ]
done
