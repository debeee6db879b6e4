// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/snapshot_name.hpp"
#include "tests/files/tree_fixture.hpp"

using namespace ferry;
using namespace ferry::files;
using namespace ferry::files::test;

namespace {

const std::vector<std::string> types{"ext4", "xfs", "btrfs"};

/// One of each thing that a file system can hold.
void fill(const Pair& pair) {
  pair.in_source(R"sh(
    mkdir -p deep/er/est many empty 'odd names'
    printf hello > deep/er/est/file
    for i in $(seq 1 300); do echo $i > many/$i; done
    : > empty-file
    head -c 3000001 /dev/urandom > large
    head -c 4096 /dev/urandom > aligned
    printf x > "$(printf 'odd names/new\nline')"
    printf x > "$(printf 'odd names/\303\050 not utf-8')"
    printf x > 'odd names/-n * ? [a] \'
    touch "$(head -c 255 /dev/zero | tr '\0' n)"
    ln -s deep/er/est/file relative
    ln -s /etc/passwd absolute
    ln -s nowhere dangling
    ln -s "$(head -c 1000 /dev/zero | tr '\0' l)" long-link
    mkfifo pipe
    mknod console c 5 1
    mknod disk b 259 70000
    python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
    chown 1000:2000 deep relative pipe
    chown 12345:70000 large
    cp large setuid; chmod 4755 setuid
    mkdir sticky setgid; chmod 1777 sticky; chmod 2770 setgid; chmod 0000 aligned
    ln large deep/large-2; ln large many/large-3; ln pipe deep/pipe-2; ln dangling deep/dangling-2
    ln setuid deep/a-setuid
    touch -d '1965-03-04 05:06:07.123456789' empty-file
    touch -d '2001-02-03 04:05:06.000000001' deep/er/est/file
    touch -h -d '2002-02-03 04:05:06.987654321' absolute
  )sh");
  pair.in_source(R"sh(
    setfattr -n user.comment -v 'a comment' large
    setfattr -n user.empty large
    setfattr -n user.long -v "$(head -c 600 /dev/zero | tr '\0' v)" deep
    setfattr -n trusted.overlay -v 0x000102 aligned
    setfattr -h -n trusted.link -v 1 relative
    setfattr -n security.selinux -v 'system_u:object_r:etc_t:s0' aligned
    setcap cap_net_raw,cap_net_admin+ep setuid
    printf x > capable; setcap cap_net_raw+ep capable
    setfacl -m u:1234:rw,g:55:r large
    setfacl -m u:1234:rwx,d:u:1234:rwx,d:g:77:rx many
    setfacl -m u:4:rw empty-file
    truncate -s 50M sparse; printf x | dd of=sparse bs=1 seek=20M conv=notrunc status=none
    truncate -s 30M hole-only
    fallocate -l 8M reserved
    printf x > immutable; chattr +i immutable
    printf x > frozen; chattr +i frozen
    printf x > append; chattr +a append; printf x > nodump; chattr +d nodump
    mkdir locked; printf x > locked/file; mkdir locked/below; chattr +i locked
    touch -d '2011-01-01 01:01:01.111111111' deep/er/est deep/er deep many setgid
  )sh");
}

void copies_all(const Pair& pair) {
  const auto first = copy(pair);
  check_equal(pair);
  CHECK(first.counts.names == 5);
  CHECK(first.counts.bytes < 21'000'000);  // the holes were not sent
  const auto second = copy(pair);
  CHECK(second.counts.files == 0);
  CHECK(second.counts.names == 0);
  CHECK(second.removed == 0);
}

void moves_only_changes(const Pair& pair) {
  pair.in_source(R"sh(
    printf 'changed' > deep/er/est/file
    printf 'new' > many/0
    chattr -i locked immutable; printf 'more' >> immutable; printf y > locked/file
    chattr +i locked immutable
    chown 7:8 capable; setcap cap_net_raw+ep capable
    chattr -i frozen; chmod 0600 frozen; chattr +i frozen
    chmod 0640 aligned; chown 5:6 relative; setfattr -x user.comment large
    setfacl -b many; setfacl -k many; setfattr -n user.new -v 1 deep
    touch -d '2015-01-01 00:00:00.5' setgid
    ln -sfn elsewhere dangling; chattr -d nodump; chattr -a append
    mv setuid renamed
  )sh");
  const auto changed = copy(pair);
  check_equal(pair);
  // Changed, new, immutable, locked/file; the file that was `setuid` has got another name.
  CHECK(changed.counts.files <= 5);
  CHECK(changed.counts.bytes < 3'100'000);
  CHECK(copy(pair).counts.files == 0);
}

/// Also what is immutable at the target.
void removes_what_is_gone(const Pair& pair) {
  pair.in_source(R"sh(
    chattr -R -f -i -a . || true
    rm -r many deep/er locked immutable append pipe sparse
  )sh");
  CHECK(copy(pair).removed > 300);
  check_equal(pair);
}

}  // namespace

TEST_CASE("a copy has all that the source has, and later passes follow its changes") {
  for (const auto& type : types) {
    CAPTURE(type);
    const Pair pair{type};
    fill(pair);
    copies_all(pair);
    moves_only_changes(pair);
    removes_what_is_gone(pair);
  }
}

TEST_CASE("file systems of different types hold the same tree") {
  const Pair pair{"xfs"};
  fill(pair);
  for (const std::string type : {"ext4", "btrfs"}) {
    CAPTURE(type);
    const Mounted other{type};
    const auto copied = copy(pair.source(), other.point);
    for (const auto& issue : copied.issues) FAIL_CHECK(to_string(issue.error));
    CHECK(sh("rsync -aHAXn --checksum --itemize-changes --delete --exclude /lost+found " +
             pair.source() + "/ " + other.point + "/")
              .empty());
    sh("chattr -R -f -i -a " + other.point + " || true");
  }
}

TEST_CASE("a name may stand for another type of file than before") {
  for (const auto& type : types) {
    CAPTURE(type);
    const Pair pair{type};
    const std::string kinds[] = {
        "printf data > N", ": > N",         "mkdir N; printf x > N/below", "ln -s /etc N",
        "mkfifo N",        "mknod N c 1 3", "mknod N b 7 0; chmod 600 N"};
    std::string before = ":", after = ":";
    int n = 0;
    for (const auto& from : kinds) {
      for (const auto& to : kinds) {
        const auto named = [&](std::string line) {
          for (std::size_t at; (at = line.find('N')) != std::string::npos;) {
            line.replace(at, 1, "n" + std::to_string(n));
          }
          return "; " + line;
        };
        before += named(from);
        after += "; rm -r n" + std::to_string(n) + named(to);
        ++n;
      }
    }
    pair.in_source(before);
    (void)copy(pair);
    check_equal(pair);
    pair.in_source(after);
    (void)copy(pair);
    check_equal(pair);
  }
}

TEST_CASE("what the filter leaves out is neither copied nor removed") {
  const Pair pair{"ext4"};
  pair.in_source("mkdir -p a/cache keep logs; touch a/cache/x a/y keep/z logs/1.log logs/2");
  pair.in_target("mkdir -p a/cache gone/cache; touch a/cache/theirs gone/cache/t gone/x old.log");
  const std::string filter = "cache/\n*.log\n";
  const auto copied = copy(pair.source(), pair.target(), {}, filter);
  CHECK(sh("cd " + pair.target() + "; find . | sort | tr '\\n' ' '") ==
        ". ./a ./a/cache ./a/cache/theirs ./a/y ./gone ./gone/cache ./gone/cache/t ./keep "
        "./keep/z ./logs ./logs/2 ./old.log ");
  CHECK(copied.removed == 1);
  // A file wants the place of a directory that has to stay: said, and not done.
  pair.in_source("touch gone");
  const auto refused = copy(pair.source(), pair.target(), {}, filter);
  REQUIRE(refused.issues.size() == 1);
  CHECK(refused.issues[0].path == "gone");
  CHECK(refused.issues[0].error.code == Errc::file_unsupported);
}

TEST_CASE("a pass with digests finds what size and time don't tell") {
  const Pair pair{"ext4"};
  pair.in_source("printf good > file; printf same > other; truncate -s 1M hole");
  (void)copy(pair);
  pair.in_target("printf evil > file; touch -r ../source/file file; touch -d 1999-01-01 other");
  pair.in_target("head -c 1M /dev/zero > hole; touch -r ../source/hole hole");
  CHECK(copy(pair.source(), pair.target()).counts.files == 1);  // `other`, by its time
  CHECK(!rsync_says(pair).empty());
  const auto proven = copy(pair.source(), pair.target(), {.digests = true});
  CHECK(proven.counts.files == 1);  // zeros and a hole are the same content
  CHECK(rsync_says(pair).empty());
}

TEST_CASE("a directory of more files than a page holds is listed in pages") {
  const Pair pair{"xfs"};
  pair.in_source("mkdir d; cd d; seq -f 'f%05.0f' 1 3000 | xargs touch");
  pair.in_target("mkdir d; cd d; seq -f 'f%05.0f' 1500 4500 | xargs touch; touch a z");
  (void)copy(pair);
  check_equal(pair);
}

TEST_CASE("in a snapshot, what mounts hide is left out, and so are an agent's own snapshots") {
  const Pair pair{"btrfs"};
  pair.in_source(
      "mkdir -p a/mounted/below a/b; touch a/mounted/file a/b/file; chmod 0711 a/mounted; "
      "mkdir a/" +
      new_snapshot_name() + "; btrfs -q subvolume create " + new_snapshot_name() +
      "; mkdir .edgeferry-snapshot-of-mine");
  ReaderOptions reading;
  reading.mount_points = {"a/mounted", "gone"};
  const auto copied = copy(pair.source(), pair.target(), std::move(reading));
  CHECK(copied.issues.empty());
  CHECK(sh("cd " + pair.target() + "; find . -printf '%p %m\\n' | LC_ALL=C sort | xargs") ==
        ". 755 ./.edgeferry-snapshot-of-mine 755 ./a 755 ./a/b 755 ./a/b/file 644 "
        "./a/mounted 711");
}

TEST_CASE("what is mounted in the tree is not entered, also not itself once more") {
  const Pair pair{"ext4"};
  pair.in_source(R"sh(
    mkdir other itself dir; touch dir/file file over; chown 7:8 other
    mount -t tmpfs none other; touch other/inside
    mount --bind . itself; mount --bind /etc/hostname over
  )sh");
  for (const auto way : {TreeRoot::Way::by_kernel, TreeRoot::Way::by_component}) {
    const auto copied = copy(pair.source(), pair.target(), {.way = way});
    CHECK(sh("cd " + pair.target() + "; find . | sort | tr '\\n' ' '") ==
          ". ./dir ./dir/file ./file ./itself ./other ");
    CHECK(!copied.issues.empty());  // `over`: what it hides can't be read
  }
  pair.in_source("umount other itself over");
}
