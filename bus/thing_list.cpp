// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "bus/thing_list.hpp"

#include <algorithm>

#include "console/lists.hpp"
#include "messages/link.hpp"
#include "messages/source.hpp"
#include "messages/workgroup.hpp"

namespace ferry {
namespace {

template <class View>
void add(std::vector<ListedThing>& all, std::string_view kind, const std::vector<View>& views,
         std::string View::*id) {
  for (const auto& view : views) all.push_back({kind, view.*id, to_msgpack(view)});
}

}  // namespace

Result<std::vector<ListedThing>> all_things(const ControllerLink& controller) {
  const auto jobs = every_job(controller);
  if (!jobs) return fail(jobs.error());
  const auto nodes = controller.ask<NodeList>("nodes", ListNodes{});
  if (!nodes) return fail(nodes.error());
  const auto sources = controller.ask<SourceList>("sources", ListSources{});
  if (!sources) return fail(sources.error());
  const auto workgroups = controller.ask<WorkgroupList>("workgroups", ListWorkgroups{});
  if (!workgroups) return fail(workgroups.error());
  std::vector<ListedThing> all;
  for (const auto& job : *jobs) {
    all.push_back({thing_kinds[0], job.id, encode_record(JobView::wire_name, &job)});
  }
  add(all, thing_kinds[1], nodes->nodes, &NodeView::node);
  add(all, thing_kinds[2], sources->sources, &SourceView::id);
  add(all, thing_kinds[3], workgroups->workgroups, &WorkgroupView::id);
  std::ranges::sort(all, {}, &ListedThing::place);
  return all;
}

}  // namespace ferry
