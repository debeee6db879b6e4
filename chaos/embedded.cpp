// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/embedded.hpp"

#include <algorithm>
#include <sstream>

#include "base/file.hpp"
#include "base/free_port.hpp"

namespace ferry::chaos {
namespace {

namespace fs = std::filesystem;
using limits::mib;

bool any_fault(const Plan& plan, const auto& is_it) {
  return std::ranges::any_of(plan.faults, is_it);
}

/// Enough for all that the plan's jobs put there at one time, with what the folders' own
/// files take.
std::uint64_t folder_bytes(const Plan& plan, const std::string& folder) {
  const auto disks = plan.cluster.disk_bytes * plan.cluster.sources;
  if (folder == "state") return 64 * mib;
  // The harness removes an image once it has compared it, but some may wait for that.
  return (folder == "registry" ? 4 : 2) * disks + 64 * mib;
}

Result<> mount_folders(const Plan& plan, const fs::path& work, Embedded& made, UndoLog& undo) {
  for (const std::string folder : {"state", "storage", "bucket", "registry", "scratch"}) {
    const auto breaks = [&](const FaultPlan& f) {
      return f.folder == folder && (f.kind == "io_error" || f.kind == "slow_disk");
    };
    const auto uses = [&](const FaultPlan& f) { return f.folder == folder; };
    if (!any_fault(plan, uses)) continue;
    DiskControls controls;
    const bool faulty = any_fault(plan, breaks);
    auto done = mount_disk(work / (folder + ".img"), folder_bytes(plan, folder), work / folder,
                           faulty ? &controls : nullptr, undo);
    if (!done) return done;
    if (faulty) made.controls[folder] = controls;
  }
  return {};
}

Result<> make_sources(const Plan& plan, const fs::path& work, Embedded& made, UndoLog& undo,
                      std::ostream& nodes) {
  const auto fails = [](const FaultPlan& f) { return f.folder == "source"; };
  for (std::uint32_t i = 1; i <= plan.cluster.sources; ++i) {
    const auto name = "source-" + std::to_string(i);
    const auto image = work / (name + ".raw");
    auto done = make_source_disk(image, plan.cluster.disk_bytes, plan.cluster.used_bytes);
    if (!done) return done;
    made.sources[name] = image;
    auto offered = image;
    if (any_fault(plan, fails)) {
      auto served = serve_disk(image, work / (name + ".nbd"), "pread", undo);
      if (!served) return fail(served.error());
      made.controls[name] = *served;
      offered = work / (name + ".nbd") / "nbd";
    }
    nodes << "[[node]]\nname = \"" << name << "\"\nrole = \"agent\"\ncode_file = \"source.code\"\n"
          << "disks = [\"" << offered.string() << "\"]\n";
  }
  return {};
}

std::string at(std::uint16_t port) {
  return "\"tcp://" + std::string{bound_host} + ":" + std::to_string(port) + "\"\n";
}

/// Nodes say where the proxy is if the plan needs one, and their own address otherwise.
std::string cluster_text(const Plan& plan, const fs::path& work, const std::string& sources) {
  const bool proxied =
      any_fault(plan, [](const FaultPlan& f) { return f.kind.starts_with("net_"); });
  const auto advertise =
      "advertise = \"" + std::string{proxied ? advertised_host : bound_host} + "\"\n";
  std::ostringstream out;
  out << "[cluster]\nname = \"chaos\"\nstate = \"state\"\n"
      << "[bucket]\npath = \"" << (work / "bucket").string() << "\"\n"
      << "[registry]\npath = \"" << (work / "registry").string() << "\"\n"
      << "[limits]\nsystem_disk_min = \"16 MiB\"\ndata_disk_min = \"1 MiB\"\n"
      << "[janitor]\nperiod_s = " << plan.cluster.janitor_period_s << "\n"
      << "[[node]]\nname = \"controller\"\nrole = \"controller\"\nlisten = " << at(free_port())
      << advertise << "[[node]]\nname = \"transition-1\"\nrole = \"transition\"\n"
      << "control = " << at(free_port()) << "data = " << at(free_port()) << advertise
      << "storage = \"" << (work / "storage").string() << "\"\n"
      << "[[node]]\nname = \"worker-1\"\nrole = \"worker\"\nscratch = \""
      << (work / "scratch").string() << "\"\n"
      << sources;
  return out.str();
}

}  // namespace

std::uint16_t free_port() { return ferry::free_port({bound_host, advertised_host}); }

Result<Embedded> make_embedded(const Plan& plan, const fs::path& work, UndoLog& undo) {
  Embedded made;
  made.cluster_file = work / "cluster.toml";
  if (auto done = mount_folders(plan, work, made, undo); !done) return fail(done.error());
  std::ostringstream sources;
  if (auto done = make_sources(plan, work, made, undo, sources); !done) return fail(done.error());
  const auto text = cluster_text(plan, work, sources.str());
  if (auto done = write_file_durably(made.cluster_file, text); !done) return fail(done.error());
  return made;
}

}  // namespace ferry::chaos
