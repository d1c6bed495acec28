#!/usr/bin/env python3
"""billing-doctor beside the aws CLI and boto3: the same calls to the same server, each 50 ms away, in one run.

    cargo build --release && cargo build --release --example demo_server
    python3 benches/round_trips/compare.py

Writes the table into docs/performance.md. aws CLI and boto3 are those that the tests installed below target/ (run
`cargo test` first). Runs alternate, so that what else the machine does falls on all of them alike.
"""

import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
TOOL = TARGET / "release" / "billing-doctor"
SERVER = TARGET / "release" / "examples" / "demo_server"
VENV = TARGET / "tmp" / "emulators" / "bin"
DELAY_MS = 50
RUNS = {"billing-doctor": 15, "boto3, 16 threads": 7, "aws CLI, one after the other": 3}


def measure(command, environment):
    """Wall and CPU time in ms, peak memory in MB, of a command and all it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    # A shell of its own, so that the peak is of this command alone and not of the largest so far.
    probe = subprocess.run(
        [
            sys.executable,
            "-c",
            "import resource,subprocess,sys; code=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,"
            "stderr=subprocess.DEVNULL).returncode; "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, code)",
            *map(str, command),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    wall = (time.perf_counter() - start) * 1000
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000
    peak, code = map(int, probe.stdout.split())
    return wall, cpu, peak / 1024, code


def main():
    for needed in (TOOL, SERVER, VENV / "aws"):
        if not needed.exists():
            sys.exit(f"{needed.relative_to(ROOT)} is missing: see the top of this file")
    server = subprocess.Popen([SERVER, "--account", "healthy", "--delay-ms", str(DELAY_MS)], stdout=subprocess.PIPE, text=True)
    url = server.stdout.readline().strip()
    keys = {"AWS_ACCESS_KEY_ID": "AKIADEMO", "AWS_SECRET_ACCESS_KEY": "made-up"}
    base = {"PATH": f"{VENV}:{os.environ['PATH']}", "HOME": str(TARGET / "tmp"), "AWS_ENDPOINT_URL": url} | keys
    base |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
    here = pathlib.Path(__file__).parent
    report = subprocess.run([TOOL, "check", "-o", "json"], env=base, capture_output=True, text=True).stdout
    import json

    report = json.loads(report)
    base["ACTIONS"] = " ".join(sorted({"billing:GetCredits", "ce:GetCostAndUsage", "budgets:ViewBudget"}))
    commands = {
        "billing-doctor": [TOOL, "check", "-o", "json"],
        "boto3, 16 threads": [VENV / "python3", here / "calls.py"],
        "aws CLI, one after the other": ["bash", here / "calls.sh"],
    }
    results = {name: [] for name in commands}
    try:
        # What the measuring itself takes: a Python that starts and waits.
        idle = [measure(["true"], base) for _ in range(41)]
        floor_wall, floor_cpu = (statistics.median(run[i] for run in idle) for i in (0, 1))
        for turn in range(max(RUNS.values())):
            for name, command in commands.items():
                if turn < RUNS[name]:
                    wall, cpu, peak, code = measure(command, base)
                    if code != 0:
                        sys.exit(f"{name} ended with {code}")
                    results[name].append((wall - floor_wall, cpu - floor_cpu, peak))
        version = [measure([TOOL, "--version"], base) for _ in range(41)]
        version = statistics.median(run[0] for run in version) - floor_wall
    finally:
        server.kill()

    median = {name: tuple(statistics.median(run[i] for run in runs) for i in range(3)) for name, runs in results.items()}
    ours = median["billing-doctor"]
    calls = sum(call["times"] for call in report["calls"])
    lines = [
        f"{calls} calls for an IAM user with two groups and six managed policies, {DELAY_MS} ms to each answer, plain HTTP on",
        f"loopback; medians of {', '.join(f'{count} ({name})' for name, count in RUNS.items())}; {os.cpu_count()} cores,",
        f"{platform.system()} {platform.machine()}. Four calls wait for each other, so that {4 * DELAY_MS} ms is the least.",
        "",
        "| | wall | × | CPU | × | peak memory | × |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, (wall, cpu, peak) in median.items():
        lines.append(
            f"| {name} | {wall:,.0f} ms | {wall / ours[0]:.1f} | {cpu:,.0f} ms | {cpu / max(ours[1], 1):.0f} "
            f"| {peak:.0f} MB | {peak / ours[2]:.1f} |"
        )
    lines += [
        "",
        f"`--version` takes {max(version, 0):.1f} ms more than starting `true`; the stripped binary has "
        f"{TOOL.stat().st_size / 1e6:.2f} MB.",
    ]
    page = ROOT / "docs" / "performance.md"
    text = page.read_text()
    head, rest = text.split("<!-- round-trips -->\n")
    _, tail = rest.split("<!-- /round-trips -->")
    table = "\n".join(lines)
    page.write_text(f"{head}<!-- round-trips -->\n{table}\n<!-- /round-trips -->{tail}")
    print(table)


if __name__ == "__main__":
    main()
