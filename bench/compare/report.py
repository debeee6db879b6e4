# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
"""Turns the runs into medians, ratios and a table for people."""

import os
import platform
import shutil
import subprocess
from pathlib import Path
from statistics import median
from typing import Any

from compare import trees
from compare.peers import OURS, PEERS, WORKS

Runs = dict[tuple[str, str], list[dict[str, float]]]  # by work and peer

# What we promise, as "peer divided by us" (work, peer, figure, at least); the reasons
# are in docs/performance.md.
TARGETS = (
    ("full-raw", "nbdcopy", "wall_ratio", 2.2),
    ("full-raw", "nbdcopy", "cpu_ratio", 2.2),
    ("full-raw", "nbdcopy", "wire_ratio", 2.0),
    ("full-zstd", "partclone zstd", "wall_ratio", 3.0),
    ("full-zstd", "partclone zstd", "cpu_ratio", 3.0),
    ("full-zstd", "partclone zstd", "wire_ratio", 0.97),
    ("full-zstd", "dd zstd", "wall_ratio", 5.0),
    ("full-zstd", "dd zstd", "cpu_ratio", 5.0),
    ("delta", "rsync image", "wall_ratio", 20.0),
    ("delta", "rsync image", "cpu_ratio", 20.0),
    ("delta", "rsync tree", "wall_ratio", 4.0),
    ("delta", "rsync tree", "cpu_ratio", 4.0),
    ("delta", "rsync image zstd", "wire_ratio", 2.22),
    ("delta-scattered", "rsync image zstd", "wire_ratio", 12.5),
)
RSS_MIB_MAX = 40.0


def medians(runs: list[dict[str, float]]) -> dict[str, Any]:
    names = [name for name in runs[0] if name != "equal"]
    result: dict[str, Any] = {name: round(median(run[name] for run in runs), 3) for name in names}
    result["runs"] = len(runs)
    result["wall_s_min"] = round(min(run["wall_s"] for run in runs), 3)
    result["wall_s_max"] = round(max(run["wall_s"] for run in runs), 3)
    result["rss_mib"] = round(max(run["rss_mib"] for run in runs), 1)
    result["equal"] = all(bool(run["equal"]) for run in runs)
    return result


def compared(runs: Runs) -> dict[str, Any]:
    """The `rows` and `absolute` of the result."""
    rows, absolute = [], []
    for work in WORKS:
        mine = runs.get((work, OURS))
        for peer in PEERS:
            if (work, peer.name) not in runs:
                continue
            theirs = medians(runs[work, peer.name])
            absolute.append({"work": work, "peer": peer.name, **theirs})
            if peer.name == OURS or not mine:
                continue
            us = medians(mine)
            rows.append({
                "work": work, "peer": peer.name,
                "wall_ratio": ratio(theirs["wall_s"], us["wall_s"]),
                "cpu_ratio": ratio(theirs["cpu_s"], us["cpu_s"]),
                "wire_ratio": ratio(theirs["wire_mib"], us["wire_mib"]),
                "rss_mib": us["rss_mib"], "equal": us["equal"] and theirs["equal"]})
    return {"rows": rows, "absolute": absolute, "targets": targets(rows)}


def ratio(theirs: float, us: float) -> float:
    return round(theirs / us, 3) if us > 0 else 0.0


def targets(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_name = {(row["work"], row["peer"]): row for row in rows}
    result = []
    for work, peer, figure, least in TARGETS:
        if row := by_name.get((work, peer)):
            result.append({"work": work, "peer": peer, "figure": figure, "at_least": least,
                           "measured": row[figure], "met": row[figure] >= least})
    if rows:
        most = max(row["rss_mib"] for row in rows)
        result.append({"work": "all", "peer": "", "figure": "rss_mib", "at_most": RSS_MIB_MAX,
                       "measured": most, "met": most <= RSS_MIB_MAX})
    return result


def machine(work: Path) -> dict[str, Any]:
    cpu = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
           if line.startswith("model name")]
    return {"cpu": cpu[0] if cpu else platform.machine(), "cores": os.cpu_count(),
            "memory_gib": round(memory_bytes("MemTotal") / 2**30, 1), "kernel": platform.release(),
            "data_on": first_line("findmnt", "-no", "FSTYPE", "-T", str(work)),
            "tools": {name: first_line(*argv) for name, argv in {
                "rsync": ("rsync", "--version"), "nbdcopy": ("nbdcopy", "--version"),
                "nbdkit": ("nbdkit", "--version"), "zstd": ("zstd", "--version"),
                "partclone": ("partclone.ext4", "--version")}.items() if shutil.which(argv[0])}}


def memory_bytes(name: str) -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name + ":"))


def first_line(*argv: str) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return next(iter((done.stdout + done.stderr).strip().splitlines()), "")


def as_text(result: dict[str, Any]) -> str:
    where = result["machine"]
    lines = [f"{where['cpu']}, {where['cores']} cores, {where['memory_gib']} GiB, Linux "
             f"{where['kernel']}, data on {where['data_on']}; {result['rounds']} rounds"]
    before, after = result["load_average"]
    lines.append(f"load average before {before:.1f}, after {after:.1f}")
    lines += copy_lines(result) if "data" in result else []
    lines += [*trees.as_lines(result["trees"]), ""] if result["trees"] else []
    lines += control_lines(result["control"])
    lines += [f"FAILED: {words}" for words in result["failures"]]
    return "\n".join(lines)


def copy_lines(result: dict[str, Any]) -> list[str]:
    data = result["data"]
    lines = [f"disk {data['size_gib']} GiB, {data['used_mib']:.0f} MiB used, "
             f"{data['allocated_mib']:.0f} MiB not holes; changed: "
             + ", ".join(f"{name} {mib:.1f} MiB" for name, mib in data["changed_mib"].items()), "",
             f"{'work':16}{'copier':20}{'wall s':>8}{'min..max':>16}{'CPU s':>8}{'wire MiB':>10}"
             f"{'RSS MiB':>9}{'equal':>7}{'others':>8}"
             f"{'wall x':>8}{'CPU x':>8}{'wire x':>8}"]
    by_name = {(row["work"], row["peer"]): row for row in result["rows"]}
    for it in result["absolute"]:
        spread = f"{it['wall_s_min']:.2f}..{it['wall_s_max']:.2f}"
        line = (f"{it['work']:16}{it['peer']:20}{it['wall_s']:8.2f}{spread:>16}{it['cpu_s']:8.2f}"
                f"{it['wire_mib']:10.1f}{it['rss_mib']:9.1f}{'yes' if it['equal'] else 'NO':>7}"
                f"{it['other_cores']:8.2f}")
        if row := by_name.get((it["work"], it["peer"])):
            line += f"{row['wall_ratio']:8.2f}{row['cpu_ratio']:8.2f}{row['wire_ratio']:8.2f}"
        lines.append(line)
    lines += ["", "targets:"]
    for it in result["targets"]:
        bound = f">= {it['at_least']}" if "at_least" in it else f"<= {it['at_most']}"
        verdict = "met" if it["met"] else "MISSED"
        lines.append(f"  {it['work']:16}{it['peer']:18}{it['figure']:12}{bound:>9}"
                     f"{it['measured']:9.2f}  {verdict}")
    return [*lines, ""]


def control_lines(control: dict[str, Any]) -> list[str]:
    if not control:
        return []
    lines = [f"control plane, two processes, CURVE: {control['messages_per_s']:.0f} messages/s, "
             f"round trip p50 {control['round_trip_us_p50']:.0f} us, "
             f"p99 {control['round_trip_us_p99']:.0f} us; "
             f"2 MiB of digests {control['digest_page_ms']:.1f} ms"]
    for it in control["journal"]:
        lines.append(f"journal, {it['events_per_commit']:>3} events per commit: "
                     f"{it['commits_per_s']:.0f} commits/s, {it['events_per_s']:.0f} events/s")
    return lines
