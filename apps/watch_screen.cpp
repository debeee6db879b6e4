// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry watch` and `job watch` on a terminal.
#include <array>
#include <csignal>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "apps/exit_codes.hpp"
#include "apps/screen.hpp"
#include "apps/watch.hpp"
#include "apps/watch_control.hpp"
#include "apps/watch_poller.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr int redraw_ms = 1000;  // while the controller is silent, for how long

/// The signals that end or resize a screen, as a file. They come to no other thread: those that
/// are made from here on have them blocked, too.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH}) sigaddset(&set_, number);
    ::pthread_sigmask(SIG_BLOCK, &set_, &before_);
    file_ = Fd{::signalfd(-1, &set_, SFD_NONBLOCK | SFD_CLOEXEC)};
  }
  ~Signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  [[nodiscard]] int file() const { return file_.get(); }
  /// The next one that came; 0 if there is none.
  [[nodiscard]] int take() const {
    signalfd_siginfo info{};
    return ::read(file_.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo)
                                                                  : 0;
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
  Fd file_;
};

/// How the watching ended: by a signal, by the user, or because all has been seen.
struct Ending {
  int signal = 0;
  bool left = false;
  WatchedCluster last = {};
};

class Watching {
 public:
  Watching(Operator& op, const std::string& job, Screen& screen, const Signals& signals)
      : news_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
        poller_(op, job, news_.get()),
        screen_(screen),
        signals_(signals) {
    view_.one_job = !job.empty();
    view_.job = job;
    if (view_.one_job) view_.page = WatchPage::details;
  }

  /// Until the user, a signal, or the job that is watched ends it.
  Ending run() {
    for (;;) {
      auto cluster = poller_.look();
      if (view_.one_job && is_over(cluster)) return {0, false, cluster};
      keep_choice(cluster, view_);
      poller_.choose(view_.job);
      screen_.measure();
      view_.rows = screen_.rows();
      view_.columns = screen_.columns();
      screen_.show(draw(cluster, view_, steady_ms()));
      wait();
      for (int number = signals_.take(); number != 0; number = signals_.take()) {
        if (number != SIGWINCH) return {number};
      }
      for (auto key = screen_.key(); key; key = screen_.key()) {
        poller_.forget_said();
        auto step = press(*key, cluster, view_);
        if (step.quit) return {0, true};
        if (step.order) poller_.order(std::move(*step.order));
      }
    }
  }

 private:
  static bool is_over(const WatchedCluster& cluster) {
    if (cluster.silence) return !may_return(cluster.silence->code);
    return cluster.job && ended(*cluster.job).has_value();
  }
  void wait() const {
    std::array<pollfd, 3> files{
        {{STDIN_FILENO, POLLIN, 0}, {signals_.file(), POLLIN, 0}, {news_.get(), POLLIN, 0}}};
    ::poll(files.data(), files.size(), redraw_ms);
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read = ::read(news_.get(), &count, sizeof count);
    // A terminal that is gone is no reason to go on; its SIGHUP may be ignored.
    if ((files[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) ::raise(SIGTERM);
  }

  Fd news_;
  WatchPoller poller_;
  Screen& screen_;
  const Signals& signals_;
  WatchView view_;
};

/// Lets the shell see by which signal this program ended.
int end_by(int number) {
  std::signal(number, SIG_DFL);
  ::raise(number);
  return 128 + number;
}

}  // namespace

int watch_on_screen(Operator& op, const std::string& job) {
  Ending ending;
  {
    const Signals signals;
    auto screen = Screen::open();
    if (!screen) return print_error(screen.error(), op.json);
    ending = Watching{op, job, *screen, signals}.run();
  }
  if (ending.signal != 0) return end_by(ending.signal);
  if (ending.left) return job.empty() ? exit_ok : exit_interrupted;
  const auto& last = ending.last;
  if (last.silence) return print_error(*last.silence, op.json);
  std::printf("job %s (%s): %s\n", escaped(last.job->settings.name).c_str(), job.c_str(),
              phase_of(*last.job).c_str());
  return tell_end(*last.job, op.json);
}

}  // namespace ferry
