// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/exclude_files.hpp"

#include <fstream>

#include <doctest/doctest.h>

#include "actors/exclude_rules.hpp"
#include "base/limits.hpp"
#include "tests/shell.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

struct Excludes {
  TempFolder folder;

  void write(const std::string& name, const std::string& text) const {
    std::ofstream{folder / name} << text;
  }
  [[nodiscard]] auto read(const std::vector<std::string>& job, const std::string& mount_point,
                          std::uint32_t disk) const {
    return read_excludes(job, mount_point, disk, folder.path);
  }
  [[nodiscard]] bool leaves_out(const std::string& mount_point, std::uint32_t disk,
                                const std::string& path) const {
    const auto rules = read({}, mount_point, disk);
    REQUIRE(rules);
    return filter_of(*rules)->excludes(path, true);
  }
  void check_refused(const std::vector<std::string>& job, const std::string& words) const {
    const auto rules = read(job, "/srv", 1);
    REQUIRE_FALSE(rules);
    CHECK(rules.error().code == Errc::excludes_invalid);
    CHECK_MESSAGE(rules.error().what.find(words) != std::string::npos, rules.error().what);
    CHECK(remedy(rules.error()).find("job retry") != std::string::npos);
    CHECK(retry_class(rules.error().code) == Retry::user_fixable);
  }
};

}  // namespace

TEST_CASE("each disk has its own file of rules, and a server need not have any") {
  const Excludes excludes;
  CHECK(excludes.read({}, "/", 0)->empty());
  excludes.write("rsync_excludes_linux.txt", "/var/log/\n/opt/\n");
  excludes.write("rsync_excludes_linux_disk1.txt", "/docs/\n");
  excludes.write("rsync_excludes_linux_disk2.txt", "/other/\n");
  // Of the system disk from the server's root, of a data disk from its mount point.
  CHECK(excludes.leaves_out("/", 0, "var/log"));
  CHECK(excludes.leaves_out("/var", 0, "log"));
  CHECK_FALSE(excludes.leaves_out("/var", 0, "opt"));
  CHECK(excludes.leaves_out("/srv", 1, "docs"));
  CHECK_FALSE(excludes.leaves_out("/srv", 1, "other"));
  CHECK_FALSE(excludes.leaves_out("/srv", 1, "log"));
  CHECK_FALSE(excludes.leaves_out("/data", 3, "docs"));
}

TEST_CASE("a job's rules decide before the server's own, which are read anew each time") {
  const Excludes excludes;
  excludes.write("rsync_excludes_linux_disk1.txt", "/docs/\n/tmp/\n");
  const auto first = excludes.read({"+ /srv/docs/"}, "/srv", 1);
  REQUIRE(first);
  const auto filter = filter_of(*first);
  CHECK_FALSE(filter->excludes("docs", true));
  CHECK(filter->excludes("tmp", true));
  CHECK(excludes.read({"+ /srv/docs/"}, "/srv", 1) == *first);
  excludes.write("rsync_excludes_linux_disk1.txt", "/other/\n");
  CHECK_FALSE(excludes.read({"+ /srv/docs/"}, "/srv", 1) == *first);
}

TEST_CASE("a bad line of a server's file stops with file, line and rule, until it is mended") {
  const Excludes excludes;
  excludes.write("rsync_excludes_linux_disk1.txt", "/docs/\n# fine\n/a[b\n");
  excludes.check_refused({}, "rsync_excludes_linux_disk1.txt:3: '/a[b': '[' is never closed");
  excludes.write("rsync_excludes_linux_disk1.txt", std::string(2 * limits::mib, '\n'));
  excludes.check_refused({}, "is larger than");
  excludes.write("rsync_excludes_linux_disk1.txt", "");
  CHECK(excludes.read({}, "/srv", 1));
  excludes.check_refused({"/srv/"}, "leave nothing of /srv");
  std::filesystem::create_symlink("loop", excludes.folder / "loop");
  const auto broken = read_excludes({}, "/srv", 1, excludes.folder / "loop");
  REQUIRE_FALSE(broken);
  CHECK(broken.error().code == Errc::excludes_invalid);
}
