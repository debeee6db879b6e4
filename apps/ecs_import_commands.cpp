// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/ecs_import_commands.hpp"

#include "base/pause.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::chrono::seconds list_patience{12};  // the cloud has many
constexpr std::chrono::milliseconds wait_poll{1'000};

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

void print_import(const EcsImportView& view) {
  std::printf("%s  %s  %s  %u of %zu imported, %u failed\n", view.id.c_str(), view.region.c_str(),
              view.state.c_str(), view.imported, view.items.size(), view.failed);
}

void print_items(const EcsImportView& view) {
  print_import(view);
  Table table{{"  INSTANCE", "NAME", "STATE", "SOURCE SERVER", "ATTEMPT"}};
  for (const auto& item : view.items) {
    table.add({"  " + item.instance, or_dash(item.name), item.state, or_dash(item.source),
               std::to_string(item.attempt)});
  }
  table.print();
  for (const auto& item : view.items) {
    if (item.error.empty()) continue;
    std::printf("%s: %s %s\n  next step: %s\n", item.instance.c_str(),
                code_text(static_cast<Errc>(item.error_code)).c_str(), item.error.c_str(),
                item.fix.c_str());
    if (!item.output.empty()) std::printf("  it wrote:\n%s\n", item.output.c_str());
  }
}

Result<EcsImportView> look_at(Operator& op, const std::string& id) {
  auto list = op.client.ask<EcsImportList>("ecs_imports", ListEcsImports{id});
  if (!list) return fail(list.error());
  if (list->imports.empty()) return fail(Errc::not_found, "there is no import " + id);
  return std::move(list->imports.front());
}

int print_changed(Operator& op, const Result<EcsImportView>& view) {
  if (!view) return print_error(view.error(), op.json);
  if (op.json) return print_json(*view);
  print_import(*view);
  return exit_ok;
}

}  // namespace

int ecs_instances(Operator& op, const ListEcsInstances& request) {
  const auto list = op.client.ask<EcsInstanceList>("ecs_imports", request, list_patience);
  if (!list) return print_error(list.error(), op.json);
  if (op.json) return print_json(*list);
  Table table{{"ID", "NAME", "STATUS", "PRIVATE", "PUBLIC", "ASSISTANT", "SYSTEM"}};
  for (const auto& one : list->instances) {
    table.add({one.id, or_dash(one.name), one.status, or_dash(one.private_address),
               or_dash(one.public_address), one.assistant ? "yes" : "no", or_dash(one.os)});
  }
  table.print();
  for (const auto& one : list->instances) {
    if (!one.obstacle.empty()) std::printf("%s: %s\n", one.id.c_str(), one.obstacle.c_str());
  }
  if (list->left_out > 0) {
    std::printf("%llu more are not shown: search for a part of an id, a name or an address\n",
                static_cast<unsigned long long>(list->left_out));
  }
  return exit_ok;
}

int ecs_import_create(Operator& op, const CreateEcsImport& request, bool wait) {
  auto view = op.client.ask<EcsImportView>("ecs_imports", request);
  while (view && wait && view->ended_ms == 0) {
    (void)pause_for(wait_poll, {});
    auto now = look_at(op, view->id);
    // A controller that starts again is asked again.
    if (now || (now.error().code != Errc::timeout && now.error().code != Errc::unreachable)) {
      view = std::move(now);
    }
  }
  if (!view) return print_error(view.error(), op.json);
  if (op.json) {
    (void)print_json(*view);
  } else {
    print_items(*view);
  }
  return !wait || view->imported == view->items.size() ? exit_ok : exit_failed;
}

int ecs_import_list(Operator& op, const std::string& id) {
  if (!id.empty()) {
    const auto view = look_at(op, id);
    if (!view) return print_error(view.error(), op.json);
    if (op.json) return print_json(*view);
    print_items(*view);
    return exit_ok;
  }
  return ask_and_print<EcsImportList>(op, "ecs_imports", ListEcsImports{}, [](const auto& list) {
    for (const auto& view : list.imports) print_import(view);
  });
}

int ecs_import_cancel(Operator& op, const std::string& id) {
  return print_changed(op, op.client.ask<EcsImportView>("ecs_imports", CancelEcsImport{id}));
}

int ecs_import_retry(Operator& op, const RetryEcsImport& request) {
  return print_changed(op, op.client.ask<EcsImportView>("ecs_imports", request));
}

}  // namespace ferry
