// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What ECS answers about disks, snapshots, images and their exports, as far as we read it, under
// the API's own names (smc-api 5.1).
#pragma once

#include <string>
#include <vector>

#include "cloud/alibaba/ecs_answers.hpp"

namespace ferry::ecs {

struct DiskMade {
  std::string DiskId;
  FERRY_FIELDS(DiskId)
};
struct Disk {
  std::string DiskId, DiskName, Device, Status, InstanceId;
  std::uint64_t Size = 0;  // GiB
  bool Encrypted = false;
  TagList Tags;
  FERRY_FIELDS(DiskId, DiskName, Device, Status, InstanceId, Size, Encrypted, Tags)
};
struct DiskList {
  std::vector<ecs::Disk> Disk;
  FERRY_FIELDS(Disk)
};
struct DescribedDisks {
  DiskList Disks;
  FERRY_FIELDS(Disks)
};

struct SnapshotMade {
  std::string SnapshotId;
  FERRY_FIELDS(SnapshotId)
};
struct Snapshot {
  std::string SnapshotId, SourceDiskId, Status, Progress;
  TagList Tags;
  FERRY_FIELDS(SnapshotId, SourceDiskId, Status, Progress, Tags)
};
struct SnapshotList {
  std::vector<ecs::Snapshot> Snapshot;
  FERRY_FIELDS(Snapshot)
};
struct DescribedSnapshots {
  SnapshotList Snapshots;
  FERRY_FIELDS(Snapshots)
};

struct ImageMade {
  std::string ImageId;
  FERRY_FIELDS(ImageId)
};
struct Image {
  std::string ImageId, Status, Progress;
  TagList Tags;
  FERRY_FIELDS(ImageId, Status, Progress, Tags)
};
struct ImageList {
  std::vector<ecs::Image> Image;
  FERRY_FIELDS(Image)
};
struct DescribedImages {
  ImageList Images;
  FERRY_FIELDS(Images)
};

struct TaskMade {
  std::string TaskId;
  FERRY_FIELDS(TaskId)
};
struct Task {
  std::string TaskId, TaskStatus, ResourceId;
  FERRY_FIELDS(TaskId, TaskStatus, ResourceId)
};
struct TaskList {
  std::vector<ecs::Task> Task;
  FERRY_FIELDS(Task)
};
struct DescribedTasks {
  TaskList TaskSet;
  FERRY_FIELDS(TaskSet)
};

struct RelatedItem {
  std::string Name, Value;
  FERRY_FIELDS(Name, Value)
};
struct RelatedItemList {
  std::vector<ecs::RelatedItem> RelatedItem;
  FERRY_FIELDS(RelatedItem)
};
struct Operation {
  std::string ErrorCode, ErrorMsg;
  RelatedItemList RelatedItemSet;
  FERRY_FIELDS(ErrorCode, ErrorMsg, RelatedItemSet)
};
struct OperationList {
  std::vector<Operation> OperationProgress;
  FERRY_FIELDS(OperationProgress)
};
struct TaskState {
  std::string TaskStatus, TaskProcess;
  OperationList OperationProgressSet;
  FERRY_FIELDS(TaskStatus, TaskProcess, OperationProgressSet)
};

}  // namespace ferry::ecs
