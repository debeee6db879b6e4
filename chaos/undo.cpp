// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/undo.hpp"

#include <algorithm>
#include <csignal>

#include "base/file.hpp"
#include "base/process.hpp"
#include "base/subprocess.hpp"
#include "cloud/json_read.hpp"

namespace ferry::chaos {
namespace {

using namespace std::chrono_literals;

constexpr auto end_grace = 3s;
constexpr auto cluster_limit = 60s;
constexpr auto unmount_limit = 20s;

struct UndoFile {
  std::vector<UndoStep> steps;
  FERRY_FIELDS(steps)
};

Result<> end_process(const UndoStep& step) {
  const auto process = open_process(step.pid, step.ticks);
  if (!process) return {};
  send_signal(process, SIGTERM);
  if (wait_end(process, end_grace)) return {};
  send_signal(process, SIGKILL);
  if (wait_end(process, end_grace)) return {};
  return fail(Errc::timeout, "process " + std::to_string(step.pid) + " does not end",
              "look at it with ps, and at dmesg");
}

bool is_mounted(const std::string& folder) {
  const auto mounts = read_file("/proc/self/mounts", 1 << 20).value_or("");
  return mounts.find(" " + folder + " ") != std::string::npos;
}

Result<> unmount(const std::string& folder) {
  if (!is_mounted(folder)) return {};
  auto done = run_ok({.argv = {"umount", folder}, .timeout = unmount_limit});
  // Somebody still has a file open there; the file system goes with its last user.
  if (!done) done = run_ok({.argv = {"umount", "-l", folder}, .timeout = unmount_limit});
  if (!done) return fail(done.error());
  return {};
}

Result<> cluster(const std::string& how, const std::string& file) {
  Command command{.argv = {edgeferry_program(), "cluster", how, file}, .timeout = cluster_limit};
  if (how == "up") command.argv.emplace_back("--detach");
  auto done = run(command);
  if (!done) return fail(done.error());
  const bool was_so =
      done->err.find(code_text(how == "up" ? Errc::cluster_running : Errc::cluster_not_running)) !=
      std::string::npos;
  if (done->exit_code == 0 || was_so) return {};
  return fail(Errc::program_failed, "cluster " + how + ": " + done->err);
}

Result<> perform(const UndoStep& step) {
  if (step.kind == "continue") {
    if (const auto process = open_process(step.pid, step.ticks)) send_signal(process, SIGCONT);
    return {};
  }
  if (step.kind == "end") return end_process(step);
  if (step.kind == "unmount") return unmount(step.what);
  if (step.kind == "up" || step.kind == "down") return cluster(step.kind, step.what);
  std::error_code error;
  std::filesystem::remove_all(step.what, error);
  if (!error) return {};
  return fail(Errc::disk_write_failed, "remove " + step.what + ": " + error.message());
}

}  // namespace

Result<UndoLog> UndoLog::open(std::filesystem::path file) {
  UndoLog log{std::move(file)};
  if (!std::filesystem::exists(log.file_)) return log;
  auto text = read_file(log.file_);
  if (!text) return fail(text.error());
  auto read = record_from_json<UndoFile>(*text, log.file_.string());
  if (!read) return fail(read.error());
  log.steps_ = std::move(read->steps);
  for (const auto& step : log.steps_) log.next_id_ = std::max(log.next_id_, step.id + 1);
  return log;
}

Result<> UndoLog::save() const {
  return write_file_durably(file_, to_json(UndoFile{steps_}, true) + "\n");
}

Result<std::uint64_t> UndoLog::promise(UndoStep step) {
  if (steps_.size() >= undo_steps_max) {
    return fail(Errc::limit_exceeded, "too many faults are under way to remember them");
  }
  step.id = next_id_++;
  steps_.push_back(std::move(step));
  if (auto done = save(); !done) {
    steps_.pop_back();
    return fail(done.error());
  }
  return steps_.back().id;
}

Result<> UndoLog::fulfil(std::uint64_t id) {
  const auto step = std::ranges::find(steps_, id, &UndoStep::id);
  if (step == steps_.end()) return {};
  if (auto done = perform(*step); !done) return done;
  steps_.erase(step);
  return save();
}

std::vector<Error> UndoLog::fulfil_all() {
  std::vector<Error> errors;
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    if (auto done = perform(*step); !done) errors.push_back(done.error());
  }
  if (errors.empty()) steps_.clear();
  // What failed is tried again by the next one who reads the file.
  if (auto done = save(); !done) errors.push_back(done.error());
  return errors;
}

UndoStep undo_continue(std::int64_t pid) { return {0, "continue", {}, pid, start_ticks(pid)}; }
UndoStep undo_end(std::int64_t pid) { return {0, "end", {}, pid, start_ticks(pid)}; }
UndoStep undo_path(std::string kind, const std::filesystem::path& path) {
  return {0, std::move(kind), path.string(), 0, 0};
}

std::string edgeferry_program() {
  std::error_code failed;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
  const auto program = self.parent_path() / "edgeferry";
  return failed || !std::filesystem::exists(program) ? "edgeferry" : program.string();
}

}  // namespace ferry::chaos
