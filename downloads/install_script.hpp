// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a source server runs to become one: one line, which fetches install.sh and checks it, and
// install.sh, which fetches the agent's archive, checks it, installs it and registers. Both are for
// any POSIX shell, dash and that of busybox among them. The activation code goes in by standard
// input, for arguments of programs can be read by everybody on a server.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "messages/agent_download.hpp"

namespace ferry {

struct DownloadPlace {
  std::string url;         // "https://HOST:PORT/agent"
  std::string pin;         // SHA-256 of the server's public key, in base64; empty: its certificate
                           // is one that the system's authorities know, or there is no TLS
  std::string controller;  // "tcp://HOST:PORT", that agents connect to
};

/// `archives`: one of each architecture. What it prints at its end is F36's line, by the agent.
[[nodiscard]] std::string install_script(const DownloadPlace& place,
                                         const std::vector<AgentArchive>& archives);

/// One line for a shell; `sha256` is that of install.sh, in hex. Runs it as root, by sudo where it
/// is there. Error: invalid_argument for a code that is none.
[[nodiscard]] Result<std::string> curl_command(const DownloadPlace& place,
                                               const std::string& sha256, const std::string& code);
/// The same with wget, which can't pin: the digest alone tells whether the script is the right one.
[[nodiscard]] Result<std::string> wget_command(const DownloadPlace& place,
                                               const std::string& sha256, const std::string& code);

}  // namespace ferry
