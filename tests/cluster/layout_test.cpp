// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A job that makes a disk anew: a smaller one, filled file by file while the server works.
#include <fstream>

#include <doctest/doctest.h>

#include "messages/certificate.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

/// A data disk with more room than it needs, and files of all kinds on it.
void fill(const fs::path& point) {
  must_run({"sh", "-ec", "cd " + point.string() + R"(
    mkdir -p shop/d && head -c 9M /dev/urandom > shop/orders
    for i in $(seq 500); do echo row $i > shop/d/$i; done
    ln shop/orders shop/again; ln -s orders shop/link; mkfifo pipe; mknod null c 1 3
    truncate -s 300M sparse; echo end >> sparse; setfattr -n user.note -v kept shop/orders
    chown 1234:4321 shop/d/7; chmod 4751 shop/d/8; touch -d '2001-02-03 04:05:06.7' shop/d/9)"});
}

std::string differences(const fs::path& from, const fs::path& to) {
  return must_run({"rsync", "-aHAXn", "--checksum", "--itemize-changes", "--delete",
                   from.string() + "/", to.string() + "/"});
}

std::string uuid_of(const std::string& device) {
  return must_run({"blkid", "-p", "-s", "UUID", "-o", "value", device});
}

/// A server of two disks of which the second is mounted at /srv, and goes over by files.
struct ServerWithData {
  TempFolder folder;
  LoopDisk system{made("system.raw", 48 * mib)};
  LoopDisk data;
  Mount root{folder.path() / "mnt", {system.partition()}};
  Mount srv;

  explicit ServerWithData(std::uint64_t data_bytes)
      : data(made("data.raw", data_bytes)),
        srv((fs::create_directory(root.point() / "srv"), root.point() / "srv"),
            {data.partition()}) {}

  [[nodiscard]] Plan plan() const {
    return {.disks = {system.device(), data.device()}, .root = root.point().string()};
  }
  /// A disk of the image as a raw file.
  [[nodiscard]] fs::path copy_of(const ImageDisk& disk) const {
    auto copy = folder.path() / "copy.raw";
    must_run({"qemu-img", "convert", "-O", "raw", disk.file, copy.string()});
    return copy;
  }

 private:
  [[nodiscard]] fs::path made(const char* name, std::uint64_t bytes) const {
    auto image = folder.path() / name;
    make_server_disk(image, bytes, 1 * mib);
    return image;
  }
};

const Words srv_by_files{"--disk", "1=1GiB", "--partition", "/srv=disk:1,method:file"};

}  // namespace

TEST_CASE("a data disk shrinks from 3 GiB to 1 GiB, with every file and its identity") {
  const ServerWithData server{3072 * mib};
  const auto& srv = server.srv.point();
  fill(srv);
  Cluster cluster{server.plan()};

  const auto id = cluster.start_job(srv_by_files);
  const auto job = cluster.wait_for_status(id, "Finished");
  REQUIRE(job.image_disks.size() == 2);
  CHECK(job.image_disks[1].virtual_size == 1024 * mib);
  for (const auto& disk : job.disks) CHECK(disk.consistency == "frozen");

  const LoopDisk copied{server.copy_of(job.image_disks[1])};
  CHECK(uuid_of(copied.partition()) == uuid_of(server.data.partition()));
  must_run({"e2fsck", "-fn", copied.partition()});
  const Mount seen{server.folder.path() / "copy", {"-o", "ro", copied.partition()}};
  CHECK(differences(srv, seen.point()).empty());
  cluster.check_nothing_temporary();

  // The certificate knows each file, at the source and in the image; of several names the first.
  const auto certificate = (fs::path{job.image_path} / "certificate.json").string();
  const auto verify = [&](const fs::path& directory) {
    return run({.argv = {program("edgeferry"), "verify", certificate, job.image_path, "--files",
                         "1:/srv", directory.string()}})
        .value();
  };
  CHECK(verify(srv).exit_code == 0);
  CHECK(verify(seen.point()).exit_code == 0);
  REQUIRE(job.disks[1].files.size() == 1);
  CHECK(job.disks[1].files[0].entries > 500);
  must_run({"sh", "-ec", "cd " + srv.string() + R"(
    t=$(stat -c %y shop/orders); printf changed | dd of=shop/orders bs=1 seek=5000001 \
      conv=notrunc status=none
    touch -d "$t" shop/orders)"});
  const auto flipped = verify(srv);
  CHECK(flipped.exit_code == 3);
  CHECK(flipped.out.find("disk 1: shop/again differs") != std::string::npos);
}

TEST_CASE(
    "a job ends with a file of which the target can't hold all, and its certificate says so") {
  const ServerWithData server{1100 * mib};
  const auto& srv = server.srv.point();
  // They fill inode and block of ext4 to the last byte. In another order they don't fit, and a new
  // file gets them in that of their names.
  must_run({"sh", "-ec", "cd " + srv.string() + R"(
    echo kept > full; value() { head -c $1 /dev/zero | tr '\0' v; }
    setfattr -n user.z -v $(value 60) full; setfattr -n user.a -v $(value 40) full
    setfattr -n user.m -v $(value 3976) full)"});
  Cluster cluster{server.plan()};
  const auto id = cluster.start_job(srv_by_files);
  const auto job = cluster.wait_for_status(id, "Finished");
  REQUIRE(job.disks.size() == 2);
  CHECK(job.disks[1].file_issues == 1);
  REQUIRE(job.disks[1].first_file_issues.size() == 1);
  const auto& issue = job.disks[1].first_file_issues[0];
  CHECK(issue.code == static_cast<std::uint16_t>(Errc::file_unsupported));
  CHECK(issue.what.find("/srv: set the attribute user.z of 'full'") == 0);
  CHECK(cluster.must({"job", "events", id}).find("1 file(s) are not copied as they are") !=
        std::string::npos);
  const auto certificate =
      from_json<SignedCertificate>(cluster.must({"job", "certificate", id})).certificate;
  REQUIRE(certificate.disks.size() == 2);
  CHECK(certificate.disks[0].file_issues == 0);
  CHECK(certificate.disks[1].file_issues == 1);
  REQUIRE(certificate.disks[1].first_file_issues.size() == 1);
  CHECK(certificate.disks[1].first_file_issues[0].what == issue.what);

  const LoopDisk copied{server.copy_of(job.image_disks[1])};
  const Mount seen{server.folder.path() / "copy", {"-o", "ro", copied.partition()}};
  CHECK(read_file(seen.point() / "full").value() == "kept\n");
  CHECK(must_run({"getfattr", "--absolute-names", (seen.point() / "full").string()})
            .ends_with("full\nuser.a\nuser.m\n\n"));
}

TEST_CASE("a job leaves out what rsync would, and tells of files that it can't copy as they are") {
  const ServerWithData server{1100 * mib};
  const auto& srv = server.srv.point();
  fill(srv);
  const auto hidden = "caf\xc3\xa9 \xff\n";
  std::ofstream{srv / hidden} << "not to be read";
  const Mount over{srv / hidden, {"--bind", "/dev/null"}};
  const auto rules = server.folder.path() / "rules";
  std::ofstream{rules} << "# of the job\n+ /srv/shop/d/10*\n/srv/shop/d/1*\n*link\n/srv/etc/***\n";
  Cluster cluster{server.plan()};
  const auto own = cluster.state() / "source" / "Excludes" / "rsync_excludes_linux_disk1.txt";
  fs::create_directory(own.parent_path());
  std::ofstream{own} << "/pipe\n";

  const auto with = [&](Words words) {
    words.insert(words.begin(), srv_by_files.begin(), srv_by_files.end());
    return words;
  };
  const auto refused = [&](const Words& words) {
    Words create{"job", "create", "--source", cluster.source()};
    create.insert(create.end(), words.begin(), words.end());
    return cluster.refused(create);
  };
  CHECK(refused({"--exclude", "*.log"}).what.find("no part of this job") != std::string::npos);
  CHECK(refused(with({"--exclude", "a[b"})).what.find("rule 1 'a[b'") != std::string::npos);
  std::ofstream{server.folder.path() / "bad"} << "a\n\nb[\n";
  CHECK(refused(with({"--exclude-from", (server.folder.path() / "bad").string()}))
            .what.find("bad:3: 'b['") != std::string::npos);

  const Words ordered{"--exclude",    "+ shop/d/29*", "--exclude-from",
                      rules.string(), "--exclude",    "- shop/d/2*"};
  Words plan{"job", "plan", "--source", cluster.source()};
  for (const auto& word : with(ordered)) plan.push_back(word);
  const auto planned = from_json<LayoutPlan>(cluster.must(plan));
  CHECK(planned.excludes.size() == 6);
  CHECK(planned.notes.back().find("as if nothing was excluded") != std::string::npos);

  const auto id = cluster.start_job(with(ordered));
  const auto job = cluster.wait_for_status(id, "Finished");
  CHECK(job.settings.excludes == Words{"+ shop/d/29*", "+ /srv/shop/d/10*", "/srv/shop/d/1*",
                                       "*link", "/srv/etc/***", "- shop/d/2*"});
  CHECK(planned.excludes == job.settings.excludes);
  CHECK(std::ranges::count(job.warnings, "excludes_not_for_blocks", &Finding::name) == 1);
  REQUIRE(job.disks.size() == 2);
  CHECK(job.disks[1].file_issues == 1);
  REQUIRE(job.disks[1].first_file_issues.size() == 1);
  CHECK(job.disks[1].first_file_issues[0].what.starts_with(
      "/srv: 'caf\xc3\xa9 \\xff\\x0a' is hidden"));
  CHECK(
      cluster.must({"job", "events", id}).find("1 file(s) are not copied as they are in pass 1") !=
      std::string::npos);

  const LoopDisk copied{server.copy_of(job.image_disks[1])};
  const Mount seen{server.folder.path() / "copy", {"-o", "ro", copied.partition()}};
  const auto oracle = server.folder.path() / "oracle";
  must_run({"rsync", "-aHAX", "--exclude=+ shop/d/29*", "--exclude-from=" + rules.string(),
            "--exclude=- shop/d/2*", "--exclude=/srv/pipe", "--exclude=/srv/caf*",
            server.root.point().string() + "/", oracle.string() + "/"});
  CHECK(fs::exists(oracle / "srv/shop/d/100"));
  CHECK_FALSE(fs::exists(oracle / "srv/shop/d/11"));
  CHECK(differences(oracle / "srv", seen.point()).empty());
  cluster.check_nothing_temporary();
}
