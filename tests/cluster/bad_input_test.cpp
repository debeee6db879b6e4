// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What goes wrong outside stops a job with a number and a next step, and `retry` ends
// it well once the cause is gone.
#include <csignal>
#include <fstream>

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "tests/cluster/background.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

/// A job that stopped with this error, saying what to do about it.
JobView wait_for_error(Cluster& cluster, const std::string& id, Errc code) {
  const auto job = cluster.wait_for_status(id, "InError");
  CHECK_MESSAGE(static_cast<Errc>(job.error_code) == code,
                code_text(static_cast<Errc>(job.error_code)) << " " << job.error);
  CHECK_FALSE(job.error.empty());
  CHECK_FALSE(job.fix.empty());
  MESSAGE(job.error << ". Fix: " << job.fix);
  return job;
}

void check_retry(Cluster& cluster, const std::string& id, const fs::path& disk) {
  cluster.must({"job", "retry", id});
  cluster.check_finished(cluster.wait_for_status(id, "Finished"), {disk});
}

}  // namespace

TEST_CASE("a source disk that is missing stops the job until it is back") {
  const OneDiskServer server{32 * mib, 16 * mib};
  Cluster cluster{{.disks = {server.disk}}};
  const auto away = server.folder.path() / "away.raw";
  fs::rename(server.disk, away);
  const auto id = cluster.start_job();
  const auto job = wait_for_error(cluster, id, Errc::disk_missing);
  CHECK(job.error.find(server.disk.string()) != std::string::npos);
  fs::rename(away, server.disk);
  check_retry(cluster, id, server.disk);
}

TEST_CASE("a source disk that shrank stops the job until it has its size again") {
  const OneDiskServer server{32 * mib, 16 * mib};
  const auto whole = server.folder.path() / "whole.raw";
  fs::copy_file(server.disk, whole);
  Cluster cluster{{.disks = {server.disk}}};
  fs::resize_file(server.disk, 31 * mib);
  const auto id = cluster.start_job();
  wait_for_error(cluster, id, Errc::disk_shrank);
  fs::rename(whole, server.disk);
  check_retry(cluster, id, server.disk);
}

TEST_CASE("a source disk that shrinks while it is copied stops the job") {
  const OneDiskServer server{64 * mib, 32 * mib};
  const auto whole = server.folder.path() / "whole.raw";
  fs::copy_file(server.disk, whole);
  Cluster cluster{{.disks = {server.disk}}};
  const auto id = cluster.start_job({"--bandwidth", "40"});
  cluster.wait_until_copied(id, 10);
  fs::resize_file(server.disk, 20 * mib);
  wait_for_error(cluster, id, Errc::disk_shrank);
  fs::rename(whole, server.disk);
  cluster.must({"job", "modify", id, "--bandwidth", "0"});
  check_retry(cluster, id, server.disk);
}

TEST_CASE("a source disk with a read error stops the job until it can be read") {
  if (!fs::exists("/dev/fuse") || !run({.argv = {"nbdfuse", "--version"}}) ||
      !run({.argv = {"nbdkit", "--version"}})) {
    MESSAGE("skipped: needs nbdkit, nbdfuse and /dev/fuse");
    return;
  }
  const OneDiskServer server{64 * mib, 32 * mib};
  const auto trigger = server.folder.path() / "fail-now";
  FuseDisk faulty{
      server.folder.path() / "faulty",
      {"nbdkit", "-s", "--exit-with-parent", "--filter=error", "file", server.disk.string(),
       "error-pread=EIO", "error-pread-rate=100%", "error-pread-file=" + trigger.string()}};
  Cluster cluster{{.disks = {faulty.file()}}};
  const auto id = cluster.start_job({"--bandwidth", "16"});
  cluster.wait_until_copied(id, 5);
  std::ofstream{trigger};
  const auto job = wait_for_error(cluster, id, Errc::disk_read_failed);
  CHECK(job.error.find(faulty.file().string()) != std::string::npos);
  fs::remove(trigger);
  cluster.must({"job", "modify", id, "--bandwidth", "0"});
  check_retry(cluster, id, server.disk);
}

TEST_CASE("a transition node without space stops the job until there is more") {
  const OneDiskServer server{64 * mib, 32 * mib};
  TempFolder folder;
  const Mount storage{folder.path() / "small", {"-t", "tmpfs", "-o", "size=20m", "none"}};
  Cluster cluster{{.disks = {server.disk}, .storage = storage.point().string()}};
  const auto id = cluster.start_job();
  const auto job = wait_for_error(cluster, id, Errc::disk_full);
  CHECK(job.error.find(storage.point().string()) != std::string::npos);
  must_run({"mount", "-o", "remount,size=200m", storage.point().string()});
  check_retry(cluster, id, server.disk);
}

TEST_CASE("a bucket that can't be written stops the job after the copy, which is not repeated") {
  const OneDiskServer server{32 * mib, 16 * mib};
  Cluster cluster{{.disks = {server.disk}}};
  const auto bucket = cluster.state() / "bucket";
  std::ofstream{bucket} << "a file";
  const auto id = cluster.start_job();
  const auto job = wait_for_error(cluster, id, Errc::bucket_unavailable);
  CHECK(job.error.find(bucket.string()) != std::string::npos);
  const auto sent = cluster.job(id).disks.at(0).bytes_sent;
  fs::remove(bucket);
  check_retry(cluster, id, server.disk);
  CHECK(cluster.job(id).disks.at(0).bytes_sent == sent);
}

TEST_CASE("a cluster file with mistakes starts nothing") {
  TempFolder folder;
  const auto file = folder.path() / "cluster.toml";
  std::ofstream{file} << "[cluster]\nname = \"test\"\nstate = \"var\"\ncolour = \"red\"\n"
                      << "[[node]]\nname = \"controller\"\nrole = \"controller\"\nlisten = 7443\n";
  const auto output =
      run({.argv = {program("edgeferry"), "cluster", "up", file.string(), "--detach"}});
  REQUIRE(output.has_value());
  CHECK(output->exit_code == 78);
  CHECK(output->err.find(file.string() + ":4:") != std::string::npos);
  CHECK(output->err.find("FERRY-1002") != std::string::npos);
  CHECK(output->err.find(file.string() + ":8:") != std::string::npos);
  CHECK(output->err.find("FERRY-1003") != std::string::npos);
  CHECK_FALSE(fs::exists(folder.path() / "var"));
}

TEST_CASE("a controller doesn't start on a damaged database, and goes on from a copy of it") {
  const OneDiskServer server{32 * mib, 16 * mib};
  Cluster cluster{{.disks = {server.disk}}};
  const auto id = cluster.create_job();
  const auto copy = cluster.folder() / "copy.db";
  cluster.must({"cluster", "backup", copy.string()});
  CHECK(cluster.refused({"cluster", "backup", copy.string()}).error == "FERRY-9001");
  cluster.down();

  const auto file = cluster.state() / "controller.db";
  auto damaged = read_file(file).value();
  damaged.replace(damaged.size() / 2, 8192, std::string(8192, 'x'));
  REQUIRE(write_file_durably(file, damaged));
  const auto output =
      run({.argv = {program("edgeferry"), "cluster", "up", cluster.file().string(), "--detach"}});
  REQUIRE(output.has_value());
  CHECK(output->exit_code == 1);
  CHECK(output->err.find("FERRY-9003") != std::string::npos);
  CHECK(output->err.find(file.string()) != std::string::npos);
  CHECK(output->err.find("edgeferry cluster backup") != std::string::npos);
  CHECK(read_file(file).value() == damaged);

  fs::rename(file, cluster.folder() / "damaged.db");
  fs::rename(copy, file);
  cluster.up();
  CHECK(from_json<JobView>(cluster.must_once_up({"job", "show", id})).status == "Ready");
}
