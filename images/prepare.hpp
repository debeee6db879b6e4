// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Image files made fit to boot elsewhere. All work happens in overlays, and is checked there; only
// then the images take it over. A failure or a kill before that leaves every byte of them.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/extent.hpp"
#include "fixups/fix_up.hpp"
#include "images/attached_disks.hpp"
#include "messages/image.hpp"

namespace ferry {

struct PrepareRequest {
  std::vector<ImageFile> disks;  // all of the system's, the one that boots first
  /// As for a mounted guest; `volumes` gives the source's names of volumes, and needs not name
  /// them all: their UUIDs are read from the disks.
  FixUpSettings fixups;
  bool dry_run = false;
  std::filesystem::path work;  // for overlays: empty or not there, and removed at the end
  std::function<void(const std::string& step)> tell = [](const std::string&) {};
};

/// Plans and applies the fix-ups, and makes anew only what they made stale: the initramfs if its
/// settings were changed or it lacks drivers, the boot menu if kernel arguments were changed or
/// there is none. A disk that no firmware can start gets the boot loader that the guest has. Where
/// nothing has to change nothing is written. The calling thread is spent
/// afterwards: it is in a mount namespace of its own. Errors: those of AttachedDisks, MountedGuest,
/// plan_fix_ups, apply_patches and rebuild.
[[nodiscard]] Result<PreparedImage> prepare_image(const PrepareRequest& request);

/// Extents as few ranges: while there are more than limits::changed_ranges_max, those with the
/// smallest gaps between them become one.
[[nodiscard]] PreparedDisk prepared_disk(std::uint32_t index, const std::vector<Extent>& extents);

}  // namespace ferry
