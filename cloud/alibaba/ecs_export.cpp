// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/ecs_export.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "cloud/alibaba/ecs_image_answers.hpp"
#include "cloud/alibaba/ecs_refusals.hpp"

namespace ferry {
namespace {

constexpr std::string_view raw_end = ".raw.tar.gz";
constexpr std::string_view qcow2_end = ".qcow2";
constexpr std::string_view no_format = "InvalidImageFormat.RegionNotSupported";
constexpr std::size_t export_words_max = 300;

std::string key_begin(const ExportedImage& image) { return image.prefix + '_' + image.id + '_'; }

bool is_going_on(std::string_view status) { return status == "Waiting" || status == "Processing"; }

Error unknown_object(const std::string& key) {
  return {Errc::image_failed, "the service has exported an object that can't be told: " + key,
          "report this with the name, and have edgeferry make the image itself"};
}

/// Which of an image's disks, by its place among them, an object is of: the system disk's name
/// begins with "system", others tell their device.
std::optional<std::size_t> place_of(std::string_view name, std::size_t disks) {
  if (name.starts_with("system")) return 0;
  const auto device = name.find("xvd");
  if (device != std::string_view::npos && device + 3 < name.size()) {
    const auto letter = name[device + 3];
    if (letter < 'b' || letter > 'z') return std::nullopt;
    const auto place = static_cast<std::size_t>(letter - 'a');
    return place < disks ? std::optional{place} : std::nullopt;
  }
  return disks == 2 ? std::optional<std::size_t>{1} : std::nullopt;
}

/// What a task that didn't end well says for itself.
Error failure_of(const ecs::TaskState& state, const ExportedImage& image) {
  std::string code;
  auto what = "the export of image " + image.id + " has ended as " + printable(state.TaskStatus);
  for (const auto& one : state.OperationProgressSet.OperationProgress) {
    if (one.ErrorCode.empty() || !code.empty()) continue;
    code = one.ErrorCode;
    what += ": " + printable((one.ErrorCode + ' ' + one.ErrorMsg).substr(0, export_words_max));
  }
  return refusal_error(code, what);
}

}  // namespace

double percent_of(const std::string& text) {
  double percent = 0;
  std::from_chars(text.data(), text.data() + text.size(), percent);
  return std::clamp(percent, 0.0, 100.0);
}

Result<std::vector<ObjectInfo>> EcsExport::objects(const ExportedImage& image) const {
  return bucket_.list(key_begin(image));
}

Result<std::vector<EcsExport::Task>> EcsExport::tasks_of(const std::string& image,
                                                         const std::stop_token& stop) const {
  std::vector<Task> tasks;
  auto done = ecs_.each_page<ecs::DescribedTasks>(
      {"DescribeTasks", {{"RegionId", place_.region}, {"TaskAction", "ExportImage"}}},
      [&](const auto& answer) {
        for (const auto& one : answer.TaskSet.Task) {
          if (one.ResourceId == image) tasks.push_back({one.TaskId, one.TaskStatus});
        }
        return answer.TaskSet.Task.size();
      },
      stop);
  if (!done) return fail(done.error());
  return tasks;
}

/// Of all disks, else object_missing.
Result<std::vector<ExportedObject>> EcsExport::exported(
    const ExportedImage& image, const std::vector<std::uint32_t>& disks) const {
  const auto found = objects(image);
  if (!found) return fail(found.error());
  const auto begin = key_begin(image);
  std::vector<std::optional<ExportedObject>> of_disks(disks.size());
  for (const auto& object : *found) {
    const auto name = std::string_view{object.key}.substr(begin.size());
    const auto place = place_of(name, disks.size());
    const bool is_raw = name.ends_with(raw_end);
    const bool known = place && (is_raw || name.ends_with(qcow2_end)) && !of_disks.at(*place);
    if (!known) return fail(unknown_object(object.key));
    of_disks.at(*place) = ExportedObject{disks.at(*place), object.key, object.size,
                                         is_raw ? ObjectFormat::raw_archive : ObjectFormat::qcow2};
  }
  std::vector<ExportedObject> all;
  for (std::size_t i = 0; i < disks.size(); ++i) {
    auto& object = of_disks.at(i);
    if (!object) {
      return fail(Errc::object_missing, "disk " + std::to_string(disks.at(i)) + " of image " +
                                            image.id + " is not among the exported objects");
    }
    all.push_back(std::move(*object));
  }
  return all;
}

/// The id of the task; nothing: not now. A format that the region doesn't have is changed.
Result<std::optional<std::string>> EcsExport::ask(const ExportedImage& image, ObjectFormat& format,
                                                  const std::stop_token& stop) {
  const auto asked = ecs_.call_for<ecs::TaskMade>(
      {"ExportImage",
       {{"RegionId", place_.region},
        {"ImageId", image.id},
        {"OSSBucket", place_.bucket},
        {"OSSPrefix", image.prefix},
        {"ImageFormat", format == ObjectFormat::qcow2 ? "qcow2" : "raw"}}},
      stop);
  if (asked) return std::optional{asked->TaskId};
  const auto& code = asked.error().code;
  if (code == no_format && format != ObjectFormat::raw_archive) {
    format = ObjectFormat::raw_archive;
    return std::optional<std::string>{};
  }
  if (passes_by_itself(code)) return std::optional<std::string>{};
  return fail(refusal_error(asked.error()));
}

/// The task that is going on, or a new one. An answer that was lost is no matter: the image has
/// one export at a time, and each writes the same objects.
Result<std::string> EcsExport::begin(const ExportedImage& image, ObjectFormat format,
                                     const std::stop_token& stop) {
  return look_until<std::string>(patience_, "the begin of the export of image " + image.id, stop,
                                 [&]() -> Result<std::optional<std::string>> {
                                   const auto tasks = tasks_of(image.id, stop);
                                   if (!tasks) return fail(tasks.error());
                                   const auto going_on =
                                       std::ranges::find_if(*tasks, is_going_on, &Task::status);
                                   if (going_on != tasks->end()) return std::optional{going_on->id};
                                   return ask(image, format, stop);
                                 });
}

Result<> EcsExport::wait(const std::string& task, const ExportedImage& image,
                         const std::function<void(double)>& progress,
                         const std::stop_token& stop) const {
  const auto done = look_until<bool>(
      patience_, "the export of image " + image.id, stop, [&]() -> Result<std::optional<bool>> {
        const auto state = ecs_.call_for<ecs::TaskState>(
            {"DescribeTaskAttribute", {{"RegionId", place_.region}, {"TaskId", task}}}, stop);
        if (!state) {
          // One that was just made may not be told of yet.
          if (state.error().error.code == Errc::not_found) return std::optional<bool>{};
          return fail(refusal_error(state.error()));
        }
        progress(percent_of(state->TaskProcess));
        if (is_going_on(state->TaskStatus)) return std::optional<bool>{};
        if (state->TaskStatus != "Finished") return fail(failure_of(*state, image));
        for (const auto& one : state->OperationProgressSet.OperationProgress) {
          for (const auto& item : one.RelatedItemSet.RelatedItem) {
            // Only what lies under this begin is found again and removed.
            if (item.Name == "OSSObject" && !item.Value.starts_with(key_begin(image))) {
              return fail(unknown_object(printable(item.Value.substr(0, export_words_max))));
            }
          }
        }
        return std::optional{true};
      });
  return done ? Result<>{} : fail(done.error());
}

Result<std::vector<ExportedObject>> EcsExport::ensure(const ExportedImage& image,
                                                      const std::vector<std::uint32_t>& disks,
                                                      ObjectFormat format,
                                                      const std::function<void(double)>& progress,
                                                      const std::stop_token& stop) {
  const auto earlier = tasks_of(image.id, stop);
  if (!earlier) return fail(earlier.error());
  if (std::ranges::none_of(*earlier, is_going_on, &Task::status)) {
    auto there = exported(image, disks);
    if (there || there.error().code != Errc::object_missing) return there;
  }
  const auto task = begin(image, format, stop);
  if (!task) return fail(task.error());
  if (auto done = wait(*task, image, progress, stop); !done) return fail(done.error());
  return exported(image, disks);
}

Result<bool> EcsExport::clear(const ExportedImage& image, const std::stop_token& stop) {
  const auto tasks = tasks_of(image.id, stop);
  if (!tasks) return fail(tasks.error());
  for (const auto& task : *tasks) {
    if (!is_going_on(task.status)) continue;
    const auto ended =
        ecs_.call({"CancelTask", {{"RegionId", place_.region}, {"TaskId", task.id}}}, stop);
    const bool over = ended || ended.error().error.code == Errc::not_found ||
                      passes_by_itself(ended.error().code);
    if (!over) return fail(refusal_error(ended.error()));
    return false;
  }
  // Uploads before objects: one that becomes an object meanwhile is seen as such.
  const auto uploads = bucket_.list_uploads(key_begin(image));
  if (!uploads) return fail(uploads.error());
  for (const auto& upload : *uploads) {
    if (auto done = bucket_.abort_upload(upload.upload); !done) return fail(done.error());
  }
  const auto left = objects(image);
  if (!left) return fail(left.error());
  for (const auto& object : *left) {
    if (auto done = bucket_.remove(object.key); !done) return fail(done.error());
  }
  return uploads->empty() && left->empty();
}

}  // namespace ferry
