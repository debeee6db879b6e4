// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A whole cluster of real processes for one test: its cluster file, its programs, its
// operator's command line, and its end, whatever happened in between.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/file.hpp"
#include "base/subprocess.hpp"
#include "messages/envelope.hpp"
#include "messages/job.hpp"
#include "messages/source.hpp"
#include "tests/cluster/server_disk.hpp"

namespace ferry::cluster_test {

using namespace std::chrono_literals;

using Words = std::vector<std::string>;

/// What programs say in JSON, as the msgpack that our records are read from.
std::string msgpack_of_json(const std::string& json);
/// As above; the test fails if the text is not a T.
template <class T>
T from_json(const std::string& json) {
  auto record = decode_body<T>(msgpack_of_json(json));
  if (!record) throw std::runtime_error{to_string(record.error()) + "\n" + json};
  return *record;
}

/// An error of the command line.
struct Refusal {
  std::string error;  // FERRY-nnnn
  std::string name;
  std::string what;
  std::string fix;
  FERRY_FIELDS(error, name, what, fix)
};

/// The parts of image.json that promise something.
struct ImageFile {
  std::string file;
  std::uint64_t file_size = 0;
  std::string sha256;
  FERRY_FIELDS(file, file_size, sha256)
};
struct ImageDocument {
  std::string image_id;
  std::string job;
  std::vector<ImageFile> disks;
  FERRY_FIELDS(image_id, job, disks)
};

/// How to make a cluster; every path not named lies in the state folder.
struct Plan {
  std::vector<std::filesystem::path> disks = {};  // of the source server
  std::string storage = {};                       // of the transition node
  std::string root = {};                          // of the source server
  bool with_source = true;                        // a node of role agent
  int workers = 1;
  std::string boot_proof = "off";  // of jobs: their disks mostly hold no system that boots
  std::string more = {};           // further tables of the cluster file
  Words environment = {};          // NAME=VALUE, for its processes only
  /// Runs the programs of tests/cluster/crashing/, which say and learn there where to die.
  std::filesystem::path crash_folder = {};
};

class Cluster {
 public:
  /// Writes the cluster file, starts everything, and waits for the source server.
  explicit Cluster(Plan plan);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  void up();
  void down();
  /// As a second run of scripts/quickstart: takes down what runs, forgets all of it but the
  /// cluster file, and starts again.
  void start_anew();

  /// Runs `edgeferry --config FILE --json WORDS...`.
  [[nodiscard]] CommandOutput cli(const Words& words) const;
  /// As cli; the test fails if the command does.
  std::string must(const Words& words) const;
  /// As cli; the test fails if the command does not.
  [[nodiscard]] Refusal refused(const Words& words) const;

  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] std::filesystem::path state() const { return folder_.path() / "var"; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  /// The process of a node, or of the "launcher".
  [[nodiscard]] pid_t pid(const std::string& node) const;
  [[nodiscard]] std::uint32_t restarts(const std::string& node) const;
  /// Returns once the process is gone.
  void kill_9(const std::string& node) const;
  /// The newest lines of all logs, for messages of failures.
  [[nodiscard]] std::string logs() const;

  /// As must, but waits for a controller that is starting again.
  std::string must_once_up(const Words& words) const;

  /// Makes a job; `words` are further options of `job create`.
  [[nodiscard]] std::string create_job(const Words& words = {}) const;
  /// Makes and starts a job; `words` are further options of `job create`.
  [[nodiscard]] std::string start_job(const Words& words = {}) const;
  [[nodiscard]] JobView job(const std::string& id) const;
  /// Asks until the job is as wished; fails the test when it takes too long or the job
  /// ends in another way.
  JobView wait_for(const std::string& id, const std::string& what,
                   const std::function<bool(const JobView&)>& wished,
                   std::chrono::seconds limit = 90s);
  JobView wait_for_status(const std::string& id, const std::string& status,
                          std::chrono::seconds limit = 90s);
  /// Until about `percent` of the first disk's pass is on the target.
  JobView wait_until_copied(const std::string& id, double percent);
  /// Uncompressed bytes sent in all that wait_for has seen, repeated ones included.
  [[nodiscard]] std::uint64_t bytes_sent(const std::string& id) const;

  /// The proof of a migration: the job's image holds the disks' bytes, every digest is
  /// true, and nothing temporary is left.
  void check_finished(const JobView& job, const std::vector<std::filesystem::path>& disks) const;
  /// No instance, no object, no unfinished upload, no scratch file.
  void check_nothing_temporary() const;
  [[nodiscard]] std::size_t images() const;

 private:
  void start();
  void wait_for_source();
  JobView noted(JobView view) const;
  void write_file(const Plan& plan);
  void start_guard();

  /// A count that starts anew with every epoch and with every agent.
  struct Sent {
    std::uint64_t before = 0;
    std::uint64_t now = 0;
  };

  TempFolder folder_;
  std::filesystem::path file_;
  std::filesystem::path crash_folder_;
  Fd guard_;  // while it is open, the cluster may run
  std::string endpoint_;
  std::string source_;
  bool with_source_ = true;
  Words environment_;
  mutable std::map<std::string, Sent> sent_;  // by job
};

/// Repeats until true; returns false after the limit.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit = 30s);

/// Path of one of the product's programs.
std::string program(const std::string& name);

}  // namespace ferry::cluster_test
