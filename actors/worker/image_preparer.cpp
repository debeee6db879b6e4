// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/worker/image_preparer.hpp"

#include "actors/worker/image_program.hpp"
#include "base/limits.hpp"
#include "cloud/json_read.hpp"

namespace ferry {
namespace {

/// Several kernels, each with an initramfs that takes minutes on a busy host.
constexpr std::chrono::hours preparation_time{2};

std::vector<std::string> words_of(const PrepareOrder& order) {
  std::vector<std::string> words{"prepare", "--json", "--format=qcow2",
                                 "--network=" + order.fix_ups.network,
                                 "--scratch=" + order.scratch.string()};
  for (const auto& image : order.images) words.push_back("--disk=" + image.string());
  for (const auto& [device, uuid] : order.fix_ups.volumes) {
    words.push_back("--volume=" + device + "=" + uuid);
  }
  for (const auto& [name, mac] : order.fix_ups.nics) words.push_back("--nic=" + name + "," + mac);
  return words;
}

}  // namespace

Result<PreparedImage> prepare_images(const std::filesystem::path& program,
                                     const PrepareOrder& order, const std::stop_token& stop) {
  const auto said =
      run_image_program({program, words_of(order), order.scratch, preparation_time}, stop);
  if (!said) return fail(said.error());
  return record_from_json<PreparedImage>(*said, "edgeferry image prepare");
}

FixUpReport report_of(const PreparedImage& image) {
  FixUpReport report{"applied", static_cast<std::uint32_t>(image.patches.size()), image.rebuilt,
                     image.notes, image.disks};
  for (const auto& patch : image.patches) {
    if (report.reasons.size() == limits::fix_up_reasons_max) break;
    report.reasons.push_back({patch.file, patch.fix_up, patch.reason});
  }
  if (report.notes.size() > limits::fix_up_notes_max) {
    report.notes.resize(limits::fix_up_notes_max);
  }
  return report;
}

}  // namespace ferry
