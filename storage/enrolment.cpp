// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/enrolment.hpp"

#include <openssl/crypto.h>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

bool same_secret(const std::string& expected, const std::string& given) {
  return expected.size() == given.size() &&
         CRYPTO_memcmp(expected.data(), given.data(), expected.size()) == 0;
}

Result<> check_usable(const StoredActivation& code) {
  if (code.disabled)
    return fail(Errc::code_disabled, "activation code " + code.id + " is disabled");
  if (code.expires_ms <= wall_ms()) {
    return fail(Errc::code_expired,
                "activation code " + code.id + " expired at " + utc_text(code.expires_ms));
  }
  if (code.registered >= code.quota) {
    return fail(Errc::code_used_up, "activation code " + code.id + " has registered all " +
                                        std::to_string(code.quota) + " servers of its quota");
  }
  return {};
}

StoredSource read_source(const Statement& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3),         row.integer(4),
          row.text(5), row.text(6), row.text(7), row.integer(8) != 0, row.text(9)};
}

}  // namespace

void Enrolment::create_activation(const StoredActivation& activation) {
  Statement insert{database_,
                   "INSERT INTO activation(id, name, secret_hash, quota, created_ms, expires_ms, "
                   "description, tags, resource_group) VALUES (?,?,?,?,?,?,?,?,?)"};
  insert
      .bind(activation.id, activation.name, Blob{activation.secret_hash}, activation.quota,
            activation.created_ms, activation.expires_ms, activation.description,
            Blob{activation.tags}, activation.resource_group)
      .run();
}

std::vector<StoredActivation> Enrolment::activations(std::string_view id) {
  std::vector<StoredActivation> all;
  Statement read{
      database_,
      "SELECT id, name, secret_hash, quota, registered, created_ms, expires_ms, disabled, "
      "description, tags, resource_group FROM activation WHERE ?1='' OR id=?1 ORDER BY created_ms "
      "DESC, id"};
  read.bind(id);
  while (read.step()) {
    all.push_back({read.text(0), read.text(1), read.text(2),
                   static_cast<std::uint32_t>(read.integer(3)),
                   static_cast<std::uint32_t>(read.integer(4)), read.integer(5), read.integer(6),
                   read.integer(7) != 0, read.text(8), read.text(9), read.text(10)});
  }
  return all;
}

bool Enrolment::disable_activation(std::string_view id) {
  Statement update{database_, "UPDATE activation SET disabled=1 WHERE id=?"};
  return update.bind(id).run() == 1;
}

bool Enrolment::delete_activation(std::string_view id) {
  Statement remove{database_, "DELETE FROM activation WHERE id=?"};
  return remove.bind(id).run() == 1;
}

Result<StoredSource> Enrolment::register_source(std::string_view activation,
                                                std::string_view secret,
                                                std::string_view public_key,
                                                std::string_view inventory) {
  const auto codes = activations(activation);
  if (activation.empty() || codes.size() != 1 ||
      !same_secret(codes[0].secret_hash, sha256(secret))) {
    return fail(Errc::code_unknown, "this controller does not know the activation code");
  }
  Statement known{database_,
                  "SELECT id, public_key, activation, inventory, created_ms, name, description, "
                  "tags, deleting, resource_group FROM source WHERE public_key=?"};
  if (known.bind(public_key).step()) return read_source(known);
  if (auto usable = check_usable(codes[0]); !usable) return fail(usable.error());

  StoredSource source{random_id("s"), std::string{public_key}, std::string{activation},
                      std::string{inventory}, wall_ms()};
  source.tags = codes[0].tags;
  source.resource_group = codes[0].resource_group;
  Statement{database_, "UPDATE activation SET registered=registered+1 WHERE id=?"}
      .bind(activation)
      .run();
  Statement{database_,
            "INSERT INTO source(id, public_key, activation, inventory, created_ms, tags, "
            "resource_group) VALUES (?,?,?,?,?,?,?)"}
      .bind(source.id, source.public_key, source.activation, Blob{source.inventory},
            source.created_ms, Blob{source.tags}, source.resource_group)
      .run();
  return source;
}

std::vector<StoredSource> Enrolment::sources() {
  std::vector<StoredSource> all;
  Statement read{database_,
                 "SELECT id, public_key, activation, inventory, created_ms, name, description, "
                 "tags, deleting, resource_group FROM source ORDER BY created_ms, id"};
  read.bind();
  while (read.step()) all.push_back(read_source(read));
  return all;
}

void Enrolment::update_inventory(std::string_view source, std::string_view inventory) {
  Statement update{database_, "UPDATE source SET inventory=? WHERE id=?"};
  update.bind(Blob{inventory}, source).run();
}

void Enrolment::update_words(const StoredSource& source) {
  Statement update{database_,
                   "UPDATE source SET name=?, description=?, tags=?, resource_group=? WHERE id=?"};
  update.bind(source.name, source.description, Blob{source.tags}, source.resource_group, source.id)
      .run();
}

void Enrolment::mark_deleting(std::string_view source) {
  Statement{database_, "UPDATE source SET deleting=1 WHERE id=?"}.bind(source).run();
}

void Enrolment::delete_source(std::string_view source) {
  Statement{database_, "DELETE FROM source WHERE id=?"}.bind(source).run();
}

}  // namespace ferry
