// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/own_certificate.hpp"

#include <memory>

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/file.hpp"
#include "base/free_by.hpp"
#include "base/limits.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

using Bio = std::unique_ptr<BIO, FreeBy<BIO_free>>;
using Certificate509 = std::unique_ptr<X509, FreeBy<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, FreeBy<X509_EXTENSION_free>>;

constexpr std::size_t pem_bytes_max = 64 * limits::kib;
constexpr std::size_t serial_bytes = 16;

Bio reader_of(const std::string& pem) {
  return Bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
}

std::string text_in(const Bio& bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Certificate509 read_certificate(const std::filesystem::path& file) {
  const auto pem = read_file(file, pem_bytes_max);
  if (!pem) return nullptr;
  return Certificate509{PEM_read_bio_X509(reader_of(*pem).get(), nullptr, nullptr, nullptr)};
}

/// True if both files are there, belong together, and serve for long enough.
bool serve(const CertificateFiles& files) {
  const auto certificate = read_certificate(files.certificate);
  const auto pem = read_file(files.key, pem_bytes_max);
  if (certificate == nullptr || !pem) return false;
  const PrivateKey key{PEM_read_bio_PrivateKey(reader_of(*pem).get(), nullptr, nullptr, nullptr)};
  if (key == nullptr || X509_check_private_key(certificate.get(), key.get()) != 1) return false;
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate.get())) != 1) {
    return false;
  }
  return days >= limits::generated_certificate_left_min.count();
}

bool is_address(const std::string& host) {
  in6_addr ignored{};
  return ::inet_pton(AF_INET, host.c_str(), &ignored) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

bool add_extension(X509* certificate, int kind, const std::string& value) {
  const Extension extension{X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str())};
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool name_it(X509* certificate, const std::vector<std::string>& hosts) {
  auto* name = X509_get_subject_name(certificate);
  const std::string common = "edgeferry console";
  if (X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(common.data()), -1, -1,
                                 0) != 1) {
    return false;
  }
  std::string names;
  for (const auto& host : hosts) {
    names += (names.empty() ? "" : ",") + std::string{is_address(host) ? "IP:" : "DNS:"} + host;
  }
  return X509_set_issuer_name(certificate, name) == 1 &&
         add_extension(certificate, NID_subject_alt_name, names) &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth");
}

Certificate509 make_certificate(EVP_PKEY* key, const std::vector<std::string>& hosts) {
  Certificate509 certificate{X509_new()};
  if (certificate == nullptr) return nullptr;
  auto serial = random_bytes(serial_bytes);
  serial[0] = static_cast<char>(serial[0] & 0x7f);  // it is a positive number
  const std::unique_ptr<BIGNUM, FreeBy<BN_free>> number{
      BN_bin2bn(reinterpret_cast<const unsigned char*>(serial.data()),
                static_cast<int>(serial.size()), nullptr)};
  constexpr long an_hour = 3600;  // that clocks may differ
  const auto seconds = std::chrono::seconds{limits::generated_certificate_time}.count();
  const bool made =
      X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
      BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) != nullptr &&
      X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -an_hour) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds) != nullptr &&
      X509_set_pubkey(certificate.get(), key) == 1 && name_it(certificate.get(), hosts) &&
      X509_sign(certificate.get(), key, EVP_sha256()) > 0;
  return made ? std::move(certificate) : nullptr;
}

/// The key first: a death in between leaves two files that don't belong together, which is seen.
Result<> store(const CertificateFiles& files, EVP_PKEY* key, X509* certificate) {
  const Bio key_text{BIO_new(BIO_s_mem())};
  const Bio certificate_text{BIO_new(BIO_s_mem())};
  if (PEM_write_bio_PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_X509(certificate_text.get(), certificate) != 1) {
    return fail(Errc::internal, "the console's certificate can't be written as PEM");
  }
  auto done = write_file_durably(files.key, text_in(key_text), 0600);
  if (done) done = write_file_durably(files.certificate, text_in(certificate_text), 0644);
  return done;
}

}  // namespace

Result<CertificateFiles> own_certificate(const std::filesystem::path& folder,
                                         const std::vector<std::string>& hosts) {
  const CertificateFiles files{folder / "console.crt", folder / "console.key"};
  if (serve(files)) return files;
  if (auto done = make_folder(folder); !done) return fail(done.error());
  const PrivateKey key{EVP_EC_gen("P-256")};
  const auto certificate = key == nullptr ? nullptr : make_certificate(key.get(), hosts);
  if (certificate == nullptr) {
    return fail(Errc::internal, "the console's certificate can't be made");
  }
  if (auto done = store(files, key.get(), certificate.get()); !done) return fail(done.error());
  return files;
}

Result<std::string> certificate_fingerprint(const std::filesystem::path& file) {
  const auto certificate = read_certificate(file);
  if (certificate == nullptr)
    return fail(Errc::key_unreadable, file.string() + " is no certificate");
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  if (size < 0) return fail(Errc::internal, "the certificate can't be encoded");
  const std::string bytes{reinterpret_cast<char*>(der), static_cast<std::size_t>(size)};
  OPENSSL_free(der);
  return to_hex(sha256(bytes));
}

Result<std::string> public_key_digest(const std::filesystem::path& file) {
  const auto certificate = read_certificate(file);
  if (certificate == nullptr) {
    return fail(Errc::key_unreadable, file.string() + " is no certificate");
  }
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
  if (size < 0) return fail(Errc::internal, "the certificate's public key can't be encoded");
  const std::string bytes{reinterpret_cast<char*>(der), static_cast<std::size_t>(size)};
  OPENSSL_free(der);
  return sha256(bytes);
}

}  // namespace ferry
