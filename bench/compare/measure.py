# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
"""Runs one copy and prints what it cost as JSON.

Started in network and process namespaces of its own with the copy on standard
input: the bytes of lo are the copy's own, and as process 1 it adopts what a daemon
leaves behind, so that this counts as well and dies with it.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

LISTENING = "0A"
CLIENT_SECONDS_MAX = 1800
SERVER_SECONDS_MAX = 60


def lo_bytes() -> int:
    lines = Path("/proc/self/net/dev").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.strip().startswith("lo:"))


def busy_seconds() -> float:
    """CPU time that all processes of the machine have used."""
    user, nice, system, _, _, irq, softirq = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def listens(port: int) -> bool:
    # Looked up rather than tried: nc serves the first connection and no other.
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                return True
    return False


def start(command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["bash", "-c", f"set -o pipefail; {command}"], start_new_session=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 20
    while not listens(port):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the receiving end does not listen on port {port}")
        time.sleep(0.01)


def reap_all() -> None:
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass


def measure(copy: dict[str, object]) -> dict[str, object]:
    server = start(str(copy["server"]))
    wait_for(server, int(str(copy["port"])))
    wire, busy, begun = lo_bytes(), busy_seconds(), time.monotonic()
    cpu = cpu_seconds()
    codes = [start(str(copy["client"])).wait(CLIENT_SECONDS_MAX)]
    if copy["server_ends"] and codes[0] == 0:
        codes.append(server.wait(SERVER_SECONDS_MAX))
    wall, others = time.monotonic() - begun, busy_seconds() - busy
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(SERVER_SECONDS_MAX)
    reap_all()
    cpu = cpu_seconds() - cpu
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"wall_s": wall, "cpu_s": cpu, "wire_mib": (lo_bytes() - wire) / (1 << 20),
            "rss_mib": peak, "other_cores": max(0.0, (others - cpu) / wall),
            "codes": codes}


def main() -> int:
    copy = json.load(sys.stdin)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    json.dump(measure(copy), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
