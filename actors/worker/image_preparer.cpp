// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/worker/image_preparer.hpp"

#include <charconv>

#include "base/limits.hpp"
#include "base/subprocess.hpp"
#include "cloud/json_read.hpp"

namespace ferry {
namespace {

/// Several kernels, each with an initramfs that takes minutes on a busy host.
constexpr std::chrono::hours timeout{2};

/// What the program prints as JSON when it fails.
struct ProgramError {
  std::string error;  // "FERRY-4031"
  std::string what;
  std::string fix;
  FERRY_FIELDS(error, what, fix)
};

std::vector<std::string> command_line(const std::filesystem::path& program,
                                      const PrepareOrder& order) {
  // The program ends with the thread that waits for it, and so with the worker.
  std::vector<std::string> argv{"setpriv",
                                "--pdeathsig",
                                "KILL",
                                program,
                                "image",
                                "prepare",
                                "--json",
                                "--format=qcow2",
                                "--network=" + order.fix_ups.network,
                                "--scratch=" + order.scratch.string()};
  for (const auto& image : order.images) argv.push_back("--disk=" + image.string());
  for (const auto& [device, uuid] : order.fix_ups.volumes) {
    argv.push_back("--volume=" + device + "=" + uuid);
  }
  for (const auto& [name, mac] : order.fix_ups.nics) argv.push_back("--nic=" + name + "," + mac);
  return argv;
}

Error error_of(const CommandOutput& output) {
  const auto said = record_from_json<ProgramError>(output.err, "edgeferry image prepare");
  constexpr std::string_view prefix = "FERRY-";
  std::uint16_t number = 0;
  if (said && said->error.starts_with(prefix)) {
    std::from_chars(said->error.data() + prefix.size(), said->error.data() + said->error.size(),
                    number);
  }
  if (number != 0) return {static_cast<Errc>(number), said->what, said->fix};
  constexpr std::size_t words_max = 600;
  return {Errc::program_failed,
          "edgeferry image prepare ended with " + std::to_string(output.exit_code) + ": " +
              output.err.substr(0, words_max),
          {}};
}

}  // namespace

Result<PreparedImage> prepare_images(const std::filesystem::path& program,
                                     const PrepareOrder& order, const std::stop_token& stop) {
  std::error_code error;
  std::filesystem::remove_all(order.scratch, error);  // of a worker that was killed
  if (error) {
    return fail(Errc::disk_write_failed,
                "empty " + order.scratch.string() + ": " + error.message());
  }
  auto output = run({.argv = command_line(program, order), .timeout = timeout, .stop = stop});
  if (!output) return fail(output.error());
  std::filesystem::remove_all(order.scratch, error);
  if (output->exit_code != 0) return fail(error_of(*output));
  return record_from_json<PreparedImage>(output->out, "edgeferry image prepare");
}

FixUpReport report_of(const PreparedImage& image) {
  FixUpReport report{"applied", static_cast<std::uint32_t>(image.patches.size()), image.rebuilt,
                     image.notes, image.disks};
  if (report.notes.size() > limits::fix_up_notes_max) {
    report.notes.resize(limits::fix_up_notes_max);
  }
  return report;
}

}  // namespace ferry
