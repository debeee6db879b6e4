// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/worker/image_program.hpp"

#include <charconv>

#include "base/file.hpp"
#include "base/subprocess.hpp"
#include "cloud/json_read.hpp"

namespace ferry {
namespace {

/// What the program prints as JSON when it fails.
struct ProgramError {
  std::string error;  // "FERRY-4031"
  std::string what;
  std::string fix;
  FERRY_FIELDS(error, what, fix)
};

Error error_of(const CommandOutput& output, const std::string& name) {
  const auto said = record_from_json<ProgramError>(output.err, name);
  constexpr std::string_view prefix = "FERRY-";
  std::uint16_t number = 0;
  if (said && said->error.starts_with(prefix)) {
    std::from_chars(said->error.data() + prefix.size(), said->error.data() + said->error.size(),
                    number);
  }
  if (number != 0) return {static_cast<Errc>(number), said->what, said->fix};
  constexpr std::size_t words_max = 600;
  return {Errc::program_failed,
          name + " ended with " + std::to_string(output.exit_code) + ": " +
              output.err.substr(0, words_max),
          {}};
}

}  // namespace

Result<std::string> run_image_program(const ImageProgram& image, const std::stop_token& stop) {
  std::error_code error;
  std::filesystem::remove_all(image.scratch, error);  // of a worker that was killed
  if (error) {
    return fail(Errc::disk_write_failed,
                "empty " + image.scratch.string() + ": " + error.message());
  }
  if (auto made = make_folder(image.scratch); !made) return fail(made.error());
  // The program ends with the thread that waits for it, and so with the worker.
  std::vector<std::string> argv{
      "setpriv",     "--pdeathsig", "KILL", "env", "TMPDIR=" + image.scratch.string(),
      image.program, "image"};
  argv.insert(argv.end(), image.words.begin(), image.words.end());
  auto output = run({.argv = std::move(argv), .timeout = image.timeout, .stop = stop});
  std::filesystem::remove_all(image.scratch, error);
  if (!output) return fail(output.error());
  const bool judged = output->exit_code == 1 && output->err.empty() && !output->out.empty();
  if (output->exit_code == 0 || judged) return std::move(output->out);
  return fail(error_of(*output, "edgeferry image " + image.words.front()));
}

}  // namespace ferry
