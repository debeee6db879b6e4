// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One job from top to bottom, as `edgeferry watch` shows it.
#include <algorithm>

#include "apps/consistency_words.hpp"
#include "apps/terminal_text.hpp"
#include "apps/watch_view.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t label_width = 10;

/// Breaks a text at blanks into lines of at most `width` cells.
std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  const auto safe = harmless(text);
  for (std::string_view rest = safe; !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    // A word that is longer than a line is several.
    const auto word = beginning(rest.substr(0, end), width);
    rest.remove_prefix(std::min(word.size() < end ? word.size() : end + 1, rest.size()));
    if (!line.empty() && cells(line) + 1 + cells(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  lines.push_back(std::move(line));
  return lines;
}

class Page {
 public:
  explicit Page(std::size_t width) : width_(width) {}

  void add(const std::string& label, std::string_view text, Style style = Style::plain) {
    auto name = label;
    for (const auto& line : wrapped(text, width_ > label_width + 8 ? width_ - label_width : 8)) {
      lines_.push_back({{fitted(name, label_width), Style::faint}, {line, style}});
      name.clear();
    }
  }
  void heading(const std::string& text) {
    lines_.emplace_back();
    lines_.push_back({{text, Style::bold}});
  }
  void line(ScreenLine line) { lines_.push_back(std::move(line)); }
  [[nodiscard]] std::vector<ScreenLine> take() { return std::move(lines_); }
  [[nodiscard]] std::size_t width() const { return width_; }

 private:
  std::size_t width_;
  std::vector<ScreenLine> lines_;
};

void add_state(Page& page, const JobView& job) {
  page.line({{fitted(job.settings.name + "  " + job.id, page.width()), Style::bold}});
  page.add("status", phase_of(job) + (job.step.empty() ? "" : ": " + job.step), style_of(job));
  const auto bar =
      std::min<std::size_t>(page.width() - std::min(page.width(), label_width + 9), 60);
  page.line({{fitted("progress", label_width), Style::faint},
             {progress_bar(job.progress, bar) + " " + percent_text(job.progress)}});
  if (job.business_status == "Syncing") {
    page.add("speed", human_bytes(job.speed_bytes) + "/s uncompressed, " +
                          human_bytes(job.network_bytes) + "/s on the network, " +
                          (job.remaining_s < 0 ? "remaining time not known yet"
                                               : human_seconds(job.remaining_s) + " left"));
  }
  if (!job.waiting_for.empty()) page.add("waits for", job.waiting_for, Style::bad);
  page.add("source", job.settings.source);
  if (job.started_ms != 0) {
    page.add("started", utc_text(job.started_ms) +
                            (job.ended_ms == 0 ? "" : ", ended " + utc_text(job.ended_ms)));
  }
  if (job.next_run_ms != 0) page.add("next run", utc_text(job.next_run_ms));
}

void add_disks(Page& page, const JobView& job) {
  if (job.disks.empty()) return;
  page.heading("DISKS");
  for (const auto& disk : job.disks) {
    const auto done = disk.bytes_total == 0 ? 0.0
                                            : 100.0 * static_cast<double>(disk.bytes_done) /
                                                  static_cast<double>(disk.bytes_total);
    const auto shown = disk.phase == "verified" ? 100.0 : done;
    const auto label = "disk " + std::to_string(disk.index);
    const auto bar = std::min<std::size_t>(page.width() / 3, 40);
    page.line({{fitted(label, label_width), Style::faint},
               {progress_bar(shown, bar) + " " + percent_text(shown) + "  " + harmless(disk.phase) +
                ", pass " + std::to_string(disk.pass)}});
    page.add("", "sent " + human_bytes(disk.bytes_sent) + ", " + human_bytes(disk.wire_bytes) +
                     " on the network, skipped " + human_bytes(disk.bytes_skipped));
    const auto level = consistency_words(disk.consistency);
    if (!level.empty()) page.add("", level);
    if (disk.file_issues != 0) {
      page.add("", std::to_string(disk.file_issues) + " file(s) are not copied as they are",
               Style::bad);
    }
  }
}

void add_findings(Page& page, const std::string& heading, const std::vector<Finding>& findings) {
  if (findings.empty()) return;
  page.heading(heading);
  for (const auto& finding : findings) {
    page.add(finding.name.empty() ? "note" : "",
             finding.what + (finding.evidence.empty() ? "" : " (" + finding.evidence + ")"));
    if (!finding.fix.empty()) page.add("  do", finding.fix);
  }
}

void add_results(Page& page, const JobView& job) {
  if (job.image.empty() && job.holds.empty()) return;
  page.heading("RESULTS AND RESOURCES");
  if (!job.image.empty()) page.add("image", job.image + "  " + job.image_path, Style::good);
  for (const auto& held : job.holds) {
    page.add("holds", held.kind + " " + held.token + " on " + held.node + " since " +
                          utc_text(held.since_ms));
  }
}

}  // namespace

std::vector<ScreenLine> trouble_lines(const JobView& job, std::size_t width) {
  if (job.error_code == 0) return {};
  Page page{width};
  page.add("  trouble", code_text(static_cast<Errc>(job.error_code)) + " " + job.error, Style::bad);
  page.add("  next", job.fix);
  return page.take();
}

ScreenLine event_line(const WatchedEvent& event, bool with_name, std::size_t width) {
  const auto time = utc_text(event.at_ms).substr(11, 8);
  const auto name =
      with_name ? fitted(event.name, std::min<std::size_t>(width / 4, 20)) + "  " : "";
  const auto used = 2 + time.size() + 2 + cells(name);
  return {{"  " + time + "  ", Style::faint},
          {name},
          {fitted(event.text, width > used ? width - used : 0)}};
}

std::vector<ScreenLine> job_lines(const JobView& job, const WatchedCluster& cluster,
                                  std::size_t width) {
  Page page{width};
  add_state(page, job);
  for (auto& line : trouble_lines(job, width)) page.line(std::move(line));
  add_disks(page, job);
  add_findings(page, "WARNINGS", job.warnings);
  add_findings(page, "GOOD TO KNOW", job.notices);
  add_results(page, job);
  page.heading("EVENTS, NEWEST FIRST");
  for (auto event = cluster.events.rbegin(); event != cluster.events.rend(); ++event) {
    if (event->job == job.id) page.line(event_line(*event, false, width));
  }
  return page.take();
}

std::vector<ScreenLine> help_lines() {
  std::vector<ScreenLine> lines{{{"KEYS", Style::bold}}};
  for (const auto& [key, what] : std::initializer_list<std::pair<const char*, const char*>>{
           {"j, down", "the next job, or one line down"},
           {"k, up", "the job before, or one line up"},
           {"space, page down", "a page down"},
           {"page up", "a page up"},
           {"g, G", "to the begin, to the end"},
           {"Enter", "all about the chosen job"},
           {"Esc", "back to the list; no filter any more"},
           {"p", "pause the job, once you have said yes"},
           {"r", "go on: start, resume or retry it, once you have said yes"},
           {"/", "only jobs with this in id, name, source, status or image"},
           {"q", "quit; jobs go on without being watched"}}) {
    lines.push_back({{"  " + fitted(key, 18), Style::bold}, {what}});
  }
  lines.push_back({});
  lines.push_back({{"An order is refused if the job has changed since it was drawn."}});
  return lines;
}

}  // namespace ferry
