// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.hpp"

namespace ferry::chaos {
namespace {

using Row = std::vector<std::string>;

void append_table(std::string& out, const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - row[i].size() + 2, ' ');
    }
    out += "\n";
  }
}

std::string seconds(std::int64_t ms) {
  if (ms < 0) return "never";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", static_cast<double>(ms) / 1000);
  return text.data();
}

void append_strikes(std::string& out, const RunReport& report) {
  if (report.strikes.empty()) return;
  std::vector<Row> rows{{"AT", "FAULT", "WHAT", "LASTED", "RECOVERED", "SENT AGAIN"}};
  for (const auto& strike : report.strikes) {
    const bool done = strike.outcome == "done";
    const bool cost = done && strike.jobs > 0;
    rows.push_back({seconds(strike.at_ms), strike.kind,
                    done ? strike.what : strike.outcome + ": " + strike.what,
                    strike.lasted_ms > 0 ? seconds(strike.lasted_ms) : "-",
                    cost ? seconds(strike.recovered_ms) : "-",
                    cost ? human_bytes(strike.bytes_again) : "-"});
  }
  append_table(out, rows);
  out += "\n";
}

void append_jobs(std::string& out, const RunReport& report) {
  if (report.jobs.empty()) return;
  std::vector<Row> rows{{"JOB", "STATUS", "ATTEMPTS", "RETRIES", "SENT", "NEEDED", "IMAGE"}};
  for (const auto& job : report.jobs) {
    rows.push_back({job.id, job.error.empty() ? job.status : job.status + " " + job.error,
                    std::to_string(job.attempts), std::to_string(job.retries),
                    human_bytes(job.bytes_sent),
                    job.bytes_needed > 0 ? human_bytes(job.bytes_needed) : "-", job.image});
  }
  append_table(out, rows);
  out += "\n";
}

}  // namespace

std::string report_text(const RunReport& report) {
  std::string out = "plan " + report.plan + ", seed " + std::to_string(report.seed) + ", cluster " +
                    report.cluster + ", " + report.began + ", " + seconds(report.took_ms) + "\n\n";
  append_strikes(out, report);
  append_jobs(out, report);
  std::vector<Row> rows{{"PROMISE", "VERDICT", ""}};
  for (const auto& promise : report.promises) {
    rows.push_back({promise.name, promise.verdict, promise.why.empty() ? "" : promise.why[0]});
    for (std::size_t i = 1; i < promise.why.size(); ++i) rows.push_back({"", "", promise.why[i]});
  }
  append_table(out, rows);
  for (const auto& what : report.not_undone) out += "NOT UNDONE: " + what + "\n";
  if (!report.work.empty()) out += "the work folder is left: " + report.work + "\n";
  if (report.outcome == "held") return out + "\nall promises held\n";
  return out + (report.outcome == "broken" ? "\nA PROMISE WAS BROKEN\n" : "\ninterrupted\n");
}

}  // namespace ferry::chaos
