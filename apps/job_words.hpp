// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the words of `job create` and `job modify` mean as requests.
#pragma once

#include <string>
#include <vector>

#include "apps/exclude_words.hpp"
#include "apps/layout_words.hpp"
#include "apps/tag_words.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "messages/job.hpp"

namespace ferry {

/// All that the options of both commands write to; `is_set` knows those that were given.
struct JobWords {
  JobSettings job;
  LayoutWords layout;
  ExcludeWords excludes;
  TagWords tags;
  bool no_excludes = false;
  bool no_adaptive = false;
  std::string checksum;         // on or off
  std::string adaptive;         // on or off
  std::string diagnostic_logs;  // on or off
  bool unique_image_name = false;
  std::uint64_t if_version = 0;  // of the job that is changed; 0: whichever it has
  std::string start_at;          // "2026-12-01T02:00:00Z", or "never" to start by hand
  std::uint32_t valid_days = 0;
  std::string client_token;
};

/// Fills in a name and a client token where none was given.
[[nodiscard]] Result<CreateJob> create_request(const JobWords& words);

/// `is_set("--name")` says whether the option was given; `job` is what it is now.
template <class IsSet>
[[nodiscard]] Result<ModifyJob> modify_request(const JobWords& words, const JobView& job,
                                               const IsSet& is_set);

/// The end of a validity of so many days.
[[nodiscard]] std::int64_t days_after(std::int64_t from_ms, std::uint32_t days);

// -- implementation of the template ----------------------------------------------------

template <class IsSet>
Result<ModifyJob> modify_request(const JobWords& words, const JobView& job, const IsSet& is_set) {
  ModifyJob request;
  request.job = job.id;
  request.transfer = job.settings.transfer;
  request.keep_transfer = true;
  for (const auto* option : {"--bandwidth", "--compression", "--checksum", "--ssl", "--adaptive"}) {
    if (is_set(option)) request.keep_transfer = false;
  }
  // What is not given of the transfer is taken from this very version.
  request.based_on =
      words.if_version == 0 && !request.keep_transfer ? job.version : words.if_version;
  if (is_set("--bandwidth")) request.transfer.bandwidth_mbps = words.job.transfer.bandwidth_mbps;
  if (is_set("--compression")) request.transfer.compression = words.job.transfer.compression;
  if (is_set("--checksum")) request.transfer.checksum = words.checksum == "on";
  if (is_set("--ssl")) request.transfer.ssl = words.job.transfer.ssl;
  if (is_set("--adaptive")) request.transfer.adaptive_compression = words.adaptive == "on";
  request.name = words.job.name;
  request.image_name = words.job.image_name;
  request.unique_image_name = words.unique_image_name;
  request.set_layout = is_set("--disk") || is_set("--lvm") || is_set("--partition");
  auto layout = layout_wish(words.layout);
  if (!layout) return fail(layout.error());
  request.layout = std::move(*layout);
  request.set_machine = is_set("--machine-type") || is_set("--instance") || is_set("--vswitch") ||
                        is_set("--private-network");
  request.machine = words.job.machine;
  request.set_description = is_set("--description");
  request.description = words.job.description;
  request.frequency_hours = words.job.frequency_hours;
  request.images_to_keep = words.job.images_to_keep;
  request.fixups = words.job.fixups;
  request.network = words.job.network;
  request.boot_proof = words.job.boot_proof;
  request.diagnostic_logs = words.diagnostic_logs;
  request.set_excludes = words.no_excludes || !words.excludes.empty();
  auto excludes = exclude_rules(words.excludes);
  if (!excludes) return fail(excludes.error());
  request.excludes = std::move(*excludes);
  auto tags = tag_change(words.tags);
  if (!tags) return fail(tags.error());
  request.tags = std::move(*tags);
  if (is_set("--valid-days")) {
    request.valid_until_ms = days_after(job.created_ms, words.valid_days);
  }
  if (words.start_at == "never") request.scheduled_start_ms = 0;
  if (words.start_at.empty() || words.start_at == "never") return request;
  auto at_ms = parse_utc(words.start_at);
  if (!at_ms) return fail(at_ms.error());
  request.scheduled_start_ms = *at_ms;
  return request;
}

}  // namespace ferry
