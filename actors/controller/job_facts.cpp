// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The events of a job as facts: what a page needs to tell them in another language. What has no
// facts here is told by its type alone; what isn't fit to be told so is told by its sentence.
#include "actors/controller/job_record.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

using Facts = std::vector<EventFact>;

std::string number(std::uint64_t value) { return std::to_string(value); }

Facts of_changes(const std::vector<SettingChange>& changes) {
  Facts facts;
  for (const auto& change : changes) facts.push_back({change.name, change.after});
  return facts;
}

Facts of_error(std::uint16_t code, const std::string& why, const std::string& fix) {
  const Error error{static_cast<Errc>(code), why, fix};
  Facts facts{{"error", code_text(error.code)}, {"why", why}};
  const std::string way{remedy(error)};
  if (!way.empty()) facts.push_back({"fix", way});
  return facts;
}

struct FactFinder {
  Facts operator()(const JobCreated& e) const { return {{"source", e.settings.source}}; }
  Facts operator()(const JobStarted& e) const {
    return {{"how", e.how}, {"type", e.type}, {"warnings", number(e.warnings.size())}};
  }
  Facts operator()(const MachineIntended& e) const { return {{"node", e.worker}}; }
  Facts operator()(const MachineRented& e) const {
    return {{"machine", e.id}, {"type", e.type}, {"address", e.address}};
  }
  Facts operator()(const InstanceIntended& e) const { return {{"node", e.node}}; }
  Facts operator()(const FilesDiffer& e) const {
    return {{"files", number(e.pass.issues)}, {"mount_point", escaped(e.pass.mount_point)}};
  }
  Facts operator()(const DisksVerified& e) const {
    std::uint64_t issues = 0;
    for (const auto& disk : e.disks) issues += disk.file_issues;
    return {{"disks", number(e.disks.size())}, {"files", number(issues)}};
  }
  Facts operator()(const CopyRefuted& e) const { return {{"why", e.why}}; }
  Facts operator()(const ExportIntended& e) const { return {{"node", e.worker}}; }
  Facts operator()(const ImageExported& e) const {
    std::uint64_t bytes = 0;
    for (const auto& object : e.objects) bytes += object.size;
    return {{"bytes", number(bytes)}, {"boot", e.boot.outcome}};
  }
  Facts operator()(const BootSeen& e) const { return {{"bytes", number(e.console.size())}}; }
  Facts operator()(const ImageImported& e) const { return {{"image", e.image}}; }
  Facts operator()(const ImageCertified& e) const { return {{"image", e.image}}; }
  Facts operator()(const ImageRetired& e) const { return {{"image", e.image}}; }
  Facts operator()(const ImageRemoved& e) const {
    return {{"image", e.image}, {"abandoned", e.abandoned ? "true" : ""}};
  }
  Facts operator()(const ResourceReleased& e) const { return {{"kind", e.kind}}; }
  Facts operator()(const ReleaseStalled& e) const {
    auto facts = of_error(e.code, e.why, e.fix);
    facts.push_back({"kind", e.kind});
    return facts;
  }
  Facts operator()(const ResourceAbandoned& e) const {
    return {{"kind", e.kind}, {"node", e.node}};
  }
  Facts operator()(const JobStalled& e) const {
    return {{"since", utc_text(e.since_ms)}, {"step", e.step}, {"waiting_for", e.waiting_for}};
  }
  Facts operator()(const JobRestarted& e) const { return of_error(e.code, e.why, {}); }
  Facts operator()(const JobFailed& e) const { return of_error(e.code, e.why, e.fix); }
  Facts operator()(const TransferModified& e) const { return of_changes(e.changes); }
  Facts operator()(const JobModified& e) const { return of_changes(e.changes); }
  Facts operator()(const CutOverStarted& e) const {
    return {{"sync_data", e.sync_data ? "true" : ""}};
  }
  Facts operator()(const WorkerReplaced& e) const { return {{"lost", e.lost}, {"node", e.worker}}; }
  Facts operator()(const JobCanceled& e) const { return {{"how", e.how}}; }
  template <class Event>
  Facts operator()(const Event&) const {
    return {};
  }
};

}  // namespace

std::vector<EventFact> facts_of(const JobEvent& event) { return std::visit(FactFinder{}, event); }

}  // namespace ferry
