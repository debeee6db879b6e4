// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Lets every message struct travel between CAF actors, on this node or on
// another, without a line of registration per type.
#pragma once

#include <caf/all.hpp>

#include "base/error.hpp"
#include "messages/record.hpp"

namespace caf {

template <ferry::Message T>
struct allowed_unsafe_message_type<T> : std::true_type {};

}  // namespace caf

namespace ferry {

/// The category under which our errors travel inside caf::error.
inline constexpr auto error_category = caf::atom("ferry");

/// Wraps an Error so that an actor can return it, quit with it, or fail a request.
[[nodiscard]] caf::error to_caf(const Error& error);
/// Unwraps; errors of CAF itself become timeout, unreachable or internal.
[[nodiscard]] Error from_caf(const caf::error& error);

}  // namespace ferry
