// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/image_command.hpp"
#include "apps/output.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "images/prepare.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

PrepareRequest request_of(const ImageWords& words) {
  PrepareRequest request;
  const auto format = words.format == "raw" ? ImageFormat::raw : ImageFormat::qcow2;
  for (const auto& file : words.disks) request.disks.push_back({file, format});
  request.fixups = fix_up_settings(words);
  request.dry_run = words.dry_run;
  const auto scratch = words.scratch.empty() ? fs::temp_directory_path() : fs::path{words.scratch};
  request.work = scratch / random_id("edgeferry-prepare");
  if (!words.json) {
    request.tell = [](const std::string& step) { std::printf("%s\n", printable(step).c_str()); };
  }
  return request;
}

/// What the guest has named may hold control characters.
void print(const PreparedImage& image, const ImageWords& words) {
  for (const auto& patch : image.patches) {
    if (words.dry_run) {
      std::printf("# %s: %s\n%s\n", patch.fix_up.c_str(), printable(patch.reason).c_str(),
                  patch.diff.c_str());
    } else {
      std::printf("%s: %s\n", printable(patch.file).c_str(), printable(patch.reason).c_str());
    }
  }
  std::printf("root: %s\n", printable(image.root).c_str());
  for (const auto& command : image.rebuilt) {
    std::printf("%s: %s\n", words.dry_run ? "would run" : "ran", printable(command).c_str());
  }
  for (const auto& note : image.notes) std::printf("note: %s\n", printable(note).c_str());
  for (const auto& disk : image.disks) {
    std::printf("%s: %s differ from what it was\n", words.disks[disk.index].c_str(),
                human_bytes(disk.changed_bytes).c_str());
    for (const auto& [offset, length] : disk.changed) {
      std::printf("  %llu + %llu\n", static_cast<unsigned long long>(offset),
                  static_cast<unsigned long long>(length));
    }
  }
  if (!words.dry_run && image.disks.empty()) std::puts("nothing had to be changed");
}

}  // namespace

int image_prepare(const ImageWords& words) {
  const auto request = request_of(words);
  const auto image = prepare_image(request);
  if (!image) return print_error(image.error(), words.json);
  if (words.json) return print_json(*image);
  print(*image, words);
  return exit_ok;
}

}  // namespace ferry
