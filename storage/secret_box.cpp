// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/secret_box.hpp"

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

#include "base/file.hpp"
#include "base/free_by.hpp"
#include "base/private_file.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t key_size = 32;
constexpr std::size_t iv_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t file_bytes_max = 4096;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeBy<EVP_CIPHER_CTX_free>>;

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
int size_of(std::string_view text) { return static_cast<int>(text.size()); }

void require(bool ok) {
  if (!ok) throw std::runtime_error("OpenSSL refused AES-256-GCM");
}

/// A cipher that knows key, nonce and owner.
Cipher begin(std::string_view key, std::string_view iv, std::string_view owner, bool seals) {
  Cipher cipher{EVP_CIPHER_CTX_new()};
  int count = 0;
  require(EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key), bytes_of(iv),
                            seals ? 1 : 0) == 1);
  require(EVP_CipherUpdate(cipher.get(), nullptr, &count, bytes_of(owner), size_of(owner)) == 1);
  return cipher;
}

}  // namespace

Result<SecretBox> SecretBox::load_or_make(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    auto key = random_bytes(key_size);
    if (auto made = make_folder(file.parent_path()); !made) return fail(made.error());
    if (auto done = write_file_durably(file, to_hex(key) + "\n"); !done) return fail(done.error());
    return SecretBox{std::move(key)};
  }
  if (auto good = check_private_file(file); !good) return fail(good.error());
  auto text = read_file(file, file_bytes_max);
  if (!text) return fail(Errc::key_unreadable, text.error().what);
  if (!text->empty() && text->back() == '\n') text->pop_back();
  auto key = from_hex(*text);
  if (!key || key->size() != key_size) {
    return fail(Errc::key_unreadable, file.string() + " does not hold 32 bytes in hex",
                "put a copy of it back; without one, move it away and make new access keys");
  }
  return SecretBox{std::move(*key)};
}

std::string SecretBox::seal(std::string_view secret, std::string_view owner) const {
  const auto iv = random_bytes(iv_size);
  const auto cipher = begin(key_, iv, owner, true);
  std::string sealed(secret.size(), '\0');
  std::string tag(tag_size, '\0');
  int count = 0;
  require(EVP_CipherUpdate(cipher.get(), bytes_of(sealed), &count, bytes_of(secret),
                           size_of(secret)) == 1);
  require(EVP_CipherFinal_ex(cipher.get(), bytes_of(tag), &count) == 1);
  require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag.data()) == 1);
  return iv + sealed + tag;
}

Result<std::string> SecretBox::open(std::string_view sealed, std::string_view owner) const {
  const auto refuse = [&] {
    return fail(Errc::key_unreadable,
                "the secret of " + std::string{owner} + " was sealed with another key",
                "put the right key file back, or make a new access key");
  };
  if (sealed.size() < iv_size + tag_size) return refuse();
  const auto body = sealed.substr(iv_size, sealed.size() - iv_size - tag_size);
  std::string tag{sealed.substr(sealed.size() - tag_size)};
  const auto cipher = begin(key_, sealed.substr(0, iv_size), owner, false);
  std::string secret(body.size(), '\0');
  int count = 0;
  require(EVP_CipherUpdate(cipher.get(), bytes_of(secret), &count, bytes_of(body), size_of(body)) ==
          1);
  require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1);
  unsigned char none = 0;
  if (EVP_CipherFinal_ex(cipher.get(), &none, &count) != 1) return refuse();
  return secret;
}

}  // namespace ferry
