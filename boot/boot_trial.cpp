// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/boot_trial.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "boot/console_watch.hpp"
#include "boot/guest_traffic.hpp"

namespace ferry {
namespace {

constexpr std::chrono::milliseconds poll_interval{100};
constexpr std::size_t last_lines_shown = 12;

std::int64_t ms_of(std::chrono::milliseconds time) { return time.count(); }

/// The console as the guest writes it, as far as the limit goes.
class ConsoleLog {
 public:
  static Result<ConsoleLog> open(const std::string& path) {
    ConsoleLog log;
    if (path.empty()) return log;
    auto fd = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (!fd) return fail(fd.error());
    log.fd_ = std::move(*fd);
    return log;
  }
  Result<> write(std::string_view bytes) {
    bytes = bytes.substr(0, limits::console_log_bytes_max - size_);
    if (!fd_ || bytes.empty()) return {};
    if (auto done = write_at(fd_, bytes.data(), bytes.size(), size_); !done) return done;
    size_ += bytes.size();
    return {};
  }

 private:
  Fd fd_;
  std::uint64_t size_ = 0;
};

/// How one attempt ended.
enum class Ending : std::uint8_t { up, dead_end, timeout, turned_off, kvm_useless, stopped };

/// One machine, watched from its start to a verdict.
class Attempt {
 public:
  Attempt(const BootTrial& trial, const BootObserver& observer, RunningMachine machine,
          ConsoleLog log, Accelerator accelerator)
      : trial_(trial),
        machine_(std::move(machine)),
        log_(std::move(log)),
        accelerator_(accelerator),
        console_(trial.marker, observer.on_milestone) {}

  Result<Ending> watch(const std::stop_token& stop);
  [[nodiscard]] BootReport report(Ending ending) const;
  RunningMachine& machine() { return machine_; }
  /// QEMU's last words, one line.
  [[nodiscard]] std::string words() const;

 private:
  /// Takes what is there; returns false once the machine has closed its console.
  Result<bool> take_all();
  [[nodiscard]] std::optional<Ending> verdict(std::int64_t now) const;
  /// True while KVM, chosen because it is there, may still turn out to be of no use.
  [[nodiscard]] bool doubts_kvm() const;

  const BootTrial& trial_;
  RunningMachine machine_;
  ConsoleLog log_;
  Accelerator accelerator_;
  ConsoleWatch console_;
  GuestTraffic traffic_;
  std::string words_;
  std::optional<std::int64_t> up_ms_;
  std::int64_t begun_ms_ = steady_ms();
  std::int64_t verdict_ms_ = 0;
};

/// Reads what is there without waiting, at most a buffer; nothing: the other end is closed.
std::optional<std::string_view> read_some(const Fd& fd, std::array<char, 65536>& buffer) {
  const auto count = ::read(fd.get(), buffer.data(), buffer.size());
  if (count > 0) return std::string_view{buffer.data(), static_cast<std::size_t>(count)};
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return std::string_view{};
  return std::nullopt;
}

Result<bool> Attempt::take_all() {
  std::array<char, 65536> buffer;
  const auto now = steady_ms() - begun_ms_;
  const auto bytes = read_some(machine_.console(), buffer);
  if (bytes) {
    console_.take(*bytes, now);
    if (auto written = log_.write(*bytes); !written) return fail(written.error());
    if (!up_ms_ && console_.is_up()) up_ms_ = now;
  }
  // After the console: what QEMU says before it ends is there by the time the console is closed.
  if (const auto words = read_some(machine_.words(), buffer)) {
    words_ += words->substr(0, limits::machine_words_bytes_max - words_.size());
  }
  if (const auto frames = read_some(machine_.traffic(), buffer)) traffic_.take(*frames);
  if (!traffic_.address().empty()) {
    console_.reach(Milestone::network, now, "address " + traffic_.address());
  }
  return bytes.has_value();
}

std::optional<Ending> Attempt::verdict(std::int64_t now) const {
  if (up_ms_) {
    const bool waited = now - *up_ms_ >= ms_of(limits::network_patience);
    return waited || !traffic_.address().empty() ? std::optional{Ending::up} : std::nullopt;
  }
  const auto dead = console_.dead_end_ms();
  if (dead && now - *dead >= ms_of(limits::last_words_patience)) return Ending::dead_end;
  const auto patience = std::min(ms_of(limits::kvm_patience), ms_of(trial_.timeout));
  if (now >= patience && doubts_kvm()) return Ending::kvm_useless;
  if (now >= ms_of(trial_.timeout)) return Ending::timeout;
  return std::nullopt;
}

bool Attempt::doubts_kvm() const {
  // A kernel that says nothing may still come to its init, or to the network.
  return accelerator_ == Accelerator::kvm && trial_.accelerator == AcceleratorChoice::automatic &&
         std::ranges::none_of(console_.reached(),
                              [](const Reached& r) { return r.milestone >= Milestone::kernel; });
}

Result<Ending> Attempt::watch(const std::stop_token& stop) {
  for (;;) {
    std::array<pollfd, 3> fds{pollfd{machine_.console().get(), POLLIN, 0},
                              pollfd{machine_.words().get(), POLLIN, 0},
                              pollfd{machine_.traffic().get(), POLLIN, 0}};
    ::poll(fds.data(), fds.size(), static_cast<int>(poll_interval.count()));
    auto alive = take_all();
    if (!alive) return fail(alive.error());
    verdict_ms_ = steady_ms() - begun_ms_;
    if (stop.stop_requested()) return Ending::stopped;
    if (!*alive && up_ms_) return Ending::up;
    if (!*alive) return doubts_kvm() ? Ending::kvm_useless : Ending::turned_off;
    if (const auto ending = verdict(verdict_ms_)) return *ending;
  }
}

std::string Attempt::words() const {
  auto text = words_;
  std::ranges::replace(text, '\n', ' ');
  return text;
}

BootReport Attempt::report(Ending ending) const {
  BootReport report;
  report.booted = ending == Ending::up;
  report.firmware = trial_.machine.firmware;
  report.accelerator = accelerator_;
  report.ms = report.booted ? *up_ms_ : verdict_ms_;
  report.reached = console_.reached();
  report.address = traffic_.address();
  const auto lines = console_.lines();
  const auto from = lines.size() - std::min(lines.size(), last_lines_shown);
  report.last_lines.assign(lines.begin() + static_cast<std::ptrdiff_t>(from), lines.end());
  if (!report.booted) {
    const auto how = ending == Ending::dead_end  ? BootEnding::dead_end
                     : ending == Ending::timeout ? BootEnding::timeout
                                                 : BootEnding::turned_off;
    report.cause = name_cause({lines, report.reached, how, report.firmware, report.address});
  } else if (report.address.empty()) {
    report.cause = silent_network(lines);
  }
  return report;
}

bool kvm_opens() { return static_cast<bool>(open_file("/dev/kvm", O_RDWR)); }

Accelerator first_choice(AcceleratorChoice choice) {
  if (choice == AcceleratorChoice::automatic) {
    return kvm_opens() ? Accelerator::kvm : Accelerator::tcg;
  }
  return choice == AcceleratorChoice::kvm ? Accelerator::kvm : Accelerator::tcg;
}

Result<Attempt> begin(const BootTrial& trial, const BootObserver& observer,
                      Accelerator accelerator) {
  auto log = ConsoleLog::open(trial.log_file);
  if (!log) return fail(log.error());
  auto settings = trial.machine;
  settings.accelerator = accelerator;
  auto machine = RunningMachine::start(settings);
  if (!machine) return fail(machine.error());
  return Attempt{trial, observer, std::move(*machine), std::move(*log), accelerator};
}

/// A machine that shows nothing and ends was never turned on: QEMU says why.
Result<> check_turned_on(Attempt& attempt, const BootReport& report, Ending ending) {
  if (ending != Ending::turned_off || !report.last_lines.empty()) return {};
  const auto code = attempt.machine().end();
  const auto words = attempt.words();
  // setpriv says that it found no such program, by the code that shells use.
  constexpr int no_such_program = 127;
  if (code == no_such_program) {
    return fail(Errc::program_missing, words, "install the package qemu-system-x86");
  }
  return fail(Errc::program_failed, "qemu ended with " + std::to_string(code) + ": " + words);
}

}  // namespace

Result<BootReport> run_boot_trial(const BootTrial& trial, const BootObserver& observer,
                                  const std::stop_token& stop) {
  if (trial.timeout.count() < 1 || trial.timeout > limits::boot_time_max) {
    return fail(Errc::invalid_argument, "a time limit of " + std::to_string(trial.timeout.count()) +
                                            " s is not in 1.." +
                                            std::to_string(limits::boot_time_max.count()));
  }
  std::vector<std::string> notes;
  for (auto accelerator = first_choice(trial.accelerator);; accelerator = Accelerator::tcg) {
    auto attempt = begin(trial, observer, accelerator);
    if (!attempt) return fail(attempt.error());
    const auto ending = attempt->watch(stop);
    if (!ending) return fail(ending.error());
    if (*ending == Ending::stopped) return fail(Errc::canceled, "the boot trial was stopped");
    if (*ending == Ending::kvm_useless) {
      notes.emplace_back("/dev/kvm is there, but no kernel has spoken in it: trying without");
      observer.on_note(notes.back());
      continue;
    }
    auto report = attempt->report(*ending);
    if (auto on = check_turned_on(*attempt, report, *ending); !on) return fail(on.error());
    report.notes = std::move(notes);
    observer.on_verdict(report, attempt->machine());
    return report;
  }
}

}  // namespace ferry
