#!/bin/sh
# Looks at the HTML of every demo in headless Chromium. Not part of `cargo test`: no package manager of ours installs a
# browser. It needs Node, npm and Chromium (Debian: apt-get install chromium; elsewhere set CHROMIUM to its path).
set -eu
cd "$(dirname "$0")/../.."
browser=${CHROMIUM:-/usr/bin/chromium}
[ -x "$browser" ] || { echo "there is no Chromium at $browser: install it, or set CHROMIUM" >&2; exit 1; }
work=target/browser
mkdir -p "$work/pages" "$work/shots"
cp tests/browser/package.json tests/browser/check.mjs "$work"
npm install --prefix "$work" --silent --no-audit --no-fund
cargo build --quiet --locked
cargo build --quiet --locked --example make_dump
for demo in $(target/debug/billing-doctor check --demo list | grep -v '^ '); do
    target/debug/billing-doctor check --demo "$demo" -o html > "$work/pages/$demo.html" || [ $? -ne 2 ]
done
target/debug/examples/make_dump --principals 1000 --seed 1 > "$work/dump.json"
target/debug/billing-doctor audit --dump "$work/dump.json" -o html > "$work/pages/audit.html"
node "$work/check.mjs" "$work/shots" "$work"/pages/*.html
echo "looked at $(ls "$work"/pages | wc -l) pages; the pictures are in $work/shots"
