// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What source servers download before they belong to anything: below /agent/, for anybody. None of
// it is secret, and who runs it checks it by a digest.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "config/cluster_config.hpp"
#include "downloads/agent_downloads.hpp"
#include "http/server.hpp"

namespace ferry {

/// Where source servers find the downloads of this cluster's controller, and by which key they know
/// it. `certificate`: that it serves with; empty: none. Errors: those of reading it.
[[nodiscard]] Result<DownloadPlace> download_place(const ClusterConfig& config,
                                                   const std::filesystem::path& certificate);

inline constexpr std::string_view download_base = "/agent/";

/// Answers GET and HEAD of /agent/ (a list), /agent/install.sh, and each archive; nothing if the
/// path is another one's. `client`: its address.
[[nodiscard]] std::optional<HttpAnswer> download_answer(const HttpRequest& request,
                                                        const std::string& client,
                                                        AgentDownloads& downloads);

}  // namespace ferry
