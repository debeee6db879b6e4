// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// OSS as its clients see it: buckets by virtual host or path, signatures of version 1 and 4 in the
// header, its XML and its refusals.
#pragma once

#include <string>

#include "cloud/signing/store_signature.hpp"
#include "tests/cloud_emulator/keyring.hpp"
#include "tests/cloud_emulator/object_store.hpp"

namespace ferry::emulator {

class OssService {
 public:
  /// `region` is of buckets that are made by a host that names none.
  OssService(ObjectStore& store, const Keyring& keys, std::string region)
      : store_(store), keys_(keys), region_(std::move(region)) {}

  struct Request {
    const HttpRequest& http;
    StoreTarget target;
    std::string region;  // that the host or the signature names; empty if none does

    [[nodiscard]] bool has(std::string_view parameter) const;
    [[nodiscard]] std::string parameter(std::string_view name) const;
  };
  [[nodiscard]] Request read(const HttpRequest& http) const;
  /// "PutObject", "UploadPart", ...; empty if there is no such operation.
  [[nodiscard]] static std::string operation_of(const Request& request);

  [[nodiscard]] Answer answer(const Request& request);
  [[nodiscard]] static Answer refusal(const Request& request, const Refusal& why);

 private:
  Outcome<> verify(const Request& request) const;
  Outcome<> verify_v1(const Request& request) const;
  Outcome<> verify_v4(const Request& request) const;
  [[nodiscard]] Outcome<AccessKey> key_of(const Request& request, const std::string& id) const;
  Outcome<> check_region(const Request& request) const;

  ObjectStore& store_;
  const Keyring& keys_;
  std::string region_;
};

}  // namespace ferry::emulator
