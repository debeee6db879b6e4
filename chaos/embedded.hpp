// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A throw-away cluster in a folder of its own: raw disks of source servers, a cluster file
// with an agent for each, small disks below the folders that the plan breaks, and room for
// a proxy between the nodes.
//
// The proxy works without any privilege: all of 127/8 is this host, so a node listens on
// 127.0.0.2 and says that it is 127.0.0.3, where the proxy listens on the same port.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "chaos/faulty_disk.hpp"
#include "chaos/plan.hpp"
#include "chaos/undo.hpp"

namespace ferry::chaos {

struct Embedded {
  std::filesystem::path cluster_file;
  std::map<std::string, DiskControls> controls;          // by folder name, or by source agent
  std::map<std::string, std::filesystem::path> sources;  // raw images by agent
};

/// Makes everything but the processes. What needs undoing is in `undo`.
[[nodiscard]] Result<Embedded> make_embedded(const Plan& plan, const std::filesystem::path& work,
                                             UndoLog& undo);

/// Writes a raw image: GPT, one ext4 partition with what makes it a Linux server, and a file
/// of `noise_bytes` that no compression makes smaller.
[[nodiscard]] Result<> make_source_disk(const std::filesystem::path& image, std::uint64_t bytes,
                                        std::uint64_t noise_bytes);

/// A TCP port that is free on 127.0.0.2 and 127.0.0.3 now.
[[nodiscard]] std::uint16_t free_port();

inline constexpr const char* bound_host = "127.0.0.2";
inline constexpr const char* advertised_host = "127.0.0.3";

}  // namespace ferry::chaos
