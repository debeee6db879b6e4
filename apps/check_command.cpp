// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry image check`: what an image's files say of its boot and, with --boot, whether it does.
#include <thread>

#include "apps/boot_command.hpp"
#include "apps/boot_view.hpp"
#include "apps/output.hpp"
#include "boot/image_proof.hpp"

namespace ferry {
namespace {

CheckView view_of(const ImageProofReport& report) {
  CheckView view{report.is_sound() ? "sound" : "unbootable", {}, report.notes, {}, {}};
  for (const auto& f : report.findings) {
    view.findings.push_back(
        {std::string{level_name(f.level)}, f.name, f.what, f.evidence, f.remedy});
  }
  if (report.boot) view.boots.push_back(view_of(*report.boot));
  if (report.proof) {
    view.proofs.push_back(
        {report.proof->state, report.proof->failed_units, report.proof->addresses});
  }
  return view;
}

void print(const ImageProofReport& report) {
  for (const auto& f : report.findings) {
    std::printf("%s: %s (%s)\n  | %s\n", std::string{level_name(f.level)}.c_str(), f.what.c_str(),
                f.name.c_str(), f.evidence.c_str());
    if (!f.remedy.empty()) std::printf("  remedy: %s\n", f.remedy.c_str());
  }
  for (const auto& note : report.notes) std::printf("note: %s\n", note.c_str());
  if (report.boot) print(*report.boot, report.marker);
  std::puts(!report.is_sound() ? "the image does not boot as it is"
            : report.boot      ? "the image boots"
                               : "nothing was found that keeps the image from booting");
}

}  // namespace

int image_check(const BootWords& words, const BootSubject& subject) {
  ImageProofRequest request{subject.disks, std::nullopt};
  if (words.boot) {
    auto trial = trial_of(words, subject);
    if (!trial) return print_error(trial.error(), words.json);
    request.boot = std::move(*trial);
  }
  BootObserver observer;
  if (!words.json) observer.on_milestone = [](const Reached& reached) { print(reached); };
  Result<ImageProofReport> report = fail(Errc::internal, "");
  // The check leaves its thread in another mount namespace, and the machine dies with it.
  std::thread{[&] { report = prove_image(request, observer); }}.join();
  if (!report) return print_error(report.error(), words.json);
  if (words.json) {
    print_json(view_of(*report));
  } else {
    print(*report);
  }
  return report->is_sound() ? exit_ok : exit_failed;
}

}  // namespace ferry
