// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/log_keeper.hpp"

#include <algorithm>

#include <sys/utsname.h>

#include "actors/spawn.hpp"
#include "base/clock.hpp"
#include "base/diagnostic_limits.hpp"
#include "base/file.hpp"
#include "base/kept_log.hpp"
#include "base/version.hpp"
#include "diagnostics/packed_text.hpp"
#include "messages/link.hpp"

namespace ferry {
namespace {

constexpr std::size_t os_release_bytes_max = 64 * limits::kib;
constexpr std::size_t os_name_bytes_max = 200;

/// Returns 'Debian GNU/Linux 12 (bookworm)', or nothing.
std::string os_name() {
  const auto text = read_file("/etc/os-release", os_release_bytes_max);
  if (!text) return {};
  constexpr std::string_view key = "PRETTY_NAME=";
  const auto line = "\n" + *text;
  const auto begin = line.find("\n" + std::string{key});
  if (begin == std::string::npos) return {};
  auto name = line.substr(begin + 1 + key.size(), os_name_bytes_max);
  name.erase(std::min(name.find('\n'), name.size()));
  std::erase(name, '"');
  return name;
}

}  // namespace

NodeLog host_facts(const std::string& node, const std::string& role) {
  NodeLog facts;
  facts.node = node;
  facts.role = role;
  facts.version = program_version;
  facts.protocol = protocol_version;
  facts.os = os_name();
  if (utsname host{}; ::uname(&host) == 0) {
    facts.kernel = host.release;
    facts.machine = host.machine;
  }
  facts.now_ms = wall_ms();
  return facts;
}

Result<> add_lines(NodeLog& answer, const KeptLog& kept, const GetLog& wanted) {
  answer.refused = kept.refused;
  if (answer.refused.empty() && kept.folder.empty()) answer.refused = "this process keeps no log";
  if (!answer.refused.empty() || !wanted.lines_wanted) return {};
  const auto from_ms =
      std::max({std::int64_t{0}, answer.now_ms - wanted.from_ago_ms, wanted.after_ms + 1});
  auto found = log::read_kept(
      kept.folder, {from_ms, answer.now_ms - wanted.until_ago_ms, limits::log_bytes_max});
  if (!found) return fail(found.error());
  // Marks may be longer than what they stand for.
  const auto lines = kept.redactor->redacted(found->lines);
  auto packed = packed_lines(lines, limits::log_bytes_max, limits::log_packed_bytes_max);
  answer.packed = std::move(packed.packed);
  answer.bytes = packed.bytes;
  answer.bytes_left_out = found->bytes_left_out + packed.bytes_left_out;
  answer.last_ms = found->last_ms;
  return {};
}

LogKeeper::LogKeeper(caf::event_based_actor*, LogKeeperOptions options)
    : options_(std::move(options)) {}

caf::behavior LogKeeper::make_behavior() {
  return {[this](const GetLog& m) { return tell(m); }};
}

caf::result<NodeLog> LogKeeper::tell(const GetLog& m) const {
  auto answer = host_facts(options_.node, options_.role);
  if (auto done = add_lines(answer, options_.kept, m); !done) return to_caf(done.error());
  return answer;
}

caf::actor spawn_log_keeper(caf::event_based_actor& supervisor, Bridge* bridge,
                            LogKeeperOptions options) {
  auto keeper = spawn_blocking<LogKeeper>(supervisor, std::move(options));
  bridge->publish("log", keeper, {{Role::controller}});
  return keeper;
}

}  // namespace ferry
