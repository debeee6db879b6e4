// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Errors as values. An error has a stable number for people and machines
// (FERRY-2031), the facts of this one case, and what to do next. A number
// exists only where a user or a caller would react differently to it; the table
// in error.cpp is the one place that says how to react.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace ferry {

/// Stable error numbers, printed as FERRY-nnnn. Never reuse one. Thousands: 1
/// configuration and launch, 2 source and disks, 3 transfer, 4 image, bucket and
/// registry, 5 jobs and activation codes, 6 links between processes, 9 internal.
enum class Errc : std::uint16_t {
  none = 0,

  config_syntax = 1001,
  config_unknown_key = 1002,
  config_wrong_type = 1003,
  config_out_of_range = 1004,
  config_conflict = 1005,
  config_unreadable = 1006,
  cluster_running = 1011,
  cluster_not_running = 1012,
  program_missing = 1021,
  program_failed = 1022,
  program_timeout = 1023,
  agent_archive_missing = 1031,

  disk_missing = 2001,
  disk_read_failed = 2002,
  disk_shrank = 2003,
  disk_write_failed = 2004,
  disk_full = 2005,
  disk_unaligned = 2006,
  disk_grew = 2007,
  source_unsupported = 2031,
  source_offline = 2032,
  not_root = 2033,
  not_registered = 2034,
  inventory_failed = 2035,
  source_not_ready = 2036,
  layout_outdated = 2037,
  file_changed = 2041,
  file_unreadable = 2042,
  file_unsupported = 2043,
  excludes_invalid = 2044,

  transfer_refused = 3001,
  transfer_corrupt = 3002,
  transfer_broken = 3003,
  verify_mismatch = 3004,
  fenced = 3005,
  instance_gone = 3006,
  sealing_required = 3007,
  target_rots = 3008,

  image_failed = 4001,
  image_too_large = 4002,
  bucket_unavailable = 4011,
  object_missing = 4012,
  object_corrupt = 4013,
  access_refused = 4014,
  service_refused = 4015,
  no_stock = 4016,
  machine_silent = 4017,
  instance_unusable = 4018,
  registry_unavailable = 4021,
  guest_unusable = 4031,
  guest_changed = 4032,
  guest_unbootable = 4033,
  guest_missing = 4034,
  fix_ups_failed = 4035,
  boot_not_proven = 4036,
  certificate_forged = 4041,

  not_found = 5001,
  invalid_argument = 5002,
  job_wrong_status = 5011,
  job_wrong_business_status = 5012,
  source_wrong_state = 5013,
  name_taken = 5014,
  limit_exceeded = 5015,
  token_reused = 5016,
  image_name_used = 5017,
  in_another_workgroup = 5018,
  workgroup_not_empty = 5019,
  code_unknown = 5021,
  code_expired = 5022,
  code_used_up = 5023,
  code_disabled = 5024,
  no_capacity = 5031,
  canceled = 5041,
  changed_meanwhile = 5051,
  import_wrong_state = 5061,

  timeout = 6001,
  unreachable = 6002,
  protocol_version = 6011,
  malformed = 6012,
  not_enrolled = 6021,
  key_unreadable = 6022,
  address_in_use = 6023,
  tls_refused = 6024,
  not_logged_in = 6031,
  forbidden = 6032,
  cross_site = 6033,
  too_many_requests = 6034,
  notification_refused = 6041,
  events_gone = 6051,

  storage_failed = 9001,
  storage_newer = 9002,
  storage_damaged = 9003,
  internal = 9011,
};

/// What the owner of the failed work does about it.
enum class Retry : std::uint8_t {
  transient,       // again by itself, with back-off
  throttled,       // again by itself, later: whoever was asked has too much to do
  source_changed,  // stop: the source is not what the job was made for; `retry` once it is
  user_fixable,    // stop, say why, wait for `retry`
  fatal,           // this work can't succeed any more
};

struct Error {
  Errc code = Errc::none;
  std::string what;  // the facts: what failed, where, with which values
  std::string fix;   // the next step; empty: the table's general advice

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T = void>
using Result = tl::expected<T, Error>;

/// Builds the failing side of a Result: `return fail(Errc::disk_missing, "...")`.
[[nodiscard]] inline tl::unexpected<Error> fail(Errc code, std::string what, std::string fix = {}) {
  return tl::unexpected<Error>{Error{code, std::move(what), std::move(fix)}};
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>{std::move(error)};
}

/// Returns "FERRY-2031".
[[nodiscard]] std::string code_text(Errc code);
/// Returns a short name such as "disk_missing", or "unknown" for a foreign number.
[[nodiscard]] std::string_view code_name(Errc code);
[[nodiscard]] Retry retry_class(Errc code);
/// Returns `error.fix`, or the table's general advice if that is empty.
[[nodiscard]] std::string_view remedy(const Error& error);
/// Returns "FERRY-2001 /dev/sdb: no such file. Fix: ...", one line.
[[nodiscard]] std::string to_string(const Error& error);
/// Builds an error from the current errno: "open /dev/sdb: No such file or directory".
[[nodiscard]] Error errno_error(Errc code, std::string_view doing);

/// All numbers in ascending order, for the generated reference page.
struct ErrorInfo {
  Errc code;
  std::string_view name;
  Retry retry;
  std::string_view fix;
};
[[nodiscard]] const ErrorInfo* error_table(std::size_t* count);

}  // namespace ferry
