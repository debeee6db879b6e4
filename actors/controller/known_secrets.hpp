// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The secrets that a process of a cluster can know, so that it can take them out of what it gives
// away.
#pragma once

#include <vector>

#include "config/cluster_config.hpp"
#include "diagnostics/redactor.hpp"
#include "storage/access_key_table.hpp"
#include "storage/notification_table.hpp"
#include "storage/secret_box.hpp"

namespace ferry {

/// Those that lie on this host: keys, access keys of the cloud in files and in the environment of
/// this process, the mail server's password, activation codes in files. What can't be read has
/// none: it may lie on another host, or be for other roles. At most limits::secrets_max.
[[nodiscard]] std::vector<KnownSecret> secrets_of_host(const ClusterConfig& config);

/// Those of access keys and webhooks. One that was sealed with another key can't be known.
[[nodiscard]] std::vector<KnownSecret> secrets_of_database(
    const SecretBox& box, const std::vector<StoredAccessKey>& keys,
    const std::vector<StoredNotification>& notifications);

/// What a file of keys or credentials holds: its lines, what stands behind names and in quotes, and
/// the bytes behind Z85 and hex.
[[nodiscard]] std::vector<KnownSecret> secrets_in(std::string_view text, const std::string& kind);

}  // namespace ferry
