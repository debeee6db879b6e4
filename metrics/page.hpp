// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A page for Prometheus: values that were just looked up, and what this process has counted
// (counted.hpp), in the text format 0.0.4.
#pragma once

#include <cstdint>
#include <prometheus/metric_family.h>
#include <string>
#include <utility>
#include <vector>

namespace ferry {

class MetricsPage {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;  // name and value

  /// Begins a metric; its name ends in its unit, a counter's in "_total". `help`: a sentence.
  void gauge(const std::string& name, const std::string& help);
  void counter(const std::string& name, const std::string& help);
  /// A value of the metric that was begun last.
  void add(double value, const Labels& labels = {});
  void add(std::uint64_t value, const Labels& labels = {}) {
    add(static_cast<double>(value), labels);
  }

  /// All of it; of metrics without values, the names.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<prometheus::MetricFamily> families_;
};

/// Adds what Prometheus expects of every process: memory, CPU, files and start.
void add_process_metrics(MetricsPage& page);

}  // namespace ferry
