// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The calls of ECS, VPC and ENS by name, and what they share: regions, paging, filters.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/cloud_emulator/object_store.hpp"
#include "tests/cloud_emulator/rpc_gateway.hpp"
#include "tests/cloud_emulator/world.hpp"

namespace ferry::emulator {

/// What a call has at hand while it is done, under the world's lock.
struct Context {
  World& world;
  ObjectStore& store;
  const Parameters& in;
  std::string region;  // empty if the call names none
};

enum class Effect { reads, changes, creates };  // what creates takes a ClientToken
enum class Region { needed, optional };

struct Action {
  const char* service;
  const char* name;
  Outcome<Json> (*act)(Context& context);
  Effect effect = Effect::reads;
  Region region = Region::needed;
};

[[nodiscard]] const std::vector<Action>& vpc_actions();
[[nodiscard]] const std::vector<Action>& ecs_network_actions();
[[nodiscard]] const std::vector<Action>& ecs_instance_actions();
[[nodiscard]] const std::vector<Action>& ecs_disk_actions();
[[nodiscard]] const std::vector<Action>& ecs_assistant_actions();
[[nodiscard]] const std::vector<Action>& ecs_image_actions();
[[nodiscard]] const std::vector<Action>& ecs_export_actions();
[[nodiscard]] const std::vector<Action>& ecs_tag_actions();
[[nodiscard]] const std::vector<Action>& ens_actions();

/// Does a call that was let in; what it changed is durable when this returns.
[[nodiscard]] Outcome<Json> perform(World& world, ObjectStore& store, const Call& call);

// -- for those who write actions -----------------------------------------------------------

inline constexpr std::size_t name_bytes_min = 2;
inline constexpr std::size_t name_bytes_max = 128;
/// 2 to 128 bytes, a letter of any script first, no URL.
[[nodiscard]] bool is_name(std::string_view name);

/// A thing of the call's region, or of any if it names none; refused with 404 and that code.
[[nodiscard]] Outcome<Json*> need(Context& context, const char* kind, const std::string& id,
                                  const char* code);

inline constexpr auto no_instance = "InvalidInstanceId.NotFound";
/// The instance of the call's InstanceId.
[[nodiscard]] Outcome<Json*> instance_of(Context& context);
/// Refuses what can't be done to a thing as long as it is as it is.
[[nodiscard]] tl::unexpected<Refusal> wrong_status(const char* code, int status = 403);

/// The things of a kind that a Describe call tells of: of its region, with its tags, and visible
/// by now.
[[nodiscard]] std::vector<Json*> visible(Context& context, const char* kind,
                                         const std::function<bool(const Json&)>& wanted);
/// One page of them, as {CONTAINER: {ELEMENT: [...]}, TotalCount, PageNumber, PageSize}.
[[nodiscard]] Outcome<Json> page(Context& context, const std::vector<Json*>& things,
                                 const char* container, const char* element);
/// True if no ids are given, or if it is among them.
[[nodiscard]] bool is_among(const std::vector<std::string>& ids, const Json& thing);
/// True if the parameter is absent or equal to the thing's member of that name.
[[nodiscard]] bool fits(const Context& context, const Json& thing,
                        std::initializer_list<const char*> names);

/// Refused if there are as many of the kind in the region as the settings allow.
Outcome<> check_quota(Context& context, const char* kind, int status, const char* code);
inline constexpr std::size_t tags_max = 20;  // of a thing
/// {"key": "value"} of Tag.N.
[[nodiscard]] Outcome<Json> tags_of(const Parameters& in);
/// {"Tag": [{"TagKey":, "TagValue":}]} with ECS's member names.
[[nodiscard]] Json shown_tags(const Json& tags);

/// "2026-11-27T09:07Z", as ECS has times of instances and tasks.
[[nodiscard]] std::string minute_time(std::int64_t unix_ms);
[[nodiscard]] bool is_region(std::string_view region);
[[nodiscard]] const std::vector<std::string>& regions();
/// "cn-beijing-a" and "cn-beijing-b"
[[nodiscard]] std::vector<std::string> zones_of(const std::string& region);

}  // namespace ferry::emulator
