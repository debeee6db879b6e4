// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/registry.hpp"

namespace ferry {

Result<> EnsRegistry::discard(std::string_view client_token) {
  const auto images = list();
  if (!images) return fail(images.error());
  for (const auto& image : *images) {
    if (image.client_token != client_token) continue;
    if (auto done = remove(image.image_id); !done) return done;
  }
  return {};
}

}  // namespace ferry
