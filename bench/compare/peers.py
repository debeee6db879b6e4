# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
"""The copiers: how each is prepared, started and checked.

Every copier is told in the form its own manual recommends for the task. Ports are
fixed because each copy has a network of its own.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from compare.data import Data, data_extents, differing_blocks, mounted, run, used_extents

OURS = "edgeferry"
PORT = 8703
TABLE_PAGE = 2 << 20  # bytes of the digest table in one answer
WORKS = ("full-raw", "full-zstd", "delta", "delta-scattered")


@dataclass
class Place:
    """Where one run finds and leaves things."""

    data: Data
    folder: Path
    pass_bench: Path

    @property
    def target(self) -> Path:
        return self.folder / "target"

    @property
    def disk(self) -> Path:
        return self.target / "disk.raw"

    @property
    def size(self) -> int:
        return self.data.image.stat().st_size

    def clear(self) -> None:
        run("rm", "-rf", self.target)
        self.target.mkdir()


@dataclass
class Commands:
    server: str
    client: str
    server_ends: bool  # by itself, once it has everything


@dataclass
class Peer:
    name: str
    works: tuple[str, ...]
    commands: Callable[[Place, str], Commands]
    prepare: Callable[[Place, str], None]  # the state before a delta, or nothing
    equal: Callable[[Place], bool]
    tree: bool = False  # copies files from a mount and not the disk


def ours(place: Place, work: str) -> Commands:
    plain = work == "full-raw"
    mode = "--level 0 --plain" if plain else "--level 4"
    return ours_with(place, mode)


def ours_with(place: Place, mode: str) -> Commands:
    program, target = place.pass_bench, place.target
    plain = "--plain" if "--plain" in mode else ""
    return Commands(
        f"{program} recv --port {PORT} --target {place.disk} --table {target}/digests "
        f"--size {place.size} {plain}",
        f"{program} send --port {PORT} --source {place.data.image} --table {target}/known "
        f"--used-by-ext4 {mode}",
        True)


def rsync(place: Place, source: str, path: str, options: str) -> Commands:
    settings = place.folder / "rsyncd.conf"
    # A daemon without a chroot changes symbolic links as it stores them.
    settings.write_text(f"[m]\npath={place.target}\nread only=no\nuid=0\ngid=0\nuse chroot=yes\n"
                        "munge symlinks=no\nreverse lookup=no\n")
    return Commands(
        f"rsync --daemon --no-detach --address 127.0.0.1 --port {PORT} --config={settings}",
        f"rsync {options} {source} rsync://127.0.0.1:{PORT}/m/{path}", False)


def rsync_image(zstd: str = "") -> Callable[[Place, str], Commands]:
    def commands(place: Place, work: str) -> Commands:
        full = "-W --sparse" if work.startswith("full") else "--no-whole-file --inplace"
        return rsync(place, str(place.data.image), "disk.raw", f"{full} --ignore-times {zstd}")
    return commands


def rsync_tree(zstd: str = "") -> Callable[[Place, str], Commands]:
    def commands(place: Place, _: str) -> Commands:
        options = f"-aHAX --numeric-ids --delete {zstd}"
        return rsync(place, f"{place.folder}/mnt/", "tree/", options)
    return commands


def nbdcopy(place: Place, work: str) -> Commands:
    known_zero = "--destination-is-zero" if work.startswith("full") else ""
    if not place.disk.exists():
        run("truncate", "-s", str(place.size), place.disk)
    return Commands(
        f"nbdkit -f -i 127.0.0.1 -p {PORT} file {place.disk}",
        f"nbdcopy {known_zero} {place.data.image} nbd://127.0.0.1:{PORT}", False)


def partclone(options: str, zstd: bool) -> Callable[[Place, str], Commands]:
    def commands(place: Place, _: str) -> Commands:
        run("truncate", "-s", str(place.size), place.disk)
        unpack, pack = ("zstd -dc |", "zstd -1 -T2 -c |") if zstd else ("", "")
        return Commands(
            f"nc -l 127.0.0.1 {PORT} | {unpack} partclone.restore -q -L /dev/null -C -s - "
            f"-O {place.disk}",
            f"partclone.ext4 {options} -q -L /dev/null -c -s {place.data.image} -o - | {pack} "
            f"nc -N 127.0.0.1 {PORT}", True)
    return commands


def dd_zstd(place: Place, _: str) -> Commands:
    return Commands(
        f"nc -l 127.0.0.1 {PORT} | zstd -dc | "
        f"dd bs=1M iflag=fullblock conv=sparse status=none of={place.disk} && "
        f"truncate -s {place.size} {place.disk}",
        f"dd bs=1M status=none if={place.data.image} | zstd -1 -T2 -c | nc -N 127.0.0.1 {PORT}",
        True)


# -- what a delta starts from ---------------------------------------------------------


def nothing(_: Place, __: str) -> None:
    pass


def first_copy(place: Place, work: str) -> None:
    if work.startswith("delta"):
        run("cp", "--sparse=always", place.data.image, place.disk)


def first_pass(place: Place, work: str) -> None:
    """Our own first pass, which leaves the digest tables of both ends."""
    if work.startswith("delta"):
        measure(ours_with(place, "--level 0 --plain"))


def first_tree(place: Place, work: str) -> None:
    (place.target / "tree").mkdir()
    if work.startswith("delta"):
        with mounted(place.data.image, place.folder / "mnt") as root:
            run("cp", "-a", f"{root}/.", f"{place.target}/tree/")


# -- whether a copy is one ---------------------------------------------------------------


def whole_image_equal(place: Place) -> bool:
    return (place.disk.stat().st_size == place.size
            and not differing_blocks(place.data.image, place.disk))


def used_blocks_equal(place: Place) -> bool:
    """Free blocks need not travel; the file system over there must still be sound."""
    if place.disk.stat().st_size != place.size:
        return False
    used = used_extents(place.data.image)
    step = 256
    with place.data.image.open("rb") as a, place.disk.open("rb") as b:
        for first, last in used:
            for at in range(first, last, step):
                count = min(step, last - at) * 4096
                a.seek(at * 4096)
                b.seek(at * 4096)
                if a.read(count) != b.read(count):
                    return False
    check = subprocess.run(["e2fsck", "-fn", place.disk], capture_output=True, check=False)
    return check.returncode == 0


def trees_equal(place: Place) -> bool:
    return not run("rsync", "-aHAXnci", "--numeric-ids", "--delete", f"{place.folder}/mnt/",
                   f"{place.target}/tree/").strip()


ZSTD = "-z --zc=zstd --zl=1"
DELTAS = ("delta", "delta-scattered")
PEERS = (
    Peer(OURS, WORKS, ours, first_pass, used_blocks_equal),
    Peer("nbdcopy", ("full-raw", *DELTAS), nbdcopy, first_copy, whole_image_equal),
    Peer("rsync tree", ("full-raw", "delta"), rsync_tree(), first_tree, trees_equal, True),
    Peer("rsync tree zstd", ("full-zstd", "delta"), rsync_tree(ZSTD), first_tree, trees_equal,
         True),
    Peer("rsync image", ("full-raw", *DELTAS), rsync_image(), first_copy, whole_image_equal),
    Peer("rsync image zstd", ("full-zstd", *DELTAS), rsync_image(ZSTD), first_copy,
         whole_image_equal),
    Peer("partclone", ("full-raw",), partclone("", False), nothing, used_blocks_equal),
    Peer("partclone zstd", ("full-zstd",), partclone("", True), nothing, used_blocks_equal),
    Peer("partclone -a0 zstd", ("full-zstd",), partclone("-a0", True), nothing, used_blocks_equal),
    Peer("dd zstd", ("full-zstd",), dd_zstd, nothing, whole_image_equal),
)


def measure(commands: Commands) -> dict[str, float]:
    """Runs both ends in a network of their own; raises if one of them fails."""
    copy = {"server": commands.server, "client": commands.client, "port": PORT,
            "server_ends": commands.server_ends}
    done = subprocess.run(
        ["unshare", "-n", "-p", "-f", "--mount-proc", "--kill-child", sys.executable, "-S", "-E",
         Path(__file__).with_name("measure.py")],
        input=json.dumps(copy), capture_output=True, text=True, check=False)
    words = done.stderr.strip()[-800:]
    if done.returncode != 0:
        raise RuntimeError(f"the copy could not be run: {words}")
    result: dict[str, float] = json.loads(done.stdout)
    codes = result.pop("codes")
    if any(codes):  # type: ignore[arg-type]
        raise RuntimeError(f"exit codes {codes}: {commands.client}: {words}")
    return result


@contextmanager
def source_for(place: Place, peer: Peer) -> Iterator[None]:
    """The mount of a copier of files, with the files in memory as the image is."""
    if not peer.tree:
        yield
        return
    with mounted(place.data.image, place.folder / "mnt") as root:
        run("bash", "-c", 'find "$0" -xdev -type f -print0 | xargs -0 cat >/dev/null', root)
        yield


def table_mib(table: Path) -> float:
    """What the agent downloads when a session opens: the pages that are not empty."""
    pages = {at // TABLE_PAGE for begin, end in data_extents(table)
             for at in range(begin // TABLE_PAGE * TABLE_PAGE, end, TABLE_PAGE)}
    return len(pages) * TABLE_PAGE / (1 << 20)


def copy_once(place: Place, peer: Peer, work: str) -> dict[str, float]:
    """One measured and checked copy."""
    place.clear()
    peer.prepare(place, work)
    commands = peer.commands(place, work)
    state = place.data.deltas[work].applied(place.data.image) if work in DELTAS else nullcontext()
    with state, source_for(place, peer):
        result = measure(commands)
        result["equal"] = peer.equal(place)
    if peer.name == OURS:
        result["table_mib"] = table_mib(place.target / "known")
    place.clear()
    return result
