// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The work of an export, stage by stage, beside its actor (image_exporter.hpp): every disk is made
// an image and proven, then all are made fit to boot, booted and uploaded.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "actors/worker/image_exporter.hpp"

namespace ferry {

/// Gets the step and the percent done, 0 to 100 for all of an export.
using TellStep = std::function<void(const std::string& step, double percent)>;
/// Gets the verdict of the boot proof, also of an image that is refused for it.
using ShowBoot = std::function<void(const ImageBoot&)>;

/// Does all of it. Errors: verify_mismatch for a target disk that changed after it was proven,
/// fix_ups_failed, boot_not_proven, canceled, those of image files and of the bucket.
[[nodiscard]] Result<Exported> export_images(const WorkerOptions& options,
                                             const ExportImage& request, const TellStep& tell,
                                             const ShowBoot& show, const std::stop_token& stop);

/// The image file of one disk in the scratch folder.
[[nodiscard]] std::filesystem::path scratch_file(const std::filesystem::path& scratch,
                                                 const std::string& image, std::uint32_t index);
/// Where boot fix-ups keep what they have not given to the images yet.
[[nodiscard]] std::filesystem::path prepare_folder(const std::filesystem::path& scratch,
                                                   const std::string& image);
/// Where a boot proof has its temporary files.
[[nodiscard]] std::filesystem::path boot_folder(const std::filesystem::path& scratch,
                                                const std::string& image);
/// A file that is going to be kept with the image, by its name there.
[[nodiscard]] std::filesystem::path attached_scratch_file(const std::filesystem::path& scratch,
                                                          const std::string& image,
                                                          std::string_view name);

}  // namespace ferry
