// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "transport/keys.hpp"

#include <array>
#include <stdexcept>

#include <zmq.h>

#include "base/file.hpp"
#include "base/private_file.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t z85_key_size = 40;
constexpr std::size_t key_size = 32;
constexpr std::size_t secret_size = 24;
constexpr std::string_view code_prefix = "efc1-";

Result<std::string> read_key(const std::filesystem::path& file) {
  auto text = read_file(file, 256);
  if (!text) return fail(Errc::key_unreadable, text.error().what);
  while (!text->empty() && (text->back() == '\n' || text->back() == ' ')) text->pop_back();
  if (auto bytes = key_bytes(*text); !bytes) {
    return fail(Errc::key_unreadable, file.string() + " holds no key",
                "remove the file and enrol this node again");
  }
  return *text;
}

}  // namespace

KeyPair make_key_pair() {
  std::array<char, z85_key_size + 1> public_key{};
  std::array<char, z85_key_size + 1> secret_key{};
  if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0) {
    throw std::runtime_error("this libzmq was built without CURVE");
  }
  return {public_key.data(), secret_key.data()};
}

Result<KeyPair> load_or_make_key_pair(const std::filesystem::path& file) {
  const auto public_file = file.string() + ".pub";
  if (!std::filesystem::exists(file)) {
    const auto made = make_key_pair();
    if (auto done = make_folder(file.parent_path()); !done) return fail(done.error());
    if (auto done = write_file_durably(public_file, made.public_key + "\n", 0644); !done) {
      return fail(done.error());
    }
    if (auto done = write_file_durably(file, made.secret_key + "\n", 0600); !done) {
      return fail(done.error());
    }
    return made;
  }
  if (auto done = check_private_file(file); !done) return fail(done.error());
  auto secret_key = read_key(file);
  if (!secret_key) return fail(secret_key.error());
  // The public half follows from the secret one, so a lost .pub file is no loss.
  std::array<char, z85_key_size + 1> public_key{};
  if (zmq_curve_public(public_key.data(), secret_key->c_str()) != 0) {
    return fail(Errc::key_unreadable, file.string() + " holds no secret key");
  }
  return KeyPair{public_key.data(), *secret_key};
}

Result<std::string> load_public_key(const std::filesystem::path& file) { return read_key(file); }

Result<std::string> key_bytes(std::string_view z85) {
  if (z85.size() != z85_key_size) return fail(Errc::key_unreadable, "a key has 40 characters");
  std::array<std::uint8_t, key_size> bytes{};
  if (zmq_z85_decode(bytes.data(), std::string{z85}.c_str()) == nullptr) {
    return fail(Errc::key_unreadable, "not Z85 text");
  }
  return std::string{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<std::string> key_text(std::string_view bytes) {
  if (bytes.size() != key_size) return fail(Errc::key_unreadable, "a key has 32 bytes");
  std::array<char, z85_key_size + 1> text{};
  zmq_z85_encode(text.data(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return std::string{text.data()};
}

std::string to_text(const ActivationCode& code) {
  return std::string{code_prefix} +
         to_base64url(key_bytes(code.server_key).value() + code.secret + code.activation);
}

Result<ActivationCode> parse_activation_code(std::string_view text) {
  const auto bad = [] { return fail(Errc::code_unknown, "this is not an activation code"); };
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  if (!text.starts_with(code_prefix) || text.size() > 200) return bad();
  auto bytes = from_base64url(text.substr(code_prefix.size()));
  if (!bytes || bytes->size() <= key_size + secret_size) return bad();
  auto server_key = key_text(std::string_view{*bytes}.substr(0, key_size));
  if (!server_key) return bad();
  return ActivationCode{bytes->substr(key_size + secret_size), bytes->substr(key_size, secret_size),
                        *server_key};
}

}  // namespace ferry
