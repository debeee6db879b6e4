// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "certificate/signing_key.hpp"

#include <array>
#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/file.hpp"
#include "base/free_by.hpp"
#include "base/private_file.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t key_bytes_size = 32;
constexpr std::size_t signature_size = 64;
constexpr std::size_t pem_bytes_max = 4096;

using Key = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>>;
using Memory = std::unique_ptr<BIO, FreeBy<BIO_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Key secret_key(std::string_view secret) {
  return Key{
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(secret), secret.size())};
}

std::string public_half(const Key& key) {
  std::array<unsigned char, key_bytes_size> bytes{};
  auto size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(key.get(), bytes.data(), &size) != 1) return {};
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::string secret_half(const Key& key) {
  std::array<unsigned char, key_bytes_size> bytes{};
  auto size = bytes.size();
  if (EVP_PKEY_get_raw_private_key(key.get(), bytes.data(), &size) != 1) return {};
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::string text_of(const Memory& memory) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Memory memory_of(const std::string& text) {
  return Memory{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

tl::unexpected<Error> no_key(const std::filesystem::path& file) {
  return fail(Errc::key_unreadable, file.string() + " holds no Ed25519 key in PEM");
}

Result<> store(const std::filesystem::path& file, const Key& key) {
  const Memory secret{BIO_new(BIO_s_mem())};
  const Memory open{BIO_new(BIO_s_mem())};
  if (PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1 ||
      PEM_write_bio_PUBKEY(open.get(), key.get()) != 1) {
    return fail(Errc::internal, "OpenSSL could not write a key");
  }
  if (auto made = make_folder(file.parent_path()); !made) return made;
  auto done = write_file_durably(file.string() + ".pub", text_of(open), 0644);
  if (!done) return done;
  return write_file_durably(file, text_of(secret), 0600);
}

}  // namespace

Result<SigningKey> SigningKey::load_or_make(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    SigningKey made;
    made.secret = random_bytes(key_bytes_size);
    const auto key = secret_key(made.secret);
    made.public_key = public_half(key);
    if (auto done = store(file, key); !done) return fail(done.error());
    return made;
  }
  if (auto good = check_private_file(file); !good) return fail(good.error());
  const auto text = read_file(file, pem_bytes_max);
  if (!text) return fail(Errc::key_unreadable, text.error().what);
  const Key key{PEM_read_bio_PrivateKey(memory_of(*text).get(), nullptr, nullptr, nullptr)};
  if (!key || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519) return no_key(file);
  return SigningKey{secret_half(key), public_half(key)};
}

std::string SigningKey::sign(std::string_view bytes) const {
  const auto key = secret_key(secret);
  const Context context{EVP_MD_CTX_new()};
  std::array<unsigned char, signature_size> signature{};
  auto size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, bytes_of(bytes), bytes.size()) != 1) {
    throw std::runtime_error("OpenSSL could not sign with Ed25519");
  }
  return {reinterpret_cast<const char*>(signature.data()), size};
}

bool is_signed_by(std::string_view public_key, std::string_view bytes, std::string_view signature) {
  if (public_key.size() != key_bytes_size || signature.size() != signature_size) return false;
  const Key key{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(public_key),
                                            public_key.size())};
  const Context context{EVP_MD_CTX_new()};
  return key && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(bytes),
                          bytes.size()) == 1;
}

Result<std::string> read_signing_public_key(const std::filesystem::path& file) {
  const auto text = read_file(file, pem_bytes_max);
  if (!text) return fail(Errc::key_unreadable, text.error().what);
  const Key key{PEM_read_bio_PUBKEY(memory_of(*text).get(), nullptr, nullptr, nullptr)};
  if (!key || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519) return no_key(file);
  return public_half(key);
}

std::string key_fingerprint(std::string_view public_key) {
  const auto digest = sha256(public_key);
  return to_hex(std::as_bytes(std::span{digest}));
}

}  // namespace ferry
