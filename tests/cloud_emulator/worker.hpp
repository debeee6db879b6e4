// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What takes longer than a call: copies of disks, exports, imports, and the boot of an instance. A
// thing says by its member `work` what is to be done for it; a work that was cut off by the end of
// the emulator begins anew at the next start.
#pragma once

#include <stop_token>
#include <string>
#include <thread>

#include "tests/cloud_emulator/object_store.hpp"
#include "tests/cloud_emulator/world.hpp"

namespace ferry::emulator {

/// One piece of work, and the thing that it is for as it was when the work began.
struct Work {
  World& world;
  ObjectStore& store;
  const char* kind;
  Json thing;
  std::stop_token stop;

  /// Tells of progress. False: the thing is gone, its work was canceled or the emulator ends, so
  /// the rest isn't wanted any more.
  [[nodiscard]] bool tell(const Json& changes) const;
};

// Each returns what the thing is from now on.
[[nodiscard]] Json boot_instance(const Work& work);  // of machines.cpp
[[nodiscard]] Json run_script(const Work& work);     // of machines.cpp: a command's, on one
[[nodiscard]] Json copy_disk(const Work& work);      // of disk_work.cpp: a snapshot's
[[nodiscard]] Json finish_image(const Work& work);   // of disk_work.cpp
[[nodiscard]] Json export_image(const Work& work);   // of export_work.cpp
[[nodiscard]] Json import_image(const Work& work);   // of ens_work.cpp

/// Two threads: what happens on instances does not wait for copies.
class Worker {
 public:
  Worker(World& world, ObjectStore& store);

 private:
  enum class Share { instances, all_else };
  void run(Share share, const std::stop_token& stop);
  bool do_next(Share share, const std::stop_token& stop);

  World& world_;
  ObjectStore& store_;
  std::jthread instances_;
  std::jthread all_else_;
};

}  // namespace ferry::emulator
