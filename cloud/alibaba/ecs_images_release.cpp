// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How images of ECS and what they are made of are found and removed.
#include <algorithm>

#include "cloud/alibaba/ecs_images.hpp"
#include "cloud/alibaba/ecs_network.hpp"
#include "cloud/alibaba/ecs_refusals.hpp"

namespace ferry {

/// What something else still depends on stays for the next look.
Result<> EcsImages::remove(const char* action, const char* parameter, const std::string& id,
                           const std::stop_token& stop) {
  const auto done = ecs_.call(
      {action, {{"RegionId", settings_.region}, {parameter, id}, {"Force", "true"}}}, stop);
  const bool fine =
      done || done.error().error.code == Errc::not_found || passes_by_itself(done.error().code);
  return fine ? Result<>{} : fail(refusal_error(done.error()));
}

/// True: there was nothing left. `exported` gets the images that were there.
Result<bool> EcsImages::remove_all(std::string_view token, std::string_view but_attempt,
                                   std::vector<ExportedImage>& exported,
                                   const std::stop_token& stop) {
  const auto is_wanted = [&](const auto& one) {
    return !but_attempt.empty() && one.attempt == but_attempt;
  };
  auto all = images(token, stop);
  if (!all) return fail(all.error());
  std::erase_if(*all, is_wanted);
  for (const auto& image : *all) {
    const bool known = std::ranges::find(exported, image.id, &ExportedImage::id) != exported.end();
    if (!known) exported.push_back({image.id, image.prefix});
  }
  bool clear = true;
  for (const auto& image : exported) {
    const auto gone = export_.clear(image, stop);
    if (!gone) return fail(gone.error());
    clear = clear && *gone;
  }
  for (const auto& image : *all) {
    if (!clear) break;  // the image stays until its objects are gone
    if (auto done = remove("DeleteImage", "ImageId", image.id, stop); !done) {
      return fail(done.error());
    }
  }
  auto parts = snapshots(token, stop);
  if (!parts) return fail(parts.error());
  std::erase_if(*parts, is_wanted);
  for (const auto& snapshot : *parts) {
    if (!all->empty()) break;
    if (auto done = remove("DeleteSnapshot", "SnapshotId", snapshot.id, stop); !done) {
      return fail(done.error());
    }
  }
  return clear && all->empty() && parts->empty();
}

/// `looks`: so often in a row nothing must be there, as listings may lag behind what was just made.
Result<> EcsImages::remove_until_gone(std::string_view token, std::string_view but_attempt,
                                      int looks, const std::stop_token& stop) {
  std::vector<ExportedImage> exported;
  int without = 0;
  const auto done =
      look_until<bool>(settings_.patience, "the removal of images of " + resource_name(token), stop,
                       [&]() -> Result<std::optional<bool>> {
                         const auto gone = remove_all(token, but_attempt, exported, stop);
                         if (!gone) return fail(gone.error());
                         without = *gone ? without + 1 : 0;
                         return without == looks ? std::optional{true} : std::nullopt;
                       });
  return done ? Result<>{} : fail(done.error());
}

Result<> EcsImages::release(std::string_view token, const std::stop_token& stop) {
  if (!is_good_token(token)) return fail(Errc::invalid_argument, "no token of an image");
  return remove_until_gone(token, {}, 2, stop);
}

Result<std::vector<FoundResource>> EcsImages::list(const std::stop_token& stop) const {
  std::vector<FoundResource> found;
  const auto parts = snapshots({}, stop);
  if (!parts) return fail(parts.error());
  for (const auto& one : *parts) found.push_back({"snapshot", one.id, one.token, 0, 0});
  const auto all = images({}, stop);
  if (!all) return fail(all.error());
  for (const auto& image : *all) {
    found.push_back({"custom_image", image.id, image.token, 0, 0});
    const auto objects = export_.objects({image.id, image.prefix});
    if (!objects) return fail(objects.error());
    for (const auto& object : *objects) {
      found.push_back({"export_object", object.key, image.token, object.size, object.modified_ms});
    }
  }
  return found;
}

}  // namespace ferry
