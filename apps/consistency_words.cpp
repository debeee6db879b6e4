// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/consistency_words.hpp"

namespace ferry {

std::string consistency_words(const std::string& level) {
  if (level == "at_rest") return "at rest: nothing was mounted";
  if (level == "application") return "of one moment, with file systems and applications at rest";
  if (level == "frozen") return "of one moment, with file systems at rest";
  if (level == "snapshot") return "of one moment, as after a power cut: of a snapshot";
  if (level == "stable") return "of one moment, as after a power cut: nothing was held still";
  if (level == "files") return "each file of a moment of its own";
  if (level == "moving") return "of no single moment: it was written to all the time";
  return level;
}

}  // namespace ferry
