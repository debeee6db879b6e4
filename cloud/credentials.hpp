// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Where the access key of a cloud comes from: variables of this process, a profile in the file that
// the cloud's own command line keeps, or the role of the ECS instance that this is. Errors name the
// place, and never what is in it.
#pragma once

#include <array>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "cloud/alibaba/instance_role.hpp"

namespace ferry {

enum class Cloud { alibaba, aws };
enum class KeySource { environment, profile, instance };

struct CredentialSettings {
  Cloud cloud = Cloud::alibaba;
  KeySource source = KeySource::environment;
  std::filesystem::path file = {};  // of the profile; empty: default_credentials_file
  std::string profile = "default";  // its name
  InstanceRoleSettings instance = {};
};

/// Any thread may call.
class Credentials {
 public:
  /// Reads the environment now, a profile with each question, and asks for the key of a role when
  /// that is due.
  explicit Credentials(CredentialSettings settings);

  /// The access key as it is now, so that temporary ones may be renewed while this runs. A file
  /// that somebody is writing has half a profile for a moment: until it is whole again, the key
  /// that was known stays. Errors: access_refused, and those of InstanceRole.
  [[nodiscard]] Result<AccessKey> current();

 private:
  CredentialSettings settings_;
  std::mutex mutex_;
  std::optional<AccessKey> known_;
  std::optional<InstanceRole> role_;
};

/// What holds secrets in an environment: for workers alone, and no program that they start.
inline constexpr std::array credential_variables{
    "ALIBABA_CLOUD_ACCESS_KEY_ID",  "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN", "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",        "AWS_SESSION_TOKEN"};
/// Takes them from the environment of this process. Call before any thread is started, and after
/// Credentials have read what they need.
void forget_credential_variables();

/// "~/.aliyun/config.json" or "~/.aws/credentials" of $HOME.
[[nodiscard]] std::filesystem::path default_credentials_file(Cloud cloud);

/// What a profile in the text of a file says; `name` of the file is for errors.
[[nodiscard]] Result<AccessKey> aliyun_profile(std::string_view json, std::string_view profile,
                                               std::string_view name);
[[nodiscard]] Result<AccessKey> aws_profile(std::string_view ini, std::string_view profile,
                                            std::string_view name);

}  // namespace ferry
