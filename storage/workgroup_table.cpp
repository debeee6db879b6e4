// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/workgroup_table.hpp"

#include <set>

#include "base/limits.hpp"

namespace ferry {
namespace {

tl::unexpected<Error> unknown(std::string_view id) {
  return fail(Errc::not_found, "there is no workgroup " + std::string{id},
              "see 'edgeferry workgroup list'");
}

StoredWorkgroup read_workgroup(const Statement& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.integer(4)};
}

}  // namespace

Result<StoredWorkgroup> WorkgroupTable::create(const StoredWorkgroup& workgroup,
                                               const WorkgroupRequest& request) {
  if (!request.client_token.empty()) {
    Statement known{database_,
                    "SELECT digest, workgroup FROM workgroup_request WHERE client_token=?"};
    if (known.bind(request.client_token).step()) {
      const auto made = known.text(1);
      if (known.text(0) == request.digest) return find(made);
      return fail(Errc::token_reused, "this client token made workgroup " + made +
                                          ", with other parameters than these");
    }
  }
  if (auto free = check_name(workgroup); !free) return fail(free.error());
  Statement count{database_, "SELECT COUNT(*) FROM workgroup"};
  (void)count.bind().step();
  if (count.integer(0) >= static_cast<std::int64_t>(limits::workgroups_max)) {
    return fail(Errc::limit_exceeded,
                "there are " + std::to_string(count.integer(0)) + " workgroups already",
                "delete one that nobody uses, see 'edgeferry workgroup list'");
  }
  Statement{database_, "INSERT INTO workgroup VALUES (?,?,?,?,?)"}
      .bind(workgroup.id, workgroup.name, workgroup.description, Blob{workgroup.tags},
            workgroup.created_ms)
      .run();
  if (!request.client_token.empty()) {
    Statement{database_, "INSERT INTO workgroup_request VALUES (?,?,?)"}
        .bind(request.client_token, Blob{request.digest}, workgroup.id)
        .run();
  }
  return workgroup;
}

std::vector<StoredWorkgroup> WorkgroupTable::all() {
  std::vector<StoredWorkgroup> all;
  Statement read{database_,
                 "SELECT id, name, description, tags, created_ms FROM workgroup "
                 "ORDER BY created_ms, id"};
  read.bind();
  while (read.step()) all.push_back(read_workgroup(read));
  for (auto& workgroup : all) workgroup.sources = sources_of(workgroup.id);
  return all;
}

Result<StoredWorkgroup> WorkgroupTable::find(std::string_view id) {
  Statement read{database_,
                 "SELECT id, name, description, tags, created_ms FROM workgroup WHERE id=?"};
  if (!read.bind(id).step()) return unknown(id);
  auto workgroup = read_workgroup(read);
  workgroup.sources = sources_of(id);
  return workgroup;
}

Result<StoredWorkgroup> WorkgroupTable::update(const StoredWorkgroup& workgroup) {
  if (auto free = check_name(workgroup); !free) return fail(free.error());
  Statement{database_, "UPDATE workgroup SET name=?, description=?, tags=? WHERE id=?"}
      .bind(workgroup.name, workgroup.description, Blob{workgroup.tags}, workgroup.id)
      .run();
  return find(workgroup.id);
}

Result<StoredWorkgroup> WorkgroupTable::add(std::string_view id,
                                            const std::vector<std::string>& sources) {
  const auto before = find(id);
  if (!before) return before;
  std::set<std::string> after{before->sources.begin(), before->sources.end()};
  for (const auto& source : sources) {
    if (auto good = check_source(id, source); !good) return fail(good.error());
    after.insert(source);
  }
  if (after.size() > limits::workgroup_sources_max) {
    return fail(Errc::limit_exceeded,
                "workgroup " + std::string{id} + " would have " + std::to_string(after.size()) +
                    " source servers, at most " + std::to_string(limits::workgroup_sources_max) +
                    " are allowed",
                "make another workgroup for the rest");
  }
  Statement insert{database_, "INSERT INTO workgroup_source VALUES (?,?) ON CONFLICT DO NOTHING"};
  for (const auto& source : after) insert.bind(source, id).run();
  return find(id);
}

Result<StoredWorkgroup> WorkgroupTable::remove(std::string_view id,
                                               const std::vector<std::string>& sources) {
  Statement erase{database_, "DELETE FROM workgroup_source WHERE source=? AND workgroup=?"};
  for (const auto& source : sources) erase.bind(source, id).run();
  return find(id);
}

Result<> WorkgroupTable::erase(std::string_view id) {
  const auto workgroup = find(id);
  if (!workgroup) return fail(workgroup.error());
  if (!workgroup->sources.empty()) {
    return fail(Errc::workgroup_not_empty, "workgroup " + std::string{id} + " has " +
                                               std::to_string(workgroup->sources.size()) +
                                               " source servers");
  }
  Statement{database_, "DELETE FROM workgroup WHERE id=?"}.bind(id).run();
  return {};
}

Result<> WorkgroupTable::check_name(const StoredWorkgroup& workgroup) {
  Statement taken{database_, "SELECT id FROM workgroup WHERE name=? AND id<>?"};
  if (!taken.bind(workgroup.name, workgroup.id).step()) return {};
  return fail(Errc::name_taken,
              "workgroup " + taken.text(0) + " is called '" + workgroup.name + "' already",
              "choose another name");
}

Result<> WorkgroupTable::check_source(std::string_view id, const std::string& source) {
  Statement known{database_, "SELECT 1 FROM source WHERE id=?"};
  if (!known.bind(source).step()) {
    return fail(Errc::not_found, "there is no source server " + source,
                "see 'edgeferry source list'");
  }
  Statement other{database_,
                  "SELECT workgroup FROM workgroup_source WHERE source=? AND workgroup<>?"};
  if (!other.bind(source, id).step()) return {};
  return fail(Errc::in_another_workgroup,
              "source server " + source + " is in workgroup " + other.text(0),
              "take it out of that one first");
}

std::vector<std::string> WorkgroupTable::sources_of(std::string_view id) {
  std::vector<std::string> sources;
  Statement read{database_,
                 "SELECT source FROM workgroup_source WHERE workgroup=? ORDER BY source"};
  read.bind(id);
  while (read.step()) sources.push_back(read.text(0));
  return sources;
}

}  // namespace ferry
