// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/workgroups.hpp"

#include "actors/controller/store.hpp"
#include "actors/controller/user_words.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/limits.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

template <class Answer>
struct Outcome {
  using local_message = void;
  Result<Answer> answer;
};

WorkgroupView view_of(const StoredWorkgroup& stored) {
  return {stored.id,         stored.name,   stored.description, unpacked_tags(stored.tags),
          stored.created_ms, stored.sources};
}

Result<> check_words(const std::string& name, const std::string& description) {
  if (name.size() > limits::workgroup_name_bytes_max) {
    return fail(Errc::invalid_argument, "workgroup name '" + name + "' is too long",
                "use at most " + std::to_string(limits::workgroup_name_bytes_max) + " characters");
  }
  if (auto done = check_name("workgroup name", name); !done) return done;
  return check_description(description);
}

}  // namespace

Workgroups::Workgroups(caf::event_based_actor* self, caf::actor store)
    : self_(self), store_(std::move(store)) {}

caf::behavior Workgroups::make_behavior() {
  return {
      [this](const CreateWorkgroup& m) { return create(m); },
      [this](const ListWorkgroups& m) { return list(m); },
      [this](const ModifyWorkgroup& m) { return modify(m); },
      [this](const AddToWorkgroup& m) {
        return change([m](WorkgroupTable& table) { return table.add(m.workgroup, m.sources); });
      },
      [this](const RemoveFromWorkgroup& m) {
        return change([m](WorkgroupTable& table) { return table.remove(m.workgroup, m.sources); });
      },
      [this](const DeleteWorkgroup& m) { return remove(m); }};
}

template <class Answer>
caf::result<Answer> Workgroups::transact(std::function<Result<Answer>(WorkgroupTable&)> work) {
  auto promise = self_->make_response_promise<Answer>();
  auto inside = [work = std::move(work)](Database& database) {
    WorkgroupTable table{database};
    return caf::make_message(Outcome<Answer>{work(table)});
  };
  self_->request(store_, caf::infinite, Transact{std::move(inside)})
      .then(
          [promise](const Outcome<Answer>& outcome) mutable {
            crash_point("workgroups: an answer is durable, not told");
            if (outcome.answer) {
              promise.deliver(*outcome.answer);
            } else {
              promise.deliver(to_caf(outcome.answer.error()));
            }
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

caf::result<WorkgroupView> Workgroups::change(
    std::function<Result<StoredWorkgroup>(WorkgroupTable&)> work) {
  return transact<WorkgroupView>([work = std::move(work)](WorkgroupTable& table) {
    return work(table).map([](const StoredWorkgroup& stored) { return view_of(stored); });
  });
}

caf::result<WorkgroupView> Workgroups::create(const CreateWorkgroup& m) {
  const auto id = random_id("w");
  const auto name = m.name.empty() ? id : m.name;
  if (auto good = check_words(name, m.description); !good) return to_caf(good.error());
  const auto tags = changed_tags({}, {.put = m.tags});
  if (!tags) return to_caf(tags.error());
  const StoredWorkgroup wish{id, name, m.description, packed(*tags), wall_ms()};
  const WorkgroupRequest request{m.client_token, sha256(to_msgpack(m))};
  return change([wish, request](WorkgroupTable& table) { return table.create(wish, request); });
}

caf::result<WorkgroupList> Workgroups::list(const ListWorkgroups& m) {
  return transact<WorkgroupList>([id = m.id](WorkgroupTable& table) -> Result<WorkgroupList> {
    WorkgroupList list;
    if (id.empty()) {
      for (const auto& stored : table.all()) list.workgroups.push_back(view_of(stored));
      return list;
    }
    const auto stored = table.find(id);
    if (!stored) return fail(stored.error());
    list.workgroups.push_back(view_of(*stored));
    return list;
  });
}

caf::result<WorkgroupView> Workgroups::modify(const ModifyWorkgroup& m) {
  return change([m](WorkgroupTable& table) -> Result<StoredWorkgroup> {
    auto stored = table.find(m.workgroup);
    if (!stored) return stored;
    if (!m.name.empty()) stored->name = m.name;
    if (m.set_description) stored->description = m.description;
    if (auto good = check_words(stored->name, stored->description); !good) {
      return fail(good.error());
    }
    const auto tags = changed_tags(unpacked_tags(stored->tags), m.tags);
    if (!tags) return fail(tags.error());
    stored->tags = packed(*tags);
    return table.update(*stored);
  });
}

caf::result<Done> Workgroups::remove(const DeleteWorkgroup& m) {
  return transact<Done>([id = m.workgroup](WorkgroupTable& table) -> Result<Done> {
    if (auto done = table.erase(id); !done) return fail(done.error());
    return Done{};
  });
}

}  // namespace ferry
