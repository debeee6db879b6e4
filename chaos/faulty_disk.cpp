// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/faulty_disk.hpp"

#include <fstream>
#include <thread>

#include <fcntl.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/subprocess.hpp"

namespace ferry::chaos {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr std::int64_t serve_limit_ms = 10'000;
constexpr auto disk_poll = 30ms;

Result<> make_file(const fs::path& file, std::uint64_t bytes) {
  std::ofstream{file};
  std::error_code error;
  fs::resize_file(file, bytes, error);
  if (!error) return {};
  return fail(Errc::disk_write_failed, "make " + file.string() + ": " + error.message());
}

}  // namespace

Result<> probe_faulty_disk() {
  if (!fs::exists("/dev/fuse")) return fail(Errc::program_missing, "there is no /dev/fuse");
  for (const auto* program : {"nbdkit", "nbdfuse"}) {
    if (auto done = run_ok({.argv = {program, "--version"}}); !done) return fail(done.error());
  }
  auto filters = run_ok({.argv = {"nbdkit", "--filter=error", "--filter=rate", "null", "--help"}});
  if (!filters) return fail(filters.error());
  return {};
}

Result<DiskControls> serve_disk(const fs::path& image, const fs::path& folder,
                                const std::string& broken, UndoLog& undo) {
  if (auto made = make_folder(folder); !made) return fail(made.error());
  const DiskControls controls{folder.string() + ".fail", folder.string() + ".rate"};
  auto mounted = undo.promise(undo_path("unmount", folder));
  if (!mounted) return fail(mounted.error());
  auto log = open_file(folder.string() + ".log", O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (!log) return fail(log.error());
  // The error filter sits before the rate: what fails, fails at once.
  auto pid = spawn(
      {"nbdfuse", folder.string(), "--command", "nbdkit", "-s", "--exit-with-parent",
       "--filter=error", "--filter=rate", "file", image.string(), "error-" + broken + "=EIO",
       "error-" + broken + "-rate=100%", "error-" + broken + "-file=" + controls.fail_file.string(),
       "rate-file=" + controls.rate_file.string()},
      log->get(), log->get());
  if (!pid) return fail(pid.error());
  if (auto noted = undo.promise(undo_end(*pid)); !noted) return fail(noted.error());
  const auto deadline_ms = steady_ms() + serve_limit_ms;
  while (!fs::exists(folder / "nbd")) {
    if (steady_ms() > deadline_ms) {
      return fail(Errc::program_failed, "nbdfuse does not serve " + image.string() + ": " +
                                            read_file(folder.string() + ".log").value_or(""));
    }
    std::this_thread::sleep_for(disk_poll);
  }
  return controls;
}

Result<> mount_disk(const fs::path& image, std::uint64_t bytes, const fs::path& folder,
                    DiskControls* controls, UndoLog& undo) {
  auto device = image;
  if (auto made = make_file(image, bytes); !made) return made;
  if (auto made = make_folder(folder); !made) return made;
  // No journal: one that met an error would make the file system read-only for ever.
  auto made = run_ok({.argv = {"mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-m", "0",
                               "-E", "lazy_itable_init=0", image.string()}});
  if (!made) return fail(made.error());
  if (controls != nullptr) {
    auto served = serve_disk(image, image.string() + ".nbd", "pwrite", undo);
    if (!served) return fail(served.error());
    *controls = *served;
    device = image.string() + ".nbd/nbd";
  }
  auto mounted = undo.promise(undo_path("unmount", folder));
  if (!mounted) return fail(mounted.error());
  auto done = run_ok({.argv = {"mount", "-o", "loop", device.string(), folder.string()}});
  if (!done) return fail(done.error());
  std::error_code ignored;  // in the way of nobody, but looks like something left behind
  fs::remove(folder / "lost+found", ignored);
  return {};
}

}  // namespace ferry::chaos
