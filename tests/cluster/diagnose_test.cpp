// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What is given away for diagnostics: all that helps, and no secret, whoever wrote it where.
#include <algorithm>
#include <fstream>
#include <map>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "base/clock.hpp"
#include "base/kept_log.hpp"
#include "base/text.hpp"
#include "messages/access_key.hpp"
#include "messages/diagnostics.hpp"
#include "messages/link.hpp"
#include "messages/notification.hpp"
#include "tests/cluster/background.hpp"
#include "tests/cluster/cluster.hpp"
#include "transport/keys.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

std::string base64(std::string_view bytes) {
  auto text = to_base64url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  return text;
}

/// The files of a bundle by their names within its folder.
class Unpacked {
 public:
  explicit Unpacked(const fs::path& bundle) {
    const auto done =
        run({.argv = {"tar", "-xzf", bundle.string(), "-C", folder_.path().string()}});
    REQUIRE(done);
    REQUIRE_MESSAGE(done->exit_code == 0, done->err);
    for (const auto& entry : fs::recursive_directory_iterator{folder_.path()}) {
      if (!entry.is_regular_file()) continue;
      const auto path = entry.path().lexically_relative(folder_.path()).string();
      files_[path.substr(path.find('/') + 1)] = read_file(entry.path(), 64 << 20).value();
    }
  }
  [[nodiscard]] bool has(const std::string& name) const { return files_.contains(name); }
  [[nodiscard]] const std::string& text(const std::string& name) const {
    static const std::string none;
    const auto found = files_.find(name);
    CHECK_MESSAGE(found != files_.end(), name);
    return found == files_.end() ? none : found->second;
  }
  [[nodiscard]] bool says(const std::string& name, const std::string& words) const {
    return text(name).find(words) != std::string::npos;
  }
  /// The files in which these bytes are.
  [[nodiscard]] std::string with(const std::string& secret) const {
    std::string names;
    for (const auto& [name, text] : files_) {
      if (text.find(secret) != std::string::npos) names += name + " ";
    }
    return names;
  }

 private:
  TempFolder folder_;
  std::map<std::string, std::string> files_;
};

fs::path bundle_of(const Cluster& cluster, const std::string& job, const std::string& name) {
  const auto file = cluster.folder() / name;
  cluster.must({"diagnose", job, "--output", file.string()});
  return file;
}

/// As if something in that process had logged it.
void add_line(const fs::path& folder, const std::string& text) {
  std::ofstream log{folder / log::kept_log_name, std::ios::app};
  REQUIRE(log);
  log << log::moment_text(wall_ms()) << " I test " << text << "\n";
}

}  // namespace

TEST_CASE("a bundle has all that helps, and no secret that anybody has put anywhere") {
  const OneDiskServer server{16 * mib, 4 * mib};
  const std::string password = "mail-Pw:77/ab";
  const std::string cloud = "cloudSecret0123456789abcdefXYZ";
  const auto password_file = server.folder.path() / "mail.password";
  REQUIRE(write_file_durably(password_file, password + "\n"));
  Cluster cluster{{.disks = {server.disk},
                   .more = "[mail]\nserver = \"127.0.0.1\"\nport = 9\nfrom = \"a@b.example\"\n"
                           "user = \"ferry\"\npassword_file = \"" +
                           password_file.string() + "\"\n",
                   .environment = {"ALIBABA_CLOUD_ACCESS_KEY_ID=LTAI5tExample",
                                   "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + cloud}}};
  const auto key = from_json<AccessKeyCreated>(cluster.must({"accesskey", "create"}));
  const auto hook = from_json<NotificationAdded>(
      cluster.must({"notification", "add", "--webhook", "http://127.0.0.1:9/hook"}));
  const auto code = from_json<ActivationCreated>(cluster.must({"activation", "create"}));
  std::vector<std::string> forms{code.code};  // of the code, the cluster keeps the digest only
  std::vector<std::string> secrets{password, key.secret, hook.secret, hook.secret.substr(6)};
  for (const auto& file : {cluster.state() / "keys/controller", cluster.state() / "keys/operator",
                           cluster.state() / "keys/transition-1"}) {
    auto text = read_file(file).value();
    text.erase(text.find_last_not_of("\r\n") + 1);
    secrets.push_back(text);
    const auto raw = key_bytes(text);
    REQUIRE(raw);
    forms.push_back(to_hex(*raw));
    forms.push_back(base64(*raw));
    forms.push_back(to_base64url(*raw));
  }
  const auto job =
      cluster.start_job({"--description", "with " + key.secret, "--tag", "note=" + hook.secret});
  cluster.wait_for_status(job, "Finished");

  const auto agent_log = cluster.state() / "source" / "log";
  const std::map<std::string, fs::path> logs{
      {"controller", cluster.state() / "kept-logs/controller"},
      {"transition-1", cluster.state() / "kept-logs/transition-1"},
      {"worker-1", cluster.state() / "kept-logs/worker-1"},
      {cluster.source(), agent_log}};
  for (const auto& [node, folder] : logs) {
    add_line(folder, "planted here");
    for (const auto& secret : secrets) {
      add_line(folder, "planted " + secret + " and " + to_hex(secret) + " and " + base64(secret) +
                           " and " + base64("user:" + secret));
    }
    add_line(folder, "GET http://joe:urlPassword9@10.0.0.1/x?Signature=sigValue123%3D&a=1");
    for (const auto& form : forms) add_line(folder, "planted " + form + " alone");
    add_line(folder, "Authorization: Bearer tokenValue.123456\tCookie: session=cookieValue1");
    add_line(folder, R"(answer {"AccessKeySecret":"stsSecretValue","SecurityToken":"stsToken1"})");
  }
  // It knows this one alone.
  add_line(logs.at("worker-1"), "planted " + cloud + " and " + base64(cloud));

  const auto file = bundle_of(cluster, job, "bundle.tar.gz");
  struct stat facts {};
  REQUIRE(::stat(file.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  CHECK(cluster.refused({"diagnose", job, "--output", file.string()}).what.find("exists") !=
        std::string::npos);

  const Unpacked bundle{file};
  secrets.push_back(cloud);
  for (const std::string other : {"urlPassword9", "sigValue123", "tokenValue", "cookieValue1",
                                  "stsSecretValue", "stsToken1"}) {
    forms.push_back(other);
  }
  for (const auto& form : forms) {
    CHECK_MESSAGE(bundle.with(form).empty(), form << " is in " << bundle.with(form));
  }
  for (const auto& secret : secrets) {
    CHECK_MESSAGE(bundle.with(secret).empty(), secret << " is in " << bundle.with(secret));
    CHECK_MESSAGE(bundle.with(to_hex(secret)).empty(), secret);
    CHECK_MESSAGE(bundle.with(base64(secret).substr(0, secret.size())).empty(), secret);
  }
  for (const auto& [node, folder] : logs) {
    CHECK(bundle.says("logs/" + node + ".log", "planted here"));
    CHECK(bundle.says("logs/" + node + ".log", "[redacted:"));
  }
  CHECK(bundle.says("logs/" + cluster.source() + ".log", "agent runs"));
  CHECK(bundle.says("events.json", "event.job_finished"));
  CHECK(bundle.says("job.json", "[redacted:access-key]"));
  CHECK(bundle.says("ledger.json", "\"kind\": \"instance\""));
  CHECK(bundle.says("source.json", "source01"));
  CHECK(bundle.says("cluster.toml", "[mail]"));
  for (const std::string word : {"transition-1", "worker-1", "kernel", cluster.source().c_str()}) {
    CHECK(bundle.says("versions.json", word));
  }
  CHECK(bundle.says("README.txt", job));
  CHECK(bundle.has("certificate.json"));
}

TEST_CASE("a node that is dead is a note in the bundle, and costs a few seconds") {
  const OneDiskServer server{16 * mib, 4 * mib};
  Cluster cluster{{.disks = {server.disk}}};
  const auto job = cluster.start_job({"--bandwidth", "16"});
  cluster.wait_until_copied(job, 5);
  cluster.kill_9("launcher");
  cluster.kill_9("transition-1");
  const auto began_ms = steady_ms();
  const Unpacked bundle{bundle_of(cluster, job, "bundle.tar.gz")};
  CHECK(steady_ms() - began_ms < 15'000);
  CHECK(bundle.says("README.txt", "node transition-1"));
  CHECK(bundle.says("events.json", "event.instance_ready"));
  CHECK(bundle.says("logs/controller.log", "I controller"));
  CHECK(bundle.says("versions.json", "worker-1"));
  cluster.kill_9("controller");
  const auto refusal = cluster.refused({"diagnose", job});
  CHECK(refusal.name == "unreachable");
  CHECK(!refusal.fix.empty());
}

TEST_CASE("what a user has switched off is not in the bundle, which says so") {
  const OneDiskServer server{16 * mib, 4 * mib};
  Cluster cluster{{.disks = {server.disk}}};
  const auto job = cluster.start_job({"--diagnostic-logs", "off"});
  cluster.wait_for_status(job, "Finished");
  add_line(cluster.state() / "source" / "log", "planted here");
  const auto noted = [&] {
    const Unpacked bundle{bundle_of(cluster, job, std::to_string(steady_ms()) + ".tar.gz")};
    CHECK(bundle.with("planted here").empty());
    CHECK(bundle.says("README.txt", "diagnostic_logs off"));
    return bundle.has("logs/worker-1.log");
  };
  CHECK(noted());
}

TEST_CASE("an agent that was told to tells no lines, and the bundle says so") {
  const OneDiskServer server{16 * mib, 4 * mib};
  Cluster cluster{{.with_source = false}};
  const auto code = from_json<ActivationCreated>(cluster.must_once_up({"activation", "create"}));
  const auto state = server.folder.path() / "agent";
  Background agent{
      {program("edgeferry-agent"), "register", "--no-diagnostic-logs", "--state", state.string(),
       "--controller", cluster.endpoint(), "--code", code.code, "--disk", server.disk.string()},
      server.folder.path() / "agent.out"};
  std::string source;
  REQUIRE(eventually([&] {
    for (const auto& view : from_json<SourceList>(cluster.must({"source", "list"})).sources) {
      if (view.state == "Available") source = view.id;
    }
    return !source.empty();
  }));
  const auto job = from_json<JobView>(cluster.must({"job", "create", "--source", source})).id;
  add_line(state / "log", "planted here");
  const Unpacked bundle{bundle_of(cluster, job, "bundle.tar.gz")};
  CHECK(bundle.with("planted here").empty());
  CHECK(bundle.says("README.txt", "--no-diagnostic-logs"));
  CHECK(bundle.says("logs/" + source + ".log", "--no-diagnostic-logs"));
}

TEST_CASE("lines of a job's end are stored, though the controller dies then and the agent later") {
  const OneDiskServer server{16 * mib, 4 * mib};
  Cluster cluster{{.disks = {server.disk}}};
  const auto job = cluster.start_job();
  cluster.wait_for_status(job, "Finished");
  cluster.kill_9("controller");
  cluster.must_once_up({"job", "show", job});
  const auto is_back = [&] {
    const auto list = from_json<NodeList>(cluster.must_once_up({"cluster", "nodes"}));
    return std::ranges::any_of(list.nodes, [&](const NodeView& node) {
      return node.node == cluster.source() && node.online;
    });
  };
  REQUIRE(eventually(is_back));
  const auto stored = [&] {
    // The lines of an agent that is away can only come from the database.
    const Unpacked bundle{bundle_of(cluster, job, std::to_string(steady_ms()) + ".tar.gz")};
    return bundle.has("logs/" + cluster.source() + ".log") &&
           bundle.says("logs/" + cluster.source() + ".log", "agent runs");
  };
  std::this_thread::sleep_for(8s);
  cluster.kill_9("launcher");
  cluster.kill_9("source");
  CHECK(eventually(stored));
}
