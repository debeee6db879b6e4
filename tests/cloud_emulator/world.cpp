// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/world.hpp"

#include <algorithm>
#include <cctype>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/random.hpp"

namespace ferry::emulator {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t token_ms = 24LL * 3600 * 1000;
constexpr std::size_t state_bytes_max = 256 << 20;
constexpr auto kinds = {kind::vpc,       kind::vswitch,   kind::security_group, kind::instance,
                        kind::disk,      kind::snapshot,  kind::image,          kind::task,
                        kind::ens_image, kind::invocation};

}  // namespace

World::World(fs::path folder, Settings given)
    : settings(std::move(given)), folder_(std::move(folder)) {
  fs::create_directories(folder_);
  const auto text = read_file(folder_ / "state.json", state_bytes_max);
  state_ = text ? Json::parse(*text)
                : Json{{"things", Json::object()}, {"tokens", Json::object()}, {"serial", 0}};
  for (const auto* one : kinds) {
    state_["things"].emplace(one, Json::object());
    if (!fs::exists(folder_ / one)) continue;
    for (const auto& entry : fs::directory_iterator{folder_ / one}) {
      if (find(one, entry.path().filename().string()) == nullptr) fs::remove_all(entry.path());
    }
  }
}

Json* World::find(const char* kind, const std::string& id) {
  auto& things = state_["things"][kind];
  const auto found = things.find(id);
  return found == things.end() ? nullptr : &*found;
}

std::vector<Json*> World::all(const char* kind) {
  std::vector<Json*> things;
  for (auto& thing : state_["things"][kind]) things.push_back(&thing);
  std::ranges::sort(things, {},
                    [](const Json* thing) { return thing->at("serial").get<std::int64_t>(); });
  return things;
}

Json& World::make(const char* kind, const std::string& prefix, const std::string& region,
                  Json shown) {
  const auto id = random_id(prefix);
  const auto serial = state_["serial"].get<std::int64_t>() + 1;
  state_["serial"] = serial;
  shown.update({{"id", id},
                {"region", region},
                {"serial", serial},
                {"made_ms", wall_ms()},
                {"absent", settings.absent_calls},
                {"steps", Json::array()},
                {"tags", Json::object()}});
  auto& thing = state_["things"][kind][id];
  thing = std::move(shown);
  return thing;
}

void World::remove(const char* kind, const std::string& id) {
  state_["things"][kind].erase(id);
  std::error_code ignored;  // the next start removes what belongs to nothing
  fs::remove_all(folder_of(kind, id), ignored);
}

void World::later(Json& thing, std::int64_t ticks, Json changes) const {
  thing["steps"].push_back({wall_ms() + ticks * settings.tick_ms, std::move(changes)});
}

void World::settle() {
  if (settings.paused) return;
  const auto now = wall_ms();
  for (const auto* one : kinds) {
    for (auto* thing : all(one)) {
      auto& steps = (*thing)["steps"];
      while (!steps.empty() && steps[0][0].get<std::int64_t>() <= now) {
        const Json changes = steps[0][1];
        steps.erase(0);
        thing->update(changes);
      }
      if (thing->contains("gone")) remove(one, text_of(*thing, "id"));
    }
  }
}

Outcome<> World::save() const {
  if (auto done = write_file_durably(folder_ / "state.json", state_.dump()); !done) {
    return refuse(500, "InternalError", to_string(done.error()));
  }
  return {};
}

fs::path World::folder_of(const char* kind, const std::string& id) const {
  return folder_ / kind / id;
}

const Json* World::token(const std::string& name) const {
  const auto& tokens = state_["tokens"];
  const auto found = tokens.find(name);
  if (found == tokens.end() || found->at("until_ms").get<std::int64_t>() < wall_ms()) {
    return nullptr;
  }
  return &*found;
}

void World::keep_token(const std::string& name, const std::string& meaning, const Json& result) {
  state_["tokens"][name] = {
      {"meaning", meaning}, {"result", result}, {"until_ms", wall_ms() + token_ms}};
}

Json shown(const Json& thing) {
  Json visible = Json::object();
  for (const auto& [name, value] : thing.items()) {
    if (std::isupper(static_cast<unsigned char>(name[0])) != 0) visible[name] = value;
  }
  return visible;
}

std::string text_of(const Json& thing, const char* member) {
  const auto found = thing.find(member);
  return found != thing.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace ferry::emulator
