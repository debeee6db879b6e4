// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_notices.hpp"

namespace ferry {
namespace {

Finding notice(std::string name, std::string what, std::string fix) {
  Finding finding;
  finding.level = "info";
  finding.name = std::move(name);
  finding.what = std::move(what);
  finding.fix = std::move(fix);
  return finding;
}

}  // namespace

std::vector<Finding> job_notices(const ClusterConfig& config) {
  std::vector<Finding> notices;
  const auto& bucket = config.bucket;
  if (config.machines.kind == "ecs") {
    notices.push_back(notice("ecs_is_billed",
                             "Alibaba Cloud bills the machine that is rented for the job, its disk "
                             "and its public traffic, from the start of the job until it ends",
                             "end jobs that stand still, in error, too, with 'edgeferry job "
                             "cancel': they keep their machines"));
  }
  if (bucket.kind == "oss") {
    notices.push_back(
        notice("oss_is_billed",
               "Alibaba Cloud bills what images take in bucket " + bucket.bucket +
                   ", requests to it, and traffic out of it",
               "images are there until they are imported: end jobs that don't go on"));
  }
  if (bucket.kind == "s3") {
    notices.push_back(
        notice("s3_is_billed",
               "the provider of bucket " + bucket.bucket +
                   " may bill what images take there, requests and traffic",
               "images are there until they are imported: end jobs that don't go on"));
  }
  if (config.registry.kind == "ens") {
    notices.push_back(notice("ens_is_billed",
                             "Alibaba Cloud bills images that are kept in ENS, and instances that "
                             "are made of them, by the prices of ENS",
                             "remove images that are not needed any more in the ENS console"));
  }
  notices.push_back(notice("hardware_changes",
                           "the image runs on other hardware, and software whose licence is bound "
                           "to this server's may refuse to work there",
                           "have such licences issued anew before the cut-over"));
  return notices;
}

}  // namespace ferry
