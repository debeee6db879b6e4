# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
"""Copies trees of files with edgeferry and with rsync, in turn, and compares them in pairs.

Source and each copier's target are ext4 file systems of their own. In a round every copier makes a
full copy, then one of what has not changed, then one after a hundredth of the files has changed;
who begins changes from round to round. Every copy ends durable.
"""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from compare.data import MIB, mounted, run
from compare.peers import OURS, PORT, Commands, measure

STEPS = ("full", "same", "changed")
COPIERS = (OURS, "rsync", "rsync ssh")
RSYNC = "rsync -aHAXS --numeric-ids --delete"
FILES_IN_FOLDER = 100
CHANGED_PART = 100  # one of so many files
FIGURES = ("wall", "cpu", "wire")
Runs = dict[tuple[str, str], list[dict[str, float]]]  # by "case step" and copier


@dataclass
class Case:
    """A tree of `count` files of the sizes that `size_of` gives."""

    name: str
    count: int
    size_of: Callable[[random.Random], int]

    @property
    def folder_count(self) -> int:
        return -(-self.count // FILES_IN_FOLDER)


def cases(small_files: int, large_mib: int) -> list[Case]:
    """Most small files are below 4 KiB, some are empty; eight large ones."""
    return [Case("small", small_files, lambda chance: int(chance.expovariate(1 / 2500)) % 30000),
            Case("large", 8, lambda _: large_mib * MIB // 8)]


def file_of(root: Path, number: int) -> Path:
    folder = number // FILES_IN_FOLDER
    return root / f"{folder // 100:03}" / f"{folder % 100:02}" / f"file-{number:07}.dat"


class Words:
    """Bytes that shrink to about a half under zstd, as the files of a server do."""

    def __init__(self, chance: random.Random):
        self.chance = chance
        pieces = [chance.randbytes(8) if n % 2 else b"=value; " for n in range(128 * 1024)]
        self.bytes = b"".join(pieces)

    def take(self, size: int) -> Iterator[bytes]:
        while size > 0:
            begin = self.chance.randrange(len(self.bytes) - 1)
            piece = self.bytes[begin:begin + min(size, MIB)]
            yield piece
            size -= len(piece)


def make(case: Case, root: Path) -> None:
    chance = random.Random(1)
    words = Words(chance)
    for number in range(case.count):
        path = file_of(root, number)
        if number % FILES_IN_FOLDER == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb", buffering=0) as file:
            for piece in words.take(case.size_of(chance)):
                file.write(piece)
        if number % 50 == 7:
            path.chmod(0o755)
        if number % 200 == 11:
            os.chown(path, 1000, 1000)


def change(case: Case, root: Path, round_number: int) -> None:
    """A hundredth of many files is written anew; of a few, a hundredth of each one's data."""
    chance = random.Random(100 + round_number)
    words = Words(chance)
    if case.count >= CHANGED_PART:
        for number in chance.sample(range(case.count), case.count // CHANGED_PART):
            with file_of(root, number).open("wb", buffering=0) as file:
                for piece in words.take(case.size_of(chance)):
                    file.write(piece)
        return
    for number in range(case.count):
        with file_of(root, number).open("r+b", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            for _ in range(size // CHANGED_PART // 4096):
                file.seek(chance.randrange(size // 4096) * 4096)
                file.write(chance.randbytes(4096))


class Ssh:
    """An sshd of our own with the usual settings, and a key for it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.server = shutil.which("sshd")
        if not self.server:
            return
        for name in ("host", "user"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name)
        keys = folder / "authorized_keys"
        shutil.copy(folder / "user.pub", keys)
        (folder / "sshd.conf").write_text(
            f"ListenAddress 127.0.0.1\nPort {PORT}\nHostKey {folder}/host\nStrictModes no\n"
            f"AuthorizedKeysFile {keys}\nPermitRootLogin yes\nUsePAM no\nPidFile none\n")
        Path("/run/sshd").mkdir(exist_ok=True)

    def daemon(self) -> str:
        return f"{self.server} -D -e -f {self.folder}/sshd.conf"

    def client(self) -> str:
        return (f"ssh -p {PORT} -i {self.folder}/user -o StrictHostKeyChecking=no "
                "-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR")


@dataclass
class Trees:
    """The mounted source and targets of one case."""

    folder: Path
    pass_bench: Path
    ssh: Ssh
    level: int

    @property
    def source(self) -> Path:
        return self.folder / "source"

    def target(self, copier: str) -> Path:
        return self.folder / f"target-{copier.replace(' ', '-')}"

    def commands(self, copier: str) -> Commands:
        target = self.target(copier)
        # rsync leaves its files to the page cache; ours are durable when it ends.
        durable = f"&& sync -f {target}"
        if copier == OURS:
            return Commands(
                f"{self.pass_bench} recv-tree --port {PORT} --target {target}",
                f"{self.pass_bench} send-tree --port {PORT} --source {self.source} "
                f"--level {self.level} --adaptive", True)
        if copier == "rsync ssh":
            return Commands(
                self.ssh.daemon(),
                f"{RSYNC} -e '{self.ssh.client()}' {self.source}/ root@127.0.0.1:{target}/ "
                f"{durable}", False)
        settings = self.folder / "rsyncd.conf"
        settings.write_text(f"[m]\npath={target}\nread only=no\nuid=0\ngid=0\nuse chroot=yes\n"
                            "munge symlinks=no\nreverse lookup=no\n")
        return Commands(
            f"rsync --daemon --no-detach --address 127.0.0.1 --port {PORT} --config={settings}",
            f"{RSYNC} {self.source}/ rsync://127.0.0.1:{PORT}/m/ {durable}", False)

    def equal(self, copier: str) -> bool:
        return not run("rsync", "-aHAXnci", "--numeric-ids", "--delete", f"{self.source}/",
                       f"{self.target(copier)}/").strip()


@contextmanager
def file_system(folder: Path, name: str, case: Case) -> Iterator[Path]:
    """An empty ext4 with room for the case, mounted at folder/name."""
    image = folder / f"{name}.raw"
    whole_blocks = case.count * (-(-case.size_of(random.Random(1)) // 4096) + 1) * 4096
    with image.open("wb") as file:
        # Twice, because a changed file lies beside its successor for a while.
        file.truncate(2 * whole_blocks + 512 * MIB)
    run("mke2fs", "-q", "-F", "-t", "ext4", "-N", str(case.count + case.folder_count * 2 + 4096),
        "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
    try:
        with mounted(image, folder / name, "loop,nodiscard"):
            yield folder / name
    finally:
        image.unlink()


def run_round(trees: Trees, case: Case, number: int, runs: Runs, failures: list[str],
              say: Callable[[str], None]) -> None:
    copiers = [name for name in COPIERS if name != "rsync ssh" or trees.ssh.server]
    if number % 2 == 0:
        copiers.reverse()
    with ExitStack() as targets:
        for copier in copiers:
            targets.enter_context(
                file_system(trees.folder, trees.target(copier).name, case))
        for step in STEPS:
            if step == "changed":
                change(case, trees.source, number)
            run("sync", "-f", trees.source)
            for copier in copiers:
                what = f"round {number} {case.name} {step} {copier}"
                result = measure(trees.commands(copier))
                result["equal"] = step == "same" or trees.equal(copier)
                if not result["equal"]:
                    failures.append(f"{what}: the copy differs")
                runs.setdefault((f"{case.name} {step}", copier), []).append(result)
                say(f"{what}: {result['wall_s']:.2f} s, CPU {result['cpu_s']:.2f} s, "
                    f"{result['wire_mib']:.2f} MiB, {'equal' if result['equal'] else 'DIFFERS'}")


def compare(case: Case, folder: Path, pass_bench: Path, level: int, rounds: int, runs: Runs,
            failures: list[str], say: Callable[[str], None]) -> None:
    """All rounds of one case."""
    folder.mkdir(exist_ok=True)
    try:
        trees = Trees(folder, pass_bench, Ssh(folder), level)
        with file_system(folder, trees.source.name, case) as source:
            say(f"making {case.count} {case.name} files")
            make(case, source)
            for number in range(1, rounds + 1):
                run_round(trees, case, number, runs, failures, say)
    except (RuntimeError, OSError, ValueError) as error:
        failures.append(f"{case.name}: {error}")
        say(failures[-1])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def rows(runs: Runs) -> list[dict[str, Any]]:
    """Medians of every work and copier, and of its ratio to ours in the same round."""
    result = []
    for (work, copier), theirs in runs.items():
        row: dict[str, Any] = {"work": work, "copier": copier, "rounds": len(theirs),
                               "equal": all(it["equal"] for it in theirs)}
        for name in ("wall_s", "cpu_s", "wire_mib", "rss_mib", "other_cores"):
            row[name] = median(it[name] for it in theirs)
        if copier != OURS:
            pairs = list(zip(theirs, runs.get((work, OURS), [])))
            for figure, name in zip(FIGURES, ("wall_s", "cpu_s", "wire_mib")):
                ratios = [it[name] / ours[name] for it, ours in pairs if ours[name] > 0]
                if ratios:
                    row[f"{figure}_ratio"] = median(ratios)
                    row[f"{figure}_ratio_min"] = min(ratios)
        result.append(row)
    order = {copier: i for i, copier in enumerate(COPIERS)}
    works = list(dict.fromkeys(work for work, _ in runs))
    return sorted(result, key=lambda row: (works.index(row["work"]), order[row["copier"]]))


def as_lines(found: list[dict[str, Any]]) -> list[str]:
    lines = [f"{'work':16}{'copier':12}{'wall s':>8}{'CPU s':>8}{'wire MiB':>10}{'RSS MiB':>9}"
             f"{'equal':>7}{'others':>8}{'wall x':>8}{'(least)':>9}{'CPU x':>8}{'wire x':>8}"]
    for row in found:
        line = (f"{row['work']:16}{row['copier']:12}{row['wall_s']:8.2f}{row['cpu_s']:8.2f}"
                f"{row['wire_mib']:10.2f}{row['rss_mib']:9.1f}{'yes' if row['equal'] else 'NO':>7}"
                f"{row['other_cores']:8.2f}")
        if "wall_ratio" in row:
            line += (f"{row['wall_ratio']:8.2f}{row['wall_ratio_min']:9.2f}"
                     f"{row['cpu_ratio']:8.2f}{row['wire_ratio']:8.2f}")
        lines.append(line)
    return lines
