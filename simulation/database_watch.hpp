// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Sees what the controller's database really commits, by triggers of its own in the
// controller's own connection, which live in memory only. The product knows nothing of it.
#pragma once

#include <memory>
#include <string>

#include "storage/journal.hpp"

namespace ferry::sim {

class CommitListener {
 public:
  virtual ~CommitListener() = default;
  virtual void on_event(const std::string& job, const StoredEvent& event) = 0;
  virtual void on_resource(const StoredResource& resource) = 0;
  virtual void on_cluster_event(const std::string& kind, const std::string& text) = 0;
};

/// Watches every database that is opened while it lives; there is one at a time.
class DatabaseWatch {
 public:
  explicit DatabaseWatch(CommitListener& listener);
  ~DatabaseWatch();
  DatabaseWatch(const DatabaseWatch&) = delete;
  DatabaseWatch& operator=(const DatabaseWatch&) = delete;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ferry::sim
