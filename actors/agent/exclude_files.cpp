// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/exclude_files.hpp"

#include "actors/exclude_rules.hpp"
#include "base/file.hpp"
#include "base/limits.hpp"

namespace ferry {
namespace {

std::string file_name(std::uint32_t disk) {
  const std::string stem = "rsync_excludes_linux";
  return disk == 0 ? stem + ".txt" : stem + "_disk" + std::to_string(disk) + ".txt";
}

tl::unexpected<Error> invalid(const std::string& what, const std::string& fix) {
  return fail(Errc::excludes_invalid, what,
              fix.empty() ? "" : fix + ", then run 'edgeferry job retry'");
}

}  // namespace

Result<std::vector<ExcludeRules>> read_excludes(const std::vector<std::string>& job_excludes,
                                                const std::string& mount_point, std::uint32_t disk,
                                                const std::filesystem::path& folder) {
  std::vector<ExcludeRules> rules;
  if (!job_excludes.empty()) rules.push_back(travelling(job_excludes, mount_point));
  const auto file = folder / file_name(disk);
  std::error_code error;
  const auto there = std::filesystem::exists(file, error);
  if (error)
    return invalid(file.string() + ": " + error.message(), "make it readable or remove it");
  if (there) {
    const auto text = read_file(file, limits::exclude_file_bytes_max);
    if (!text)
      return invalid(text.error().what, "make the file readable and smaller, or remove it");
    rules.push_back(
        {file.string(), disk == 0 ? place_of(mount_point) : "", {text->begin(), text->end()}});
  }
  const auto filter = filter_of(rules);
  if (!filter) return invalid(filter.error().what, filter.error().fix);
  if (filter->excludes_all()) {
    return invalid(
        "exclude rules of the job or of " + file.string() + " leave nothing of " + mount_point,
        "correct them on the source server");
  }
  return rules;
}

}  // namespace ferry
