// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What `edgeferry image boot --json` and `image check --json` say, and what a job and an image keep
// of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/record.hpp"

namespace ferry {

struct MilestoneView {
  std::string milestone;
  double seconds = 0;
  std::string line;
  FERRY_FIELDS(milestone, seconds, line)
  friend bool operator==(const MilestoneView&, const MilestoneView&) = default;
};

struct CauseView {
  std::string name;
  std::string what;
  std::vector<std::string> evidence;
  std::string next_step;
  FERRY_FIELDS(name, what, evidence, next_step)
};

struct BootView {
  std::string verdict;  // "booted", "failed"
  std::string firmware;
  std::string accelerator;
  double seconds = 0;
  std::vector<MilestoneView> milestones;
  std::string address;
  std::vector<CauseView> causes;  // why it failed, or why its network is silent
  std::vector<std::string> notes;
  std::vector<std::string> last_lines;
  FERRY_FIELDS(verdict, firmware, accelerator, seconds, milestones, address, causes, notes,
               last_lines)
};

struct FindingView {
  std::string level;
  std::string name;
  std::string what;
  std::string evidence;
  std::string remedy;
  FERRY_FIELDS(level, name, what, evidence, remedy)
};

struct ProofView {
  std::string state;
  std::vector<std::string> failed_units;
  std::vector<std::string> addresses;
  FERRY_FIELDS(state, failed_units, addresses)
};

struct CheckView {
  std::string verdict;  // "sound", "unbootable"
  std::vector<FindingView> findings;
  std::vector<std::string> notes;
  std::vector<BootView> boots;    // one with --boot
  std::vector<ProofView> proofs;  // what the planted marker said
  FERRY_FIELDS(verdict, findings, notes, boots, proofs)
};

/// What a job and its image tell of the boot proof.
struct ImageBoot {
  /// booted; failed: it does not boot, or must not be expected to; no_guest: there is no system on
  /// it; not_proven: the proof could not be made. Empty: nobody asked for it.
  std::string outcome;
  std::string cause;                  // of what is not booted, for programs: "root_wrong"
  std::string what;                   // the same in words
  std::vector<std::string> evidence;  // lines of the console, or of a file of the image
  std::string next_step;
  std::string firmware;
  std::string accelerator;
  double seconds = 0;  // from turning the machine on to the verdict
  std::vector<MilestoneView> milestones;
  std::string address;             // in use on the guest's network; empty: it is silent
  std::vector<std::string> notes;  // warnings; at most limits::boot_notes_max
  FERRY_FIELDS(outcome, cause, what, evidence, next_step, firmware, accelerator, seconds,
               milestones, address, notes)
  friend bool operator==(const ImageBoot&, const ImageBoot&) = default;
};

}  // namespace ferry
