// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads any TOML file that is described by tables of settings: cluster files, and the
// plans of `edgeferry chaos`. What a file may say is data; how mistakes are told is here.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problems.hpp"
#include "config/settings.hpp"

namespace ferry {

/// A table that may be written many times.
struct SettingList {
  std::string_view name;  // "node": of [[node]] and in texts
  std::size_t max = 0;
  std::function<void(std::size_t count)> resize;
  /// The entry's settings; for an index that is not there, those of an example.
  std::function<SettingTable(std::size_t index)> entry;
};

struct DocumentShape {
  std::vector<SettingTable> tables;
  std::vector<SettingList> lists;
};

/// Stores what the text says through the slots of `shape`, and goes on after a mistake.
void read_document(std::string_view text, const DocumentShape& shape, Problems& problems);

/// Returns the text of a regular file of at most config_file_bytes_max bytes; `noun` names
/// its kind in errors ("cluster file").
[[nodiscard]] tl::expected<std::string, std::vector<ConfigError>> read_settings_file(
    const std::filesystem::path& file, const std::string& noun);

}  // namespace ferry
