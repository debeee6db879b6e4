// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What Cloud Assistant runs on a borrowed instance, as shell scripts. Both may run again at any
// moment. Of a token they use /run/edgeferry-TOKEN, which a reboot clears, the folder
// /var/lib/edgeferry-TOKEN, on which the temporary disk is mounted, and where systemd runs the
// service edgeferry-machine-TOKEN, which `edgeferry machine join` makes.
#pragma once

#include <string>
#include <string_view>

namespace ferry {

/// Runs `words` in the background, unless they run already, with the disk of that serial as
/// EDGEFERRY_STORAGE. Exit code 127 if there is no edgeferry on the instance.
[[nodiscard]] std::string start_script(std::string_view token, std::string_view serial,
                                       std::string_view words);
/// Ends what the other has started, and leaves nothing of it but the disk.
[[nodiscard]] std::string stop_script(std::string_view token);

}  // namespace ferry
