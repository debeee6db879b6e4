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

/// Shares of one disk's export.
constexpr double convert_share = 35;
constexpr double proof_share = 10;
constexpr double compare_share = 15;
constexpr double upload_share = 40;
static_assert(convert_share + proof_share + compare_share + upload_share == 100);

double part_of(std::uint64_t done, std::uint64_t total) {
  return total == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total);
}

std::filesystem::path scratch_file(const std::filesystem::path& scratch, const std::string& image,
                                   std::uint32_t index) {
  return scratch / (image + "_" + image_disk_name(index));
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

/// Exports one disk: convert, check, prove and compare, upload. `tell` gets the step and 0
/// to 100.
///
/// The order is the proof. The disk is read for its root after it was converted, and compared
/// with the image after that. What changes on the disk until it has been read for the root is
/// in the root; what changes later differs from the image or came too late to get there. And
/// because the root's pages come from the disk and are those that are compared, a page that
/// was bad only in memory while the image was made of it doesn't hide behind itself.
template <class Tell>
Result<ImageObject> export_disk(const WorkerOptions& options, Bucket& bucket,
                                const ExportImage& request, const ExportDisk& disk,
                                const Tell& tell, const std::stop_token& stop) {
  auto key = image_object_key(request.prefix, request.image, disk.index);
  if (!key) return fail(key.error());
  const auto file = scratch_file(options.scratch, request.image, disk.index);
  const auto name = image_disk_name(disk.index);
  // A file under this name is whole: the conversion renames it at the very end. It
  // may be older than the disks, though, so a new attempt never takes it on trust.
  tell("converting " + name, 0.0);
  auto converted = options.tools.convert(
      disk.path, file, options.compression,
      [&](double percent) { tell("converting " + name, percent / 100 * convert_share); }, stop);
  if (!converted) return fail(converted.error());
  crash_point("exporter: a disk is converted, not proven");
  tell("checking " + name, convert_share);
  if (auto done = options.tools.check(file, stop); !done) return fail(done.error());
  if (auto done = prove_disk(options, request, disk, tell, stop); !done) return fail(done.error());
  if (auto done = compare_disk(options, request, disk, file, tell, stop); !done) {
    return fail(done.error());
  }
  crash_point("exporter: a disk is converted, not uploaded");
  auto object = upload_file(
      bucket, file, *key, options.part_bytes,
      [&](std::uint64_t done, std::uint64_t total) {
        tell("uploading " + name, 100 - upload_share + part_of(done, total) * upload_share);
      },
      stop);
  if (!object) return fail(object.error());
  crash_point("exporter: a disk is uploaded, not told");
  return ImageObject{disk.index, object->key,    object->size,
                     disk.size,  object->sha256, disk.tree_root};
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
               shown = shown_](const std::stop_token& stop) -> Result<std::vector<ImageObject>> {
    crash_point("exporter: an image is asked for, nothing is made");
    if (auto done = make_folder(options.scratch); !done) return fail(done.error());
    auto bucket = options.open_bucket();
    if (!bucket) return fail(bucket.error());
    std::vector<ImageObject> objects;
    for (const auto& disk : request.disks) {
      const auto before = static_cast<double>(objects.size());
      const auto count = static_cast<double>(request.disks.size());
      const auto tell = [&](const std::string& step, double percent) {
        shown->set(step, (before * 100 + percent) / count);
      };
      auto object = export_disk(options, **bucket, request, disk, tell, stop);
      if (!object) return fail(object.error());
      objects.push_back(*object);
    }
    return objects;
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
    status.objects = **result;
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
  }
  return {};
}

}  // namespace ferry
