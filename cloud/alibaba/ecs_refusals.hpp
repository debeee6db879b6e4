// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What ECS says no to while it makes and exports an image, and what a job or its owner does then.
#pragma once

#include <string_view>

#include "cloud/alibaba/rpc_client.hpp"

namespace ferry {

/// True: the call has had no effect, and will do once something else of the service has ended.
[[nodiscard]] bool passes_by_itself(std::string_view code);
/// The refusal as an error with a class of ours and with the next step (smc-api 5.1, 5.3).
[[nodiscard]] Error refusal_error(const RpcError& refused);
/// As above, of what the service tells of a task that has failed, in its own words.
[[nodiscard]] Error refusal_error(std::string_view code, const std::string& what);

}  // namespace ferry
