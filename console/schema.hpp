// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// JSON schemas of records, from their own lists of fields: what the API's document says of a body
// is what a body is checked against, and can't be anything else.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <vector>

#include "base/error.hpp"
#include "http/json.hpp"
#include "messages/envelope.hpp"
#include "messages/record.hpp"

namespace ferry {

/// What a schema is of: answers have all fields, requests have those that are meant.
enum class SchemaUse : std::uint8_t { told, asked };

/// Adds the schema of a record, and of all within, to the schemas of a document, by name; returns
/// the reference to it.
using SchemaOf = Json (*)(Json& schemas);

/// "JobView"
[[nodiscard]] std::string record_name(const std::type_info& type);

/// Checks a value against a schema and those that it refers to: names, types, and ranges of whole
/// numbers. invalid_argument says where and what; `where` names the value.
[[nodiscard]] Result<> check_json(const Json& value, const Json& schema, const Json& schemas,
                                  const std::string& where);

template <Record T, SchemaUse use>
[[nodiscard]] Json schema_of(Json& schemas);

namespace detail {

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;

template <class T, SchemaUse use>
Json field_schema(Json& schemas) {
  if constexpr (std::is_same_v<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::is_same_v<T, std::string>) {
    return {{"type", "string"}};
  } else if constexpr (std::is_same_v<T, std::vector<char>>) {
    return {{"type", "string"}, {"description", "bytes as hex"}};
  } else if constexpr (std::is_floating_point_v<T>) {
    return {{"type", "number"}};
  } else if constexpr (std::is_integral_v<T>) {
    return {{"type", "integer"},
            {"minimum", std::numeric_limits<T>::min()},
            {"maximum", std::numeric_limits<T>::max()}};
  } else if constexpr (is_list<T>) {
    return {{"type", "array"}, {"items", field_schema<typename T::value_type, use>(schemas)}};
  } else {
    return schema_of<T, use>(schemas);
  }
}

}  // namespace detail

template <Record T, SchemaUse use>
Json schema_of(Json& schemas) {
  const auto name = record_name(typeid(T)) + (use == SchemaUse::asked ? "Input" : "");
  if (!schemas.contains(name)) {
    schemas[name] = Json::object();  // so that nothing within makes it again
    auto properties = Json::object();
    T{}.visit_fields([&]<class... Fields>(const Fields&...) {
      std::size_t i = 0;
      ((properties[std::string{field_names<T>[i++]}] = detail::field_schema<Fields, use>(schemas)),
       ...);
    });
    Json schema{{"type", "object"}, {"additionalProperties", false}};
    if (use == SchemaUse::told) {
      for (const auto& [field, ignored] : properties.items()) schema["required"].push_back(field);
    }
    schema["properties"] = std::move(properties);
    schemas[name] = std::move(schema);
  }
  return {{"$ref", "#/components/schemas/" + name}};
}

template <Record T>
[[nodiscard]] Json told(Json& schemas) {
  return schema_of<T, SchemaUse::told>(schemas);
}
template <Record T>
[[nodiscard]] Json asked(Json& schemas) {
  return schema_of<T, SchemaUse::asked>(schemas);
}

/// The bytes of a JSON value as messages have them.
[[nodiscard]] std::string packed(const Json& value);

/// Reads a body; fields that it doesn't have are as in `record`. Errors: invalid_argument.
template <Record T>
[[nodiscard]] Result<T> read_record(const Json& body, T record = {}) {
  auto schemas = Json::object();
  const auto schema = asked<T>(schemas);
  if (auto fit = check_json(body, schema, schemas, "the body"); !fit) return fail(fit.error());
  auto done = unpack_body(packed(body), &record, [](const msgpack::object& object, void* into) {
    object.convert(*static_cast<T*>(into));
  });
  if (!done) return fail(Errc::invalid_argument, done.error().what);
  return record;
}

}  // namespace ferry
