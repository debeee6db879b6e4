// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/worker/image_export.hpp"

#include "actors/worker/export_digests.hpp"
#include "actors/worker/native_disks.hpp"
#include "base/crash_point.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cloud/export.hpp"

namespace ferry {
namespace {

/// Of the whole, if the cloud has to export the disks before.
constexpr double native_share = 50;
/// Shares of an export; those of stages that go disk by disk are shared by the disks.
constexpr double convert_share = 30;
constexpr double proof_share = 10;
constexpr double compare_share = 15;
constexpr double prepare_share = 10;
constexpr double boot_share = 10;
constexpr double upload_share = 25;
static_assert(convert_share + proof_share + compare_share + prepare_share + boot_share +
                  upload_share ==
              100);

double part_of(std::uint64_t done, std::uint64_t total) {
  return total == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total);
}

std::vector<std::filesystem::path> scratch_files(const WorkerOptions& options,
                                                 const ExportImage& request) {
  std::vector<std::filesystem::path> files;
  for (const auto& disk : request.disks) {
    files.push_back(scratch_file(options.scratch, request.image, disk.index));
  }
  return files;
}

/// Reads the target disk itself: does it still hold what was proven? If not, verify_mismatch.
/// `digests` gets what was read.
Result<> prove_disk(const WorkerOptions& options, const ExportImage& request,
                    const ExportDisk& disk, ChunkDigests& digests, const TellStep& tell,
                    const std::stop_token& stop) {
  if (request.digest_key.empty() || !keeps(Protection::proof)) return {};
  const auto root = options.tools.root(
      disk.path, disk.size, request.digest_key,
      [&](std::uint64_t done) {
        tell("proving " + image_disk_name(disk.index),
             convert_share + part_of(done, disk.size) * proof_share);
      },
      stop, &digests);
  if (!root) return fail(root.error());
  const auto found = to_hex(std::as_bytes(std::span{*root}));
  if (found == disk.tree_root) return {};
  return fail(Errc::verify_mismatch, "target disk " + std::to_string(disk.index) + " (" +
                                         disk.path +
                                         ") has changed since it was proven: its digest tree is " +
                                         found + " instead of " + disk.tree_root);
}

/// Compares the image of a disk with that disk, which was proven just now. If they differ, the
/// disk is read once more: if that is what has changed, the fault is not the image's.
Result<> compare_disk(const WorkerOptions& options, const ExportImage& request,
                      const ExportDisk& disk, const std::filesystem::path& image,
                      const TellStep& tell, const std::stop_token& stop) {
  auto compared = options.tools.compare(
      disk.path, image,
      [&](double percent) {
        tell("comparing " + image_disk_name(disk.index),
             convert_share + proof_share + percent / 100 * compare_share);
      },
      stop);
  if (compared) return {};
  ChunkDigests again{disk.size};
  if (auto proven = prove_disk(options, request, disk, again, tell, stop); !proven) return proven;
  return compared;
}

/// Makes the image of one disk: convert, check, prove and compare. `tell` gets the step and 0 to
/// the sum of these shares.
///
/// The order is the proof. The disk is read for its root after it was converted, and compared
/// with the image after that. What changes on the disk until it has been read for the root is
/// in the root; what changes later differs from the image or came too late to get there. And
/// because the root's pages come from the disk and are those that are compared, a page that
/// was bad only in memory while the image was made of it doesn't hide behind itself.
Result<> make_image(const WorkerOptions& options, const ExportImage& request,
                    const ExportDisk& disk, ChunkDigests& digests, const TellStep& tell,
                    const std::stop_token& stop) {
  const auto file = scratch_file(options.scratch, request.image, disk.index);
  const auto name = image_disk_name(disk.index);
  // A file under this name is whole: the conversion renames it at the very end. It
  // may be older than the disks, though, so a new attempt never takes it on trust.
  tell("converting " + name, 0.0);
  auto converted = options.tools.convert(
      disk.path, file, options.compression,
      [&](double percent) { tell("converting " + name, percent / 100 * convert_share); }, stop);
  if (!converted) return converted;
  crash_point("exporter: a disk is converted, not proven");
  tell("checking " + name, convert_share);
  if (auto done = options.tools.check(file, stop); !done) return done;
  if (auto done = prove_disk(options, request, disk, digests, tell, stop); !done) return done;
  return compare_disk(options, request, disk, file, tell, stop);
}

/// Boot fix-ups of the images, once all of them are proven copies. The target disks stay what they
/// are: the next pass goes on from them.
Result<FixUpReport> make_fit(const WorkerOptions& options, const ExportImage& request,
                             const std::stop_token& stop) {
  if (!request.fix_ups.wanted) return FixUpReport{};
  const PrepareOrder order{scratch_files(options, request), request.fix_ups,
                           prepare_folder(options.scratch, request.image)};
  const auto image = options.tools.prepare(order, stop);
  if (image) return report_of(*image);
  const auto& error = image.error();
  if (error.code == Errc::guest_missing) return FixUpReport{"no_guest", 0, {}, {error.what}, {}};
  if (error.code == Errc::canceled) return fail(error);
  return fail(Errc::fix_ups_failed, "boot fix-ups: " + code_text(error.code) + " " + error.what,
              std::string{remedy(error)} + "; or do without them: 'edgeferry job modify " +
                  request.job + " --fixups off', then 'edgeferry job retry " + request.job + "'");
}

/// Whether the images boot, before anybody gets them. Disks without a system are known from the
/// fix-ups, if those were asked for.
Result<ImageBoot> see_boot(const WorkerOptions& options, const ExportImage& request,
                           const FixUpReport& fix_ups, const std::stop_token& stop) {
  if (fix_ups.outcome == "no_guest") {
    ImageBoot none;
    none.outcome = fix_ups.outcome;
    none.cause = code_text(Errc::guest_missing);
    none.what = fix_ups.notes.front();
    return none;
  }
  return options.tools.prove_boot(
      {scratch_files(options, request), request.boot_mode,
       attached_scratch_file(options.scratch, request.image, console_log_name),
       boot_folder(options.scratch, request.image)},
      stop);
}

/// The refusal of an image that does not boot.
Error unbootable(const WorkerOptions& options, const ExportImage& request, const ImageBoot& boot) {
  auto what = "that the image boots is not proven: " + boot.what + " (" + boot.cause + ")";
  for (const auto& line : boot.evidence) what += " | " + line;
  const auto console = attached_scratch_file(options.scratch, request.image, console_log_name);
  std::error_code error;
  if (std::filesystem::exists(console, error)) {
    what += "; its console is on " + options.node + " in " + console.string();
  }
  return {Errc::boot_not_proven, what,
          (boot.next_step.empty() ? "" : boot.next_step + "; or ") +
              "go on without: 'edgeferry job modify " + request.job +
              " --boot-proof warn', then 'edgeferry job retry " + request.job + "'"};
}

/// The gate: `show` gets the verdict, and nothing is uploaded of an image that has to boot and
/// does not.
Result<> prove_boot(const WorkerOptions& options, const ExportImage& request,
                    const FixUpReport& fix_ups, const ShowBoot& show, const std::stop_token& stop) {
  std::error_code ignored;  // of an attempt before
  std::filesystem::remove(attached_scratch_file(options.scratch, request.image, console_log_name),
                          ignored);
  if (request.boot_proof != "required" && request.boot_proof != "warn") return {};
  const auto boot = see_boot(options, request, fix_ups, stop);
  if (!boot) return fail(boot.error());
  show(*boot);
  if (boot->outcome == "booted" || request.boot_proof == "warn") return {};
  return fail(unbootable(options, request, *boot));
}

/// What goes with the image, as far as it is there.
Result<std::vector<AttachedFile>> upload_files(const WorkerOptions& options, Bucket& bucket,
                                               const ExportImage& request,
                                               const std::stop_token& stop) {
  std::vector<AttachedFile> files;
  for (const auto name : attached_names) {
    const auto file = attached_scratch_file(options.scratch, request.image, name);
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error || size == 0) continue;
    auto key = attached_file_key(request.prefix, request.image, name);
    if (!key) return fail(key.error());
    auto object = upload_file(bucket, file, *key, options.part_bytes, {}, stop);
    if (!object) return fail(object.error());
    crash_point("exporter: an attached file is uploaded, not told");
    files.push_back({std::string{name}, object->key, object->size, object->sha256});
  }
  return files;
}

/// `tell` gets the step and 0 to 1.
Result<ImageObject> upload_image(const WorkerOptions& options, Bucket& bucket,
                                 const ExportImage& request, const ExportDisk& disk,
                                 const TellStep& tell, const std::stop_token& stop) {
  auto key = image_object_key(request.prefix, request.image, disk.index);
  if (!key) return fail(key.error());
  auto object = upload_file(
      bucket, scratch_file(options.scratch, request.image, disk.index), *key, options.part_bytes,
      [&](std::uint64_t done, std::uint64_t total) {
        tell("uploading " + image_disk_name(disk.index), part_of(done, total));
      },
      stop);
  if (!object) return fail(object.error());
  crash_point("exporter: a disk is uploaded, not told");
  return ImageObject{disk.index,
                     object->key,
                     object->size,
                     disk.size,
                     object->sha256,
                     disk.tree_root,
                     upload_part_bytes(options.part_bytes, object->size),
                     !disk.files.empty()};
}

/// Of disks that this worker can read.
Result<Exported> export_read_disks(const WorkerOptions& options, const ExportImage& request,
                                   Bucket& bucket, const TellStep& tell, const ShowBoot& show,
                                   const std::stop_token& stop) {
  constexpr double make_share = convert_share + proof_share + compare_share;
  const auto count = static_cast<double>(request.disks.size());
  std::vector<ChunkDigests> digests;
  double before = 0;
  for (const auto& disk : request.disks) {
    const auto tell_part = [&](const std::string& step, double percent) {
      tell(step, (before * make_share + percent) / count);
    };
    auto& proven = digests.emplace_back(disk.size);
    if (auto made = make_image(options, request, disk, proven, tell_part, stop); !made) {
      return fail(made.error());
    }
    std::error_code ignored;  // its image is proven, and a discard removes it, too
    if (!disk.cloud_disk.empty()) std::filesystem::remove(disk.path, ignored);
    ++before;
  }
  crash_point("exporter: all disks are converted, none is prepared");
  tell("boot fix-ups", make_share);
  auto fix_ups = make_fit(options, request, stop);
  if (!fix_ups) return fail(fix_ups.error());
  crash_point("exporter: the disks are prepared, not proven to boot");
  tell(std::string{boot_proof_step}, make_share + prepare_share);
  if (auto proven = prove_boot(options, request, *fix_ups, show, stop); !proven) {
    return fail(proven.error());
  }
  crash_point("exporter: the boot is proven, nothing is uploaded");
  Exported exported{{}, std::move(*fix_ups), {}};
  tell("digests of the image", make_share + prepare_share + boot_share);
  if (auto done = write_digests(options, request, exported.fix_ups, digests, stop); !done) {
    return fail(done.error());
  }
  auto files = upload_files(options, bucket, request, stop);
  if (!files) return fail(files.error());
  exported.files = std::move(*files);
  for (const auto& disk : request.disks) {
    const auto tell_part = [&](const std::string& step, double part) {
      const auto uploaded = static_cast<double>(exported.objects.size()) + part;
      tell(step, make_share + prepare_share + boot_share + uploaded / count * upload_share);
    };
    auto object = upload_image(options, bucket, request, disk, tell_part, stop);
    if (!object) return fail(object.error());
    exported.objects.push_back(*object);
  }
  return exported;
}

}  // namespace

std::filesystem::path scratch_file(const std::filesystem::path& scratch, const std::string& image,
                                   std::uint32_t index) {
  return scratch / (image + "_" + image_disk_name(index));
}

std::filesystem::path prepare_folder(const std::filesystem::path& scratch,
                                     const std::string& image) {
  return scratch / (image + "_prepare");
}

std::filesystem::path boot_folder(const std::filesystem::path& scratch, const std::string& image) {
  return scratch / (image + "_boot");
}

std::filesystem::path attached_scratch_file(const std::filesystem::path& scratch,
                                            const std::string& image, std::string_view name) {
  return scratch / (image + "_" + std::string{name});
}

Result<Exported> export_images(const WorkerOptions& options, const ExportImage& request,
                               const TellStep& tell, const ShowBoot& show,
                               const std::stop_token& stop) {
  if (auto done = make_folder(options.scratch); !done) return fail(done.error());
  const auto bucket = options.open_bucket(request.bucket, stop);
  if (!bucket) return fail(bucket.error());
  if (request.disks.empty() || request.disks.front().cloud_disk.empty()) {
    return export_read_disks(options, request, **bucket, tell, show, stop);
  }
  const auto fetched = fetch_native_disks(
      options, request, **bucket,
      [&](const std::string& step, double percent) { tell(step, percent * native_share / 100); },
      stop);
  if (!fetched) return fail(fetched.error());
  return export_read_disks(
      options, *fetched, **bucket,
      [&](const std::string& step, double percent) {
        tell(step, native_share + percent * (100 - native_share) / 100);
      },
      show, stop);
}

}  // namespace ferry
