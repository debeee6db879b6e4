// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/seal.hpp"

#include <array>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#define XXH_STATIC_LINKING_ONLY
#if defined(__x86_64__) && __has_include(<xxh_x86dispatch.h>)
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

namespace ferry {
namespace {

using frame::prefix_bytes;
using frame::tag_bytes;

void require(bool ok) {
  if (!ok) throw std::runtime_error("OpenSSL refused AES-128-GCM, HKDF or HMAC");
}

template <class T>
void append(std::string& to, T value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::array<unsigned char, 32> derive(std::string_view secret, std::string_view salt,
                                     std::string_view info) {
  auto* kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  auto* context = EVP_KDF_CTX_new(kdf);
  EVP_KDF_free(kdf);
  const auto octets = [](const char* name, std::string_view bytes) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(bytes.data()), bytes.size());
  };
  std::string hash = "SHA256";
  const std::array params{OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, hash.data(), 0),
                          octets(OSSL_KDF_PARAM_KEY, secret), octets(OSSL_KDF_PARAM_SALT, salt),
                          octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  std::array<unsigned char, 32> out{};
  const bool ok = EVP_KDF_derive(context, out.data(), out.size(), params.data()) == 1;
  EVP_KDF_CTX_free(context);
  require(ok);
  return out;
}

unsigned char* octets(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

std::array<unsigned char, 12> nonce(const frame::Prefix& prefix) {
  std::array<unsigned char, 12> bytes{};
  std::memcpy(bytes.data(), &prefix.stream, 4);
  std::memcpy(bytes.data() + 4, &prefix.sequence, 8);
  return bytes;
}

EVP_CIPHER_CTX* cipher(void* context) { return static_cast<EVP_CIPHER_CTX*>(context); }

std::array<unsigned char, 32> greeting_tag(const SessionKey& key,
                                           std::span<const std::byte> bytes) {
  std::string info = "edgeferry data greeting";
  append(info, key.id);
  const auto secret = derive(key.secret, "edgeferry", info);
  std::array<unsigned char, 32> tag{};
  unsigned size = 0;
  require(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
               reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), tag.data(),
               &size) != nullptr);
  return tag;
}

}  // namespace

LinkSeal::LinkSeal(const SessionKey& key, std::uint32_t stream, Direction direction,
                   std::string_view salts)
    : context_(EVP_CIPHER_CTX_new()), sealed_(key.sealed) {
  std::string info = "edgeferry data";
  append(info, key.id);
  append(info, stream);
  append(info, static_cast<std::uint8_t>(direction));
  auto out = derive(key.secret, salts, info);
  std::memcpy(&seed_, out.data() + 16, sizeof seed_);
  // GCM has one key schedule for both directions, so whether this object seals or
  // opens is left to the calls.
  require(EVP_CipherInit_ex(cipher(context_), EVP_aes_128_gcm(), nullptr, out.data(), nullptr, 1) ==
          1);
  OPENSSL_cleanse(out.data(), out.size());
}

LinkSeal::~LinkSeal() { EVP_CIPHER_CTX_free(cipher(context_)); }
LinkSeal::LinkSeal(LinkSeal&& other) noexcept
    : context_(std::exchange(other.context_, nullptr)),
      sealed_(other.sealed_),
      seed_(other.seed_) {}
LinkSeal& LinkSeal::operator=(LinkSeal&& other) noexcept {
  std::swap(context_, other.context_);
  sealed_ = other.sealed_;
  seed_ = other.seed_;
  return *this;
}

void LinkSeal::seal(const frame::Prefix& prefix, std::span<std::byte> message) {
  const auto payload = message.subspan(prefix_bytes, message.size() - prefix_bytes - tag_bytes);
  auto* tag = message.data() + message.size() - tag_bytes;
  frame::put_prefix(prefix, static_cast<std::uint32_t>(payload.size()), message.data());
  if (!sealed_) {
    const std::array<std::uint64_t, 2> check{
        XXH3_64bits_withSeed(message.data(), message.size() - tag_bytes, seed_), 0};
    std::memcpy(tag, check.data(), tag_bytes);
    return;
  }
  auto* context = cipher(context_);
  const auto iv = nonce(prefix);
  int count = 0;
  require(EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, iv.data(), 1) == 1);
  require(EVP_CipherUpdate(context, nullptr, &count, octets(message.data()), prefix_bytes) == 1);
  require(EVP_CipherUpdate(context, octets(payload.data()), &count, octets(payload.data()),
                           static_cast<int>(payload.size())) == 1);
  require(EVP_CipherFinal_ex(context, octets(tag), &count) == 1);
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, tag_bytes, tag) == 1);
}

Result<std::span<std::byte>> LinkSeal::open(const frame::Prefix& prefix,
                                            std::span<std::byte> message) {
  const auto payload = message.subspan(prefix_bytes, message.size() - prefix_bytes - tag_bytes);
  auto* tag = message.data() + message.size() - tag_bytes;
  bool good = false;
  if (!sealed_) {
    const std::array<std::uint64_t, 2> check{
        XXH3_64bits_withSeed(message.data(), message.size() - tag_bytes, seed_), 0};
    good = std::memcmp(tag, check.data(), tag_bytes) == 0;
  } else {
    auto* context = cipher(context_);
    const auto iv = nonce(prefix);
    int count = 0;
    require(EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, iv.data(), 0) == 1);
    require(EVP_CipherUpdate(context, nullptr, &count, octets(message.data()), prefix_bytes) == 1);
    require(EVP_CipherUpdate(context, octets(payload.data()), &count, octets(payload.data()),
                             static_cast<int>(payload.size())) == 1);
    require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, tag_bytes, tag) == 1);
    good = EVP_CipherFinal_ex(context, octets(tag), &count) == 1;
  }
  if (good) return payload;
  return fail(Errc::transfer_corrupt, "frame " + std::to_string(prefix.sequence) + " of stream " +
                                          std::to_string(prefix.stream) +
                                          " was changed on its way");
}

std::string LinkSeal::message(const frame::Prefix& prefix, std::string_view payload) {
  std::string bytes(prefix_bytes + payload.size() + tag_bytes, '\0');
  std::memcpy(bytes.data() + prefix_bytes, payload.data(), payload.size());
  seal(prefix, std::as_writable_bytes(std::span{bytes}));
  return bytes;
}

std::string greeting(const SessionKey& key, const frame::Prefix& prefix, std::string_view payload) {
  std::string bytes(prefix_bytes, '\0');
  frame::put_prefix(prefix, static_cast<std::uint32_t>(payload.size()),
                    reinterpret_cast<std::byte*>(bytes.data()));
  bytes += payload;
  const auto tag = greeting_tag(key, std::as_bytes(std::span{bytes}));
  return bytes.append(reinterpret_cast<const char*>(tag.data()), tag_bytes);
}

Result<std::span<const std::byte>> open_greeting(const SessionKey& key,
                                                 std::span<const std::byte> message) {
  const auto body = message.first(message.size() - tag_bytes);
  const auto tag = greeting_tag(key, body);
  if (CRYPTO_memcmp(tag.data(), message.data() + body.size(), tag_bytes) != 0) {
    return fail(Errc::malformed, "greeting with a foreign key");
  }
  return body.subspan(prefix_bytes);
}

}  // namespace ferry
