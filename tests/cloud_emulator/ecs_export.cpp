// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The export of an image to a bucket, and the tasks that tell of it.
#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "tests/cloud_emulator/actions.hpp"

namespace ferry::emulator {
namespace {

constexpr std::size_t exported_disks_max = 4;
constexpr std::int64_t exported_disk_gib_max = 500;
constexpr std::size_t prefix_bytes_max = 30;
constexpr auto no_task = "InvalidTaskId.NotFound";

bool is_going_on(const Json& task) {
  const auto status = text_of(task, "TaskStatus");
  return status == "Waiting" || status == "Processing";
}

/// Formats besides raw, only in some regions.
Outcome<std::string> format_of(const Context& context) {
  auto format = context.in.text("ImageFormat");
  std::ranges::transform(format, format.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (format.empty() || format == "raw") return std::string{"raw"};
  constexpr std::array others{"vhd", "qcow2", "vmdk", "vdi"};
  if (std::ranges::find(others, format) == others.end()) {
    return refuse(400, "InvalidImageFormat.Malformed", "The specified ImageFormat is not valid.");
  }
  constexpr std::array with_all{"ap-northeast-1", "ap-southeast-5", "eu-central-1",
                                "me-east-1",      "us-east-1",      "eu-west-1",
                                "ap-southeast-1", "ap-southeast-3", "us-west-1"};
  if (std::ranges::find(with_all, context.region) == with_all.end()) {
    return refuse(400, "InvalidImageFormat.RegionNotSupported",
                  "The specified ImageFormat is not supported in this region.");
  }
  return format;
}

Outcome<> check_disks(const Json& image) {
  std::size_t data_disks = 0;
  for (const auto& mapping : image.at("DiskDeviceMappings").at("DiskDeviceMapping")) {
    if (mapping.at("Type") == "system") continue;
    ++data_disks;
    if (std::atoll(text_of(mapping, "Size").c_str()) > exported_disk_gib_max) {
      data_disks = exported_disks_max + 1;
    }
  }
  if (data_disks <= exported_disks_max) return {};
  return refuse(400, "InvalidImage.DiskAmountOrSize",
                "The amount or the size of the data disks of the image exceeds the limit.");
}

Outcome<Json*> exportable_image(Context& context) {
  const auto id = context.in.needed("ImageId");
  if (!id) return refuse(id.error());
  const auto image = need(context, kind::image, *id, "InvalidImageId.NotFound");
  if (!image) return image;
  if (text_of(**image, "Status") != "Available") {
    return refuse(400, "IncorrectImageStatus", "The specified Image is not available.");
  }
  for (const auto* task : context.world.all(kind::task)) {
    if (text_of(*task, "ResourceId") == *id && is_going_on(*task)) {
      return refuse(403, "ImageIsExporting", "The specified Image is exporting.");
    }
  }
  if (auto good = check_disks(**image); !good) return refuse(good.error());
  return image;
}

Outcome<Json> export_image_call(Context& context) {
  const auto image = exportable_image(context);
  if (!image) return refuse(image.error());
  const auto bucket_name = context.in.needed("OSSBucket");
  if (!bucket_name) return refuse(bucket_name.error());
  const auto bucket = context.store.bucket(*bucket_name);
  if (!bucket || bucket->region != context.region) {
    return refuse(400, "InvalidOSSBucket.NotFound",
                  "The specified OSS bucket does not exist in this region.");
  }
  const auto prefix = context.in.text("OSSPrefix");
  const bool is_plain =
      std::ranges::all_of(prefix, [](unsigned char c) { return c < 0x80 && std::isalnum(c) != 0; });
  if (prefix.size() > prefix_bytes_max || !is_plain) {
    return refuse(400, "InvalidOSSPrefix.Malformed", "The specified OSSPrefix is not valid.");
  }
  const auto format = format_of(context);
  if (!format) return refuse(format.error());
  auto& task = context.world.make(kind::task, "tsk", context.region,
                                  {{"TaskAction", "ExportImage"},
                                   {"TaskStatus", "Waiting"},
                                   {"TaskProcess", "0%"},
                                   {"SupportCancel", "true"},
                                   {"RegionId", context.region},
                                   {"ResourceId", text_of(**image, "id")},
                                   {"FinishedTime", ""},
                                   {"TotalCount", 1},
                                   {"SuccessCount", 0},
                                   {"FailedCount", 0},
                                   {"bucket", *bucket_name},
                                   {"prefix", prefix},
                                   {"format", *format}});
  task["TaskId"] = task["id"];
  task["CreationTime"] = minute_time(task["made_ms"].get<std::int64_t>());
  task["OperationProgressSet"] = {{"OperationProgress", Json::array()}};
  context.world.later(task, 1, {{"TaskStatus", "Processing"}, {"work", "export"}});
  return Json{{"TaskId", task["id"]}, {"RegionId", context.region}};
}

Outcome<Json*> task_of(Context& context) {
  const auto id = context.in.needed("TaskId");
  if (!id) return refuse(id.error());
  return need(context, kind::task, *id, no_task);
}

Outcome<Json> describe_task(Context& context) {
  const auto task = task_of(context);
  if (!task) return refuse(task.error());
  return shown(**task);
}

Outcome<Json> describe_tasks(Context& context) {
  const auto ids = context.in.comma_list("TaskIds");
  auto answer = page(
      context,
      visible(context, kind::task,
              [&](const Json& task) {
                return is_among(ids, task) && fits(context, task, {"TaskAction", "TaskStatus"});
              }),
      "TaskSet", "Task");
  if (!answer) return answer;
  for (auto& task : (*answer)["TaskSet"]["Task"]) {
    for (const auto* name : {"Tags", "OperationProgressSet", "TotalCount", "TaskProcess"}) {
      task.erase(name);
    }
  }
  (*answer)["RegionId"] = context.region;
  return answer;
}

Outcome<Json> cancel_task(Context& context) {
  const auto task = task_of(context);
  if (!task) return refuse(task.error());
  if (!is_going_on(**task)) {
    return refuse(403, "InvalidTaskId.IncorrectTaskStatus",
                  "The current status of the task does not support this operation.");
  }
  (**task).update({{"TaskStatus", "Cancelled"},
                   {"SupportCancel", "false"},
                   {"canceled", true},
                   {"steps", Json::array()}});
  return Json::object();
}

}  // namespace

const std::vector<Action>& ecs_export_actions() {
  static const std::vector<Action> actions{
      {"ecs", "ExportImage", export_image_call, Effect::changes},
      {"ecs", "DescribeTaskAttribute", describe_task},
      {"ecs", "DescribeTasks", describe_tasks},
      {"ecs", "CancelTask", cancel_task, Effect::changes},
  };
  return actions;
}

}  // namespace ferry::emulator
