// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/credentials.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "cloud/json_read.hpp"

namespace ferry {
namespace {

constexpr std::size_t file_bytes_max = 1 << 20;
constexpr std::size_t profiles_max = 1000;

/// The parts of the Aliyun CLI's config.json that an access key is in.
struct AliyunProfile {
  std::string name;
  std::string mode;  // AK, StsToken, and others that name no key
  std::string access_key_id;
  std::string access_key_secret;
  std::string sts_token;
  FERRY_FIELDS(name, mode, access_key_id, access_key_secret, sts_token)
};
struct AliyunFile {
  std::vector<AliyunProfile> profiles;
  FERRY_FIELDS(profiles)
};

tl::unexpected<Error> missing(std::string what, std::string fix) {
  return fail(Errc::access_refused, std::move(what), std::move(fix));
}

Result<AccessKey> checked(AccessKey key, const std::string& where) {
  if (key.id.empty() || key.secret.empty()) {
    return missing(where + " has no whole access key", "put its id and its secret there");
  }
  if (!is_well_formed(key)) {
    return missing(where + " has an access key with blanks or other characters that none has",
                   "copy it once more");
  }
  return key;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string place_of(std::string_view profile, std::string_view name) {
  return "profile '" + std::string{profile} + "' in " + std::string{name};
}

/// The whole of a file that its owner alone can read.
Result<std::string> read_private_file(const std::filesystem::path& path) {
  const auto fd = open_file(path, O_RDONLY | O_NONBLOCK);  // a pipe must not hold us up
  if (!fd) {
    return missing(fd.error().what,
                   "make the file, or name another one in [credentials] of the cluster file");
  }
  struct stat status {};
  if (::fstat(fd->get(), &status) != 0 || !S_ISREG(status.st_mode) ||
      static_cast<std::uint64_t>(status.st_size) > file_bytes_max) {
    return missing(path.string() + " is no file of at most 1 MiB", "name a file of credentials");
  }
  if ((status.st_mode & 077U) != 0) {
    return missing(path.string() + " can be read or written by others than its owner",
                   "run 'chmod 600 " + path.string() + "'");
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  auto done = read_at(*fd, text.data(), text.size(), 0);
  if (!done) return missing(path.string() + ": " + done.error().what, "check the file");
  return text;
}

AccessKey key_of_environment(Cloud cloud) {
  const auto* names = credential_variables.data() + (cloud == Cloud::alibaba ? 0 : 3);
  return {variable(names[0]), variable(names[1]), variable(names[2])};
}

std::string names_of_environment(Cloud cloud) {
  const auto* names = credential_variables.data() + (cloud == Cloud::alibaba ? 0 : 3);
  return std::string{names[0]} + " and " + names[1];
}

}  // namespace

void forget_credential_variables() {
  for (const auto* name : credential_variables) ::unsetenv(name);
}

std::filesystem::path default_credentials_file(Cloud cloud) {
  const std::filesystem::path home{variable("HOME").empty() ? "/root" : variable("HOME")};
  return home / (cloud == Cloud::alibaba ? ".aliyun/config.json" : ".aws/credentials");
}

Result<AccessKey> aliyun_profile(std::string_view json, std::string_view profile,
                                 std::string_view name) {
  const auto file = record_from_json<AliyunFile>(json, name);
  const auto where = place_of(profile, name);
  if (!file || file->profiles.size() > profiles_max) {
    return missing(std::string{name} + " is no configuration of the Aliyun CLI",
                   "write it with 'aliyun configure'");
  }
  const auto found = std::ranges::find(file->profiles, profile, &AliyunProfile::name);
  if (found == file->profiles.end()) {
    return missing("there is no " + where, "write it with 'aliyun configure --profile NAME'");
  }
  if (found->mode != "AK" && found->mode != "StsToken") {
    return missing(where + " is of mode '" + printable(found->mode.substr(0, 32)) + "'",
                   "use a profile of mode AK or StsToken");
  }
  const bool temporary = found->mode == "StsToken";
  if (temporary && found->sts_token.empty()) {
    return missing(where + " has no sts_token", "write it with 'aliyun configure --mode StsToken'");
  }
  return checked({found->access_key_id, found->access_key_secret,
                  temporary ? found->sts_token : std::string{}},
                 where);
}

Result<AccessKey> aws_profile(std::string_view ini, std::string_view profile,
                              std::string_view name) {
  std::map<std::string, std::string, std::less<>> values;
  bool inside = false;
  bool found = false;
  while (!ini.empty()) {
    const auto end = std::min(ini.find('\n'), ini.size());
    const auto line = trimmed(ini.substr(0, end));
    ini.remove_prefix(std::min(end + 1, ini.size()));
    if (line.starts_with('[') && line.ends_with(']')) {
      inside = trimmed(line.substr(1, line.size() - 2)) == profile;
      found = found || inside;
    }
    const auto sign = line.find('=');
    if (!inside || sign == std::string_view::npos || line.starts_with('#') ||
        line.starts_with(';')) {
      continue;
    }
    values[std::string{trimmed(line.substr(0, sign))}] = trimmed(line.substr(sign + 1));
  }
  const auto where = place_of(profile, name);
  if (!found)
    return missing("there is no " + where, "write it with 'aws configure --profile NAME'");
  return checked(
      {values["aws_access_key_id"], values["aws_secret_access_key"], values["aws_session_token"]},
      where);
}

Credentials::Credentials(CredentialSettings settings) : settings_(std::move(settings)) {
  if (settings_.source == KeySource::instance) role_.emplace(settings_.instance);
  if (settings_.source == KeySource::environment) known_ = key_of_environment(settings_.cloud);
  if (settings_.file.empty()) settings_.file = default_credentials_file(settings_.cloud);
}

Result<AccessKey> Credentials::current() {
  const std::lock_guard lock{mutex_};
  if (role_) return role_->current();
  if (settings_.source == KeySource::environment) {
    const auto names = names_of_environment(settings_.cloud);
    if (known_->id.empty() && known_->secret.empty()) {
      return missing("the environment has no " + names,
                     "set them for 'edgeferry cluster up', or name a profile in [credentials] of "
                     "the cluster file");
    }
    return checked(*known_, "the environment with " + names);
  }
  const auto text = read_private_file(settings_.file);
  if (!text) return fail(text.error());
  const auto read = settings_.cloud == Cloud::alibaba ? aliyun_profile : aws_profile;
  auto key = read(*text, settings_.profile, settings_.file.string());
  if (key) {
    known_ = *key;
  } else if (known_) {
    log::warning("credentials can't be read now, the last ones are used",
                 {{"why", to_string(key.error())}});
    return *known_;
  }
  return key;
}

}  // namespace ferry
