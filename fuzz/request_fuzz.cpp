// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Feeds bytes to everything that reads a request to the SMC-compatible endpoint before a
// controller is asked: the first line is a query, the rest a form.
#include <cstdint>
#include <cstdlib>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "cloud/signing/canonical.hpp"
#include "smc/authentication.hpp"
#include "smc/disk_wishes.hpp"
#include "smc/job_parameters.hpp"
#include "smc/listing.hpp"
#include "smc/xml.hpp"

using namespace ferry;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

Inventory two_disks() {
  Inventory inventory;
  inventory.disks.resize(2);
  for (std::uint32_t i = 0; i < 2; ++i) {
    auto& disk = inventory.disks[i];
    disk.index = i;
    disk.size = 30 * limits::gib;
    disk.partitions.resize(2);
    for (auto& partition : disk.partitions) partition.size = limits::gib;
  }
  inventory.disks[0].partitions[0].mount_point = "/";
  inventory.disks[1].partitions[1].mount_point = "/data";
  return inventory;
}

/// Every refusal has the form that clients read.
template <class T>
bool taken(const ApiResult<T>& result) {
  if (result) return true;
  check(result.error().status >= 400 && !result.error().code.empty());
  return false;
}

void read_all(const Parameters& parameters) {
  static const auto inventory = two_disks();
  for (const auto& [name, value] : parameters.all()) {
    check(parameters.has(name) && parameters.text(name) == value);
    if (const auto number = parameters.number(name, 5, 50); taken(number)) {
      check(!*number || (**number >= 5 && **number <= 50));
    }
    (void)taken(parameters.flag(name));
    (void)taken(parameters.time(name));
    const auto list = name.substr(0, name.find('.'));
    if (const auto values = parameters.list(list, 10); taken(values)) check(values->size() <= 10);
  }
  if (const auto token = parameters.client_token(); taken(token)) check(token->size() <= 64);
  if (const auto page = page_of(parameters); taken(page)) check(page->number > 0 && page->size > 0);
  if (const auto tags = tags_of(parameters); taken(tags)) check(tags->size() <= limits::tags_max);
  TransferSettings transfer;
  (void)taken(read_transfer(parameters, transfer));
  (void)taken(job_parameters(parameters));
  (void)taken(image_region(parameters));
  if (const auto wish = disk_wishes(parameters, inventory); taken(wish)) {
    check(wish->disks.size() <= inventory.disks.size());
  }
}

/// A client that sends the same again is understood in the same way.
void check_again(const Parameters& parameters) {
  std::string form;
  for (const auto& [name, value] : parameters.all()) {
    form += (form.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
  }
  const auto again = decode_form(form);
  check(again.has_value());
  check(std::ranges::equal(*again, parameters.all()));
}

void check_xml(const Parameters& parameters) {
  auto values = Json::array();
  for (const auto& [name, value] : parameters.all()) values.push_back(value);
  const auto count = values.size();
  const auto text = xml_of("Answer", {{"Value", std::move(values)}});
  pugi::xml_document document;
  check(static_cast<bool>(document.load_buffer(text.data(), text.size(), pugi::parse_full)));
  check(document.document_element().select_nodes("Value").size() == count);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto line = bytes.substr(0, bytes.find('\n'));
  HttpRequest request;
  request.method = "POST";
  request.path = "/";
  request.host = "127.0.0.1";
  request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  request.body = bytes.substr(std::min(bytes.size(), line.size() + 1));
  auto query = decode_form(line);
  if (!taken(query)) return 0;
  request.query = std::move(*query);
  const auto parameters = Parameters::of(request);
  if (!taken(parameters)) return 0;
  read_all(*parameters);
  check_again(*parameters);
  check_xml(*parameters);
  const auto from = read_signature(request, *parameters);
  if (taken(from)) check(!expected_signature(*from, request, *parameters, "secret").empty());
  return 0;
}
