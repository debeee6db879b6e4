// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Linked to the product's own objects, this lets a test have minutes pass at once: the file
// `ahead` in the folder FERRY_CRASH_FOLDER says by how many milliseconds the clocks of every
// node are ahead, those of its wall and the steady one alike. Timers go on as they were.
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/clock.hpp"
#include "base/file.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t ahead_bytes_max = 32;

void follow(const std::filesystem::path& file) {
  std::int64_t ahead_ms = 0;
  const auto text = read_file(file, ahead_bytes_max);
  if (text) std::from_chars(text->data(), text->data() + text->size(), ahead_ms);
  if (ahead_ms != 0) set_clocks_ahead_for_test(ahead_ms, ahead_ms);
}

/// The first look comes before anything of the process has read a clock.
bool open_clock_door() {
  const char* folder = std::getenv("FERRY_CRASH_FOLDER");
  if (folder == nullptr) return false;
  const auto file = std::filesystem::path{folder} / "ahead";
  follow(file);
  std::thread{[file] {
    for (;;) {
      follow(file);
      std::this_thread::sleep_for(50ms);
    }
  }}.detach();
  return true;
}

[[maybe_unused]] const bool is_open = open_clock_door();

}  // namespace
}  // namespace ferry
