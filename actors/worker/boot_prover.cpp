// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/worker/boot_prover.hpp"

#include "actors/worker/image_program.hpp"
#include "base/log.hpp"
#include "cloud/json_read.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

/// Attaching, mounting and looking come before the boot, which may have to begin anew without KVM.
constexpr std::chrono::seconds proof_time =
    limits::boot_proof_time + limits::kvm_patience + limits::boot_proof_look_time;

/// A boot that says more of this host than of the image is tried again.
constexpr std::string_view not_the_image = "host_too_busy";
constexpr int trials_max = 3;

ImageProgram program_for(const std::filesystem::path& program, const BootProofOrder& order,
                         bool without_kvm) {
  ImageProgram image{program,
                     {"check", "--json", "--boot", "--format=qcow2",
                      "--firmware=" + order.boot_mode, "--log=" + order.console.string(),
                      "--memory=" + std::to_string(limits::boot_memory_mib_default),
                      "--timeout=" + std::to_string(limits::boot_proof_time.count())},
                     order.scratch,
                     proof_time};
  if (without_kvm) image.words.emplace_back("--accel=tcg");
  for (const auto& file : order.images) image.words.push_back(file.string());
  return image;
}

void add_note(ImageBoot& boot, std::string note) {
  if (boot.notes.size() < limits::boot_notes_max) boot.notes.push_back(std::move(note));
}

/// Why it did not boot; its last words are evidence if the cause has none.
void set_cause(ImageBoot& boot, const BootView& trial) {
  boot.what = "it did not boot";
  if (!trial.causes.empty()) {
    const auto& cause = trial.causes.front();
    boot.cause = cause.name;
    boot.what = cause.what;
    boot.evidence = cause.evidence;
    boot.next_step = cause.next_step;
  }
  if (boot.evidence.empty()) boot.evidence = trial.last_lines;
}

/// Takes the place that was acquired, and gives it back.
struct PlaceHeld {
  std::counting_semaphore<limits::boot_proofs_at_once>& places;
  ~PlaceHeld() { places.release(); }
};

}  // namespace

ImageBoot image_boot_of(const CheckView& view) {
  ImageBoot boot;
  for (const auto& trial : view.boots) {
    boot.outcome = trial.verdict;
    boot.firmware = trial.firmware;
    boot.accelerator = trial.accelerator;
    boot.seconds = trial.seconds;
    boot.milestones = trial.milestones;
    boot.address = trial.address;
    if (boot.outcome == "failed") {
      set_cause(boot, trial);
    } else if (!trial.causes.empty()) {
      add_note(boot, trial.causes.front().name + ": " + trial.causes.front().what);
    }
    for (const auto& note : trial.notes) add_note(boot, note);
  }
  // The boot is the judge: what looks critical on a file doesn't stop an image that is up.
  for (const auto& finding : view.findings) {
    if (finding.level == "info") continue;
    add_note(boot, finding.name + ": " + finding.what + " (" + finding.evidence + ")");
  }
  return boot;
}

Result<std::string> BootProver::run_alone(const BootProofOrder& order,
                                          const std::stop_token& stop) const {
  while (!shared_->places.try_acquire_for(100ms)) {
    if (stop.stop_requested()) return fail(Errc::canceled, "the boot proof was stopped");
  }
  const PlaceHeld held{shared_->places};
  return run_image_program(program_for(program_, order, shared_->without_kvm), stop);
}

Result<ImageBoot> BootProver::operator()(const BootProofOrder& order,
                                         const std::stop_token& stop) const {
  Result<CheckView> view;
  for (int trial = 1; trial <= trials_max; ++trial) {
    const auto said = run_alone(order, stop);
    view = said ? record_from_json<CheckView>(*said, "edgeferry image check")
                : Result<CheckView>{fail(said.error())};
    if (!view || view->boots.empty()) break;
    if (view->boots.front().accelerator == "tcg") shared_->without_kvm = true;
    auto boot = image_boot_of(*view);
    if (trial > 1)
      add_note(boot, "trial " + std::to_string(trial) + ", the host was too busy before");
    if (boot.cause != not_the_image || trial == trials_max) return boot;
    log::warning(
        "a boot proof is made again",
        {{"image", order.images.front().string()}, {"cause", boot.cause}, {"trial", trial}});
  }
  const auto error =
      view ? Error{Errc::malformed, "edgeferry image check told no boot", {}} : view.error();
  if (error.code == Errc::canceled) return fail(error);
  ImageBoot boot;
  boot.outcome = error.code == Errc::guest_missing ? "no_guest" : "not_proven";
  boot.cause = code_text(error.code);
  boot.what = error.what;
  boot.next_step = remedy(error);
  return boot;
}

}  // namespace ferry
