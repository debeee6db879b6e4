// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The launcher of a machine that a job uses, as a service of systemd: so that its nodes are there
// again after a reboot. cloud/alibaba/borrowed_scripts.cpp takes the service away.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"

namespace ferry {

struct MachineService {
  std::string token;              // of the machine; letters, digits, '-', '_' and '.'
  std::filesystem::path program;  // edgeferry
  std::filesystem::path state;
  std::string storage;  // disk on which the state folder lies; empty: it lies where it is
};

/// Whether systemd is this system's first process.
[[nodiscard]] bool systemd_runs();

/// "edgeferry-machine-TOKEN.service".
[[nodiscard]] std::string service_name(std::string_view token);

/// The unit file, which runs `edgeferry machine resume`. Access keys that are no role's come from
/// /etc/edgeferry/machine.env.
[[nodiscard]] std::string service_unit(const MachineService& service);

/// Writes the unit for this boot and the next ones, and has systemd start it; does nothing to one
/// that runs. May be called again after a crash at any moment. Errors: invalid_argument for a
/// token that can be no file's name, those of writing, program_failed.
[[nodiscard]] Result<> start_service(const MachineService& service,
                                     const std::filesystem::path& units = "/etc/systemd/system");

}  // namespace ferry
