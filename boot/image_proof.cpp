// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/image_proof.hpp"

#include <cerrno>

#include <sys/mount.h>

#include "base/mount_namespace.hpp"
#include "base/random.hpp"
#include "boot/static_checks.hpp"
#include "images/mounted_guest.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

/// A folder for overlays that is in memory, and for this thread alone: what is in it ends with the
/// thread, however it ends. Overlays are small: a guest that runs writes to others.
class WorkFolder {
 public:
  static Result<WorkFolder> make() {
    WorkFolder folder{fs::temp_directory_path() / random_id("ferry-check")};
    if (auto made = make_folder(folder.path_); !made) return fail(made.error());
    if (auto entered = enter_mount_namespace(); !entered) return fail(entered.error());
    if (::mount("work", folder.path_.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=700") != 0) {
      return fail(errno_error(Errc::not_root, "a folder of this check's own"));
    }
    return folder;
  }
  WorkFolder(WorkFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder() {
    if (path_.empty()) return;
    ::umount2(path_.c_str(), MNT_DETACH);
    std::error_code ignored;
    fs::remove(path_, ignored);
  }

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  explicit WorkFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

/// What can be done while the guest is mounted.
Result<> look_and_plant(const AttachedDisks& disks, MountedGuest& mounted, bool plant,
                        ImageProofReport& report) {
  auto findings = check_statically(disks, mounted);
  if (!findings) return fail(findings.error());
  report.findings = std::move(*findings);
  for (const auto* notes : {&disks.notes(), &mounted.notes()}) {
    report.notes.insert(report.notes.end(), notes->begin(), notes->end());
  }
  if (plant) {
    const auto guest = Guest::look_at(mounted.folder());
    if (!guest) return fail(guest.error());
    auto marker = plant_boot_marker(*guest);
    if (!marker) return fail(marker.error());
    if (*marker) report.marker = (*marker)->text;
    report.notes.push_back(*marker ? "the boot is proven by a " + (*marker)->how
                                   : "the guest has no init that is known, so nothing is planted");
  }
  return mounted.unmount();
}

void judge_proof(ImageProofReport& report) {
  for (const auto& r : report.boot->reached) {
    if (r.milestone == Milestone::marker) report.proof = parse_boot_proof(r.line);
  }
  if (!report.proof || report.proof->failed_units.empty()) return;
  std::string units;
  for (const auto& unit : report.proof->failed_units) units += (units.empty() ? "" : ", ") + unit;
  report.findings.push_back(
      {FindingLevel::warning, "units_failed", "the system is up, but some of its units have failed",
       units, "look with 'edgeferry image boot --keep', or compare with the source"});
}

}  // namespace

bool ImageProofReport::is_sound() const {
  return !has_critical(findings) && (!boot || boot->booted);
}

Result<ImageProofReport> prove_image(const ImageProofRequest& request,
                                     const BootObserver& observer) {
  const auto work = WorkFolder::make();
  if (!work) return fail(work.error());
  auto disks = AttachedDisks::attach(request.disks, work->path() / "overlays");
  if (!disks) return fail(disks.error());
  auto mounted = MountedGuest::mount(*disks, {});
  if (!mounted) return fail(mounted.error());
  ImageProofReport report;
  if (auto done = look_and_plant(*disks, *mounted, request.boot.has_value(), report); !done) {
    return fail(done.error());
  }
  if (request.boot) {
    auto trial = *request.boot;
    trial.marker = report.marker;
    trial.machine.disks.clear();
    for (std::size_t i = 0; i < request.disks.size(); ++i) {
      trial.machine.disks.push_back({disks->device(i), ImageFormat::raw});
    }
    auto booted = run_boot_trial(trial, observer);
    if (!booted) return fail(booted.error());
    report.boot = std::move(*booted);
    judge_proof(report);
  }
  if (auto done = disks->detach(); !done) return fail(done.error());
  return report;
}

}  // namespace ferry
