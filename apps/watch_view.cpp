// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/watch_view.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "apps/terminal_text.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t phase_width = 10;
constexpr std::size_t rate_width = 12;  // "1020.7 KiB/s"
constexpr std::size_t left_width = 8;

/// Which columns a row of the list has room for, and how wide they are.
struct Columns {
  std::size_t name = 0;
  std::size_t source = 0;  // 0: there is none
  std::size_t bar = 0;
  bool rates = false;
};

Columns columns_for(std::size_t width) {
  Columns columns;
  columns.rates = width >= 78;
  // Marker, phase, percent and remaining time are always there.
  const std::size_t fixed =
      2 + phase_width + 1 + 8 + left_width + (columns.rates ? 2 * (rate_width + 1) : 0);
  auto rest = width > fixed ? width - fixed : 0;
  if (rest >= 62) columns.source = 22;
  rest -= columns.source == 0 ? 0 : columns.source + 1;
  columns.bar = std::min<std::size_t>(rest / 3, 30);
  columns.name = rest - columns.bar - (columns.bar == 0 ? 1 : 2);
  if (rest < 8) columns = {rest, 0, 0, columns.rates};
  return columns;
}

std::string right(const std::string& text, std::size_t width) {
  return text.size() >= width ? text : std::string(width - text.size(), ' ') + text;
}

std::string rate(std::uint64_t bytes) { return bytes == 0 ? "-" : human_bytes(bytes) + "/s"; }

const SourceView* source_of(const WatchedCluster& cluster, const JobView& job) {
  const auto found = std::ranges::find(cluster.sources, job.settings.source, &SourceView::id);
  return found == cluster.sources.end() ? nullptr : &*found;
}

std::string source_name(const SourceView& source) {
  if (!source.name.empty()) return source.name;
  return source.inventory.hostname.empty() ? source.id : source.inventory.hostname;
}

ScreenLine heading(const Columns& columns) {
  std::string text = "  " + fitted("JOB", columns.name) + " ";
  if (columns.source != 0) text += fitted("SOURCE", columns.source) + " ";
  text += fitted("PHASE", phase_width) + " ";
  if (columns.bar != 0) text += std::string(columns.bar + 1, ' ');
  text += " DONE   ";
  if (columns.rates) text += right("SPEED", rate_width) + " " + right("NETWORK", rate_width) + " ";
  return {{text + right("LEFT", left_width), Style::bold}};
}

ScreenLine row(const WatchedCluster& cluster, const JobView& job, const Columns& columns,
               bool chosen) {
  const bool copies = job.business_status == "Syncing";
  std::string before =
      (chosen ? "> " : "  ") +
      fitted(job.settings.name.empty() ? job.id : job.settings.name, columns.name) + " ";
  const auto* source = source_of(cluster, job);
  if (columns.source != 0) {
    before +=
        fitted(source == nullptr ? job.settings.source : source_name(*source), columns.source) +
        " ";
  }
  std::string after = " ";
  if (columns.bar != 0) after += progress_bar(job.progress, columns.bar) + " ";
  after += percent_text(job.progress) + " ";
  if (columns.rates) {
    after += right(copies ? rate(job.speed_bytes) : "-", rate_width) + " " +
             right(copies ? rate(job.network_bytes) : "-", rate_width) + " ";
  }
  after += right(copies ? human_seconds(job.remaining_s) : "-", left_width);
  const auto phase = fitted(phase_of(job), phase_width);
  const auto around = chosen ? Style::reverse : Style::plain;
  return {{before, around}, {phase, style_of(job)}, {after, around}};
}

ScreenLine top_line(const WatchedCluster& cluster, const WatchView& view, std::int64_t now_ms,
                    std::size_t width) {
  if (cluster.silence) {
    const auto seconds = (now_ms - cluster.silent_since_ms) / 1000;
    const auto text = "edgeferry " + cluster.name + ": no answer for " + human_seconds(seconds) +
                      ", asked again and again (" + to_string(*cluster.silence) + ")" +
                      (cluster.seen ? " What follows is old." : "");
    return {{fitted(text, width), Style::bad}};
  }
  if (!cluster.seen)
    return {{fitted("edgeferry " + cluster.name + ": asks the controller", width)}};
  std::map<std::string, int> count;
  for (const auto& job : cluster.jobs) ++count[job.status];
  std::string text = "edgeferry " + cluster.name;
  if (!view.one_job) {
    text += ": " + std::to_string(cluster.jobs.size()) + " job(s), " +
            std::to_string(count["Running"]) + " running, " + std::to_string(count["InError"]) +
            " in error, " + std::to_string(cluster.sources.size()) + " source server(s)";
  }
  return {{fitted(text, width), Style::bold}};
}

ScreenLine bottom_line(const WatchedCluster& cluster, const WatchView& view, std::size_t width) {
  if (view.question) return {{fitted(view.question_text, width), Style::reverse}};
  if (view.typing) return {{fitted("/" + view.filter + "_", width), Style::reverse}};
  if (!cluster.said.empty()) return {{fitted(cluster.said, width), Style::reverse}};
  std::string keys;
  if (view.page == WatchPage::help) {
    keys = "Esc back  q back";
  } else if (view.page == WatchPage::details) {
    keys = "j/k scroll  p pause  r resume or retry  ? help  " +
           std::string{view.one_job ? "q quit" : "Esc back  q quit"};
  } else {
    keys = "j/k move  Enter details  p pause  r resume or retry  / filter  ? help  q quit";
    if (!view.filter.empty()) keys = "filter: " + view.filter + " (Esc: none)  " + keys;
  }
  return {{fitted(keys, width), Style::faint}};
}

Style style_of(const SourceView& source) {
  return source.state == "Unavailable" ? Style::bad : Style::plain;
}

void add_sources(std::vector<ScreenLine>& lines, const WatchedCluster& cluster, std::size_t rows,
                 std::size_t width) {
  lines.push_back({{fitted("SOURCE SERVERS", width), Style::bold}});
  std::vector<const SourceView*> sources;
  for (const auto& source : cluster.sources) sources.push_back(&source);
  // Those that can't be reached come first.
  std::ranges::stable_sort(sources, {}, [](const auto* s) { return s->state != "Unavailable"; });
  for (std::size_t i = 0; i < sources.size() && i < rows; ++i) {
    const auto& source = *sources[i];
    if (i + 1 == rows && sources.size() > rows) {
      lines.push_back({{"  and " + std::to_string(sources.size() - i) + " more", Style::faint}});
      return;
    }
    const auto critical = std::ranges::count_if(source.findings, is_critical);
    auto rest = " " + source.inventory.os_name + (source.job.empty() ? "" : ", job " + source.job);
    if (critical > 0) rest += ", " + std::to_string(critical) + " critical finding(s)";
    if (source.warnings > 0) rest += ", " + std::to_string(source.warnings) + " warning(s)";
    const auto name = std::min<std::size_t>(width / 3, 30);
    lines.push_back({{"  " + fitted(source_name(source), name) + " "},
                     {fitted(source.state, 11), style_of(source)},
                     {fitted(rest, width > name + 14 ? width - name - 14 : 0)}});
  }
}

void add_events(std::vector<ScreenLine>& lines, const WatchedCluster& cluster, std::size_t rows,
                std::size_t width) {
  lines.push_back({{fitted("NEWEST EVENTS", width), Style::bold}});
  const auto count = std::min(rows, cluster.events.size());
  for (auto i = cluster.events.size() - count; i < cluster.events.size(); ++i) {
    lines.push_back(event_line(cluster.events[i], true, width));
  }
}

std::vector<ScreenLine> list_lines(const WatchedCluster& cluster, const WatchView& view,
                                   std::size_t rows, std::size_t width) {
  const auto shown = shown_jobs(cluster, view.filter);
  const auto* chosen = chosen_job(cluster, view);
  const auto trouble =
      chosen == nullptr ? std::vector<ScreenLine>{} : trouble_lines(*chosen, width);
  const auto trouble_rows = std::min<std::size_t>(trouble.size(), rows / 4);
  const auto source_rows = std::min(cluster.sources.size(), std::max<std::size_t>(1, rows / 7));
  const auto least_events = std::clamp<std::size_t>(rows / 5, 1, 10);
  // Three headings; the jobs get what is left, and the events what the jobs don't need.
  const auto used = 3 + trouble_rows + source_rows + least_events;
  const auto room = rows > used ? rows - used : 1;
  const auto job_rows = std::min(room, std::max<std::size_t>(1, shown.size()));
  std::size_t at = 0;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (cluster.jobs[shown[i]].id == view.job) at = i;
  }
  const auto first = at < job_rows ? 0 : at - job_rows + 1;
  const auto columns = columns_for(width);
  std::vector<ScreenLine> lines{heading(columns)};
  for (auto i = first; i < shown.size() && i < first + job_rows; ++i) {
    const auto& job = cluster.jobs[shown[i]];
    lines.push_back(row(cluster, job, columns, job.id == view.job));
  }
  if (shown.empty() && cluster.seen) {
    lines.push_back({{cluster.jobs.empty() ? "  no job yet: edgeferry job create --source s-..."
                                           : "  no job has this in it",
                      Style::faint}});
  }
  lines.insert(lines.end(), trouble.begin(),
               trouble.begin() + static_cast<std::ptrdiff_t>(trouble_rows));
  add_sources(lines, cluster, source_rows, width);
  add_events(lines, cluster, rows > lines.size() + 1 ? rows - lines.size() - 1 : 0, width);
  return lines;
}

void cut(ScreenLine& line, std::size_t width) {
  for (auto& span : line) {
    if (cells(span.text) > width) span.text = fitted(span.text, width);
    width -= cells(span.text);
  }
}

}  // namespace

std::string percent_text(double progress) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%5.1f %%", std::clamp(progress, 0.0, 100.0));
  return text.data();
}

std::string progress_bar(double percent, std::size_t width) {
  const auto full = static_cast<std::size_t>(std::clamp(percent, 0.0, 100.0) / 100.0 *
                                             static_cast<double>(width));
  std::string bar;
  for (std::size_t i = 0; i < width; ++i) {
    bar += shows_unicode() ? (i < full ? "\u2588" : "\u2591") : (i < full ? "#" : "-");
  }
  return bar;
}

Style style_of(const JobView& job) {
  if (job.status == "InError" || job.status == "Expired") return Style::bad;
  if (job.status == "Running") return Style::busy;
  if (job.status == "Finished") return Style::good;
  return Style::plain;
}

std::vector<ScreenLine> draw(const WatchedCluster& cluster, WatchView& view, std::int64_t now_ms) {
  const auto width = static_cast<std::size_t>(std::max(view.columns, 1));
  const auto rows = static_cast<std::size_t>(std::max(view.rows, 4)) - 2;
  std::vector<ScreenLine> body;
  if (view.page == WatchPage::help) {
    body = help_lines();
  } else if (view.page == WatchPage::details) {
    if (const auto* job = chosen_job(cluster, view)) {
      body = job_lines(*job, cluster, width);
    } else if (cluster.seen) {
      body = {{{"The job is not there any more."}}};
    }
  } else {
    body = list_lines(cluster, view, rows, width);
  }
  if (view.page != WatchPage::list) {
    view.scroll = std::min(view.scroll, body.size() > rows ? body.size() - rows : 0);
    body.erase(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(view.scroll));
  }
  body.resize(rows);
  body.insert(body.begin(), top_line(cluster, view, now_ms, width));
  body.push_back(bottom_line(cluster, view, width));
  for (auto& line : body) cut(line, width);
  return body;
}

}  // namespace ferry
