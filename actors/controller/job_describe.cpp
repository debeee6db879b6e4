// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The events of a job as sentences, for `job events` and logs.
#include "actors/controller/job_changes.hpp"
#include "actors/controller/job_record.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

struct Describer {
  std::string operator()(const JobCreated& e) const {
    return "job created for source server " + e.settings.source;
  }
  std::string operator()(const JobStarted& e) const {
    auto text = "migration " + past(e.how) + (e.type == "Schedule" ? " by its schedule" : "");
    for (const auto& warning : e.warnings) {
      text += "; warning " + warning.name + ": " + warning.what + " (" + warning.evidence + ")";
    }
    return text;
  }
  std::string operator()(const MachineIntended& e) const {
    return "machine " + e.token + " is being rented by " + e.worker;
  }
  std::string operator()(const MachineRented& e) const {
    return "machine " + e.id + " of type " + e.type + " runs, reached at " + e.address;
  }
  std::string operator()(const MachineEnrolled&) const { return "the machine's nodes have joined"; }
  std::string operator()(const InstanceIntended& e) const {
    return "transition instance " + e.token + " is being made on " + e.node;
  }
  std::string operator()(const InstanceReady&) const { return "transition instance is ready"; }
  std::string operator()(const FilesDiffer& e) const {
    return std::to_string(e.pass.issues) + " file(s) are not copied as they are in pass " +
           std::to_string(e.pass.pass) + " over " + escaped(e.pass.mount_point) +
           (e.pass.first.empty() ? "" : "; the first: " + escaped(e.pass.first));
  }
  std::string operator()(const DisksVerified& e) const {
    std::uint64_t issues = 0;
    for (const auto& disk : e.disks) issues += disk.file_issues;
    return std::to_string(e.disks.size()) + " disk(s) copied; source and target trees are equal" +
           (issues == 0 ? "" : ", but for " + std::to_string(issues) + " file(s)");
  }
  std::string operator()(const CopyRefuted& e) const {
    return "the target has changed since it was proven and is mended: " + e.why;
  }
  std::string operator()(const ExportIntended& e) const {
    return "image " + e.image + " is being exported by " + e.worker;
  }
  std::string operator()(const ImageExported& e) const {
    std::uint64_t bytes = 0;
    for (const auto& object : e.objects) bytes += object.size;
    return "image exported, " + human_bytes(bytes) + " in the bucket" + fix_ups_text(e.fix_ups) +
           boot_text(e.boot);
  }
  std::string operator()(const BootSeen& e) const {
    return "the console of the boot proof is kept, " + human_bytes(e.console.size());
  }
  std::string operator()(const ImportIntended&) const { return "image is being imported"; }
  std::string operator()(const ImageImported& e) const {
    return "ENS image " + e.image + " exists";
  }
  std::string operator()(const ImageCertified& e) const {
    return "ENS image " + e.image + " is certified: 'edgeferry job certificate' shows how";
  }
  std::string operator()(const ResourceReleased& e) const {
    return e.kind + " " + e.token + " released";
  }
  std::string operator()(const ReleaseStalled& e) const {
    return to_string(Error{static_cast<Errc>(e.code), e.why, e.fix});
  }
  std::string operator()(const ResourceAbandoned& e) const {
    return e.kind + " " + e.token + " on " + e.node + " is given up; what is left of it has leaked";
  }
  std::string operator()(const JobFinished&) const { return "migration finished"; }
  std::string operator()(const JobRestarted& e) const {
    return "goes on from what is durable after " + code_text(static_cast<Errc>(e.code)) + " " +
           e.why;
  }
  std::string operator()(const JobStalled& e) const {
    return "nothing has moved since " + utc_text(e.since_ms) +
           (e.step.empty() ? "" : ", at: " + e.step) +
           (e.waiting_for.empty() ? "" : "; it waits for " + e.waiting_for);
  }
  std::string operator()(const JobMoved&) const { return "it moves again"; }
  std::string operator()(const JobPaused&) const { return "paused"; }
  std::string operator()(const JobFailed& e) const {
    auto text = to_string(Error{static_cast<Errc>(e.code), e.why, e.fix});
    for (const auto& held : e.holds) text += ". " + kept_text(held);
    if (!e.holds.empty()) text += ": 'job retry' uses it, 'job cancel' releases it";
    return text;
  }
  std::string operator()(const TransferModified& e) const { return changed(e.changes); }
  std::string operator()(const JobModified& e) const { return changed(e.changes); }
  std::string operator()(const CutOverStarted& e) const {
    return e.sync_data ? "cut-over with one last run" : "cut-over to the image that exists";
  }
  std::string operator()(const RunFinished&) const { return "run finished, waits for the next"; }
  std::string operator()(const ImageRetired& e) const {
    return "image " + e.image + " is older than those to keep and is being removed";
  }
  std::string operator()(const ImageRemoved& e) const {
    return "image " + e.image + (e.abandoned ? " stays, its removal is given up" : " removed");
  }
  std::string operator()(const WorkerReplaced& e) const {
    return "worker " + e.lost + " is gone, " + e.worker + " takes up its work";
  }
  std::string operator()(const JobExpired&) const {
    return "validity is over, all temporary resources are being released";
  }
  std::string operator()(const JobCanceled& e) const {
    if (e.how == "delete") return "deleted, everything is being released";
    if (e.how == "expiry") return "deleted some days after it expired";
    return "canceled, everything is being released";
  }
  std::string operator()(const JobDeleted&) const { return "all temporary resources are released"; }

  /// Histories of earlier versions don't say which.
  static std::string changed(const std::vector<SettingChange>& changes) {
    return "settings changed" + (changes.empty() ? "" : ": " + changes_text(changes));
  }
  static std::string fix_ups_text(const FixUpReport& report) {
    if (report.outcome == "no_guest") {
      return "; boot fix-ups: none, " + (report.notes.empty() ? "no root" : report.notes.front());
    }
    if (report.outcome != "applied") return {};
    std::uint64_t bytes = 0;
    for (const auto& disk : report.disks) bytes += disk.changed_bytes;
    auto text = "; boot fix-ups: " + std::to_string(report.patches) + " changes";
    if (!report.rebuilt.empty()) text += ", " + std::to_string(report.rebuilt.size()) + " rebuilt";
    return text + "; " + human_bytes(bytes) + " of the image differ from the source";
  }
  static std::string boot_text(const ImageBoot& boot) {
    if (boot.outcome.empty()) return {};
    if (boot.outcome == "booted") return "; it boots (" + duration_text(boot) + ")";
    return "; warning: that it boots is not proven: " + boot.what +
           (boot.cause.empty() ? "" : " (" + boot.cause + ")");
  }
  static std::string duration_text(const ImageBoot& boot) {
    return std::to_string(static_cast<std::uint64_t>(boot.seconds)) + " s, " + boot.accelerator;
  }
  static std::string kept_text(const HeldResource& held) {
    const auto most = held.bytes == 0 ? "" : "up to " + human_bytes(held.bytes) + " ";
    return "It keeps " + held.kind + " " + held.token + ", " + most + "on " + held.node +
           ", since " + utc_text(held.since_ms);
  }
  static std::string past(const std::string& how) {
    if (how == "resume") return "resumed";
    if (how == "retry") return "retried";
    return "started";
  }
};

}  // namespace

std::string describe(const JobEvent& event) { return std::visit(Describer{}, event); }

}  // namespace ferry
