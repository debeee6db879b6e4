# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
"""run.py PROGRAM CLIENTS FOLDER: two programs follow a real cluster's message bus while a third has
a server migrated and the controller is killed again and again. CLIENTS: the tree's clients/. FOLDER
keeps the clients of JavaScript. Says SKIPPED if what they stand on is missing. Needs root."""

import hashlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

try:
    import msgpack  # noqa: F401
    import zmq  # noqa: F401
except ImportError as missing:
    print(f"SKIPPED: {missing}. Fix: scripts/install-packages --test")
    sys.exit(0)

program, clients, folder = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
here = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(clients / "python"))
from edgeferry_bus import Bus, BusError  # noqa: E402

MIB = 1024 * 1024
PATIENCE_S = 120
KILLS = 3


def run(*argv, **more):
    return subprocess.run([str(word) for word in argv], check=True, capture_output=True, text=True,
                          **more).stdout


def eventually(look, what):
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"it never happened: {what}")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def install_javascript():
    """Those of package-lock.json, once; returns their folder, or None without node and npm."""
    if not shutil.which("node") or not shutil.which("npm"):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    for file in (*(clients / "javascript").iterdir(), here / "follower.js"):
        if file.is_file():
            shutil.copy(file, folder)
    stamp = folder / "node_modules/.installed"
    digest = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != digest:
        # The library comes with what it needs, compiled; no script of a package is run.
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
            cwd=folder)
        stamp.write_text(digest)
    return folder


class Cluster:
    def __init__(self, root):
        self.file = root / "cluster.toml"
        self.state = root / "var"
        self.bus = f"127.0.0.1:{free_port()}"
        disk = root / "system.raw"
        self.make_disk(disk)
        self.file.write_text(f"""
[cluster]
name = "bus"
state = "var"
[limits]
system_disk_min = "8 MiB"
[jobs]
boot_proof = "off"
[transfer]
bandwidth_mbps = 60
[bus]
listen = "{self.bus}"
[[node]]
name = "controller"
role = "controller"
listen = "tcp://127.0.0.1:{free_port()}"
[[node]]
name = "transition-1"
role = "transition"
control = "tcp://127.0.0.1:{free_port()}"
data = "tcp://127.0.0.1:{free_port()}"
[[node]]
name = "worker-1"
role = "worker"
[[node]]
name = "source"
role = "agent"
disks = ["{disk}"]
code_file = "source.code"
""")
        run(program, "cluster", "up", self.file, "--detach")

    @staticmethod
    def make_disk(disk):
        """With one file system of a Linux server and 32 MiB that don't shrink."""
        tree = disk.with_suffix(".tree")
        (tree / "etc").mkdir(parents=True)
        (tree / "etc/os-release").write_text('ID=debian\nVERSION_ID="12"\n')
        (tree / "etc/hostname").write_text("source01\n")
        (tree / "noise").write_bytes(os.urandom(32 * MIB))
        with open(disk, "wb") as image:
            image.truncate(64 * MIB)
        run("sfdisk", "-q", "-X", "gpt", disk,
            input="start=2048, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709\n")
        run("mke2fs", "-q", "-F", "-t", "ext4", "-d", tree, "-E", f"offset={MIB}", disk, "62m")
        shutil.rmtree(tree)

    def cli(self, *words):
        return json.loads(run(program, "--json", "--config", self.file, *words))

    def make_key(self, role):
        def make():
            try:
                return self.cli("accesskey", "create", "--role", role)
            except subprocess.CalledProcessError:
                return None  # a controller that has only just started
        return eventually(make, "an access key")

    def register(self, code):
        new = self.state / "source.code.new"
        new.write_text(code + "\n")
        new.rename(self.state / "source.code")

    def controller(self):
        nodes = json.loads(run(program, "--json", "cluster", "status", self.file))["nodes"]
        return next(node["pid"] for node in nodes if node["name"] == "controller")

    def kill_controller(self):
        """The launcher starts it again."""
        dead = self.controller()
        os.kill(dead, signal.SIGKILL)
        eventually(lambda: self.controller() not in (0, dead), "a new controller")

    def down(self):
        run(program, "cluster", "down", self.file)


class Follower:
    """A program that prints events."""

    def __init__(self, words, log, **more):
        self.log = log
        with open(log, "wb") as out:
            self.process = subprocess.Popen([str(word) for word in words], stdout=out, **more)

    def events(self):
        lines = self.log.read_text().split("\n")[:-1]
        return [json.loads(line) for line in lines]

    def sees(self, kind):
        assert self.process.poll() is None, f"{self.log.name} has ended"
        return [event for event in self.events() if event["type"] == kind]

    def end(self):
        self.process.kill()
        self.process.wait()


def available(bus):
    """The id of a source server that a job can be made for; None while there is none."""
    found = [source for source in bus.snapshot()["sources"] if source["state"] == "Available"]
    return found[0]["id"] if found else None


def check_refusals(cluster, key, who):
    viewer = Bus(*who(cluster.make_key("viewer")))
    try:
        viewer.call("createActivation", body={"name": "lab"})
        raise AssertionError("a viewer made an activation code")
    except BusError as refused:
        assert refused.status == 403 and refused.name == "forbidden", refused
    viewer.close()
    try:
        Bus(*who({**key, "secret": "wrong"}))
        raise AssertionError("a wrong secret was let in")
    except BusError as refused:
        assert refused.status == 401, refused


def migrate(cluster, root, javascript):
    key = cluster.make_key("operator")
    bus_key = json.loads(run(program, "--json", "cluster", "key", cluster.file))["bus"]

    def who(one):
        return [f"tcp://{cluster.bus}", bus_key, one["id"], one["secret"]]

    check_refusals(cluster, key, who)
    python = {**os.environ, "PYTHONPATH": str(clients / "python"), "PYTHONDONTWRITEBYTECODE": "1"}
    followers = [Follower([sys.executable, here / "follower.py", *who(key)], root / "python.log",
                          env=python)]
    bus = Bus(*who(key))
    try:
        if javascript:
            followers.append(Follower(["node", "follower.js", *who(key)], root / "javascript.log",
                                      cwd=javascript))
        code = bus.call("createActivation", body={"name": "lab"})
        cluster.register(code["code"])
        source = eventually(lambda: available(bus), "a source server")
        settings = {"source": source, "name": "bus-job", "region": "cn-beijing"}
        job = bus.call("createJob", body={"client_token": "t-1", "settings": settings})["id"]
        if not javascript:
            bus.call("startJob", {"job": job})
        for _ in range(KILLS):
            time.sleep(1.5)
            cluster.kill_controller()
        eventually(lambda: all(one.sees("event.job_finished") for one in followers),
                   "the end of the migration")
        everything = bus.snapshot()
        assert everything["jobs"][0]["status"] == "Finished", everything["jobs"]
        eventually(lambda: all(len(one.events()) >= everything["seq"] for one in followers),
                   "all events")
        told = cluster.cli("job", "events", job)["events"]
        for one in followers:
            events = one.events()[:everything["seq"]]
            numbers = [event["seq"] for event in events]
            assert numbers == list(range(1, everything["seq"] + 1)), (one.log.name, numbers)
            own = [{name: event[name] for name in ("at_ms", "type", "text")} | {"seq": event["entry"]}
                   for event in events if event["job"] == job]
            assert own == [{name: event[name] for name in ("at_ms", "type", "text", "seq")}
                           for event in told], one.log.name
        print(f"{len(followers)} clients saw {everything['seq']} events once and in order, "
              f"over {KILLS} deaths of the controller")
    finally:
        for one in followers:
            one.end()
        bus.close()


def main():
    javascript = install_javascript()
    if not javascript:
        print("without JavaScript: node and npm are missing (scripts/install-packages --clients)")
    root = pathlib.Path(tempfile.mkdtemp(prefix="bus-clients-"))
    cluster = Cluster(root)
    try:
        migrate(cluster, root, javascript)
    finally:
        cluster.down()
        shutil.rmtree(root)


main()
