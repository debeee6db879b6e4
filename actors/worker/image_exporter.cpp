// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/worker/image_exporter.hpp"

#include <mutex>

#include "actors/work_status.hpp"
#include "base/crash_point.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "cloud/export.hpp"

namespace ferry {

/// Step and percent, written by the working thread and read by the actor.
struct ImageExporter::Shown {
  std::mutex mutex;
  std::string step = "waiting";
  double percent = 0;

  void set(const std::string& new_step, double new_percent) {
    const std::lock_guard lock{mutex};
    step = new_step;
    percent = new_percent;
  }
};

namespace {

/// Shares of an export; those of stages that go disk by disk are shared by the disks.
constexpr double convert_share = 35;
constexpr double proof_share = 10;
constexpr double compare_share = 15;
constexpr double prepare_share = 10;
constexpr double upload_share = 30;
static_assert(convert_share + proof_share + compare_share + prepare_share + upload_share == 100);

double part_of(std::uint64_t done, std::uint64_t total) {
  return total == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total);
}

std::filesystem::path scratch_file(const std::filesystem::path& scratch, const std::string& image,
                                   std::uint32_t index) {
  return scratch / (image + "_" + image_disk_name(index));
}

/// Where boot fix-ups keep what they have not given to the images yet.
std::filesystem::path prepare_folder(const std::filesystem::path& scratch,
                                     const std::string& image) {
  return scratch / (image + "_prepare");
}

/// Reads the target disk itself: does it still hold what was proven? If not, verify_mismatch.
template <class Tell>
Result<> prove_disk(const WorkerOptions& options, const ExportImage& request,
                    const ExportDisk& disk, const Tell& tell, const std::stop_token& stop) {
  if (request.digest_key.empty() || !keeps(Protection::proof)) return {};
  const auto root = options.tools.root(
      disk.path, disk.size, request.digest_key,
      [&](std::uint64_t done) {
        tell("proving " + image_disk_name(disk.index),
             convert_share + part_of(done, disk.size) * proof_share);
      },
      stop);
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
template <class Tell>
Result<> compare_disk(const WorkerOptions& options, const ExportImage& request,
                      const ExportDisk& disk, const std::filesystem::path& image, const Tell& tell,
                      const std::stop_token& stop) {
  auto compared = options.tools.compare(
      disk.path, image,
      [&](double percent) {
        tell("comparing " + image_disk_name(disk.index),
             convert_share + proof_share + percent / 100 * compare_share);
      },
      stop);
  if (compared) return {};
  if (auto proven = prove_disk(options, request, disk, tell, stop); !proven) return proven;
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
template <class Tell>
Result<> make_image(const WorkerOptions& options, const ExportImage& request,
                    const ExportDisk& disk, const Tell& tell, const std::stop_token& stop) {
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
  if (auto done = prove_disk(options, request, disk, tell, stop); !done) return done;
  return compare_disk(options, request, disk, file, tell, stop);
}

/// Boot fix-ups of the images, once all of them are proven copies. The target disks stay what they
/// are: the next pass goes on from them.
Result<FixUpReport> make_fit(const WorkerOptions& options, const ExportImage& request,
                             const std::stop_token& stop) {
  if (!request.fix_ups.wanted) return FixUpReport{};
  PrepareOrder order{{}, request.fix_ups, prepare_folder(options.scratch, request.image)};
  for (const auto& disk : request.disks) {
    order.images.push_back(scratch_file(options.scratch, request.image, disk.index));
  }
  const auto image = options.tools.prepare(order, stop);
  if (image) return report_of(*image);
  const auto& error = image.error();
  if (error.code == Errc::guest_missing) return FixUpReport{"no_guest", 0, {}, {error.what}, {}};
  if (error.code == Errc::canceled) return fail(error);
  return fail(Errc::fix_ups_failed, "boot fix-ups: " + code_text(error.code) + " " + error.what,
              std::string{remedy(error)} + "; or do without them: 'edgeferry job modify " +
                  request.job + " --fixups off', then 'edgeferry job retry " + request.job + "'");
}

/// `tell` gets the step and 0 to 1.
template <class Tell>
Result<ImageObject> upload_image(const WorkerOptions& options, Bucket& bucket,
                                 const ExportImage& request, const ExportDisk& disk,
                                 const Tell& tell, const std::stop_token& stop) {
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
  return ImageObject{disk.index, object->key,    object->size,
                     disk.size,  object->sha256, disk.tree_root};
}

/// All of it; `tell` gets the step and 0 to 100.
template <class Tell>
Result<Exported> export_all(const WorkerOptions& options, const ExportImage& request,
                            const Tell& tell, const std::stop_token& stop) {
  if (auto done = make_folder(options.scratch); !done) return fail(done.error());
  auto bucket = options.open_bucket();
  if (!bucket) return fail(bucket.error());
  constexpr double make_share = convert_share + proof_share + compare_share;
  const auto count = static_cast<double>(request.disks.size());
  double before = 0;
  for (const auto& disk : request.disks) {
    const auto tell_part = [&](const std::string& step, double percent) {
      tell(step, (before * make_share + percent) / count);
    };
    if (auto made = make_image(options, request, disk, tell_part, stop); !made) {
      return fail(made.error());
    }
    ++before;
  }
  crash_point("exporter: all disks are converted, none is prepared");
  tell("boot fix-ups", make_share);
  auto fix_ups = make_fit(options, request, stop);
  if (!fix_ups) return fail(fix_ups.error());
  crash_point("exporter: the disks are prepared, not uploaded");
  Exported exported{{}, std::move(*fix_ups)};
  for (const auto& disk : request.disks) {
    const auto tell_part = [&](const std::string& step, double part) {
      const auto uploaded = static_cast<double>(exported.objects.size()) + part;
      tell(step, make_share + prepare_share + uploaded / count * upload_share);
    };
    auto object = upload_image(options, **bucket, request, disk, tell_part, stop);
    if (!object) return fail(object.error());
    exported.objects.push_back(*object);
  }
  return exported;
}

bool names_a_part(const DiscardExport& m) {
  for (std::uint32_t disk = 0; disk < m.disk_count; ++disk) {
    for (const auto* what : {"file", "upload", "object"}) {
      if (m.part == part_of_disk(what, disk)) return true;
    }
  }
  return false;
}

}  // namespace

ImageExporter::ImageExporter(caf::event_based_actor* self, WorkerOptions options, std::string job)
    : self_(self),
      options_(std::move(options)),
      job_(std::move(job)),
      lease_(self, options_.lease) {}

caf::behavior ImageExporter::make_behavior() {
  return {[this](const ExportImage& m) { return export_image(m); },
          [this](const DiscardExport& m) { return discard(m); },
          [this](const LeaseCheck&) {
            if (!lease_.has_ended(work_.running())) return;
            log::warning("export ends, nobody has asked about it", {{"job", job_}});
            self_->quit();
          }};
}

caf::result<ExportStatus> ImageExporter::export_image(const ExportImage& m) {
  if (auto done = check_epoch("job " + job_, m.epoch, epoch_); !done) return to_caf(done.error());
  if (options_.discarded->contains(m.image))
    return to_caf({Errc::fenced, "the export of job " + job_ + " is discarded", {}});
  lease_.renew();
  if (work_.started() && m.epoch == epoch_) return status();
  epoch_ = m.epoch;
  work_.request_stop();
  work_.reset();
  shown_ = std::make_shared<Shown>();
  log::info("export starts", {{"job", job_}, {"image", m.image}, {"epoch", m.epoch}});
  work_.start([options = options_, request = m,
               shown = shown_](const std::stop_token& stop) -> Result<Exported> {
    crash_point("exporter: an image is asked for, nothing is made");
    const auto tell = [&](const std::string& step, double percent) { shown->set(step, percent); };
    return export_all(options, request, tell, stop);
  });
  return status();
}

ExportStatus ImageExporter::status() const {
  ExportStatus status;
  status.job = job_;
  status.epoch = epoch_;
  {
    const std::lock_guard lock{shown_->mutex};
    status.step = shown_->step;
    status.progress = shown_->percent;
  }
  const auto* result = work_.result();
  if (result == nullptr) {
    status.state = "running";
  } else if (*result) {
    status.state = "done";
    status.progress = 100;
    status.objects = (*result)->objects;
    status.fix_ups = (*result)->fix_ups;
  } else {
    set_failed(status, result->error());
  }
  return status;
}

caf::result<Done> ImageExporter::discard(const DiscardExport& m) {
  if (!m.part.empty() && !names_a_part(m)) {
    return to_caf({Errc::invalid_argument, "an export has no part '" + m.part + "'", {}});
  }
  if (auto done = check_epoch("job " + job_, m.epoch, epoch_); !done) return to_caf(done.error());
  crash_point("exporter: a release is asked for, nothing is removed");
  epoch_ = m.epoch;
  options_.discarded->add(m.image);  // first: from here on nothing makes it again
  work_.request_stop();
  work_.reset();
  auto bucket = options_.open_bucket();
  if (!bucket) return to_caf(bucket.error());
  for (auto disk = m.disk_count; disk-- > 0;) {
    if (auto done = discard_disk(**bucket, m, disk); !done) return to_caf(done.error());
  }
  crash_point("exporter: what it made is removed, not told");
  if (!m.part.empty()) return Done{};
  log::info("export released", {{"job", job_}, {"image", m.image}});
  self_->quit();
  return Done{};
}

/// What one disk has led to, in the reverse order of its making; or the part that is meant.
Result<> ImageExporter::discard_disk(Bucket& bucket, const DiscardExport& m,
                                     std::uint32_t disk) const {
  const auto meant = [&](std::string_view what) {
    return m.part.empty() || m.part == part_of_disk(what, disk);
  };
  auto key = image_object_key(m.prefix, m.image, disk);
  if (!key) return fail(key.error());
  if (meant("object")) {
    if (auto done = bucket.remove(*key); !done) return done;
    crash_point("exporter: object is removed, uploads are there");
  }
  if (meant("upload")) {
    auto uploads = bucket.list_uploads(*key);
    if (!uploads) return fail(uploads.error());
    for (const auto& upload : *uploads) {
      if (auto done = bucket.abort_upload(upload.upload); !done) return done;
    }
    crash_point("exporter: uploads are removed, the file is there");
  }
  if (meant("file")) {
    const auto file = scratch_file(options_.scratch, m.image, disk);
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    std::filesystem::remove(file.string() + ".part", ignored);  // of a worker that was killed
    // It is shared by the disks, and the first of them goes last.
    if (disk == 0) std::filesystem::remove_all(prepare_folder(options_.scratch, m.image), ignored);
  }
  return {};
}

}  // namespace ferry
