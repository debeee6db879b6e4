// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "notify/mail_server.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <curl/curl.h>
#include <memory>

#include "base/file.hpp"
#include "base/free_by.hpp"
#include "base/private_file.hpp"
#include "notify/limits.hpp"

namespace ferry {
namespace {

using Curl = std::unique_ptr<CURL, FreeBy<curl_easy_cleanup>>;
using Lines = std::unique_ptr<curl_slist, FreeBy<curl_slist_free_all>>;

/// What curl's callbacks read.
struct Upload {
  std::string_view left;
  const std::stop_token& stop;
};

std::size_t give_bytes(char* into, std::size_t, std::size_t size, void* user) {
  auto& upload = *static_cast<Upload*>(user);
  const auto count = std::min(size, upload.left.size());
  std::memcpy(into, upload.left.data(), count);
  upload.left.remove_prefix(count);
  return count;
}

int look_at_stop(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Upload*>(user)->stop.stop_requested() ? 1 : 0;
}

std::uint32_t port_of(const MailConfig& config) {
  if (config.port != 0) return config.port;
  if (config.tls == "tls") return 465;
  return config.tls == "off" ? 25 : 587;
}

std::string url_of(const MailConfig& config) {
  const bool ipv6 = config.server.find(':') != std::string::npos;
  return (config.tls == "tls" ? "smtps://" : "smtp://") +
         (ipv6 ? "[" + config.server + "]" : config.server) + ":" + std::to_string(port_of(config));
}

Result<std::string> read_password(const std::string& file) {
  if (auto fit = check_private_file(file); !fit) return fail(fit.error());
  auto password = read_file(file, limits::mail_password_bytes_max);
  if (!password) return fail(Errc::key_unreadable, password.error().what);
  while (password->ends_with('\n') || password->ends_with('\r')) password->pop_back();
  if (!password->empty() &&
      password->find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos) {
    return password;
  }
  return fail(Errc::key_unreadable, file + " has no password on one line");
}

Error error_of(CURLcode code, const std::string& words, long status, bool stopped,
               const std::string& what) {
  if (stopped) return {Errc::canceled, what + " was ended", {}};
  const auto why = what + ": " + (words.empty() ? curl_easy_strerror(code) : words);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return {Errc::timeout, why, {}};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR: return {Errc::tls_refused, why, {}};
    default: return {status >= 400 ? Errc::notification_refused : Errc::unreachable, why, {}};
  }
}

}  // namespace

Result<> send_mail(const MailConfig& config, const MailEnvelope& envelope,
                   const std::string& message, std::chrono::milliseconds time,
                   const std::stop_token& stop) {
  const auto url = url_of(config);
  const auto what = "mail by " + url;
  std::string password;
  if (!config.user.empty()) {
    auto read = read_password(config.password_file);
    if (!read) return fail(read.error());
    password = std::move(*read);
  }
  const Curl curl{curl_easy_init()};
  const Lines recipients{curl_slist_append(nullptr, ("<" + envelope.to + ">").c_str())};
  if (!curl || !recipients) return fail(Errc::internal, "curl can't be started");
  const auto from = "<" + envelope.from + ">";
  Upload upload{message, stop};
  std::array<char, CURL_ERROR_SIZE> words{};
  const auto set = [&](auto option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (config.tls == "starttls") set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  if (!config.ca_file.empty()) {
    set(CURLOPT_CAINFO, config.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (!config.user.empty()) {
    set(CURLOPT_USERNAME, config.user.c_str());
    set(CURLOPT_PASSWORD, password.c_str());
  }
  set(CURLOPT_MAIL_FROM, from.c_str());
  set(CURLOPT_MAIL_RCPT, recipients.get());
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READFUNCTION, give_bytes);
  set(CURLOPT_READDATA, &upload);
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.size()));
  // For curl a log-in is a part of connecting, and servers are slow with it on purpose.
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(time.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(time.count()));
  set(CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(limits::notification_send_time.count()));
  set(CURLOPT_XFERINFOFUNCTION, look_at_stop);
  set(CURLOPT_XFERINFODATA, &upload);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_ERRORBUFFER, words.data());

  const auto code = curl_easy_perform(curl.get());
  if (code == CURLE_OK) return {};
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  return fail(error_of(code, words.data(), status, stop.stop_requested(), what));
}

}  // namespace ferry
