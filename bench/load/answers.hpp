// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What simulated nodes answer: as nodes of their role would whose work always succeeds,
// without moving a byte of any disk.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "messages/catalogue.hpp"

namespace ferry::load {

/// Returns the answer to a request, or nothing for a message that wants none. Called by the
/// one thread that serves the node.
using Answers =
    std::function<std::optional<EncodedMessage>(std::string_view type, std::string_view body)>;

/// An agent whose copy is verified when it was asked about for the `polls`-th time; never,
/// if that is 0.
[[nodiscard]] Answers agent_answers(std::uint32_t polls);
[[nodiscard]] Answers transition_answers(std::string node);
[[nodiscard]] Answers worker_answers(std::string node);

/// A small server with one disk that ENS takes.
[[nodiscard]] Inventory small_server(const std::string& hostname);

}  // namespace ferry::load
