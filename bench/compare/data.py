# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
"""Makes the disk that every peer copies, and its two later states.

The disk is one ext4 file system, a bit over a fifth of it in use: real files of
Debian packages, a text log, incompressible media and a database-like file of
half-filled pages, besides free blocks that still hold deleted data. A later state
is kept as the list of 4 KiB blocks that differ, put into the one image and taken
out again, so that memory holds the disk once.
"""

import array
import fcntl
import hashlib
import mmap
import os
import random
import shutil
import stat
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BLOCK = 4096
MIB = 1 << 20
PAGE = 8192  # of the database-like file
FIEMAP_IOCTL = 0xC020660B
CHANGED_PERCENT = 3


def run(*argv: str | Path) -> str:
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{argv[0]} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout


@contextmanager
def mounted(image: Path, folder: Path, options: str = "loop,ro,noload") -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    run("mount", "-t", "ext4", "-o", options, image, folder)
    try:
        yield folder
    finally:
        run("umount", folder)


def used_extents(image: Path) -> list[tuple[int, int]]:
    """Blocks in use as (first, past the last), from the allocation bitmaps."""
    extents, position, total = [], 0, 0
    for line in run("dumpe2fs", image).splitlines():
        name, _, value = line.strip().partition(":")
        if name == "Block count":
            total = int(value)
        elif name == "Free blocks" and line.startswith("  "):
            for part in filter(None, value.replace(" ", "").split(",")):
                first, _, last = part.partition("-")
                if int(first) > position:
                    extents.append((position, int(first)))
                position = int(last or first) + 1
    if total > position:
        extents.append((position, total))
    return extents


def data_extents(path: Path) -> list[tuple[int, int]]:
    """Bytes of the file that are not holes as (first, past the last)."""
    extents, size = [], path.stat().st_size
    fd = os.open(path, os.O_RDONLY)
    try:
        end = 0
        while end < size:
            try:
                begin = os.lseek(fd, end, os.SEEK_DATA)
            except OSError:
                break
            end = os.lseek(fd, begin, os.SEEK_HOLE)
            extents.append((begin, end))
    finally:
        os.close(fd)
    return extents


def differing_blocks(a: Path, b: Path) -> list[int]:
    """Offsets of the 4 KiB blocks that differ anywhere in two images of one size."""
    pieces = sorted({at // MIB for path in (a, b) for begin, end in data_extents(path)
                     for at in range(begin // MIB * MIB, end, MIB)})
    found = []
    with a.open("rb") as file_a, b.open("rb") as file_b:
        for piece in pieces:
            x = os.pread(file_a.fileno(), MIB, piece * MIB)
            y = os.pread(file_b.fileno(), MIB, piece * MIB)
            if x != y:
                found += [piece * MIB + at for at in range(0, MIB, BLOCK)
                          if x[at:at + BLOCK] != y[at:at + BLOCK]]
    return found


@dataclass
class Delta:
    """The blocks in which a later state differs; both versions are kept."""

    offsets: list[int]
    old: bytes
    new: bytes

    @property
    def mib(self) -> float:
        return len(self.offsets) * BLOCK / MIB

    @contextmanager
    def applied(self, image: Path) -> Iterator[None]:
        self._write(image, self.new)
        try:
            yield
        finally:
            self._write(image, self.old)

    def _write(self, image: Path, blocks: bytes) -> None:
        view = memoryview(blocks)
        with image.open("r+b", buffering=0) as file:
            for i, offset in enumerate(self.offsets):
                os.pwrite(file.fileno(), view[i * BLOCK:(i + 1) * BLOCK], offset)

    def save(self, path: Path) -> None:
        header = struct.pack("<Q", len(self.offsets)) + array.array("Q", self.offsets).tobytes()
        path.write_bytes(header + self.old + self.new)

    @staticmethod
    def load(path: Path) -> "Delta":
        raw = path.read_bytes()
        count = struct.unpack_from("<Q", raw)[0]
        offsets = array.array("Q", raw[8:8 + 8 * count]).tolist()
        at = 8 + 8 * count
        return Delta(offsets, raw[at:at + count * BLOCK], raw[at + count * BLOCK:])


@dataclass
class Data:
    image: Path
    deltas: dict[str, Delta]
    used_mib: float
    allocated_mib: float


class Maker:
    def __init__(self, folder: Path, size_gib: float, say: Callable[[str], None]):
        self.folder, self.say = folder, say
        self.size = int(size_gib * 1024) * MIB
        self.scale = size_gib / 8
        self.image = folder / "disk.raw"
        self.point = folder / "mnt"
        self.files = self._files_of_packages()

    def make(self) -> Data:
        wanted = {name: self.folder / f"{name}.changes" for name in ("delta", "delta-scattered")}
        stamp = self.folder / "made"
        if not stamp.exists() or stamp.read_text() != str(self.size):
            self._make_image()
            self._scattered().save(wanted["delta-scattered"])
            self._realistic().save(wanted["delta"])
            stamp.write_text(str(self.size))
        used = sum(last - first for first, last in used_extents(self.image))
        allocated = self.image.stat().st_blocks * 512
        deltas = {name: Delta.load(path) for name, path in wanted.items()}
        return Data(self.image, deltas, used * BLOCK / MIB, allocated / MIB)

    def _bytes(self, mib: int) -> int:
        return int(mib * self.scale) * MIB

    def _make_image(self) -> None:
        self.say("making the disk: about 2 minutes for 8 GiB")
        self.image.unlink(missing_ok=True)
        with self.image.open("wb") as file:
            file.truncate(self.size)
        run("mke2fs", "-q", "-F", "-t", "ext4", "-b", str(BLOCK), "-E",
            "lazy_itable_init=0,lazy_journal_init=0",
            self.image)
        with mounted(self.image, self.point, "loop,nodiscard") as root:
            rest = self._bytes(1230) - self._unpack_system(root)
            self._copy_files(root / "packages", rest)
            (root / "srv").mkdir(exist_ok=True)
            write_log(root / "srv/access.log", 1, self._bytes(96))
            write_random(root / "srv/media.bin", 1, self._bytes(160))
            write_database(root / "srv/table.db", self._bytes(128))
            run("sync", "-f", root)
            self._copy_files(root / "stale", self._bytes(820))
            write_random(root / "stale.bin", 2, self._bytes(820))
            run("sync", "-f", root)
            shutil.rmtree(root / "stale")
            (root / "stale.bin").unlink()
        run("fallocate", "--dig-holes", self.image)

    def _unpack_system(self, root: Path) -> int:
        """Unpacks the server that make-source-disk keeps, when it is there and fits."""
        cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "edgeferry"
        found = sorted(cache.glob("root-*.tar.zst"))
        if not found or self.scale < 0.75:
            return 0
        run("bash", "-c", 'set -o pipefail; zstd -dc "$0" | tar -C "$1" --numeric-owner -xpf -',
            found[0], root)
        return int(run("du", "-sxB1", root).split()[0])

    def _files_of_packages(self) -> Iterator[tuple[str, int]]:
        """This system's files in an order that mixes all kinds and is always the same."""
        paths = [f"{folder}/{name}" for folder, _, names in os.walk("/usr") for name in names]
        paths.sort(key=lambda path: hashlib.sha1(os.fsencode(path)).digest())
        for path in paths:
            status = os.lstat(path)
            if stat.S_ISREG(status.st_mode) and status.st_size < 32 * MIB:
                yield path, status.st_size

    def _copy_files(self, to: Path, bytes_wanted: int) -> list[str]:
        chosen = []
        while bytes_wanted > 0:
            path, size = next(self.files, ("", 0))
            if not path:
                raise RuntimeError("/usr has too few files for this disk. Fix: a smaller --size")
            chosen.append(path[1:])
            bytes_wanted -= size + BLOCK // 2
        to.mkdir()
        names = self.folder / "names"
        names.write_bytes(b"\0".join(os.fsencode(name) for name in chosen))
        run("bash", "-c", 'set -o pipefail; tar -C / --null -T "$0" -cf - | tar -C "$1" -xpf -',
            names, to)
        names.unlink()
        return chosen

    def _changed_blocks(self) -> int:
        used = sum(last - first for first, last in used_extents(self.image))
        return used * CHANGED_PERCENT // 100

    def _realistic(self) -> Delta:
        """Half database pages, a quarter log lines, a quarter replaced files."""
        self.say("changing 3 % of it, as a server would")
        later = self.folder / "later.raw"
        run("cp", "--sparse=always", self.image, later)
        quarter = self._changed_blocks() // 4 * BLOCK
        with mounted(later, self.point, "loop") as root:
            update_pages(root / "srv/table.db", quarter * 2 // BLOCK)
            write_log(root / "srv/access.log", 2, quarter, "a")
            old = root / "packages"
            for name in self._copy_files(root / "replaced", quarter):
                # An upgrade writes the new file beside the old one and renames it.
                place = old / name
                place.parent.mkdir(parents=True, exist_ok=True)
                os.replace(root / "replaced" / name, place)
            shutil.rmtree(root / "replaced")
            day = 86400
            for name in ("table.db", "access.log"):
                at = (root / "srv" / name).stat().st_mtime + day
                os.utime(root / "srv" / name, (at, at))
        delta = self._difference(later)
        later.unlink()
        return delta

    def _difference(self, later: Path) -> Delta:
        offsets = differing_blocks(self.image, later)
        return Delta(offsets, read_blocks(self.image, offsets), read_blocks(later, offsets))

    def _scattered(self) -> Delta:
        """Blocks of file contents, uniformly at random: the worst case of a delta."""
        with mounted(self.image, self.point) as root:
            blocks = sorted(set(file_blocks(root)))
        generator = random.Random(3)
        count = min(self._changed_blocks(), len(blocks))
        offsets = sorted(block * BLOCK for block in generator.sample(blocks, count))
        old = read_blocks(self.image, offsets)
        new = bytearray(old)
        for at in range(0, len(new), BLOCK):
            new[at:at + 64] = generator.randbytes(64)
        return Delta(offsets, old, bytes(new))


def read_blocks(image: Path, offsets: list[int]) -> bytes:
    with image.open("rb", buffering=0) as file:
        return b"".join(os.pread(file.fileno(), BLOCK, offset) for offset in offsets)


def file_blocks(root: Path) -> Iterator[int]:
    """Blocks of the image that hold whole blocks of regular files (linux/fiemap.h)."""
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            with open(path, "rb", buffering=0) as file:
                head = struct.pack("<QQIIII", 0, 2**64 - 1, 0, 0, 64, 0)
                request = bytearray(head + bytes(64 * 56))
                fcntl.ioctl(file, FIEMAP_IOCTL, request)
            whole = os.path.getsize(path) // BLOCK
            for i in range(struct.unpack_from("<I", request, 20)[0]):
                logical, physical, length = struct.unpack_from("<QQQ", request, 32 + i * 56)
                flags = struct.unpack_from("<I", request, 32 + i * 56 + 40)[0]
                if flags & 0xE0E:  # unknown, delayed, encoded, inline or unwritten
                    continue
                count = min(length // BLOCK, whole - logical // BLOCK)
                yield from range(physical // BLOCK, physical // BLOCK + max(count, 0))


def write_log(path: Path, seed: int, size: int, mode: str = "w") -> None:
    generator = random.Random(seed)
    pages = ["/index.html", "/login", "/api/v1/orders/%d", "/static/app.%06x.js", "/img/%d.png"]
    second = 1_700_000_000
    written = 0
    with path.open(mode) as file:
        while written < size:
            second += generator.randint(0, 3)
            page = generator.choice(pages)
            page = page % generator.randint(0, 999_999) if "%" in page else page
            address = f"10.{generator.randint(0, 3)}.{generator.randint(0, 255)}.7"
            status = generator.choice((200, 200, 200, 304, 404))
            written += file.write(f'{address} - - [{second}] "GET {page} HTTP/1.1" {status} '
                                  f'{generator.randint(100, 90_000)} "-" "Mozilla/5.0 (X11)"\n')


def write_random(path: Path, seed: int, size: int) -> None:
    generator = random.Random(seed)
    with path.open("wb") as file:
        for _ in range(size // MIB):
            file.write(generator.randbytes(MIB))


def write_database(path: Path, size: int) -> None:
    """Pages with a directory of rows at the front and rows in their second half."""
    generator = random.Random(5)
    letters = b"abcdefghijklmnopqrstuvwxyz"
    words = [bytes(generator.choices(letters, k=generator.randint(3, 9))) for _ in range(4000)]
    with path.open("wb") as file:
        for number in range(size // PAGE):
            page, free, slot = bytearray(PAGE), PAGE, 24
            page[:8] = number.to_bytes(8, "little")
            while True:
                row = generator.randbytes(12) + b" ".join(generator.choices(words, k=14))
                if free - len(row) < PAGE // 2:
                    break
                free -= len(row)
                page[free:free + len(row)] = row
                page[slot:slot + 4] = struct.pack("<HH", free, len(row))
                slot += 4
            file.write(page)


def update_pages(path: Path, count: int) -> None:
    generator = random.Random(9)
    with path.open("r+b") as file:
        with mmap.mmap(file.fileno(), 0) as view:
            blocks = range(len(view) // BLOCK)
            for block in generator.sample(blocks, min(count, len(blocks))):
                at = block * BLOCK
                view[at + 100:at + 116] = generator.randbytes(16)
                view[at + 3000:at + 3050] = generator.randbytes(50)
            view.flush()
