// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/http/http_client.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <curl/curl.h>
#include <mutex>

#include "base/free_by.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t answer_header_bytes_max = 64 * limits::kib;
constexpr std::size_t headers_max = 200;

using HeaderList = std::unique_ptr<curl_slist, FreeBy<curl_slist_free_all>>;

/// What curl's callbacks fill.
struct Exchange {
  const HttpLimits& limits;
  const std::stop_token& stop;
  HttpResponse response = {};
  std::size_t header_bytes = 0;
  bool too_large = false;
  bool has_status = false;  // a body that nobody wants began, and is left
};

std::string lower_case(std::string_view text) {
  std::string lower{text};
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.limits.body_bytes_max == 0) {
    exchange.has_status = true;
    return 0;
  }
  if (exchange.response.body.size() + size > exchange.limits.body_bytes_max) {
    exchange.too_large = true;
    return 0;
  }
  exchange.response.body.append(data, size);
  return size;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  std::string_view line{data, size};
  exchange.header_bytes += size;
  if (exchange.header_bytes > answer_header_bytes_max ||
      exchange.response.headers.size() >= headers_max) {
    exchange.too_large = true;
    return 0;
  }
  // A "100 Continue" has headers of its own before those of the answer.
  if (line.starts_with("HTTP/")) exchange.response.headers.clear();
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  auto value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  exchange.response.headers.push_back({lower_case(line.substr(0, colon)), std::string{value}});
  return size;
}

int look_at_stop(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Exchange*>(user)->stop.stop_requested() ? 1 : 0;
}

std::string url_of(const HttpEndpoint& endpoint, const HttpRequest& request) {
  auto url = endpoint.scheme + "://" + request.host + percent_encoded_path(request.path);
  char before = '?';
  for (const auto& [name, value] : request.query) {
    url += before + percent_encoded(name);
    if (!value.empty()) url += '=' + percent_encoded(value);
    before = '&';
  }
  return url;
}

/// Header lines must not smuggle others in.
bool is_one_line(const NameValue& header) {
  return (header.name + header.value).find_first_of(std::string_view{"\r\n\0", 3}) ==
         std::string::npos;
}

Error error_of(CURLcode code, const Exchange& exchange, const std::string& what) {
  const std::string words = what + ": " + curl_easy_strerror(code);
  if (exchange.stop.stop_requested()) return {Errc::canceled, what + " was ended", {}};
  if (exchange.too_large) {
    return {Errc::limit_exceeded,
            what + ": the answer has more than " + human_bytes(exchange.limits.body_bytes_max) +
                ", or too many headers",
            {}};
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return {Errc::timeout, words, {}};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR: return {Errc::tls_refused, words, {}};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return {Errc::malformed, words, {}};
    default: return {Errc::unreachable, words, {}};
  }
}

}  // namespace

struct HttpClient::Handle {
  CURL* curl = nullptr;
  Handle() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    curl = curl_easy_init();
  }
  ~Handle() { curl_easy_cleanup(curl); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
};

std::string_view HttpResponse::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &NameValue::name);
  return found == headers.end() ? std::string_view{} : std::string_view{found->value};
}

HttpClient::HttpClient(HttpEndpoint endpoint)
    : endpoint_(std::move(endpoint)), handle_(std::make_unique<Handle>()) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Result<HttpResponse> HttpClient::send(const HttpRequest& request, const HttpLimits& limits,
                                      const std::stop_token& stop) {
  const auto what = request.method + ' ' + endpoint_.scheme + "://" + request.host + request.path;
  CURL* curl = handle_->curl;
  if (curl == nullptr) return fail(Errc::internal, "curl can't be started");
  curl_easy_reset(curl);  // connections stay
  Exchange exchange{limits, stop};
  HeaderList headers;
  const auto add = [&](const std::string& line) {
    if (auto* longer = curl_slist_append(headers.get(), line.c_str())) {
      static_cast<void>(headers.release());
      headers.reset(longer);
    }
  };
  bool has_type = false;
  for (const auto& header : request.headers) {
    if (!is_one_line(header)) return fail(Errc::malformed, what + ": a header has several lines");
    has_type = has_type || header.name == "content-type";
    // An empty value is written so; curl takes "name:" for a header to leave out.
    add(header.value.empty() ? header.name + ';' : header.name + ": " + header.value);
  }
  // What curl would add by itself, unsigned.
  if (!has_type) add("content-type:");
  add("expect:");

  const auto set = [&](auto option, auto value) { curl_easy_setopt(curl, option, value); };
  const auto url = url_of(endpoint_, request);
  const auto connect_to = "::" + endpoint_.connect_to;
  const HeaderList route{
      endpoint_.connect_to.empty() ? nullptr : curl_slist_append(nullptr, connect_to.c_str())};
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!endpoint_.ca_file.empty()) {
    set(CURLOPT_CAINFO, endpoint_.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  set(CURLOPT_PROXY, endpoint_.proxy.c_str());
  if (route) set(CURLOPT_CONNECT_TO, route.get());
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits.timeout.count()));
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.stall_timeout.count()));
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_WRITEFUNCTION, take_body);
  set(CURLOPT_WRITEDATA, &exchange);
  set(CURLOPT_HEADERFUNCTION, take_header);
  set(CURLOPT_HEADERDATA, &exchange);
  set(CURLOPT_XFERINFOFUNCTION, look_at_stop);
  set(CURLOPT_XFERINFODATA, &exchange);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    set(CURLOPT_POSTFIELDS, request.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }

  const auto code = curl_easy_perform(curl);
  if (code != CURLE_OK && !exchange.has_status) return fail(error_of(code, exchange, what));
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 300 && status < 400 && status != 304) {
    return fail(Errc::malformed, what + ": the answer is a redirect, and none is followed",
                "give the endpoint's own address, region and scheme");
  }
  exchange.response.status = static_cast<int>(status);
  return std::move(exchange.response);
}

}  // namespace ferry
