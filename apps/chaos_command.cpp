// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/chaos_command.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/launcher.hpp"
#include "apps/output.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "chaos/fault_kinds.hpp"
#include "chaos/harness.hpp"
#include "chaos/schedule.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

struct StrikeView {
  std::uint64_t at_ms = 0;
  std::string fault;
  std::string on;
  FERRY_FIELDS(at_ms, fault, on)
};
struct StrikeList {
  std::vector<StrikeView> strikes;
  FERRY_FIELDS(strikes)
};

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // it is written by a signal handler
volatile sig_atomic_t running_child = 0;

void on_signal_interrupt(int) { interrupted = true; }
/// A terminal's Ctrl-C reaches the child by itself; twice does no harm.
void on_signal_forward(int number) {
  if (running_child > 0) ::kill(running_child, number);
}

void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int tell(const chaos::RunReport& report, const ChaosWords& words) {
  if (words.json) {
    print_json(report);
  } else {
    std::fputs(chaos::report_text(report).c_str(), stdout);
  }
  std::fflush(stdout);
  if (!words.report_file.empty()) {
    auto written = write_file_durably(words.report_file, to_json(report, true) + "\n", 0644);
    if (!written) return print_error(written.error(), words.json);
  }
  return report.outcome == "held" && report.not_undone.empty() ? exit_ok : exit_failed;
}

int run_here(const chaos::RunOptions& options, const ChaosWords& words) {
  // A guard that was killed can't undo anything, so this process ends well by itself.
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  handle(on_signal_interrupt);
  auto report = chaos::run_plan(options);
  if (!report) return print_error(report.error(), words.json);
  const bool held = report->outcome == "held" && report->not_undone.empty();
  if (!held) report->work = options.work.string();
  return tell(*report, words);
}

/// Returns true if nothing is left to undo.
bool undo_all(const fs::path& work, bool json) {
  auto undo = chaos::UndoLog::open(chaos::undo_file(work));
  if (!undo) {
    print_error(undo.error(), json);
    return false;
  }
  const auto errors = undo->fulfil_all();
  for (const auto& error : errors) {
    print_error({error.code, "not undone: " + error.what, error.fix}, json);
  }
  return errors.empty();
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  running_child = 0;
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  std::fprintf(stderr, "edgeferry: the run was ended by signal %d; what it did is undone now\n",
               WTERMSIG(status));
  return exit_failed;
}

chaos::PlanResult load(const ChaosWords& words) { return chaos::load_plan(words.plan); }

}  // namespace

int chaos_run(const ChaosWords& words) {
  auto plan = load(words);
  if (!plan) return print_config_errors(plan.error(), words.json);
  if (!plan->is_embedded()) {
    if (auto cluster = load_config(plan->cluster.file); !cluster) {
      return print_config_errors(cluster.error(), words.json);
    }
  }
  chaos::RunOptions options;
  options.seed = words.seed.value_or(plan->seed);
  options.work = fs::path{plan->cluster.work} / random_id("edgeferry-chaos");
  options.plan = std::move(*plan);
  options.interrupted = &interrupted;
  options.say = [](const std::string& text) { std::fprintf(stderr, "  %s\n", text.c_str()); };
  if (auto made = make_folder(options.work); !made) return print_error(made.error(), words.json);
  // The run happens in a child, so that somebody is left to undo things if it crashes.
  handle(on_signal_forward);
  std::fflush(nullptr);
  const auto child = ::fork();
  if (child == 0) std::_Exit(run_here(options, words));
  if (child < 0) return print_error(errno_error(Errc::internal, "fork"), words.json);
  running_child = child;
  int exit_code = wait_for(child);
  if (!undo_all(options.work, words.json)) exit_code = exit_failed;
  std::error_code ignored;
  if (exit_code == exit_ok) fs::remove_all(options.work, ignored);
  return exit_code;
}

int chaos_check(const ChaosWords& words) {
  auto plan = load(words);
  if (!plan) return print_config_errors(plan.error(), words.json);
  StrikeList list;
  for (const auto& strike : chaos::schedule(*plan, words.seed.value_or(plan->seed))) {
    const auto& fault = plan->faults[strike.fault];
    auto on = !fault.node.empty() ? fault.node : !fault.role.empty() ? fault.role : fault.folder;
    list.strikes.push_back(
        {static_cast<std::uint64_t>(strike.at_ms), fault.kind, on.empty() ? "any" : on});
  }
  if (words.json) return print_json(list);
  Table table{{"AT", "FAULT", "ON"}};
  for (const auto& strike : list.strikes) {
    table.add({duration_text(strike.at_ms), strike.fault, strike.on});
  }
  table.print();
  return exit_ok;
}

int chaos_list_faults(bool json) {
  const auto list = chaos::list_faults();
  if (json) return print_json(list);
  Table table{{"FAULT", "POSSIBLE HERE", "WHAT IT DOES", "NEEDS"}};
  for (const auto& fault : list.faults) {
    table.add(
        {fault.name, fault.possible ? "yes" : "no: " + fault.why_not, fault.what, fault.needs});
  }
  table.print();
  return exit_ok;
}

int chaos_undo(const std::string& work, bool json) {
  if (!fs::exists(chaos::undo_file(work))) {
    return print_error({Errc::not_found, "there is no undo.json in " + work,
                        "name the folder that the run told, /var/tmp/edgeferry-chaos-..."},
                       json);
  }
  return undo_all(work, json) ? exit_ok : exit_failed;
}

}  // namespace ferry
