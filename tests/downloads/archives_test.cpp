// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which files of a folder are offered for download, and which never.
#include "downloads/archives.hpp"

#include "base/text.hpp"
#include "downloads/agent_downloads.hpp"
#include "downloads/limits.hpp"
#include "tests/shell.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

std::string file_of(const std::string& version, const std::string& architecture = "x86_64") {
  return "edgeferry-agent-" + version + "-linux-" + architecture + ".tar.gz";
}

struct Offered {
  TempFolder folder;
  Archives archives{folder.path};

  void put(const std::string& file, const std::string& bytes) const {
    sh("printf %s '" + bytes + "' >" + folder / file);
  }
};

}  // namespace

TEST_CASE("only names as scripts/agent-archive makes them are archives") {
  const auto name = parse_archive_name(file_of("0.1.0"));
  REQUIRE(name);
  CHECK(name->version == "0.1.0");
  CHECK(name->architecture == "x86_64");
  for (const std::string file :
       {"", "edgeferry-agent-", ".tar.gz", "edgeferry-agent-.tar.gz",
        "edgeferry-agent-0.1.0-linux-.tar.gz", "edgeferry-agent--linux-x86_64.tar.gz",
        "edgeferry-agent-0.1.0-linux-x86_64.tar.gz.new",
        "edgeferry-agent-0.1.0-linux-x86/64.tar.gz",
        "edgeferry-agent-../../etc-linux-x86_64.tar.gz", "edgeferry-agent-..-linux-x86_64.tar.gz",
        "../edgeferry-agent-0.1.0-linux-x86_64.tar.gz", "Edgeferry-agent-1-linux-x.tar.gz",
        "edgeferry-agent-1'$(id)-linux-x.tar.gz"}) {
    CAPTURE(file);
    CHECK_FALSE(parse_archive_name(file));
  }
  CHECK_FALSE(parse_archive_name(file_of(std::string(100, '1'))));
}

TEST_CASE("versions are compared by their numbers") {
  CHECK(is_older("0.2.0", "0.10"));
  CHECK(is_older("0.1.0", "0.1.1"));
  CHECK(is_older("1", "1.0"));
  CHECK_FALSE(is_older("0.10", "0.2.0"));
  CHECK_FALSE(is_older("1.0", "1.0"));
  CHECK_FALSE(is_older("01.2", "1.2"));
  CHECK_FALSE(is_older("99999999999999999999999", "9"));
}

TEST_CASE("the newest archive of each architecture is offered, with its digest") {
  const Offered offered;
  offered.put(file_of("0.9.0"), "old");
  offered.put(file_of("0.10.0"), "abc");
  offered.put(file_of("0.2.0", "aarch64"), "arm");
  offered.put("README", "no archive");
  const auto all = offered.archives.newest();
  REQUIRE(all);
  REQUIRE(all->size() == 2);
  CHECK(all->at(0).architecture == "aarch64");
  CHECK(all->at(1).file == file_of("0.10.0"));
  CHECK(all->at(1).bytes == 3);
  CHECK(all->at(1).sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(offered.archives.open(file_of("0.9.0")));
}

TEST_CASE("an archive that is replaced is digested anew") {
  const Offered offered;
  offered.put(file_of("1"), "abc");
  const auto before = offered.archives.open(file_of("1"));
  REQUIRE(before);
  sh("sleep 0.02; printf xyz >" + offered.folder / file_of("1"));
  const auto after = offered.archives.open(file_of("1"));
  REQUIRE(after);
  CHECK(before->facts.sha256 != after->facts.sha256);
}

TEST_CASE("links, folders, pipes, and files that are empty or too large are never opened") {
  const Offered offered;
  sh("ln -s /etc/passwd " + offered.folder / file_of("1"));
  sh("mkdir " + offered.folder / file_of("2"));
  sh("mkfifo " + offered.folder / file_of("3"));
  sh("touch " + offered.folder / file_of("4"));
  sh("truncate -s " + std::to_string(limits::agent_archive_bytes_max + 1) + " " +
     offered.folder / file_of("5"));
  for (const char* version : {"1", "2", "3", "4", "5", "6"}) {
    CAPTURE(version);
    const auto open = offered.archives.open(file_of(version));
    REQUIRE(!open);
    CHECK(open.error().code == Errc::not_found);
  }
  const auto none = offered.archives.newest();
  REQUIRE(!none);
  CHECK(none.error().code == Errc::agent_archive_missing);
}

TEST_CASE("a folder without an archive, and one that is not there, say so with the next step") {
  const Offered offered;
  const auto empty = offered.archives.newest();
  REQUIRE(!empty);
  CHECK(empty.error().what.find(offered.folder.path.string()) != std::string::npos);
  CHECK(remedy(empty.error()).find("agent_downloads") != std::string::npos);
  const auto absent = Archives{offered.folder / "absent"}.newest();
  REQUIRE(!absent);
  CHECK(absent.error().what.find("No such file") != std::string::npos);
}

TEST_CASE("downloads at once are bounded, for one address and for all") {
  const Offered offered;
  AgentDownloads downloads{offered.folder.path, {}};
  std::vector<std::shared_ptr<void>> places;
  for (std::size_t i = 0; i < limits::client_downloads_max; ++i) {
    places.push_back(downloads.enter("192.0.2.1"));
    REQUIRE(places.back());
  }
  CHECK_FALSE(downloads.enter("192.0.2.1"));
  while (places.size() < limits::agent_downloads_max) {
    places.push_back(downloads.enter("192.0.2." + std::to_string(places.size() + 10)));
    REQUIRE(places.back());
  }
  CHECK_FALSE(downloads.enter("192.0.2.200"));
  places.erase(places.begin());
  CHECK(downloads.enter("192.0.2.1"));
}
