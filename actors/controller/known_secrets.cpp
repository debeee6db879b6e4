// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/known_secrets.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/diagnostic_limits.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cloud/credentials.hpp"
#include "transport/keys.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_bytes_max = 256 * limits::kib;
constexpr std::size_t token_bytes_min = 16;  // shorter ones in such files are names and numbers
constexpr std::size_t z85_key_bytes = 40;

/// Of words that cloud tools, TOML and PEM divide values by.
bool divides(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0 ||
         std::string_view{"\"',:{}[]()"}.find(c) != std::string_view::npos;
}

/// Whether what ends here is the name of what follows.
bool is_name(std::string_view text, std::size_t end) {
  while (end < text.size() && (text[end] == '"' || text[end] == ' ' || text[end] == '\t')) ++end;
  if (end + 1 >= text.size()) return false;
  return text[end] == ':' || (text[end] == '=' && text[end + 1] != '=' && text[end + 1] != '\n');
}

/// Ids of access keys are no secrets, and told by every request.
bool is_access_key_id(std::string_view token) {
  return token.starts_with("LTAI") || token.starts_with("AKIA") || token.starts_with("ASIA");
}

void add_token(std::vector<KnownSecret>& secrets, std::string_view token, const std::string& kind) {
  if (token.size() < token_bytes_min || token.starts_with("-----") || is_access_key_id(token) ||
      !secret_kind_of(token).empty()) {
    return;
  }
  secrets.push_back({kind, std::string{token}});
  if (token.size() == z85_key_bytes) {
    if (auto raw = key_bytes(token)) secrets.push_back({kind, std::move(*raw)});
  }
  if (auto raw = from_hex(token)) secrets.push_back({kind, std::move(*raw)});
}

void add_file(std::vector<KnownSecret>& secrets, const fs::path& file, const std::string& kind) {
  if (file.empty()) return;
  const auto text = read_file(file, file_bytes_max);
  if (!text) return;
  auto found = secrets_in(*text, kind);
  std::ranges::move(found, std::back_inserter(secrets));
}

void add_folder(std::vector<KnownSecret>& secrets, const fs::path& folder) {
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator{folder, unreadable}) {
    if (secrets.size() >= limits::secrets_max) return;
    if (entry.path().extension() != ".pub") add_file(secrets, entry.path(), "key");
  }
}

/// As the bucket and the registry of the cluster find it, and both where it isn't said.
void add_cloud(std::vector<KnownSecret>& secrets, const ClusterConfig& config) {
  for (const auto* name : credential_variables) {
    const auto* value = std::getenv(name);
    if (value == nullptr || std::string_view{name}.ends_with("_ID")) continue;
    secrets.push_back({"access-key", value});
  }
  if (config.credentials.source != "profile") return;
  if (!config.credentials.file.empty()) {
    add_file(secrets, config.credentials.file, "access-key");
    return;
  }
  add_file(secrets, default_credentials_file(Cloud::alibaba), "access-key");
  add_file(secrets, default_credentials_file(Cloud::aws), "access-key");
}

}  // namespace

std::vector<KnownSecret> secrets_in(std::string_view text, const std::string& kind) {
  std::vector<KnownSecret> secrets;
  // Z85 has brackets and colons in it, too.
  for (auto rest = text; !rest.empty() && secrets.size() < limits::secrets_max;) {
    const auto end = std::min(rest.find_first_of("\r\n"), rest.size());
    if (end == z85_key_bytes && key_bytes(rest.substr(0, end))) {
      add_token(secrets, rest.substr(0, end), kind);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size() && secrets.size() < limits::secrets_max; ++at) {
    const bool ends = at == text.size() || divides(text[at]);
    // "name=value" without blanks; what is behind base64's own "=" is empty.
    const bool separates = !ends && text[at] == '=' && at + 1 < text.size() &&
                           !divides(text[at + 1]) && text[at + 1] != '=';
    if (!ends && !separates) continue;
    if (!is_name(text, at)) add_token(secrets, text.substr(begin, at - begin), kind);
    begin = at + 1;
  }
  return secrets;
}

std::vector<KnownSecret> secrets_of_host(const ClusterConfig& config) {
  std::vector<KnownSecret> secrets;
  add_folder(secrets, fs::path{config.state} / "keys");
  for (const auto& node : config.nodes) {
    if (node.role != "agent") continue;
    add_file(secrets, fs::path{config.state} / node.name / "agent.key", "key");
    add_file(secrets, node.code_file, "code");
  }
  add_cloud(secrets, config);
  add_file(secrets, config.console.key, "key");
  add_file(secrets, config.smc.key, "key");
  if (const auto password = read_file(config.mail.password_file, file_bytes_max)) {
    secrets.push_back({"password", password->substr(0, password->find_first_of("\r\n"))});
  }
  if (secrets.size() > limits::secrets_max) secrets.resize(limits::secrets_max);
  return secrets;
}

std::vector<KnownSecret> secrets_of_database(const SecretBox& box,
                                             const std::vector<StoredAccessKey>& keys,
                                             const std::vector<StoredNotification>& notifications) {
  std::vector<KnownSecret> secrets;
  for (const auto& key : keys) {
    if (auto secret = box.open(key.sealed, key.id)) {
      secrets.push_back({"access-key", std::move(*secret)});
    }
  }
  for (const auto& one : notifications) {
    if (one.kind != "webhook") continue;
    auto secret = box.open(one.sealed, one.id);
    if (!secret) continue;
    constexpr std::string_view prefix = "whsec_";
    if (secret->starts_with(prefix)) secrets.push_back({"webhook", secret->substr(prefix.size())});
    secrets.push_back({"webhook", std::move(*secret)});
  }
  return secrets;
}

}  // namespace ferry
