// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "notify/webhook.hpp"

#include <algorithm>
#include <curl/curl.h>
#include <memory>

#include "base/free_by.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "cloud/signing/mac.hpp"
#include "notify/limits.hpp"

namespace ferry {
namespace {

constexpr std::string_view secret_prefix = "whsec_";

using CurlUrl = std::unique_ptr<CURLU, FreeBy<curl_url_cleanup>>;
using CurlText = std::unique_ptr<char, FreeBy<curl_free>>;

struct WebhookData {
  std::string cluster;
  std::string job;
  std::string job_name;
  std::string source;
  std::string image;
  std::string code;
  std::string text;
  std::string fix;
  std::string link;
  FERRY_FIELDS(cluster, job, job_name, source, image, code, text, fix, link)
};
struct WebhookBody {
  std::string type;
  std::string timestamp;
  WebhookData data;
  FERRY_FIELDS(type, timestamp, data)
};

tl::unexpected<Error> refuse(const std::string& why) {
  return fail(Errc::invalid_argument, "the webhook's URL " + why,
              "write it like https://HOST/PATH");
}

/// Empty if there is no such part.
std::string part_of(CURLU* url, CURLUPart part, unsigned int flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  return CurlText{text}.get();
}

std::string decoded(std::string_view text) {
  std::string spaced{text};
  std::ranges::replace(spaced, '+', ' ');
  int size = 0;
  const CurlText bytes{
      curl_easy_unescape(nullptr, spaced.data(), static_cast<int>(spaced.size()), &size)};
  return bytes ? std::string{bytes.get(), static_cast<std::size_t>(size)} : std::string{};
}

std::vector<NameValue> decoded_query(std::string_view text) {
  std::vector<NameValue> query;
  while (!text.empty()) {
    const auto pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    query.push_back(
        {decoded(pair.substr(0, equals)), decoded(pair.substr(std::min(pair.size(), equals + 1)))});
  }
  return query;
}

}  // namespace

Result<WebhookUrl> parse_webhook_url(const std::string& text) {
  const bool ascii = std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; });
  if (text.empty() || text.size() > limits::notification_target_bytes_max || !ascii) {
    return refuse("is empty, too long, or has other characters than a URL");
  }
  const CurlUrl url{curl_url()};
  if (!url ||
      curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return refuse("can't be read, or has a user in it");
  }
  WebhookUrl read{part_of(url.get(), CURLUPART_SCHEME), part_of(url.get(), CURLUPART_HOST),
                  part_of(url.get(), CURLUPART_PATH, CURLU_URLDECODE),
                  decoded_query(part_of(url.get(), CURLUPART_QUERY))};
  if (read.scheme != "https" && read.scheme != "http") return refuse("is neither https nor http");
  if (text.find('#') != std::string::npos) return refuse("has a fragment");
  if (read.path.empty()) return refuse("has a path that can't be decoded");
  if (const auto port = part_of(url.get(), CURLUPART_PORT); !port.empty()) read.host += ":" + port;
  return read;
}

std::string make_webhook_secret() {
  return std::string{secret_prefix} + to_base64(random_bytes(limits::webhook_key_bytes_min));
}

Result<std::string> webhook_key(std::string_view secret) {
  const bool prefixed = secret.starts_with(secret_prefix);
  auto key = from_base64(std::string{prefixed ? secret.substr(secret_prefix.size()) : ""});
  if (key && key->size() >= limits::webhook_key_bytes_min &&
      key->size() <= limits::webhook_key_bytes_max) {
    return std::move(*key);
  }
  return fail(Errc::invalid_argument, "the secret is none of a webhook",
              "write whsec_ and 24 to 64 bytes in base64, or leave it out and one is made");
}

std::string webhook_body(const Notification& n, const std::string& link) {
  return to_json(WebhookBody{
      n.type, utc_text(n.at_ms),
      WebhookData{n.cluster, n.job, n.job_name, n.source, n.image, n.code, n.text, n.fix, link}});
}

HttpRequest webhook_request(const WebhookUrl& url, std::string_view key, const std::string& id,
                            std::string body, std::int64_t now_ms) {
  const auto time = std::to_string(now_ms / 1000);
  const auto signature = "v1," + to_base64(hmac_sha256(key, id + "." + time + "." + body));
  return {.method = "POST",
          .host = url.host,
          .path = url.path,
          .query = url.query,
          .headers = {{"content-type", "application/json"},
                      {"user-agent", std::string{"edgeferry/"} + program_version},
                      {"webhook-id", id},
                      {"webhook-timestamp", time},
                      {"webhook-signature", signature}},
          .body = std::move(body)};
}

}  // namespace ferry
