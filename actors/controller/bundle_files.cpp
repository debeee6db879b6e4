// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/bundle_files.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/diagnostic_limits.hpp"
#include "base/kept_log.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "diagnostics/packed_text.hpp"
#include "messages/envelope.hpp"
#include "messages/json_text.hpp"

namespace ferry {
namespace {

/// What each process of the cluster is and runs on.
struct NodeVersion {
  std::string node;
  std::string role;
  bool online = false;
  std::string version;
  std::uint32_t protocol = 0;  // 0, and empty ones: it has not told
  std::string os;
  std::string kernel;
  std::string machine;
  std::int64_t clock_ahead_ms = 0;  // of the controller's, as far as its answer took no time
  FERRY_FIELDS(node, role, online, version, protocol, os, kernel, machine, clock_ahead_ms)
};
struct Versions {
  std::string edgeferry;
  std::uint32_t protocol = 0;
  std::string made;
  std::vector<NodeVersion> nodes;
  FERRY_FIELDS(edgeferry, protocol, made, nodes)
};

NodeVersion version_of(const NodeLog& log, std::int64_t made_ms) {
  return {log.node, log.role,   true,        log.version,         log.protocol,
          log.os,   log.kernel, log.machine, log.now_ms - made_ms};
}

/// Those that are here as they tell it now, others as they told it with their lines.
Versions versions_of(const BundleFacts& facts) {
  Versions all{program_version, protocol_version, utc_text(facts.made_ms), {}};
  std::map<std::string, NodeVersion> nodes;
  for (const auto& stored : facts.stored) {
    const auto log = decode_body<NodeLog>(stored.facts);
    if (stored.facts.empty() || !log) continue;
    auto& version = nodes[stored.node] = version_of(*log, stored.at_ms);
    version.node = stored.node;
    version.online = false;
  }
  for (const auto& node : facts.nodes) {
    auto& version = nodes[node.node];
    version.node = node.node;
    version.role = node.role;
    version.online = node.online;
    version.version = node.version;
  }
  for (const auto& [node, log] : facts.told) nodes[node] = version_of(log, facts.made_ms);
  for (auto& [node, version] : nodes) all.nodes.push_back(std::move(version));
  return all;
}

std::string plan_text(const JobView& job) {
  std::string text = "job " + job.id + " of source server " + job.settings.source + "\n\n";
  for (const auto& disk : job.settings.disks) {
    text +=
        "disk " + std::to_string(disk.index) + ": " + human_bytes(disk.size) + " on the target\n";
  }
  text += job.layout.disks.empty() ? "Each disk goes over whole.\n"
                                   : "The disks are made anew; layout.json has them.\n";
  return text;
}

/// A name of a node becomes the name of a file.
std::string file_name(std::string name) {
  for (auto& c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ||
                       (c == '.' && &c != name.data());
    if (!plain) c = '_';
  }
  return name;
}

class LogFiles {
 public:
  explicit LogFiles(BundleFacts& facts) : facts_(facts) {}

  /// By node: what is stored, then what it has told now.
  std::map<std::string, std::string> all() {
    for (const auto& stored : facts_.stored) {
      if (!stored.note.empty()) {
        note(stored.node, stored.note, stored.at_ms);
      } else {
        add(stored.node, stored.packed, stored.bytes);
      }
    }
    for (const auto& [node, log] : facts_.told) {
      if (!log.refused.empty()) note(node, "refused: " + log.refused, facts_.made_ms);
      if (log.bytes_left_out > 0) {
        note(node, "older lines of " + human_bytes(log.bytes_left_out) + " are left out",
             facts_.made_ms);
      }
      add(node, log.packed, log.bytes);
    }
    return std::move(files_);
  }

 private:
  void add(const std::string& node, std::span<const char> packed, std::uint64_t bytes) {
    const auto text = unpacked_text(packed, bytes, limits::log_bytes_max);
    if (!text) return note(node, text.error().what, facts_.made_ms);
    if (!text->empty()) files_[node] += printable(*text);
  }
  void note(const std::string& node, const std::string& why, std::int64_t at_ms) {
    const auto text = printable("node " + node + ": " + why);
    if (std::ranges::find(facts_.notes, text) == facts_.notes.end()) facts_.notes.push_back(text);
    files_[node] += log::moment_text(at_ms) + " - " + text + "\n";
  }

  BundleFacts& facts_;
  std::map<std::string, std::string> files_;
};

struct Described {
  std::string_view name;
  std::string_view meaning;
};
constexpr std::array meanings = std::to_array<Described>({
    {"job.json", "the job: state, settings, progress, error and next step"},
    {"events.json", "its history, oldest first"},
    {"source.json", "its source server, as the agent has seen it"},
    {"ledger.json", "its temporary resources, where they are and what they cost"},
    {"plan.txt", "what its disks become"},
    {"layout.json", "the layout of its disks, if they are made anew"},
    {"cluster.toml", "the cluster file with every default"},
    {"cluster_events.json", "what happened to the cluster as a whole"},
    {"versions.json", "versions, kernels and systems of all nodes"},
    {"certificate.json", "what was proven of its newest image"},
    {"boot-console.txt", "the serial console of its newest boot proof"},
    {"logs/", "log lines of its nodes since it was made, times in UTC"},
});

std::string readme(const BundleFacts& facts, const std::vector<BundleFile>& files) {
  std::string text =
      "Diagnostics of job " + facts.job.id + ", made " + utc_text(facts.made_ms) +
      " by edgeferry " + program_version +
      ".\n\nSecrets are taken out: [redacted:KIND] stands for each. Names and addresses "
      "of your servers\nare in it: look before you give it away.\n\n";
  for (const auto& [name, meaning] : meanings) {
    const auto is_it = [&, prefix = name](const BundleFile& file) {
      return file.name.starts_with(prefix);
    };
    if (std::ranges::none_of(files, is_it)) continue;
    text.append(name).append(24 - std::min<std::size_t>(name.size(), 23), ' ');
    text.append(meaning).append("\n");
  }
  if (facts.notes.empty()) return text;
  text += "\nWhat is missing:\n";
  for (const auto& note : facts.notes) text.append("- ").append(note).append("\n");
  return text;
}

}  // namespace

std::vector<BundleFile> bundle_files(BundleFacts& facts, const ClusterConfig& config,
                                     const Redactor& redactor) {
  const auto change = [&](std::string_view name, std::string_view text) {
    return redactor.redacted_value(name, text);
  };
  const auto json = [&](const auto& record) { return changed_json(record, change) + "\n"; };
  const auto text = [&](const std::string& plain) { return redactor.redacted(plain); };
  std::vector<BundleFile> files;
  files.push_back({"job.json", json(facts.job)});
  files.push_back({"events.json", json(EventList{facts.events})});
  files.push_back({"source.json", json(facts.source)});
  files.push_back({"ledger.json", json(facts.ledger)});
  files.push_back({"plan.txt", text(plan_text(facts.job))});
  if (!facts.job.layout.disks.empty()) files.push_back({"layout.json", json(facts.job.layout)});
  files.push_back({"cluster.toml", text(effective_toml(config))});
  files.push_back({"cluster_events.json", json(ClusterEventList{facts.cluster_events})});
  files.push_back({"versions.json", json(versions_of(facts))});
  if (!facts.certificate.empty()) files.push_back({"certificate.json", text(facts.certificate)});
  if (!facts.boot_console.empty()) {
    files.push_back({"boot-console.txt", text(printable(facts.boot_console))});
  }
  for (auto& [node, lines] : LogFiles{facts}.all()) {
    files.push_back({"logs/" + file_name(node) + ".log", text(lines)});
  }
  for (auto& note : facts.notes) note = text(note);
  files.insert(files.begin(), {"README.txt", text(readme(facts, files))});
  return files;
}

std::string bundle_name(const std::string& job, std::int64_t made_ms) {
  auto time = utc_text(made_ms);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return "edgeferry-diagnose-" + file_name(job) + "-" + time;
}

}  // namespace ferry
