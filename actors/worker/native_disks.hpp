// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Disks that the cloud exports by itself (F15, F16): they come by way of the bucket, and then are
// proven and made images as those that this worker can read.
#pragma once

#include <filesystem>
#include <string>

#include "actors/worker/image_export.hpp"

namespace ferry {

/// Has the cloud export the disks of the request that are its own, and brings these into scratch
/// files. Returns the request as it is with their paths. `tell` gets 0 to 100. Errors: those of
/// NativeExporter::ensure and of fetch_disk.
[[nodiscard]] Result<ExportImage> fetch_native_disks(const WorkerOptions& options,
                                                     const ExportImage& request,
                                                     const Bucket& bucket, const TellStep& tell,
                                                     const std::stop_token& stop);

/// Where the bytes of such a disk lie until they are made an image.
[[nodiscard]] std::filesystem::path fetched_file(const std::filesystem::path& scratch,
                                                 const std::string& image, std::uint32_t index);

}  // namespace ferry
