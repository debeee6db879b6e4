// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The program on the source server: registers it once, then waits for the
// controller's orders.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "actors/agent/disk_sync.hpp"
#include "actors/agent/held_note.hpp"
#include "actors/supervisor.hpp"
#include "apps/agent_check.hpp"
#include "apps/agent_state.hpp"
#include "apps/completion.hpp"
#include "apps/exit_codes.hpp"
#include "apps/manual.hpp"
#include "apps/secret_words.hpp"
#include "apps/serve.hpp"
#include "apps/usage.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/kept_log.hpp"
#include "base/log.hpp"
#include "base/subprocess.hpp"
#include "base/version.hpp"
#include "disk/inventory.hpp"
#include "messages/error_view.hpp"
#include "transport/bridge.hpp"
#include "transport/client.hpp"

using namespace ferry;

namespace {

constexpr std::chrono::milliseconds code_poll{300};

struct Words {
  std::string state = "/var/lib/edgeferry-agent";
  std::string controller;
  std::string code;
  std::string code_file;
  std::vector<std::string> disks;
  std::string root;
  bool allow_plain = false;
  bool no_diagnostic_logs = false;
  std::string freeze_hooks = "/etc/edgeferry/freeze-hooks.d";
  bool background = false;
  bool service = false;
  bool abort = false;
  bool json = false;
  std::string log_format = "text";
  std::string log_level = "info";
  std::string text;  // of commands about this program itself
};

InventoryOptions offered_by(const Words& words) {
  return {words.disks, words.root.empty() ? "/" : words.root};
}

/// Whether answers and errors are to be JSON; this process does one command.
bool speaks_json = false;

int fail_with(const Error& error) {
  if (speaks_json) {
    std::fprintf(stderr, "%s\n", to_json(error_view(error)).c_str());
  } else {
    std::fprintf(stderr, "edgeferry-agent: %s\n", to_string(error).c_str());
  }
  return exit_failed;
}

struct RegisteredServer {
  std::string source;
  std::string controller;
  FERRY_FIELDS(source, controller)
};

void tell_registered(const Words& words, const std::string& source) {
  if (words.json) {
    std::printf("%s\n", to_json(RegisteredServer{source, words.controller}, true).c_str());
  } else {
    std::printf("Import Source Server [%s] Successfully!\n", source.c_str());  // F36
  }
  std::fflush(stdout);
}

Result<Registration> register_server(const Words& words, const AgentState& state) {
  if (::geteuid() != 0) return fail(Errc::not_root, "reading disks needs root");
  auto code = parse_activation_code(words.code);
  if (!code) return fail(code.error());
  if (auto done = make_folder(state.folder()); !done) return fail(done.error());
  auto keys = state.keys();
  if (!keys) return fail(keys.error());
  auto inventory = read_inventory(offered_by(words));
  if (!inventory) return fail(inventory.error());
  Client client{{words.controller, code->server_key, *keys}};
  const RegisterSource request{code->activation, code->secret, keys->public_key, protocol_version,
                               *inventory};
  crash_point("agent: a key is made, nobody knows it");
  auto answer = client.ask<SourceRegistered>("sources", request);
  if (!answer) return fail(answer.error());
  crash_point("agent: the server is registered, which is not saved");
  Registration registration{answer->source, words.controller, code->server_key,
                            words.disks,    words.root,       words.no_diagnostic_logs};
  if (auto done = state.save(registration); !done) return fail(done.error());
  tell_registered(words, answer->source);
  return registration;
}

/// Returns false if it is told to end before the time is over.
bool wait(std::chrono::milliseconds time) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  const timespec limit{time.count() / 1000, time.count() % 1000 * 1'000'000};
  return sigtimedwait(&set, nullptr, &limit) <= 0;
}

/// Waits for an operator to put an activation code there; false on SIGTERM.
bool wait_for_code(Words& words) {
  for (bool told = false;; told = true) {
    if (auto text = read_file(words.code_file, 1024); text && text->ends_with('\n')) {
      words.code = *text;
      return true;
    }
    if (!told) log::info("agent waits for an activation code", {{"file", words.code_file}});
    if (!wait(code_poll)) return false;
  }
}

/// Registers with the code in the file, once both it and the controller are there: a server may
/// start before either. The file is read anew for each attempt. Errors: refusals; canceled on
/// SIGTERM.
Result<Registration> register_in_time(Words& words, const AgentState& state) {
  std::mt19937_64 random{static_cast<std::uint64_t>(wall_ms())};
  for (std::uint32_t failures = 0; wait_for_code(words); ++failures) {
    auto registration = register_server(words, state);
    if (registration) return registration;
    const auto& error = registration.error();
    if (error.code != Errc::unreachable && error.code != Errc::timeout) return registration;
    log::warning("registration is tried again", {{"why", to_string(error)}});
    if (!wait(Backoff{}.delay(failures, random))) break;
  }
  return fail(Errc::canceled, "the agent was told to end before it was registered");
}

std::filesystem::path log_folder(const AgentState& state) { return state.folder() / "log"; }

/// What is given away of it has neither the agent's key nor a code in it.
KeptLog kept_log(const Words& words, const AgentState& state, const Registration& registration,
                 const KeyPair& keys) {
  std::vector<KnownSecret> secrets{{"key", keys.secret_key}, {"code", words.code}};
  if (auto raw = key_bytes(keys.secret_key)) secrets.push_back({"key", std::move(*raw)});
  const bool refused = words.no_diagnostic_logs || registration.no_diagnostic_logs;
  return {log_folder(state), refused ? "the agent runs with --no-diagnostic-logs" : "",
          std::make_shared<const Redactor>(secrets)};
}

int serve_controller(const Words& words, const AgentState& state, Registration registration) {
  if (!words.controller.empty()) registration.controller = words.controller;
  if (!words.disks.empty()) registration.disks = words.disks;
  if (!words.root.empty()) registration.root = words.root;
  auto keys = state.keys();
  if (!keys) return fail_with(keys.error());
  const auto work_folder = state.folder() / "work";
  if (auto done = make_folder(work_folder); !done) return fail_with(done.error());
  HeldNote::undo_all(work_folder);
  caf::actor_system_config settings;
  settings.set("scheduler.max-threads", std::size_t{2});
  caf::actor_system system{actor_settings(settings)};
  auto bridge = Bridge::start(system, {registration.source, *keys, std::nullopt});
  if (!bridge) return fail_with(bridge.error());
  (*bridge)->connect({"controller", Role::controller}, registration.controller,
                     registration.server_key);
  log::info("agent runs",
            {{"source", registration.source}, {"controller", registration.controller}});
  const AgentOptions options{
      registration.source,
      registration.disks,
      registration.root,
      {*keys, work_folder, words.allow_plain, words.freeze_hooks, state.folder() / "Excludes"},
      limits::work_lease,
      kept_log(words, state, registration, *keys)};
  return serve(system, spawn_agent(system, bridge->get(), options));
}

/// It begins when this process holds the state folder no longer.
int start_service() {
  const auto started =
      ferry::run_ok({.argv = {"systemctl", "enable", "--now", "edgeferry-agent.service"}});
  return started ? 0 : fail_with(started.error());
}

int run(Words& words, bool registering) {
  if (registering && words.code.empty()) {
    auto code = read_secret(words.code_file);
    if (!code) return fail_with(code.error());
    words.code = std::move(*code);
  }
  const AgentState state{words.state};
  auto lock = state.lock();
  if (!lock) return fail_with(lock.error());
  hold_signals();
  if (auto kept = log::keep(log_folder(state), "agent"); !kept) {
    log::warning("log lines are not kept for diagnostics", {{"why", kept.error().what}});
  }
  const bool in_time = !registering && !words.code_file.empty() && !state.registered();
  auto registration = registering ? register_server(words, state)
                      : in_time   ? register_in_time(words, state)
                                  : state.load();
  if (!registration && registration.error().code == Errc::canceled) return 0;
  if (!registration) return fail_with(registration.error());
  if (words.service) {
    *lock = Fd{};
    return start_service();
  }
  if (words.background) {
    // The lock must stay with the process that goes on, so it is taken again there.
    *lock = Fd{};
    if (::daemon(0, 0) != 0) return fail_with(errno_error(Errc::internal, "go to the background"));
    lock = state.lock();
    if (!lock) return exit_failed;
  }
  return serve_controller(words, state, *registration);
}

/// Declares the options; they write to `words`.
class AgentLine {
 public:
  AgentLine() {
    app_.set_version_flag("--version", std::string{"edgeferry-agent "} + program_version);
    app_.fallthrough();
    state_ = app_.add_option("--state", words_.state, "Folder for key and registration")
                 ->type_name("FOLDER")
                 ->capture_default_str();
    add_log();
    app_.add_flag("--abort", words_.abort, "End the agent that runs in the background");
    add_register();
    add_run();
    add_check();
    completion_ =
        app_.add_subcommand("completion", "Print the script by which a shell completes commands");
    completion_->footer(
        "Example:\nedgeferry-agent completion bash > /etc/bash_completion.d/edgeferry-agent");
    completion_->add_option("shell", words_.text, "Which shell")
        ->check(CLI::IsMember({"bash", "zsh", "fish"}))
        ->required();
    // Packages are built with it; on a source server nobody needs it.
    manual_ = app_.add_subcommand("manual", "Write the manual page to a folder")->group("");
    manual_->add_option("folder", words_.text)->required();
  }

  int run(int argc, char** argv) {
    const std::vector<std::string> given(argv + 1, argv + argc);
    if (!given.empty() && given.front() == complete_word) {
      const auto nothing = [](const std::string&, const std::string&) {
        return std::vector<Candidate>{};
      };
      const auto tree = command_tree(app_);
      std::fputs(complete(tree, {given.begin() + 1, given.end()}, nothing).c_str(), stdout);
      return exit_ok;
    }
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& help) {
      return app_.exit(help);
    } catch (const CLI::ParseError& error) {
      speaks_json = std::ranges::find(given, "--json") != given.end();
      fail_with(usage_error(app_, error));
      return exit_usage;
    }
    hide_words(argc, argv, words_.code);
    speaks_json = words_.json;
    return run_chosen();
  }

 private:
  void add_offered(CLI::App* sub) {
    sub->add_option("--disk", words_.disks,
                    "Disk or raw image to offer; repeat; default: this server's own")
        ->type_name("FILE");
    sub->add_option("--root", words_.root, "Folder to read the inventory from; default: /")
        ->type_name("FOLDER");
  }
  CLI::Option* add_common(CLI::App* sub) {
    auto* controller = sub->add_option("--controller", words_.controller, "tcp://HOST:PORT");
    add_offered(sub);
    sub->add_flag("--allow-plain", words_.allow_plain, "Accept data links without sealing");
    sub->add_flag("--no-diagnostic-logs", words_.no_diagnostic_logs,
                  "Never tell the controller log lines of this agent");
    sub->add_option("--freeze-hooks", words_.freeze_hooks,
                    "Folder of programs that bring applications to rest before the last pass")
        ->type_name("FOLDER")
        ->capture_default_str();
    return controller;
  }
  void add_log() {
    app_.add_option("--log-format", words_.log_format, "Lines for people, or one JSON object each")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app_.add_option("--log-level", words_.log_level, "The lowest level that is written")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
        ->capture_default_str();
  }
  void add_register() {
    register_ =
        app_.add_subcommand("register", "Register this server with an activation code, then run");
    register_->footer(
        "Example:\nedgeferry-agent register --controller tcp://HOST:7443 --code-file web.code "
        "--background");
    add_common(register_)->required();
    auto* code = register_->add_option_group("code", "One of them must be given");
    code->add_option("--code-file", words_.code_file,
                     "File with the activation code; -: standard input")
        ->type_name("FILE");
    code->add_option("--code", words_.code,
                     "The activation code; for a moment, others on this server see it");
    code->require_option(1);
    register_->add_flag("--json", words_.json, "Print JSON for programs");
    auto* background =
        register_->add_flag("--background", words_.background, "Run in the background afterwards");
    // The service has the folders of its own.
    register_->add_flag("--service", words_.service, "Have systemd run the agent afterwards")
        ->excludes(background, state_);
  }
  void add_run() {
    run_ = app_.add_subcommand("run", "Run a registered agent");
    run_->footer("Example:\nedgeferry-agent run");
    add_common(run_);
    run_->add_option("--code-file", words_.code_file,
                     "Register with the code in this file, once it is there")
        ->type_name("FILE");
  }
  void add_check() {
    check_ = app_.add_subcommand(
        "check", "Say what stands against migrating this server; 0: nothing critical");
    check_->footer("Example:\nedgeferry-agent check --controller tcp://HOST:7443");
    check_->add_option("--controller", words_.controller, "tcp://HOST:PORT, to be reached as well");
    add_offered(check_);
    check_->add_flag("--json", words_.json, "Print JSON for programs");
  }

  int write_page() {
    const ManualFacts facts{
        .section = "8",
        .files = {"/var/lib/edgeferry-agent\tKey and registration, unless --state names another "
                  "folder.",
                  "/etc/edgeferry/freeze-hooks.d\tPrograms that bring applications to rest."},
        .see_also = {"edgeferry(1)"}};
    auto done = write_manual(manual_pages(command_tree(app_), facts), words_.text);
    return done ? exit_ok : fail_with(done.error());
  }

  int run_chosen() {
    if (words_.abort) {
      auto done = AgentState{words_.state}.abort();
      return done ? exit_ok : fail_with(done.error());
    }
    if (completion_->parsed()) {
      std::fputs(completion_script(words_.text, "edgeferry-agent").c_str(), stdout);
      return exit_ok;
    }
    if (manual_->parsed()) return write_page();
    log::start("agent", log::level_of(words_.log_level), log::format_of(words_.log_format));
    if (check_->parsed()) return check_server({offered_by(words_), words_.controller, words_.json});
    if (register_->parsed()) return ::run(words_, true);
    if (run_->parsed()) return ::run(words_, false);
    std::fputs(app_.help().c_str(), stderr);
    return exit_usage;
  }

  CLI::App app_{"edgeferry-agent: offers this server for migration", "edgeferry-agent"};
  Words words_;
  CLI::Option* state_ = nullptr;
  CLI::App* register_ = nullptr;
  CLI::App* run_ = nullptr;
  CLI::App* check_ = nullptr;
  CLI::App* completion_ = nullptr;
  CLI::App* manual_ = nullptr;
};

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);
  return AgentLine{}.run(argc, argv);
}
