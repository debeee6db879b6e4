// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An import of instances of ECS between its rows in the database and what is told of it.
#pragma once

#include <optional>
#include <string>

#include "messages/ecs_import.hpp"
#include "storage/ecs_import_table.hpp"

namespace ferry {

/// Something is still to be done for it.
[[nodiscard]] bool is_open(const EcsImportItem& item);
[[nodiscard]] bool has_ended(const EcsImportView& view);

/// The rows as records; what can't be read is left out.
[[nodiscard]] EcsImportView view_of(const StoredEcsImport& stored);
[[nodiscard]] StoredEcsItem stored_item(const EcsImportItem& item);
/// The import without its instances.
[[nodiscard]] std::string stored_body(const EcsImportView& view);

/// The source server that the command says it has made (F36); empty if it doesn't.
[[nodiscard]] std::string source_in(const std::string& output);

/// Of the instances of an import, the one at that place, in one of its attempts: at most 64
/// characters, as the service takes them.
[[nodiscard]] std::string command_token(const std::string& import, std::size_t place,
                                        std::uint32_t attempt);

}  // namespace ferry
