// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The digests of an export that its certificate binds (docs/certificate.md): of every chunk of the
// disks, of what boot fix-ups made of them, of the parts of the image files, and of their files.
#pragma once

#include <vector>

#include "actors/worker/image_exporter.hpp"
#include "base/chunk_digests.hpp"

namespace ferry {

/// Reads the finished images and writes the digest file into the scratch folder. `disks`: of each
/// disk, from the reading that proved it. Without them there is no file, and the image gets no
/// certificate. Errors: image_failed where an image differs from its disk outside of the ranges
/// that the fix-ups told, verify_mismatch if the manifests of files are not those that were proven,
/// those of reading and writing, canceled.
[[nodiscard]] Result<> write_digests(const WorkerOptions& options, const ExportImage& request,
                                     const FixUpReport& fix_ups,
                                     const std::vector<ChunkDigests>& disks,
                                     const std::stop_token& stop);

}  // namespace ferry
