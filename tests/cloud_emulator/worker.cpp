// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/worker.hpp"

#include <chrono>
#include <filesystem>
#include <iostream>
#include <optional>

namespace ferry::emulator {
namespace {

using namespace std::chrono_literals;

constexpr auto pause = 20ms;

struct Kind {
  const char* work;
  const char* kind;
  Json (*act)(const Work&);
  bool on_instance = false;
};
const auto works = {
    Kind{"boot", kind::instance, boot_instance, true},
    Kind{"script", kind::invocation, run_script, true},
    Kind{"copy", kind::snapshot, copy_disk},
    Kind{"image", kind::image, finish_image},
    Kind{"export", kind::task, export_image},
    Kind{"import", kind::ens_image, import_image},
};

/// Its files go at any moment with the thing that it is for; then there is nothing to change.
Json done(Json (*act)(const Work&), const Work& work) {
  try {
    return act(work);
  } catch (const std::filesystem::filesystem_error& gone) {
    std::cerr << gone.what() << '\n';
    return Json::object();
  }
}

}  // namespace

bool Work::tell(const Json& changes) const {
  const std::lock_guard lock{world.mutex};
  auto* now = world.find(kind, text_of(thing, "id"));
  if (now == nullptr || now->contains("canceled") || stop.stop_requested()) return false;
  now->update(changes);
  return true;
}

Worker::Worker(World& world, ObjectStore& store)
    : world_(world),
      store_(store),
      instances_([this](const std::stop_token& stop) { run(Share::instances, stop); }),
      all_else_([this](const std::stop_token& stop) { run(Share::all_else, stop); }) {}

void Worker::run(Share share, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!do_next(share, stop)) std::this_thread::sleep_for(pause);
  }
}

bool Worker::do_next(Share share, const std::stop_token& stop) {
  std::optional<Work> work;
  Json (*act)(const Work&) = nullptr;
  {
    // The oldest first: an image is behind the snapshots that it is made of.
    const std::lock_guard lock{world_.mutex};
    if (world_.settings.paused) return false;
    world_.settle();
    std::int64_t oldest = 0;
    for (const auto& one : works) {
      if ((share == Share::instances) != one.on_instance) continue;
      for (const auto* thing : world_.all(one.kind)) {
        const auto serial = thing->at("serial").get<std::int64_t>();
        if (text_of(*thing, "work") != one.work || (work && serial > oldest)) continue;
        work.emplace(Work{world_, store_, one.kind, *thing, stop});
        act = one.act;
        oldest = serial;
      }
    }
  }
  if (!work) return false;
  const auto changes = done(act, *work);
  if (stop.stop_requested()) return true;  // the work begins anew at the next start
  const std::lock_guard lock{world_.mutex};
  auto* thing = world_.find(work->kind, text_of(work->thing, "id"));
  if (thing == nullptr) {  // what was made for it lies where nobody looks
    world_.remove(work->kind, text_of(work->thing, "id"));
    return true;
  }
  thing->erase("work");
  if (!thing->contains("canceled")) thing->update(changes);
  if (auto saved = world_.save(); !saved) std::cerr << saved.error().message << '\n';
  return true;
}

}  // namespace ferry::emulator
