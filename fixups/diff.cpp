// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <fcntl.h>

#include "base/file.hpp"
#include "base/random.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"
#include "fixups/apply.hpp"

namespace ferry {
namespace {

/// A folder of this host that goes away with the object.
struct Scratch {
  std::filesystem::path path = std::filesystem::temp_directory_path() / random_id("ferry-diff");
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

std::string text_of(const MaybeContent& content) {
  if (!content) return {};
  return content->kind == Content::Kind::link ? "symbolic link to " + content->bytes + "\n"
                                              : content->bytes;
}

}  // namespace

Result<std::string> unified_diff(const Patch& patch) {
  const Scratch scratch;
  if (auto made = make_folder(scratch.path); !made) return fail(made.error());
  const auto before = scratch.path / "before";
  const auto after = scratch.path / "after";
  for (const auto& [file, content] : {std::pair{before, &patch.before}, {after, &patch.after}}) {
    const auto text = text_of(*content);
    const auto fd = open_file(file, O_WRONLY | O_CREAT | O_EXCL);
    if (!fd) return fail(fd.error());
    if (auto done = write_at(*fd, text.data(), text.size(), 0); !done) return fail(done.error());
  }
  const auto name = [&](const char* side, const MaybeContent& content) {
    return content ? side + printable(patch.file) : std::string{"/dev/null"};
  };
  const auto result =
      run({.argv = {"diff", "-a", "-u", "--label", name("a", patch.before), "--label",
                    name("b", patch.after), before.string(), after.string()}});
  if (!result) return fail(result.error());
  if (result->exit_code > 1) return fail(Errc::program_failed, "diff: " + result->err);
  // Two empty sides have no lines that differ; that there is a file now is the change.
  if (result->out.empty()) {
    return "--- " + name("a", patch.before) + "\n+++ " + name("b", patch.after) + "\n";
  }
  return printable(result->out);
}

}  // namespace ferry
