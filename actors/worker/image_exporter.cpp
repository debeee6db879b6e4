// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/worker/image_exporter.hpp"

#include <algorithm>
#include <mutex>

#include <fcntl.h>

#include "actors/work_status.hpp"
#include "actors/worker/image_export.hpp"
#include "actors/worker/native_disks.hpp"
#include "base/crash_point.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "cloud/export.hpp"
#include "messages/limits.hpp"

namespace ferry {

/// Step, percent and what an image may be refused for, written by the working thread and read by
/// the actor.
struct ImageExporter::Shown {
  std::mutex mutex;
  std::string step = "waiting";
  double percent = 0;
  ImageBoot boot;
  std::vector<char> console;  // of the proof

  void set(const std::string& new_step, double new_percent) {
    const std::lock_guard lock{mutex};
    step = new_step;
    percent = new_percent;
  }
  void set(ImageBoot new_boot, std::vector<char> new_console) {
    const std::lock_guard lock{mutex};
    boot = std::move(new_boot);
    console = std::move(new_console);
  }
};

namespace {

Result<> abort_uploads(Bucket& bucket, const std::string& key) {
  auto uploads = bucket.list_uploads(key);
  if (!uploads) return fail(uploads.error());
  for (const auto& upload : *uploads) {
    if (auto done = bucket.abort_upload(upload.upload); !done) return done;
  }
  return {};
}

/// At most limits::boot_log_bytes_max; nothing of a file that isn't there.
std::vector<char> end_of_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  const auto file = open_file(path, O_RDONLY);
  if (error || !file) return {};
  std::vector<char> bytes(std::min<std::uintmax_t>(size, limits::boot_log_bytes_max));
  if (!read_at(*file, bytes.data(), bytes.size(), size - bytes.size())) return {};
  return bytes;
}

bool names_a_part(const DiscardExport& m) {
  if (m.part == native_part) return true;
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
    const auto show = [&](const ImageBoot& boot) {
      shown->set(boot, end_of_file(attached_scratch_file(options.scratch, request.image,
                                                         console_log_name)));
    };
    return export_images(options, request, tell, show, stop);
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
    status.boot = shown_->boot;
  }
  const auto* result = work_.result();
  if (result == nullptr) {
    status.state = "running";
  } else if (*result) {
    status.state = "done";
    status.progress = 100;
    status.objects = (*result)->objects;
    status.fix_ups = (*result)->fix_ups;
    status.files = (*result)->files;
    status.version = program_version;
  } else {
    set_failed(status, result->error());
  }
  if (result != nullptr) status.console = shown_->console;  // nobody writes it any more
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
  if (m.part.empty() || m.part == native_part) {
    if (auto done = discard_native(m); !done) return to_caf(done.error());
    crash_point("exporter: nothing of the cloud's is left, the rest is there");
  }
  auto bucket = options_.open_bucket(m.bucket, {});
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

/// The cloud takes its time, so this is begun, and asked for until it is over.
Result<> ImageExporter::discard_native(const DiscardExport& m) {
  if (!options_.open_native) return {};
  const auto& image = m.image;
  if (!removal_.started() || removed_image_ != image) {
    removed_image_ = image;
    removal_.start([options = options_, m](const std::stop_token& stop) -> Result<bool> {
      const auto cloud = options.open_native(m.bucket, stop);
      if (!cloud) return fail(cloud.error());
      if (auto done = (*cloud)->release(m.image, stop); !done) return fail(done.error());
      return true;
    });
  }
  const auto* result = removal_.result();
  if (result == nullptr) {
    return fail(Errc::no_capacity, "the cloud still removes what it has made of image " + image,
                "wait: it is asked again");
  }
  auto done = *result ? Result<>{} : fail(result->error());
  removal_.reset();  // a repeated request looks again
  return done;
}

/// What one disk has led to, in the reverse order of its making; or the part that is meant.
Result<> ImageExporter::discard_disk(Bucket& bucket, const DiscardExport& m,
                                     std::uint32_t disk) const {
  const auto meant = [&](std::string_view what) {
    return m.part.empty() || m.part == part_of_disk(what, disk);
  };
  auto key = image_object_key(m.prefix, m.image, disk);
  if (!key) return fail(key.error());
  // What is shared by the disks goes with the first of them, and so last.
  std::vector<std::string> keys{*key};
  for (const auto name : attached_names) {
    auto attached = attached_file_key(m.prefix, m.image, name);
    if (!attached) return fail(attached.error());
    if (disk == 0) keys.push_back(*attached);
  }
  if (meant("object")) {
    for (const auto& one : keys) {
      if (auto done = bucket.remove(one); !done) return done;
    }
    crash_point("exporter: object is removed, uploads are there");
  }
  if (meant("upload")) {
    for (const auto& one : keys) {
      if (auto done = abort_uploads(bucket, one); !done) return done;
    }
    crash_point("exporter: uploads are removed, the file is there");
  }
  if (meant("file")) {
    const auto file = scratch_file(options_.scratch, m.image, disk);
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    std::filesystem::remove(file.string() + ".part", ignored);  // of a worker that was killed
    const auto fetched = fetched_file(options_.scratch, m.image, disk);
    std::filesystem::remove(fetched, ignored);
    std::filesystem::remove(fetched.string() + ".qcow2", ignored);
    if (disk == 0) {
      std::filesystem::remove_all(prepare_folder(options_.scratch, m.image), ignored);
      std::filesystem::remove_all(boot_folder(options_.scratch, m.image), ignored);
      for (const auto name : attached_names) {
        const auto attached = attached_scratch_file(options_.scratch, m.image, name);
        std::filesystem::remove(attached, ignored);
      }
    }
  }
  return {};
}

}  // namespace ferry
