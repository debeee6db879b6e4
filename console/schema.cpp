// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/schema.hpp"

#include <algorithm>
#include <cstdlib>
#include <cxxabi.h>

#include "base/free_by.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t name_told_max = 64;

tl::unexpected<Error> unfit(const std::string& where, const std::string& why) {
  return fail(Errc::invalid_argument, where + " " + why,
              "see the document of the API, /api/v1/openapi.json");
}

std::string quoted(const std::string& name) {
  return "'" + escaped(std::string_view{name}.substr(0, name_told_max)) + "'";
}

const Json& resolved(const Json& schema, const Json& schemas) {
  const auto ref = schema.find("$ref");
  if (ref == schema.end()) return schema;
  const auto& text = ref->get_ref<const std::string&>();
  return schemas.at(text.substr(text.rfind('/') + 1));
}

Result<> check_integer(const Json& value, const Json& schema, const std::string& where) {
  const auto& least = schema.at("minimum");
  const auto& most = schema.at("maximum");
  // Signed and unsigned compare by their values, as the library does it, only within one kind.
  const bool fits = value.is_number_unsigned()
                        ? value.get<std::uint64_t>() <= most.get<std::uint64_t>()
                        : value.is_number_integer() && least.get<std::int64_t>() < 0 &&
                              value.get<std::int64_t>() >= least.get<std::int64_t>();
  if (fits) return {};
  return unfit(where, "is no whole number from " + least.dump() + " to " + most.dump());
}

Result<> check_object(const Json& value, const Json& schema, const Json& schemas,
                      const std::string& where) {
  if (!value.is_object()) return unfit(where, "is no object");
  const auto& properties = schema.at("properties");
  for (const auto& [name, field] : value.items()) {
    const auto property = properties.find(name);
    if (property == properties.end()) return unfit(where, "has no field " + quoted(name));
    if (auto fit = check_json(field, *property, schemas, where + "." + name); !fit) return fit;
  }
  if (!schema.contains("required")) return {};
  for (const auto& name : schema.at("required")) {
    if (!value.contains(name.get<std::string>())) {
      return unfit(where, "lacks the field " + quoted(name.get<std::string>()));
    }
  }
  return {};
}

Result<> check_array(const Json& value, const Json& schema, const Json& schemas,
                     const std::string& where) {
  if (!value.is_array()) return unfit(where, "is no list");
  if (value.size() > limits::message_array_max) return unfit(where, "is too long");
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto fit =
        check_json(value[i], schema.at("items"), schemas, where + "[" + std::to_string(i) + "]");
    if (!fit) return fit;
  }
  return {};
}

}  // namespace

std::string record_name(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, FreeBy<std::free>> text{
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status)};
  const std::string name{status == 0 ? text.get() : type.name()};
  return name.substr(name.rfind(':') + 1);
}

Result<> check_json(const Json& value, const Json& schema, const Json& schemas,
                    const std::string& where) {
  const auto& rule = resolved(schema, schemas);
  const auto& type = rule.at("type").get_ref<const std::string&>();
  if (type == "object") return check_object(value, rule, schemas, where);
  if (type == "array") return check_array(value, rule, schemas, where);
  if (type == "integer") return check_integer(value, rule, where);
  if (type == "boolean" && !value.is_boolean()) return unfit(where, "is not true or false");
  if (type == "number" && !value.is_number()) return unfit(where, "is no number");
  if (type == "string" && !value.is_string()) return unfit(where, "is no text");
  return {};
}

std::string packed(const Json& value) {
  const auto bytes = Json::to_msgpack(value);
  return {bytes.begin(), bytes.end()};
}

}  // namespace ferry
