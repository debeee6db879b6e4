// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The session in which one disk, or one part of a layout, travels to the transition instance.
#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

#include "messages/transfer.hpp"
#include "replication/pass.hpp"
#include "transport/client.hpp"
#include "transport/keys.hpp"

namespace ferry {

struct ReplicationOptions {
  KeyPair keys;                       // of this agent
  std::filesystem::path work_folder;  // for digest tables; may be lost at any time
  bool allow_plain = false;
  std::filesystem::path freeze_hooks{};  // programs of the administrator; empty: none
  std::filesystem::path excludes{};      // folder of this server's own exclude files
};

/// Opens the data session of a disk, or of a part of the layout; `excludes` are for its files.
[[nodiscard]] Result<TransferOpened> open_transfer(Client& control, const SyncDisks& request,
                                                   std::uint32_t index,
                                                   const std::vector<ExcludeRules>& excludes,
                                                   const ReplicationOptions& options,
                                                   const std::stop_token& stop);
[[nodiscard]] PassSettings pass_settings(const SyncDisks& request, const TransferOpened& session);

}  // namespace ferry
