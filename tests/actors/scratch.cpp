// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/scratch.hpp"

#include "base/random.hpp"

namespace ferry::test {

Folder::Folder() : path_(std::filesystem::temp_directory_path() / random_id("ferry-actors")) {
  std::filesystem::create_directories(path_);
}
Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

LiveSystem::LiveSystem() {
  config_.set("scheduler.policy", caf::atom("sharing"));
  config_.set("scheduler.max-threads", 2U);
  system_ = std::make_unique<caf::actor_system>(config_);
}

Result<caf::message> ask_any(caf::actor_system& system, const caf::actor& actor,
                             caf::message request, caf::strong_actor_ptr* answered_by) {
  caf::scoped_actor self{system};
  Result<caf::message> result = fail(Errc::timeout, "nothing came");
  self->request(actor, std::chrono::seconds{20}, std::move(request))
      .receive([&](const caf::error& error) { result = fail(from_caf(error)); },
               caf::others >> [&](caf::message_view& answer) -> caf::result<caf::message> {
                 result = answer.move_content_to_message();
                 if (answered_by != nullptr) *answered_by = self->current_sender();
                 return caf::message{};
               });
  return result;
}

void kill_and_wait(caf::actor_system& system, const caf::actor& actor) {
  if (!actor) return;
  caf::scoped_actor self{system};
  self->monitor(actor);
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  self->receive([](const caf::down_msg&) {});
}

}  // namespace ferry::test
