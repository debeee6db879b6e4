// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/helper.hpp"

#include <fcntl.h>

#include "base/file.hpp"
#include "base/subprocess.hpp"

namespace ferry::chaos {

Result<std::int64_t> start_helper(const std::vector<std::string>& argv,
                                  const std::filesystem::path& log) {
  auto out = open_file(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (!out) return fail(out.error());
  auto pid = spawn(argv, out->get(), out->get());
  if (!pid) return fail(pid.error());
  return std::int64_t{*pid};
}

}  // namespace ferry::chaos
