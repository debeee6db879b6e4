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

std::vector<Finding> job_notices(const ClusterConfig& config, const BucketConfig& bucket,
                                 const MachineWish& machine) {
  std::vector<Finding> notices;
  if (!machine.instance.empty()) {
    notices.push_back(notice("ecs_is_billed",
                             "Alibaba Cloud bills disk SMC_Temp_Disk, which instance " +
                                 machine.instance +
                                 " gets for the job, from its start until it ends; the instance "
                                 "itself is not released",
                             "end jobs that stand still, in error, too, with 'edgeferry job "
                             "cancel': they keep their disks"));
    notices.push_back(notice("instance_is_used",
                             "instance " + machine.instance +
                                 " works for the job on ports 8080 and 8703, which its security "
                                 "groups have to open to the source server",
                             "don't stop, reboot or release it before the job has ended"));
  } else if (config.machines.kind == "ecs") {
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
