// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// From what happened to what each receiver is to be told.
#pragma once

#include <string>

#include "storage/database.hpp"

namespace ferry {

/// Turns the oldest notices, limits::notices_at_once at most, into deliveries for everybody who
/// wants them, and forgets them. All of it is of the caller's transaction, so no notice is lost and
/// none is told to anybody twice. A receiver with limits::notification_queue_max deliveries loses
/// the older half of them, which the cluster's log tells. Throws StorageFailure.
void address_notices(Database& database, const std::string& cluster);

}  // namespace ferry
