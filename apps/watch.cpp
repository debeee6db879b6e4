// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Watching without a screen: lines of text, or JSON for programs.
#include "apps/watch.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <thread>

#include "apps/exit_codes.hpp"
#include "apps/limits.hpp"
#include "apps/output.hpp"
#include "apps/screen.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr auto poll = 400ms;
constexpr std::int64_t plain_line_every_ms = 5000;
constexpr int silences_max = 30;  // about as long as a controller may take to come back

std::string json_of(const JobView& job) {
  return json_from_msgpack(encode_record(JobView::wire_name, &job), false);
}

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

/// Prints what happened to jobs since the last call.
class Lines {
 public:
  /// With `named`, lines say of which job they tell.
  Lines(Operator& op, bool named) : op_(op), named_(named) {}

  void show(const JobView& job) {
    auto& told = told_[job.id];
    print_events(job, told);
    const auto now_ms = steady_ms();
    const bool same = told.status == job.status + job.business_status;
    if (same && (job.business_status.empty() || now_ms - told.at_ms < plain_line_every_ms)) return;
    told.status = job.status + job.business_status;
    told.at_ms = now_ms;
    if (!job.business_status.empty()) {
      print(wall_ms(), job, job.business_status + " " + progress_text(job));
    }
  }

 private:
  struct Told {
    std::uint64_t event = 0;
    std::uint64_t version = 0;
    std::string status;
    std::int64_t at_ms = 0;
  };

  void print_events(const JobView& job, Told& told) {
    if (told.version == job.version && job.status != "Running") return;
    auto list = op_.client.ask<EventList>("jobs", ListEvents{job.id, told.event}, 3s);
    if (!list) return;
    told.version = job.version;
    for (const auto& event : list->events) {
      print(event.at_ms, job, event.text);
      told.event = event.seq;
    }
  }
  void print(std::int64_t at_ms, const JobView& job, const std::string& text) const {
    const auto name = named_ ? job.id + " " + job.settings.name + "  " : "";
    std::printf("%s  %s%s\n", utc_text(at_ms).c_str(), escaped(name).c_str(),
                escaped(text).c_str());
  }

  Operator& op_;
  bool named_;
  std::map<std::string, Told> told_;
};

/// Prints what has changed, as {"kind": ..., "id": ..., ...}.
class Changes {
 public:
  void show(const JobList& jobs, const SourceList& sources) {
    std::set<std::string> here;
    for (const auto& job : jobs.jobs) tell("job", job.id, json_of(job), here);
    for (auto source : sources.sources) {
      source.last_seen_ms = 0;  // that it was heard of again is no change
      tell("source", source.id, to_json(source), here);
    }
    std::erase_if(told_, [&](const auto& known) {
      if (here.contains(known.first)) return false;
      std::printf("{\"kind\":\"gone\",\"id\":\"%s\"}\n", known.first.c_str());
      return true;
    });
  }

 private:
  void tell(const char* kind, const std::string& id, const std::string& json,
            std::set<std::string>& here) {
    here.insert(id);
    auto& told = told_[id];
    if (told == json) return;
    told = json;
    std::printf("{\"kind\":\"%s\",\"id\":\"%s\",\"%s\":%s}\n", kind, id.c_str(), kind,
                json.c_str());
  }

  std::map<std::string, std::string> told_;  // JSON by id
};

/// Looks at the cluster once and tells what is new.
class Looker {
 public:
  explicit Looker(Operator& op) : op_(op), lines_(op, true) {}

  Result<> look() {
    const auto jobs = all_jobs(op_, "", 3s);
    if (!jobs) return fail(jobs.error());
    if (!op_.json) {
      for (const auto& job : jobs->jobs) lines_.show(job);
      return {};
    }
    const auto sources = op_.client.ask<SourceList>("sources", ListSources{}, 3s);
    if (!sources) return fail(sources.error());
    changes_.show(*jobs, *sources);
    return {};
  }

 private:
  Operator& op_;
  Lines lines_;
  Changes changes_;
};

int watch_in_lines(Operator& op) {
  Looker looker{op};
  bool silent = false;
  for (;;) {
    const auto done = looker.look();
    std::fflush(stdout);
    if (std::ferror(stdout) != 0) return exit_failed;  // nobody reads any more
    if (!done && !may_return(done.error().code)) return print_error(done.error(), op.json);
    if (!done && !silent) print_error(done.error(), op.json);
    if (done && silent && !op.json)
      std::fprintf(stderr, "edgeferry: the controller answers again\n");
    silent = !done;
    std::this_thread::sleep_for(limits::watch_poll);
  }
}

int job_watch_in_lines(Operator& op, const std::string& job) {
  Lines lines{op, false};
  std::string last;
  int silences = 0;
  for (;;) {
    const auto view = op.client.ask<JobView>("jobs", GetJob{job}, 3s);
    if (!view) {
      if (!may_return(view.error().code) || ++silences > silences_max) {
        return print_error(view.error(), op.json);
      }
      std::this_thread::sleep_for(poll);
      continue;
    }
    silences = 0;
    if (op.json) {
      auto line = json_of(*view);
      if (line != last) std::puts(line.c_str());
      last = std::move(line);
    } else {
      lines.show(*view);
    }
    std::fflush(stdout);
    if (ended(*view)) return tell_end(*view, op.json);
    std::this_thread::sleep_for(poll);
  }
}

bool on_screen(const Operator& op, const WatchWords& words) {
  return !op.json && !words.plain && has_screen();
}

}  // namespace

int watch(Operator& op, const WatchWords& words) {
  return on_screen(op, words) ? watch_on_screen(op, "") : watch_in_lines(op);
}

int job_watch(Operator& op, const WatchWords& words) {
  if (!on_screen(op, words)) return job_watch_in_lines(op, words.job);
  // A job that has ended needs no screen, and one that doesn't exist is told at once.
  const auto view = op.client.ask<JobView>("jobs", GetJob{words.job}, 3s);
  if (!view && !may_return(view.error().code)) return print_error(view.error(), op.json);
  if (view && ended(*view)) return job_watch_in_lines(op, words.job);
  return watch_on_screen(op, words.job);
}

std::optional<int> ended(const JobView& job) {
  if (job.status == "Finished" || job.status == "Waiting") return exit_ok;
  if (job.status == "Stopped") return exit_paused;
  if (job.status == "InError" || job.status == "Expired" || job.status == "Deleted") {
    return exit_failed;
  }
  return std::nullopt;
}

int tell_end(const JobView& job, bool json) {
  const int code = ended(job).value_or(exit_failed);
  if (code == exit_failed && job.error_code != 0) {
    return print_error({static_cast<Errc>(job.error_code), job.error, job.fix}, json);
  }
  return code;
}

bool may_return(Errc code) { return code == Errc::timeout || code == Errc::unreachable; }

}  // namespace ferry
