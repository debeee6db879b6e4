// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/cluster.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/launcher.hpp"
#include "base/clock.hpp"
#include "base/free_port.hpp"
#include "base/process.hpp"

namespace ferry::cluster_test {

namespace fs = std::filesystem;

namespace {

constexpr auto poll = 60ms;
constexpr std::size_t log_lines_shown = 15;

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it{folder, error}, end; !error && it != end;
       it.increment(error)) {
    if (it->is_regular_file()) files.push_back(it->path());
  }
  return files;
}

std::string last_lines(const fs::path& file) {
  std::ifstream in{file};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::string text = "-- " + file.filename().string() + "\n";
  for (auto i = lines.size() > log_lines_shown ? lines.size() - log_lines_shown : 0;
       i < lines.size(); ++i) {
    text += lines[i] + "\n";
  }
  return text;
}

bool is_offline(const Refusal& refusal) {
  return refusal.error == code_text(Errc::timeout) || refusal.error == code_text(Errc::unreachable);
}

bool has_ended(const JobView& job) {
  return job.status == "Finished" || job.status == "InError" || job.status == "Deleted" ||
         job.status == "Stopped" || job.status == "Expired";
}

std::string told(const JobView& job) {
  std::string text = job.id + " is " + job.status + " " + job.business_status + " epoch " +
                     std::to_string(job.epoch) + ", " + job.step;
  if (job.error_code != 0)
    text += ": " + code_text(static_cast<Errc>(job.error_code)) + " " + job.error;
  if (!job.waiting_for.empty()) text += ", waits for " + job.waiting_for;
  return text;
}

}  // namespace

std::string program(const std::string& name) {
  return std::string{FERRY_PROGRAM_FOLDER} + "/" + name;
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto deadline = steady_ms() + limit.count();
  while (!condition()) {
    if (steady_ms() > deadline) return false;
    std::this_thread::sleep_for(poll);
  }
  return true;
}

std::string msgpack_of_json(const std::string& json) {
  const auto bytes = nlohmann::json::to_msgpack(nlohmann::json::parse(json));
  return {bytes.begin(), bytes.end()};
}

// -- the cluster -----------------------------------------------------------------------

Cluster::Cluster(Plan plan)
    : file_(folder_.path() / "cluster.toml"),
      crash_folder_(plan.crash_folder),
      with_source_(plan.with_source),
      environment_(plan.environment) {
  REQUIRE_MESSAGE(::geteuid() == 0, "these tests need root, as the product does");
  write_file(plan);
  start_guard();
  try {
    start();
  } catch (...) {
    down();
    throw;
  }
}

Cluster::~Cluster() { down(); }

void Cluster::write_file(const Plan& plan) {
  endpoint_ = "tcp://127.0.0.1:" + std::to_string(free_port());
  std::ofstream out{file_};
  out << "[cluster]\nname = \"test\"\nstate = \"var\"\n"
      << "[limits]\nsystem_disk_min = \"8 MiB\"\ndata_disk_min = \"1 MiB\"\n"
      << "[jobs]\nboot_proof = \"" << plan.boot_proof << "\"\n"
      << plan.more << "[[node]]\nname = \"controller\"\nrole = \"controller\"\nlisten = \""
      << endpoint_ << "\"\n"
      << "[[node]]\nname = \"transition-1\"\nrole = \"transition\"\ncontrol = \"tcp://127.0.0.1:"
      << free_port() << "\"\ndata = \"tcp://127.0.0.1:" << free_port() << "\"\n";
  if (!plan.storage.empty()) out << "storage = \"" << plan.storage << "\"\n";
  for (int i = 1; i <= plan.workers; ++i) {
    out << "[[node]]\nname = \"worker-" << i << "\"\nrole = \"worker\"\n";
  }
  if (!plan.with_source) return;
  out << "[[node]]\nname = \"source\"\nrole = \"agent\"\ncode_file = \"source.code\"\ndisks = [";
  for (const auto& disk : plan.disks) out << '"' << disk.string() << "\", ";
  out << "]\n";
  if (!plan.root.empty()) out << "root = \"" << plan.root << "\"\n";
}

void Cluster::start() {
  up();
  if (!with_source_) return;
  must_once_up(
      {"activation", "create", "--quota", "1", "--code-file", (state() / "source.code").string()});
  wait_for_source();
}

void Cluster::start_anew() {
  down();
  fs::remove_all(state());
  source_.clear();
  start();
}

void Cluster::up() {
  Words words{"env"};
  words.insert(words.end(), environment_.begin(), environment_.end());
  if (!crash_folder_.empty()) words.push_back("FERRY_CRASH_FOLDER=" + crash_folder_.string());
  words.push_back(program(crash_folder_.empty() ? "edgeferry" : "crashing/edgeferry"));
  words.insert(words.end(), {"cluster", "up", file_.string(), "--detach"});
  must_run(words);
}

/// Takes the cluster down when this process ends without its destructors: a crash, or
/// the time limit of ctest.
void Cluster::start_guard() {
  int ends[2] = {-1, -1};
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const Fd read_end{ends[0]};
  guard_ = Fd{ends[1]};
  const auto path = program("edgeferry");
  const auto process = ::fork();
  REQUIRE(process >= 0);
  if (process > 0) {
    ::waitpid(process, nullptr, 0);
    return;
  }
  if (::fork() != 0) ::_exit(0);  // the parent need not wait for the second one
  ::setsid();
  ::dup2(read_end.get(), 0);
  const int nothing = ::open("/dev/null", O_WRONLY);
  ::dup2(nothing, 1);
  ::dup2(nothing, 2);
  ::execl("/bin/sh", "sh", "-c", "read line; [ ! -e \"$1\" ] || \"$0\" cluster down \"$1\"",
          path.c_str(), file_.c_str(), nullptr);
  ::_exit(127);
}

void Cluster::down() {
  auto output = run({.argv = {program("edgeferry"), "cluster", "down", file_.string()}});
  if (!output) MESSAGE(to_string(output.error()));
}

void Cluster::wait_for_source() {
  const auto registered = [this] {
    const auto answer = cli({"source", "list"});
    if (answer.exit_code != 0) return false;
    for (const auto& source : from_json<SourceList>(answer.out).sources) {
      if (source.state == "Available") source_ = source.id;
    }
    return !source_.empty();
  };
  REQUIRE_MESSAGE(eventually(registered), "no source server is available\n" << logs());
}

CommandOutput Cluster::cli(const Words& words) const {
  Command command{.argv = {program("edgeferry"), "--config", file_.string(), "--json"}};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  auto output = run(command);
  REQUIRE_MESSAGE(output.has_value(), (output ? "" : to_string(output.error())));
  return *output;
}

std::string Cluster::must(const Words& words) const {
  const auto output = cli(words);
  REQUIRE_MESSAGE(output.exit_code == 0,
                  words[0] << " " << words[1] << ": " << output.err << logs());
  return output.out;
}

Refusal Cluster::refused(const Words& words) const {
  const auto output = cli(words);
  REQUIRE_MESSAGE(output.exit_code == 1,
                  words[0] << " " << words[1] << ": " << output.out << output.err);
  return from_json<Refusal>(output.err);
}

pid_t Cluster::pid(const std::string& node) const {
  const auto status = from_json<ClusterStatus>(must({"cluster", "status"}));
  if (node == "launcher") return static_cast<pid_t>(status.launcher_pid);
  const auto found = std::ranges::find(status.nodes, node, &NodeStatus::name);
  return found == status.nodes.end() ? 0 : static_cast<pid_t>(found->pid);
}

std::uint32_t Cluster::restarts(const std::string& node) const {
  const auto status = from_json<ClusterStatus>(must({"cluster", "status"}));
  const auto found = std::ranges::find(status.nodes, node, &NodeStatus::name);
  return found == status.nodes.end() ? 0 : found->restarts;
}

void Cluster::kill_9(const std::string& node) const {
  pid_t process = 0;
  // The launcher takes its time to start again a node that was killed before.
  (void)eventually([&] { return (process = pid(node)) > 1; }, 20s);
  REQUIRE_MESSAGE(process > 1, node << " does not run");
  const auto handle = open_child(process);
  REQUIRE(::kill(process, SIGKILL) == 0);
  // On a busy machine it takes its time, and whoever looks would find it alive.
  REQUIRE(wait_end(handle, 20s));
}

std::string Cluster::logs() const {
  std::string text;
  for (const auto& file : files_below(state() / "logs")) text += last_lines(file);
  return text;
}

std::string Cluster::must_once_up(const Words& words) const {
  CommandOutput output;
  // Its heartbeat tells a new controller of a source server within two seconds.
  const auto works = [&] {
    output = cli(words);
    return output.exit_code == 0;
  };
  REQUIRE_MESSAGE(eventually(works), output.err << logs());
  return output.out;
}

// -- jobs ------------------------------------------------------------------------------

std::string Cluster::create_job(const Words& words) const {
  Words create{"job", "create", "--source", source_};
  create.insert(create.end(), words.begin(), words.end());
  return from_json<JobView>(must_once_up(create)).id;
}

std::string Cluster::start_job(const Words& words) const {
  const auto id = create_job(words);
  must({"job", "start", id});
  return id;
}

JobView Cluster::job(const std::string& id) const {
  return noted(from_json<JobView>(must({"job", "show", id})));
}

/// Adds up what was sent: the controller shows only the newest attempt.
JobView Cluster::noted(JobView view) const {
  std::uint64_t now = 0;
  for (const auto& disk : view.disks) now += disk.bytes_sent;
  auto& sent = sent_[view.id];
  if (view.disks.empty()) return view;  // a controller that just started has not asked yet
  if (now < sent.now) sent.before += sent.now;
  sent.now = now;
  return view;
}

JobView Cluster::wait_for(const std::string& id, const std::string& what,
                          const std::function<bool(const JobView&)>& wished,
                          std::chrono::seconds limit) {
  const auto deadline = steady_ms() + std::chrono::milliseconds{limit}.count();
  for (;;) {
    // A controller that was killed answers again soon; what a test waits for is the job.
    const auto answer = cli({"job", "show", id});
    const bool offline = answer.exit_code != 0 && is_offline(from_json<Refusal>(answer.err));
    if (!offline) {
      REQUIRE_MESSAGE(answer.exit_code == 0, answer.err);
      auto view = noted(from_json<JobView>(answer.out));
      if (wished(view)) return view;
      REQUIRE_MESSAGE(!has_ended(view), "not " << what << ": " << told(view) << "\n" << logs());
      REQUIRE_MESSAGE(steady_ms() < deadline, "never " << what << ": " << told(view) << "\n"
                                                       << logs());
    }
    REQUIRE_MESSAGE(steady_ms() < deadline, "never " << what << "\n" << logs());
    std::this_thread::sleep_for(poll);
  }
}

JobView Cluster::wait_for_status(const std::string& id, const std::string& status,
                                 std::chrono::seconds limit) {
  return wait_for(
      id, status, [&](const JobView& view) { return view.status == status; }, limit);
}

JobView Cluster::wait_until_copied(const std::string& id, double percent) {
  return wait_for(
      id, "copied by " + std::to_string(percent) + " %", [percent](const JobView& view) {
        // A copy may be over before anybody can ask.
        if (view.status == "Finished" || view.business_status == "Processing") return true;
        if (view.business_status != "Syncing" || view.disks.empty()) return false;
        const auto& disk = view.disks.front();
        return disk.bytes_total > 0 && static_cast<double>(disk.bytes_sent) * 100 >=
                                           percent * static_cast<double>(disk.bytes_total);
      });
}

std::uint64_t Cluster::bytes_sent(const std::string& id) const {
  return sent_[id].before + sent_[id].now;
}

// -- proofs ----------------------------------------------------------------------------

void Cluster::check_finished(const JobView& job, const std::vector<fs::path>& disks) const {
  REQUIRE(job.status == "Finished");
  auto text = read_file(fs::path{job.image_path} / "image.json");
  REQUIRE(text.has_value());
  const auto document = from_json<ImageDocument>(*text);
  CHECK(document.job == job.id);
  CHECK(document.image_id == job.image);
  REQUIRE(document.disks.size() == disks.size());
  for (std::size_t i = 0; i < disks.size(); ++i) {
    const auto qcow2 = fs::path{job.image_path} / document.disks[i].file;
    CHECK(same_contents(disks[i], qcow2));
    must_run({"qemu-img", "check", "-q", "-f", "qcow2", qcow2.string()});
    CHECK(must_run({"sha256sum", qcow2.string()}).substr(0, 64) == document.disks[i].sha256);
    CHECK(fs::file_size(qcow2) == document.disks[i].file_size);
    CHECK(document.disks[i].sha256 == job.image_disks.at(i).sha256);
  }
  check_nothing_temporary();
}

void Cluster::check_nothing_temporary() const {
  for (const auto* folder : {"objects", "about", "uploads"}) {
    for (const auto& file : files_below(state() / "bucket" / folder)) FAIL_CHECK(file.string());
  }
  CHECK(files_below(state() / "scratch").empty());
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{state() / "instances", ignored}) {
    CHECK_MESSAGE(entry.path().filename() == "released", entry.path().string());
  }
}

std::size_t Cluster::images() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(files_below(state() / "ens"),
                            [](const fs::path& file) { return file.extension() == ".qcow2"; }));
}

}  // namespace ferry::cluster_test
