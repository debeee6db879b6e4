// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The provider that a cluster file names for machines.
#pragma once

#include <memory>

#include "apps/bucket_opener.hpp"
#include "cloud/alibaba/rpc_client.hpp"
#include "cloud/machine.hpp"

namespace ferry {

class MachinesOpener {
 public:
  /// `bucket`: with whose access key machines are rented.
  MachinesOpener(const ClusterConfig& config, const BucketOpener& bucket)
      : config_(config), credentials_(bucket.credentials()) {}

  /// Null if jobs of this cluster rent none. `patience`: of each of its calls.
  [[nodiscard]] Result<std::shared_ptr<MachineProvider>> operator()(
      const MachineWish& wish, std::chrono::milliseconds patience) const;

 private:
  const ClusterConfig& config_;
  std::shared_ptr<Credentials> credentials_;
};

/// A service of the cloud in which machines are rented, as `endpoint` says where it is.
[[nodiscard]] Result<RpcService> machines_service(const ClusterConfig& config,
                                                  const std::shared_ptr<Credentials>& credentials,
                                                  std::string name, std::string_view version,
                                                  const std::string& endpoint);

}  // namespace ferry
