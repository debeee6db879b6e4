// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The agent's archives that the controller offers to source servers, and the one command that
// downloads, installs and registers (F35, F45).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/record.hpp"

namespace ferry {

struct AgentArchive {
  std::string file;          // edgeferry-agent-VERSION-linux-ARCHITECTURE.tar.gz
  std::string version;       // "0.1.0"
  std::string architecture;  // as `uname -m` says: "x86_64"
  std::uint64_t bytes = 0;
  std::string sha256;  // in hex
  FERRY_FIELDS(file, version, architecture, bytes, sha256)
};

/// Operator to controller. agent_archive_missing if there is nothing to install, and
/// config_conflict if no console serves it.
struct GetInstallCommand {
  std::string code = {};  // that servers register with; empty: "CODE" stands for it
  FERRY_MESSAGE("download.get_command", code)
};
struct InstallCommand {
  std::string curl;  // one line for a shell of the source server
  std::string wget;  // the same for servers without curl
  std::string url;   // of the downloads, without a name behind it
  std::string pin;   // SHA-256 of the server's public key, in base64; empty: none is pinned
  std::string script_sha256;           // of install.sh, in hex; commands carry it
  std::vector<AgentArchive> archives;  // one of each architecture
  FERRY_MESSAGE("download.command", curl, wget, url, pin, script_sha256, archives)
};

}  // namespace ferry
