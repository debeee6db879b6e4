// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/server.hpp"

namespace ferry {
namespace {

HttpAnswer refused(int status, const std::string& host) {
  if (status == 400) {
    return refusal({400, "InvalidParameter", "The query of the request can't be read."}, host);
  }
  if (status == 413) {
    return refusal({413, "InvalidParameter", "The body of the request is too large."}, host);
  }
  return refusal({status, "InvalidApi.NotFound",
                  "Specified api is not found, please check your url and method."},
                 host);
}

}  // namespace

Result<std::unique_ptr<HttpServer>> start_smc_server(const SmcConfig& config,
                                                     std::unique_ptr<SmcService> service) {
  HttpServerOptions options;
  options.name = "SMC endpoint";
  options.listen = config.listen;
  options.certificate = config.certificate;
  options.key = config.key;
  options.body_bytes_max = limits::smc_body_bytes_max;
  options.answer = [asked = std::shared_ptr<SmcService>{std::move(service)}](
                       const HttpRequest& request, const std::string& client) {
    return asked->answer(request, client);
  };
  options.refuse = refused;
  return HttpServer::start(std::move(options));
}

}  // namespace ferry
