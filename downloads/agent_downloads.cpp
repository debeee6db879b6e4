// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "downloads/agent_downloads.hpp"

#include "base/random.hpp"
#include "base/text.hpp"
#include "downloads/limits.hpp"

namespace ferry {

Result<std::string> AgentDownloads::script() const {
  const auto archives = archives_.newest();
  if (!archives) return fail(archives.error());
  return install_script(place_, *archives);
}

Result<InstallCommand> AgentDownloads::command(const std::string& code) const {
  auto archives = archives_.newest();
  if (!archives) return fail(archives.error());
  const auto sha256 = to_hex(ferry::sha256(install_script(place_, *archives)));
  const auto given = code.empty() ? std::string{"CODE"} : code;
  auto curl = curl_command(place_, sha256, given);
  if (!curl) return fail(curl.error());
  auto wget = wget_command(place_, sha256, given);
  if (!wget) return fail(wget.error());
  return InstallCommand{std::move(*curl), std::move(*wget), place_.url,
                        place_.pin,       sha256,           std::move(*archives)};
}

std::shared_ptr<void> AgentDownloads::enter(const std::string& client) {
  const std::lock_guard lock{mutex_};
  if (all_ >= limits::agent_downloads_max) return nullptr;
  auto& mine = downloading_[client];
  if (mine >= limits::client_downloads_max) return nullptr;
  ++mine;
  ++all_;
  return {this, [client](void* self) { static_cast<AgentDownloads*>(self)->leave(client); }};
}

void AgentDownloads::leave(const std::string& client) {
  const std::lock_guard lock{mutex_};
  const auto mine = downloading_.find(client);
  if (--mine->second == 0) downloading_.erase(mine);
  --all_;
}

}  // namespace ferry
