// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One macro line names the fields of a struct, and from that line come its
// msgpack form, its JSON form and its text in logs. A record travels as a map
// from field name to value: readers skip names they do not know and leave absent
// fields at their default, so a field with a default may be added at any time.
// Rules: never rename a field, never change its type, never reuse a name.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include <msgpack.hpp>

namespace ferry {

/// A struct that names its fields with FERRY_FIELDS.
template <class T>
concept Record = requires {
  { T::field_list() } -> std::convertible_to<std::string_view>;
};

/// A record that also has a wire name: it can be sent to an actor.
template <class T>
concept Message = Record<T> && requires {
  { T::wire_name } -> std::convertible_to<std::string_view>;
};

namespace detail {

// Not consteval as the other one: clang 14 refuses that in the initializer of a template.
constexpr std::size_t count_names(std::string_view list) {
  if (list.empty()) return 0;
  return 1 + static_cast<std::size_t>(std::count(list.begin(), list.end(), ','));
}

/// Splits the text of a macro argument list, "job, disk", into its names.
template <std::size_t N>
consteval std::array<std::string_view, N> split_names(std::string_view list) {
  std::array<std::string_view, N> names{};
  for (auto& name : names) {
    const auto comma = list.find(',');
    name = list.substr(0, comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    while (!list.empty() && list.front() == ' ') list.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  }
  return names;
}

}  // namespace detail

template <Record T>
inline constexpr std::size_t field_count = detail::count_names(T::field_list());

template <Record T>
inline constexpr auto field_names = detail::split_names<field_count<T>>(T::field_list());

/// Returns the msgpack bytes of a record.
template <Record T>
[[nodiscard]] std::string to_msgpack(const T& record) {
  msgpack::sbuffer buffer(256);
  msgpack::pack(buffer, record);
  return {buffer.data(), buffer.size()};
}

/// Returns the JSON text of one msgpack value, on one line or indented by two.
/// Binary values become hex text. Invalid msgpack gives "null".
[[nodiscard]] std::string json_from_msgpack(std::string_view bytes, bool indented);

template <Record T>
[[nodiscard]] std::string to_json(const T& record, bool indented = false) {
  return json_from_msgpack(to_msgpack(record), indented);
}

/// Reads like `job.start {"job":"j-1","epoch":1}` in logs.
template <Record T>
[[nodiscard]] std::string to_string(const T& record) {
  if constexpr (Message<T>) {
    return std::string{T::wire_name}.append(" ").append(to_json(record));
  } else {
    return to_json(record);
  }
}

}  // namespace ferry

// The fields go to a visitor as arguments, for a tuple of them costs every file that sees a
// record a good part of its compile time.
#define FERRY_FIELDS(...)                                                 \
  static constexpr std::string_view field_list() { return #__VA_ARGS__; } \
  template <class Visitor>                                                \
  void visit_fields(Visitor visit) {                                      \
    visit(__VA_ARGS__);                                                   \
  }                                                                       \
  template <class Visitor>                                                \
  void visit_fields(Visitor visit) const {                                \
    visit(__VA_ARGS__);                                                   \
  }

#define FERRY_MESSAGE(name, ...)                      \
  static constexpr std::string_view wire_name = name; \
  FERRY_FIELDS(__VA_ARGS__)

namespace msgpack {
MSGPACK_API_VERSION_NAMESPACE(MSGPACK_DEFAULT_API_NS) {
  namespace adaptor {

  // Kept out of line, one copy per field type: inlined into every record that has such a
  // field they would take most of the build's time.
  template <class Stream, class F>
  [[gnu::noinline]] void pack_field(msgpack::packer<Stream>& out, const F& field) {
    out.pack(field);
  }
  template <class F>
  [[gnu::noinline]] void convert_field(const msgpack::object& from, F& field) {
    from.convert(field);
  }

  template <ferry::Record T>
  struct pack<T> {
    template <class Stream>
    [[gnu::noinline]] msgpack::packer<Stream>& operator()(msgpack::packer<Stream>& out,
                                                          const T& record) const {
      out.pack_map(static_cast<std::uint32_t>(ferry::field_count<T>));
      record.visit_fields([&](const auto&... value) {
        std::size_t i = 0;
        ((out.pack(ferry::field_names<T>[i++]), pack_field(out, value)), ...);
      });
      return out;
    }
  };

  template <ferry::Record T>
  struct convert<T> {
    [[gnu::noinline]] const msgpack::object& operator()(const msgpack::object& in,
                                                        T& record) const {
      if (in.type != msgpack::type::MAP) throw msgpack::type_error();
      for (std::uint32_t n = 0; n < in.via.map.size; ++n) {
        const auto& entry = in.via.map.ptr[n];
        if (entry.key.type != msgpack::type::STR) throw msgpack::type_error();
        const std::string_view name{entry.key.via.str.ptr, entry.key.via.str.size};
        record.visit_fields([&](auto&... field) {
          std::size_t i = 0;
          // Stops at the first match; an unknown name matches nothing.
          (void)((ferry::field_names<T>[i++] == name ? (convert_field(entry.val, field), true)
                                                     : false) ||
                 ...);
        });
      }
      return in;
    }
  };

  }  // namespace adaptor
}
}  // namespace msgpack
