// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/page.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <prometheus/text_serializer.h>

#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/process.hpp"
#include "metrics/registry.hpp"

namespace ferry {
namespace {

using prometheus::MetricType;

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// Second word of /proc/self/statm, in pages; 0 if the kernel doesn't say.
double resident_bytes() {
  std::ifstream in{"/proc/self/statm"};
  double size = 0;
  double resident = 0;
  in >> size >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_files() {
  std::error_code error;
  const std::filesystem::directory_iterator all{"/proc/self/fd", error};
  return error ? 0 : static_cast<double>(std::distance(begin(all), end(all)));
}

/// Found by what has passed since the boot, which wavers by milliseconds: once for all pages.
double find_start() {
  std::ifstream in{"/proc/uptime"};
  double up = 0;
  in >> up;
  const auto started =
      static_cast<double>(start_ticks(::getpid())) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return static_cast<double>(wall_ms()) / 1e3 - (up - started);
}

}  // namespace

void MetricsPage::gauge(const std::string& name, const std::string& help) {
  families_.push_back({name, help, MetricType::Gauge, {}});
}

void MetricsPage::counter(const std::string& name, const std::string& help) {
  families_.push_back({name, help, MetricType::Counter, {}});
}

void MetricsPage::add(double value, const Labels& labels) {
  auto& family = families_.back();
  prometheus::ClientMetric metric;
  for (const auto& [name, text] : labels) metric.label.push_back({name, text});
  (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  family.metric.push_back(std::move(metric));
}

std::string MetricsPage::text() const {
  auto all = metrics_registry().Collect();
  all.insert(all.end(), families_.begin(), families_.end());
  return prometheus::TextSerializer{}.Serialize(all);
}

void add_process_metrics(MetricsPage& page) {
  rusage used{};
  rlimit files{};
  ::getrusage(RUSAGE_SELF, &used);
  ::getrlimit(RLIMIT_NOFILE, &files);
  page.counter("process_cpu_seconds_total", "CPU time that the controller's process has used.");
  page.add(seconds(used.ru_utime) + seconds(used.ru_stime));
  page.gauge("process_resident_memory_bytes", "Memory that the controller's process has.");
  page.add(resident_bytes());
  page.gauge("process_open_fds", "Files that the controller's process has open.");
  page.add(open_files());
  page.gauge("process_max_fds", "Files that it may have open.");
  page.add(static_cast<double>(files.rlim_cur));
  page.gauge("process_start_time_seconds", "When the controller's process was started.");
  static const double started = find_start();
  page.add(started);
}

}  // namespace ferry
