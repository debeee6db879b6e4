// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/credentials.hpp"

#include <cstdlib>

#include <sys/stat.h>

#include "tests/cloud/cloud_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

constexpr auto profile_secret = "planted-secret-51f0";

/// A file as the AWS CLI has it, readable by its owner alone.
struct ProfileFile {
  Scratch scratch;
  fs::path path = scratch / "credentials";
  ProfileFile() { write("AKIA1", profile_secret, "planted-token-1"); }
  void write(const std::string& id, const std::string& key, const std::string& token) const {
    std::ofstream{path, std::ios::trunc} << "# a comment\n[default]\naws_access_key_id = other\n"
                                         << "[ferry]\r\naws_access_key_id=" << id
                                         << "\naws_secret_access_key = " << key
                                         << "  \naws_session_token = " << token << "\n";
    ::chmod(path.c_str(), 0600);
  }
  [[nodiscard]] Credentials credentials(const std::string& profile = "ferry") const {
    return Credentials{{Cloud::aws, KeySource::profile, path, profile}};
  }
};

constexpr auto aliyun_json = R"({"current": "default", "profiles": [
  {"name": "default", "mode": "AK", "access_key_id": "LTAI1", "access_key_secret": "s1",
   "sts_token": "stale", "region_id": "cn-beijing", "retry_timeout": 0},
  {"name": "sts", "mode": "StsToken", "access_key_id": "STS.1", "access_key_secret": "s2",
   "sts_token": "t2"},
  {"name": "role", "mode": "EcsRamRole", "ram_role_name": "x"},
  {"name": "half", "mode": "AK", "access_key_id": "LTAI2"}], "meta_path": ""})";

}  // namespace

TEST_CASE("an access key is found in the profile of the AWS command line that is named") {
  const ProfileFile file;
  auto credentials = file.credentials();
  const auto key = credentials.current();
  REQUIRE_MESSAGE(key, to_string(key.error()));
  CHECK(key->id == "AKIA1");
  CHECK(key->secret == profile_secret);
  CHECK(key->session_token == "planted-token-1");
}

TEST_CASE("an access key is found in a profile of the Aliyun command line, by its mode") {
  const auto plain = aliyun_profile(aliyun_json, "default", "config.json");
  REQUIRE_MESSAGE(plain, to_string(plain.error()));
  CHECK(plain->id == "LTAI1");
  CHECK(plain->session_token.empty());
  const auto temporary = aliyun_profile(aliyun_json, "sts", "config.json");
  REQUIRE_MESSAGE(temporary, to_string(temporary.error()));
  CHECK(temporary->session_token == "t2");
  CHECK(aliyun_profile(aliyun_json, "role", "config.json").error().what ==
        "profile 'role' in config.json is of mode 'EcsRamRole'");
  CHECK(aliyun_profile(aliyun_json, "half", "config.json").error().what ==
        "profile 'half' in config.json has no whole access key");
  CHECK(aliyun_profile(aliyun_json, "none", "config.json").error().what ==
        "there is no profile 'none' in config.json");
  for (const auto* bad : {"", "{", "[]", R"({"profiles": 3})", R"({"profiles": [{"name": 1}]})"}) {
    CHECK(aliyun_profile(bad, "default", "config.json").error().code == Errc::access_refused);
  }
}

TEST_CASE("a key that is renewed in its file is the new one with the next request") {
  const ProfileFile file;
  auto credentials = file.credentials();
  REQUIRE(credentials.current());
  file.write("AKIA2", profile_secret, "planted-token-2");
  CHECK(credentials.current()->session_token == "planted-token-2");
  // Somebody is writing it.
  std::ofstream{file.path, std::ios::trunc} << "[ferry]\naws_access_";
  const auto key = credentials.current();
  REQUIRE_MESSAGE(key, to_string(key.error()));
  CHECK(key->id == "AKIA2");
  fs::remove(file.path);
  CHECK(credentials.current().error().code == Errc::access_refused);
}

TEST_CASE("a file that others can read is refused, and nothing but a file is read") {
  const ProfileFile file;
  auto credentials = file.credentials();
  for (const unsigned mode : {0640U, 0604U, 0620U, 0601U}) {
    ::chmod(file.path.c_str(), mode);
    const auto key = credentials.current();
    REQUIRE(!key);
    CHECK(key.error().what.find("can be read or written by others") != std::string::npos);
    CHECK(key.error().fix == "run 'chmod 600 " + file.path.string() + "'");
  }
  fs::remove(file.path);
  REQUIRE(::mkfifo(file.path.c_str(), 0600) == 0);
  CHECK(credentials.current().error().what.find("is no file of at most 1 MiB") !=
        std::string::npos);
}

TEST_CASE("what is wrong with credentials is told without them") {
  const ProfileFile file;
  const auto told = [&](const Result<AccessKey>& key) {
    REQUIRE(!key);
    CHECK(to_string(key.error()).find(profile_secret) == std::string::npos);
    CHECK(to_string(key.error()).find("planted-token") == std::string::npos);
    return key.error().what;
  };
  CHECK(told(file.credentials("none").current()) ==
        "there is no profile 'none' in " + file.path.string());
  file.write("AKIA1", std::string{profile_secret} + " with a blank", "planted-token-1");
  told(file.credentials().current());
  file.write("AKIA1", profile_secret, "planted-token\x01");
  told(file.credentials().current());
  file.write("", profile_secret, "planted-token");
  told(file.credentials().current());
  std::ofstream{file.path, std::ios::trunc} << "{\"profiles\": [\"" << profile_secret << "\"]}";
  told(Credentials{{Cloud::alibaba, KeySource::profile, file.path}}.current());
}

TEST_CASE("keys of the environment are those of the cloud that is meant, and are taken from it") {
  ::setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI1", 1);
  ::setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", profile_secret, 1);
  ::setenv("AWS_ACCESS_KEY_ID", "AKIA1", 1);
  Credentials alibaba{{Cloud::alibaba}};
  Credentials aws{{Cloud::aws}};
  forget_credential_variables();
  for (const auto* name : credential_variables) CHECK(std::getenv(name) == nullptr);
  CHECK(alibaba.current()->secret == profile_secret);
  CHECK(aws.current().error().what ==
        "the environment with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY has no whole access key");
  const auto none = Credentials{{Cloud::aws}}.current();
  REQUIRE(!none);
  CHECK(none.error().what == "the environment has no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
}
