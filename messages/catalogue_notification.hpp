// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The part of the catalogue that few files need: messages about notifications.
#pragma once

#include "messages/catalogue.hpp"
#include "messages/notification.hpp"

namespace ferry {

/// Notifications: who is told by mail or webhook.
using NotificationMessages = MessageList<
    // operator -> controller
    AddNotification, NotificationAdded, ListNotifications, NotificationList, RemoveNotification,
    TestNotification>;

struct CatalogueEntry;
[[nodiscard]] std::vector<CatalogueEntry> notification_entries();

}  // namespace ferry
