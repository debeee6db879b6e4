// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/load/job_memory.hpp"

#include <algorithm>
#include <tuple>

#include "messages/job_events.hpp"

namespace ferry::load {
namespace {

bool same(const EventView& a, const EventView& b) {
  return std::tie(a.seq, a.at_ms, a.type, a.text) == std::tie(b.seq, b.at_ms, b.type, b.text);
}

std::string told(const EventView& event) {
  return std::to_string(event.seq) + " " + event.type + " \"" + event.text + "\"";
}

}  // namespace

std::vector<std::string> JobMemory::compare(std::vector<EventView> history) {
  std::vector<std::string> wrong;
  const auto complain = [&](const std::string& what) {
    wrong.push_back("job " + id + " (" + name + "): " + what);
  };
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (i >= history.size()) {
      complain("event " + told(seen[i]) + " is lost");
      break;
    }
    if (!same(seen[i], history[i])) {
      complain("event " + told(seen[i]) + " became " + told(history[i]));
      break;
    }
  }
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].seq == i + 1) continue;
    complain("after event " + std::to_string(i) + " comes " + told(history[i]));
    break;
  }
  for (const auto& [type, made] : calls) {
    const auto count =
        static_cast<std::uint64_t>(std::ranges::count(history, type, &EventView::type));
    if (count >= made.acknowledged && count <= made.acknowledged + made.unknown) continue;
    complain(std::to_string(count) + " times " + type + ", " + std::to_string(made.acknowledged) +
             " were acknowledged and " + std::to_string(made.unknown) + " not answered");
  }
  ended = !history.empty() && (history.back().type == JobDeleted::wire_name ||
                               history.back().type == JobFinished::wire_name);
  seen = std::move(history);
  broken = !wrong.empty();
  return wrong;
}

}  // namespace ferry::load
