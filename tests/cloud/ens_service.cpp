// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud/ens_service.hpp"

#include <algorithm>
#include <charconv>

#include "cloud/signing/canonical.hpp"
#include "cloud/signing/mac.hpp"
#include "cloud/signing/rpc_signature.hpp"

namespace ferry::test {
namespace {

const AccessKey owner{"test-id", "test-secret", {}};

std::string parameter(const HttpRequest& request, std::string_view name) {
  const auto found = std::ranges::find(request.query, name, &NameValue::name);
  return found == request.query.end() ? std::string{} : found->value;
}

HttpResponse refusal(int status, const std::string& code) {
  return {status,
          {},
          R"({"RequestId":"5BFA6B6C-1AF0-5C2E-8D34-6D6E6A1F8A11","Code":")" + code +
              R"(","Message":"told by the test"})"};
}

bool is_signed_well(const HttpRequest& request) {
  HttpRequest again = request;
  std::erase_if(again.headers, [](const NameValue& header) {
    return header.name == "authorization" ||
           (!header.name.starts_with("x-acs-") && header.name != "content-type");
  });
  // As the service does it: over the headers that are named.
  sign_acs3(again, owner);
  return again.header("authorization") == request.header("authorization") &&
         request.header("x-acs-content-sha256") == hex_sha256(request.body);
}

}  // namespace

EnsService::EnsService()
    : server_([this](const HttpRequest& request) { return answer(request); }) {}

RpcService EnsService::service() const {
  return {"ENS", server_.address(), "2017-11-10", {.scheme = "http"}, [] {
            return Result<AccessKey>{owner};
          }};
}

HttpResponse EnsService::answer(const HttpRequest& request) {
  const std::lock_guard lock{mutex};
  if (!is_signed_well(request)) return refusal(400, "SignatureDoesNotMatch");
  if (request.header("x-acs-version") != "2017-11-10") return refusal(404, "InvalidVersion");
  const std::string action{request.header("x-acs-action")};
  ++calls[action];
  if (throttled > 0) {
    --throttled;
    auto busy = refusal(400, "Throttling.User");
    busy.headers.push_back({"x-acs-retry-after", "20"});
    return busy;
  }
  return act(action, request);
}

HttpResponse EnsService::act(const std::string& action, const HttpRequest& request) {
  if (action == "DescribeSelfImages") return list(request);
  if (action == "DeleteImage") {
    const auto id = parameter(request, "ImageId");
    if (std::ranges::find(images, id, &Image::id) == images.end()) {
      return refusal(400, "InvalidParameter.ImageId");
    }
    std::erase_if(images, [&](const Image& image) { return image.id == id; });
    return {200, {}, R"({"Code":0,"RequestId":"r"})"};
  }
  if (action != "ImportImage") return refusal(404, "InvalidAction.NotFound");
  if (!refused_import.empty()) return refusal(400, refused_import);
  auto disks = parameter(request, "DiskDeviceMapping");
  if (disks.empty()) {
    disks = parameter(request, "OSSRegion") + ' ' + parameter(request, "OSSBucket") + ' ' +
            parameter(request, "OSSObject");
  }
  Image image{"m-5made" + std::to_string(calls["ImportImage"]),
              parameter(request, "ImageName"),
              disks,
              parameter(request, "TargetOSSRegionId"),
              unseen_looks,
              2,
              end};
  images.push_back(image);
  if (lost_answers > 0) {
    --lost_answers;
    return refusal(500, "InternalError");
  }
  return {200, {}, R"({"ImageId":")" + image.id + R"(","RequestId":"r","Nothing":null})"};
}

HttpResponse EnsService::list(const HttpRequest& request) {
  const auto id = parameter(request, "ImageId");
  const auto name = parameter(request, "ImageName");
  const auto number = [&](const char* what) {
    const auto text = parameter(request, what);
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  std::vector<std::string> entries;
  for (auto& image : images) {
    if (!id.empty() && image.id != id) continue;
    if (image.name.find(name) == std::string::npos) continue;
    if (image.looks_until_seen > 0) {
      --image.looks_until_seen;
      continue;
    }
    const auto status = image.looks_until_made > 0 ? "Creating" : image.end;
    if (image.looks_until_made > 0) --image.looks_until_made;
    entries.push_back(R"({"ImageId":")" + image.id + R"(","ImageName":")" + image.name +
                      R"(","Status":")" + status + R"(","ImageSize":"40"})");
  }
  const auto size = number("PageSize");
  const auto first = (number("PageNumber") - 1) * size;
  std::string page;
  for (auto i = first; i < std::min(first + size, entries.size()); ++i) {
    page += (page.empty() ? "" : ",") + entries[i];
  }
  return {200,
          {},
          R"({"Code":0,"PageNumber":"1","TotalCount":")" + std::to_string(entries.size()) +
              R"(","Images":{"Image":[)" + page + "]}}"};
}

}  // namespace ferry::test
