// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The commands of `edgeferry job`.
#include <memory>

#include <CLI/CLI.hpp>

#include "apps/exclude_options.hpp"
#include "apps/job_options.hpp"
#include "apps/layout_command.hpp"
#include "apps/layout_options.hpp"

namespace ferry {
namespace {

/// Declares one by one what can be done with a job.
class JobGroup {
 public:
  JobGroup(CLI::App* group, JobCommandWords& words, const DeclareCommand& command)
      : group_(group), words_(words), command_(command) {}

  void add_making();
  void add_looking();
  void add_acting();
  void add_modify();

 private:
  CLI::App* of_job(const std::string& name, const std::string& help,
                   std::function<int(Operator&)> run) {
    auto* sub = command_(group_, name, help, std::move(run));
    sub->add_option("id", words_.id, "j-...")->type_name("JOB")->required();
    return sub;
  }
  /// One that changes it.
  CLI::App* act(const std::string& name, const std::string& help,
                std::function<int(Operator&)> run) {
    auto* sub = of_job(name, help, std::move(run));
    sub->add_option("--if-version", words_.wish.if_version,
                    "Only if it has not changed since 'job show' told this version")
        ->type_name("VERSION");
    return sub;
  }

  CLI::App* group_;
  JobCommandWords& words_;
  const DeclareCommand& command_;
};

void JobGroup::add_making() {
  auto& words = words_;
  auto* create = command_(group_, "create", "Make a job for a source server",
                          [&words](Operator& op) { return create_job(op, words.wish); });
  add_create_options(*create, words.wish);
  add_job_settings(*create, words.wish);
  auto* plan = command_(group_, "plan", "Show the disks of an image before a job is made",
                        [&words](Operator& op) { return job_plan(op, words.wish); });
  plan->add_option("--source", words.wish.job.source, "s-...")->type_name("SOURCE")->required();
  add_layout_options(*plan, words.wish.layout);
  add_exclude_options(*plan, words.wish.excludes);
}

void JobGroup::add_looking() {
  auto& words = words_;
  add_job_filter(*command_(group_, "list", "Show jobs: all, or those that are asked for",
                           [&words](Operator& op) { return job_list(op, words.listed); }),
                 words.listed);
  of_job("show", "Show one job", [&words](Operator& op) { return job_show(op, words.id); });
  of_job("events", "Show what happened to a job", [&words](Operator& op) {
    return job_events(op, {words.id, words.after});
  })->add_option("--after", words.after, "Only what came after the event of this number");
  of_job("boot-log", "Show the end of the serial console of a job's newest boot proof",
         [&words](Operator& op) { return job_boot_log(op, words.id); });
  of_job("certificate", "Show what a job has proven of its newest image, signed",
         [&words](Operator& op) { return job_certificate(op, words.id, words.certificate_file); })
      ->add_option("--output", words.certificate_file,
                   "Write it to this file instead of showing it")
      ->type_name("FILE");
  of_job("watch", "Follow a job until it ends, or until a run of it does", [&words](Operator& op) {
    words.watched.job = words.id;
    return job_watch(op, words.watched);
  })->add_flag("--plain", words.watched.plain, "Lines of text, also on a terminal");
}

void JobGroup::add_acting() {
  auto& words = words_;
  const auto& version = words.wish.if_version;
  for (const std::string how : {"start", "resume", "retry"}) {
    const std::string help = how == "start"    ? "Start a job that is Ready, or its next run"
                             : how == "resume" ? "Go on with a paused job"
                                               : "Go on with a job in error, from what is durable";
    act(how, help, [&words, &version, how](Operator& op) {
      return job_start(op, {words.id, how, version});
    });
  }
  act("pause", "Pause a job that copies or waits for its next run", [&](Operator& op) {
    return job_pause(op, {words.id, version});
  });
  act("cutover", "End a job of several runs with the image it has", [&](Operator& op) {
    return job_cut_over(op, {words.id, words.sync_data, version});
  })->add_flag("--sync", words.sync_data, "Copy what changed once more before");
  act("cancel", "End a job, also a running one, and release all it holds", [&](Operator& op) {
    return job_cancel(op, {words.id, version});
  });
  act("delete", "Delete a job that doesn't run; its images stay", [&](Operator& op) {
    return job_delete(op, {words.id, version});
  });
}

void JobGroup::add_modify() {
  auto& wish = words_.wish;
  auto given = std::make_shared<CLI::App*>(nullptr);
  auto* modify =
      act("modify", "Change speed limit or compression, also while it copies, and other settings",
          [&words = words_, given](Operator& op) {
            return modify_job(op, words.id, words.wish, **given);
          });
  *given = modify;
  modify->add_option("--at", wish.start_at, "When a Ready job starts by itself; 'never': by hand");
  add_exclude_options(*modify, wish.excludes);
  modify->add_option("--untag", wish.tags.remove, "KEY of a tag that goes");
  modify
      ->add_flag("--no-exclude", wish.no_excludes,
                 "Leave nothing out any more; rules that are given take the place of the old ones")
      ->excludes("--exclude", "--exclude-from");
  add_job_settings(*modify, wish);
  modify->add_option("--adaptive", wish.adaptive, "Lower the compression on a fast link")
      ->check(CLI::IsMember({"on", "off"}));
}

}  // namespace

void add_job_commands(CLI::App* group, JobCommandWords& words, const DeclareCommand& command) {
  JobGroup jobs{group, words, command};
  jobs.add_making();
  jobs.add_looking();
  jobs.add_acting();
  jobs.add_modify();
}

}  // namespace ferry
