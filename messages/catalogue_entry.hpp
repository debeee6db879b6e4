// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How one message of the catalogue is packed and unpacked. The two lists are compiled
// each on its own, because this is what takes longest to compile.
#pragma once

#include <string>
#include <string_view>
#include <typeindex>
#include <vector>

#include "messages/catalogue.hpp"

namespace ferry {

struct CatalogueEntry {
  std::string_view name;
  std::string_view fields;
  std::type_index type;
  void (*convert)(const msgpack::object& from, void* record);
  std::string (*encode)(const void* record);
  Result<caf::message> (*decode)(std::string_view body);
};

template <Message T>
void convert_to(const msgpack::object& from, void* record) {
  from.convert(*static_cast<T*>(record));
}

template <Message T>
CatalogueEntry entry_of() {
  return {T::wire_name,
          T::field_list(),
          typeid(T),
          &convert_to<T>,
          [](const void* record) { return to_msgpack(*static_cast<const T*>(record)); },
          [](std::string_view body) -> Result<caf::message> {
            T record;
            if (auto done = unpack_body(body, &record, &convert_to<T>); !done) {
              return fail(done.error());
            }
            return caf::make_message(std::move(record));
          }};
}

template <Message... Ts>
std::vector<CatalogueEntry> entries_of(MessageList<Ts...>) {
  return {entry_of<Ts>()...};
}

[[nodiscard]] std::vector<CatalogueEntry> cluster_entries();
[[nodiscard]] std::vector<CatalogueEntry> job_entries();

}  // namespace ferry
