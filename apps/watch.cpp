// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry job watch`: follows a job until it ends or waits for the user.
#include <algorithm>
#include <array>
#include <thread>

#include <sys/ioctl.h>
#include <unistd.h>

#include "apps/commands.hpp"
#include "apps/output.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr int exit_paused = 3;
constexpr auto poll = 400ms;
constexpr std::int64_t plain_line_every_ms = 5000;
constexpr int silences_max = 30;  // about as long as a controller may take to come back
constexpr std::size_t bar_width = 24;

std::string progress_text(const JobView& job) {
  std::array<char, 32> percent{};
  std::snprintf(percent.data(), percent.size(), "%5.1f%%", job.progress);
  std::string text = percent.data();
  if (job.business_status == "Syncing") {
    std::uint64_t skipped = 0;
    for (const auto& disk : job.disks) skipped += disk.bytes_skipped;
    text += "  " + human_bytes(job.speed_bytes) + "/s  net " + human_bytes(job.network_bytes) +
            "/s  skipped " + human_bytes(skipped) + "  left " + human_seconds(job.remaining_s);
  }
  if (!job.step.empty()) text += "  " + job.step;
  if (!job.waiting_for.empty()) text += "  (waits for " + job.waiting_for + ")";
  return text;
}

std::string live_line(const JobView& job, std::size_t width) {
  const auto filled = static_cast<std::size_t>(std::clamp(job.progress, 0.0, 100.0) / 100.0 *
                                               static_cast<double>(bar_width));
  std::string line = job.business_status.empty() ? job.status : job.business_status;
  line.resize(11, ' ');
  line += "[" + std::string(filled, '#') + std::string(bar_width - filled, '-') + "] ";
  line += progress_text(job);
  if (line.size() >= width) line.resize(width - 1);
  return line;
}

std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 100;
}

/// Prints what happened since the last call.
class Display {
 public:
  Display(Operator& op, std::string job)
      : op_(op), job_(std::move(job)), terminal_(!op.json && ::isatty(STDOUT_FILENO) != 0) {}

  void show(const JobView& job) {
    if (op_.json) {
      auto line = json_from_msgpack(encode_record(JobView::wire_name, &job), false);
      if (line != last_) std::puts(line.c_str());
      last_ = std::move(line);
    } else {
      print_events();
      terminal_ ? print_live(job) : print_plain(job);
    }
    std::fflush(stdout);
  }
  void end() const {
    if (terminal_) std::fputs("\r\033[K", stdout);
  }

 private:
  void print_events() {
    auto list = op_.client.ask<EventList>("jobs", ListEvents{job_, seen_});
    if (!list) return;
    for (const auto& event : list->events) {
      end();
      std::printf("%s  %s\n", utc_text(event.at_ms).c_str(), event.text.c_str());
      seen_ = event.seq;
    }
  }
  void print_live(const JobView& job) const {
    std::printf("\r\033[K%s", live_line(job, terminal_width()).c_str());
  }
  void print_plain(const JobView& job) {
    const auto now_ms = steady_ms();
    if (job.business_status == last_ && now_ms - last_ms_ < plain_line_every_ms) return;
    last_ = job.business_status;
    last_ms_ = now_ms;
    if (!job.business_status.empty()) {
      std::printf("%s  %s %s\n", utc_text(wall_ms()).c_str(), job.business_status.c_str(),
                  progress_text(job).c_str());
    }
  }

  Operator& op_;
  std::string job_;
  bool terminal_;
  std::uint64_t seen_ = 0;
  std::string last_;
  std::int64_t last_ms_ = 0;
};

/// Returns the exit code if the job needs no more watching.
int ended(const JobView& job) {
  if (job.status == "Finished" || job.status == "Waiting") return exit_ok;
  if (job.status == "Stopped") return exit_paused;
  if (job.status == "InError" || job.status == "Expired" || job.status == "Deleted") {
    return exit_failed;
  }
  return -1;
}

}  // namespace

int job_watch(Operator& op, const std::string& job) {
  Display display{op, job};
  int silences = 0;
  for (;;) {
    auto view = op.client.ask<JobView>("jobs", GetJob{job}, 3s);
    if (!view) {
      const bool may_return =
          view.error().code == Errc::timeout || view.error().code == Errc::unreachable;
      if (!may_return || ++silences > silences_max) {
        display.end();
        return print_error(view.error(), op.json);
      }
      std::this_thread::sleep_for(poll);
      continue;
    }
    silences = 0;
    display.show(*view);
    if (const int code = ended(*view); code >= 0) {
      display.end();
      if (code == exit_failed && view->error_code != 0) {
        return print_error({static_cast<Errc>(view->error_code), view->error, view->fix}, op.json);
      }
      return code;
    }
    std::this_thread::sleep_for(poll);
  }
}

}  // namespace ferry
