// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/job_words.hpp"

#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

std::string short_name(const std::string& token) {
  constexpr std::size_t length = 6;
  const auto digest = sha256(token);
  return to_hex(std::as_bytes(std::span{digest})).substr(0, length);
}

}  // namespace

std::int64_t days_after(std::int64_t from_ms, std::uint32_t days) {
  return from_ms + std::chrono::milliseconds{std::chrono::days{days}}.count();
}

Result<CreateJob> create_request(const JobWords& words) {
  CreateJob request{words.client_token, words.job, words.unique_image_name};
  auto& settings = request.settings;
  auto layout = layout_wish(words.layout);
  if (!layout) return fail(layout.error());
  settings.layout = std::move(*layout);
  auto excludes = exclude_rules(words.excludes);
  if (!excludes) return fail(excludes.error());
  settings.excludes = std::move(*excludes);
  auto tags = tag_change(words.tags);
  if (!tags) return fail(tags.error());
  settings.tags = std::move(tags->put);
  settings.transfer.adaptive_compression = !words.no_adaptive;
  settings.transfer.checksum = words.checksum == "on";
  settings.diagnostic_logs = words.diagnostic_logs != "off";
  settings.run_once = settings.frequency_hours == 0;
  if (settings.run_once && settings.images_to_keep != 0) {
    return fail(Errc::invalid_argument, "--keep says how many images of a job of several runs",
                "use it together with --every HOURS");
  }
  settings.valid_days = words.valid_days;
  if (!words.start_at.empty()) {
    auto at_ms = parse_utc(words.start_at);
    if (!at_ms) return fail(at_ms.error());
    settings.scheduled_start_ms = *at_ms;
  }
  if (request.client_token.empty()) request.client_token = random_id("c");
  // From the token, so that the same command with the same token is the same request.
  if (settings.name.empty()) settings.name = "migration-" + short_name(request.client_token);
  return request;
}

}  // namespace ferry
