// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a bundle of diagnostics is made of, and the files in it, without secrets
// (docs/diagnostics.md). Pure: whatever is in a bundle comes from here.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/cluster_config.hpp"
#include "diagnostics/redactor.hpp"
#include "messages/catalogue.hpp"
#include "messages/diagnostics.hpp"
#include "storage/job_log_table.hpp"

namespace ferry {

/// All that was found out of a job. What could not be is a note.
struct BundleFacts {
  JobView job;
  std::vector<EventView> events;
  std::uint64_t events_left_out = 0;  // older ones
  SourceList source;
  ResourceList ledger;
  std::vector<ClusterEvent> cluster_events;
  std::vector<NodeView> nodes;
  std::vector<StoredLog> stored;        // of the job's ends, oldest first
  std::map<std::string, NodeLog> told;  // by node, just now: lines behind the stored ones
  std::string certificate;              // the file, byte for byte; empty: there is none
  std::string boot_console;
  std::vector<std::string> notes;
  std::int64_t made_ms = 0;
};

struct BundleFile {
  std::string name;
  std::string text;
};

/// In the order in which they are read; README.txt comes first. Notes about lines that can't be
/// had are put to `facts.notes`.
[[nodiscard]] std::vector<BundleFile> bundle_files(BundleFacts& facts, const ClusterConfig& config,
                                                   const Redactor& redactor);
/// "edgeferry-diagnose-JOB-20261128T015000Z", for the folder in it and for the file.
[[nodiscard]] std::string bundle_name(const std::string& job, std::int64_t made_ms);

}  // namespace ferry
