// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What users call source servers and jobs: the rules for names, descriptions and tags.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "messages/tag.hpp"

namespace ferry {

/// The public API's rule for names: 2 to 128 bytes, a letter first, then letters, digits and
/// ": _ - ."; bytes above 127 are letters of other scripts. `what` is named in invalid_argument.
[[nodiscard]] Result<> check_name(const std::string& what, const std::string& name);
/// At most limits::description_bytes_max bytes; errors: invalid_argument.
[[nodiscard]] Result<> check_description(const std::string& description);
/// The same for a resource group's id: text of at most limits::resource_group_bytes_max bytes.
[[nodiscard]] Result<> check_resource_group(const std::string& id);

/// The bytes of tags in the database.
[[nodiscard]] std::string packed(const std::vector<Tag>& tags);
/// What such bytes say; nothing, if they can't be read.
[[nodiscard]] std::vector<Tag> unpacked_tags(const std::string& bytes);

/// The tags after the change, those that stay first. Errors: invalid_argument for a key that is
/// empty, too long, of a reserved name or twice among those put; limit_exceeded for more than
/// limits::tags_max.
[[nodiscard]] Result<std::vector<Tag>> changed_tags(std::vector<Tag> tags, const TagChange& change);

}  // namespace ferry
