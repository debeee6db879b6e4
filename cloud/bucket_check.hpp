// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Tries with small objects all that jobs will do with a bucket, so that a missing right is found
// before hours of copying end at it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cloud/bucket.hpp"

namespace ferry {

struct BucketCheck {
  std::vector<std::string> fine;  // "list its objects", in the order of the trials
  std::string failed = {};        // the trial that is the last one; empty: all went well
  Error error = {};               // why
};

/// Uploads an object of one part and one of two, together a little more than 5 MiB, reads, lists
/// and removes them, and gives up a third upload. All their keys begin with "edgeferry-check/".
/// Nothing of it stays: if a trial fails, what there is is removed as far as that is possible, and
/// what a check has left that was killed more than an hour ago is removed by the next one.
[[nodiscard]] BucketCheck check_bucket(Bucket& bucket);

}  // namespace ferry
