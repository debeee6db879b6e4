// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/control.hpp"

#include <algorithm>

#include "tests/cloud_emulator/actions.hpp"
#include "tests/cloud_emulator/machines.hpp"
#include "tests/cloud_emulator/own_instance.hpp"

namespace ferry::emulator {
namespace {

Answer json_answer(const Json& document, int status = 200) {
  return Answer{.status = status,
                .content_type = "application/json",
                .body = document.dump(1, ' ', false, Json::error_handler_t::replace)};
}

Answer wrong(const std::string& why) { return json_answer({{"error", why}}, 400); }

}  // namespace

Control::Control(World& world, ObjectStore& store, Faults& faults, int port)
    : world_(world),
      store_(store),
      faults_(faults),
      listener_(port, [this](const HttpRequest& request) { return answer(request); }) {}

Answer Control::answer(const HttpRequest& request) {
  const auto what = request.method + ' ' + request.path;
  if (what == "GET /inventory") return json_answer(inventory());
  if (what == "GET /calls") return json_answer(faults_.calls());
  if (what == "DELETE /calls") {
    faults_.forget_calls();
    return json_answer(Json::object());
  }
  if (what == "DELETE /faults") {
    faults_.clear();
    return json_answer(Json::object());
  }
  const auto body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return wrong(what + " is nothing to ask for, or has no JSON object");
  if (what == "POST /faults") {
    auto fault = fault_of(body);
    if (!fault) return wrong("no fault has this action and kind");
    faults_.add(std::move(*fault));
    return json_answer(Json::object());
  }
  if (what == "POST /settings") return change_settings(body);
  if (what == "POST /instances") return make_instance(body);
  if (what == "POST /buckets") {
    const auto made = store_.make_bucket(text_of(body, "name"), text_of(body, "region"));
    return made ? json_answer(Json::object()) : wrong(made.error().code);
  }
  return wrong(what + " is nothing to ask for");
}

Json Control::inventory() {
  Json all = Json::object();
  {
    const std::lock_guard lock{world_.mutex};
    world_.settle();
    for (const auto* kind :
         {kind::vpc, kind::vswitch, kind::security_group, kind::instance, kind::disk,
          kind::snapshot, kind::image, kind::task, kind::ens_image}) {
      all[kind] = Json::array();
      for (const auto* thing : world_.all(kind)) all[kind].push_back(*thing);
    }
  }
  all["objects"] = Json::array();
  all["uploads"] = Json::array();
  for (const auto& bucket : store_.buckets()) {
    for (const auto& object : store_.objects(bucket.name)) {
      all["objects"].push_back(
          {{"bucket", bucket.name}, {"key", object.key}, {"size", object.bytes.size}});
    }
    for (const auto& upload : store_.uploads(bucket.name)) {
      all["uploads"].push_back({{"bucket", bucket.name},
                                {"key", upload.key},
                                {"id", upload.id},
                                {"parts", upload.parts.size()}});
    }
  }
  return all;
}

Answer Control::make_instance(const Json& wanted) {
  const auto region = text_of(wanted, "region");
  const auto& known = regions();
  if (std::ranges::find(known, region) == known.end()) return wrong("there is no such region");
  const std::lock_guard lock{world_.mutex};
  const auto id = own_instance(world_, region, free_address(world_, {}));
  auto& instance = *world_.find(kind::instance, id);
  for (const auto* name : {"InstanceName", "Status"}) {
    if (const auto value = text_of(wanted, name); !value.empty()) instance[name] = value;
  }
  return json_answer({{"id", id}});
}

Answer Control::change_settings(const Json& wanted) {
  const std::lock_guard lock{world_.mutex};
  auto changed = world_.settings;
  for (const auto& [name, value] : wanted.items()) {
    if (name == "tick_ms" && value.is_number_unsigned()) {
      changed.tick_ms = value;
    } else if (name == "absent_calls" && value.is_number_unsigned()) {
      changed.absent_calls = value;
    } else if (name == "paused" && value.is_boolean()) {
      changed.paused = value;
    } else if (name == "role" && value.is_string()) {
      changed.role = value;
    } else if (name == "role_key_ms" && value.is_number_unsigned()) {
      changed.role_key_ms = value;
    } else if (name == "hardened" && value.is_boolean()) {
      changed.hardened = value;
    } else if (name == "quotas" && value.is_object()) {
      changed.quotas = value;
    } else if (name == "no_stock" && value.is_array()) {
      changed.no_stock.clear();
      for (const auto& one : value) {
        if (one.is_string()) changed.no_stock.insert(one.get<std::string>());
      }
    } else {
      return wrong(name + " is no setting, or has another type");
    }
  }
  world_.settings = changed;
  return json_answer(Json::object());
}

}  // namespace ferry::emulator
