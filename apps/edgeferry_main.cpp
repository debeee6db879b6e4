// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The words of the command line; what they do is in the files of the commands.
#include <functional>

#include <CLI/CLI.hpp>

#include "apps/chaos_command.hpp"
#include "apps/commands.hpp"
#include "apps/exclude_options.hpp"
#include "apps/image_options.hpp"
#include "apps/job_options.hpp"
#include "apps/launcher.hpp"
#include "apps/layout_command.hpp"
#include "apps/layout_options.hpp"
#include "apps/machine_command.hpp"
#include "apps/node.hpp"
#include "apps/notification_options.hpp"
#include "apps/output.hpp"
#include "apps/source_options.hpp"
#include "apps/verify_command.hpp"
#include "apps/workgroup_options.hpp"
#include "base/version.hpp"
#include "disk/preflight.hpp"
#include "messages/reference.hpp"

using namespace ferry;

namespace {

/// All that options write to.
struct Words {
  std::string config_file = "edgeferry.toml";
  bool json = false;
  std::string id;
  std::string text;
  std::string code_file;
  bool detach = false;
  ListResources listed;
  bool forget = false;
  bool sync_data = false;
  SourceCheck check;
  CreateActivation activation;
  TagWords activation_tags;
  CreateAccessKey access_key;
  NotificationWords notification;
  SourceWords source;
  WorkgroupWords workgroup;
  JobWords wish;
  ChaosWords chaos;
  ImageWords image;
  VerifyWords verify;
  MachineJoin machine;
};

int print_config_errors(const std::vector<ConfigError>& errors) {
  for (const auto& error : errors) std::fprintf(stderr, "%s\n", to_string(error).c_str());
  return exit_broken_config;
}

int with_config(const Words& words, const std::function<int(const ClusterConfig&)>& run) {
  auto config = load_config(words.config_file);
  return config ? run(*config) : print_config_errors(config.error());
}

int with_operator(const Words& words, const std::function<int(Operator&)>& run) {
  return with_config(words, [&](const ClusterConfig& config) {
    auto op = Operator::connect(config, words.json);
    return op ? run(*op) : print_error(op.error(), words.json);
  });
}

/// Declares the commands; the chosen one is left in `chosen`.
class CommandLine {
 public:
  CommandLine() {
    app_.set_version_flag("--version", std::string{"edgeferry "} + program_version);
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.add_option("--config", words_.config_file, "Cluster file")->envname("EDGEFERRY_CONFIG");
    app_.add_flag("--json", words_.json, "Print JSON for programs");
    add_cluster();
    add_activation();
    add_source();
    add_resource();
    add_job();
    add_chaos();
    add_image();
    auto* machine = group("machine", "Machines that jobs rent or borrow");
    add_machine_options(*command(machine, "join", "Run the nodes of this machine",
                                 [this] { return machine_join(words_.machine, words_.json); }),
                        words_.machine);
    add_machine_places(*command(machine, "resume", "Run the nodes of this machine after a reboot",
                                [this] { return machine_resume(words_.machine, words_.json); }),
                       words_.machine);
    add_verify_options(
        *command(&app_, "verify", "Hold an image or a disk against its certificate; 0: as proven",
                 [this] {
                   words_.verify.json = words_.json;
                   return verify(words_.verify);
                 }),
        words_.verify);
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      const int code = app_.exit(error);
      return code == 0 ? exit_ok : exit_usage;
    }
    return chosen_();
  }

 private:
  CLI::App* command(CLI::App* parent, const std::string& name, const std::string& help,
                    std::function<int()> run) {
    auto* sub = parent->add_subcommand(name, help);
    sub->callback([this, run = std::move(run)] { chosen_ = run; });
    return sub;
  }
  CLI::App* operator_command(CLI::App* parent, const std::string& name, const std::string& help,
                             std::function<int(Operator&)> run) {
    return command(parent, name, help,
                   [this, run = std::move(run)] { return with_operator(words_, run); });
  }
  CLI::App* group(const std::string& name, const std::string& help) {
    auto* sub = app_.add_subcommand(name, help);
    sub->require_subcommand(1);
    sub->fallthrough();
    return sub;
  }
  void id_of(CLI::App* sub, const std::string& what) {
    sub->add_option("id", words_.id, what)->required();
  }
  void file_of(CLI::App* sub) { sub->add_option("file", words_.config_file, "Cluster file"); }

  void add_cluster();
  void add_activation();
  void add_source();
  void add_resource();
  void add_job();
  void add_job_create(CLI::App* job);
  void add_job_plan(CLI::App* job);
  void add_chaos();
  void add_image();

  CLI::App app_{"edgeferry: moves running Linux servers into edge-cloud images"};
  Words words_;
  std::function<int()> chosen_;
  DeclareCommand declare_ = [this](CLI::App* parent, const std::string& name,
                                   const std::string& help, std::function<int(Operator&)> run) {
    return operator_command(parent, name, help, std::move(run));
  };
};

void CommandLine::add_cluster() {
  auto* cluster = group("cluster", "Run the nodes of a cluster file on this host");
  auto* up = command(cluster, "up", "Start and supervise all nodes of this host", [this] {
    return with_config(words_, [this](const ClusterConfig& config) {
      if (auto keys = make_keys(config); !keys) return print_error(keys.error(), words_.json);
      return cluster_up(config, {words_.config_file, {}, words_.detach});
    });
  });
  file_of(up);
  up->add_flag("--detach", words_.detach, "Go on in the background once all nodes are up");
  file_of(command(cluster, "status", "Show the nodes of this host", [this] {
    return with_config(words_, [this](const ClusterConfig& config) {
      auto status = cluster_status(config);
      if (!status) return print_error(status.error(), words_.json);
      if (words_.json) return print_json(*status);
      print_status(*status, stdout);
      return exit_ok;
    });
  }));
  file_of(command(cluster, "down", "Stop all nodes of this host", [this] {
    return with_config(words_, [](const ClusterConfig& config) {
      return cluster_down(config, std::chrono::seconds{25});
    });
  }));
  file_of(command(cluster, "key", "Show the keys of certificates and of the message bus", [this] {
    return with_config(
        words_, [this](const ClusterConfig& config) { return cluster_key(config, words_.json); });
  }));
  operator_command(cluster, "nodes", "Show the nodes the controller knows, on all hosts",
                   [](Operator& op) { return node_list(op); });
  operator_command(cluster, "tree", "Show the actors of every process under their supervisors",
                   [](Operator& op) { return cluster_tree(op); });
  operator_command(cluster, "events", "Show what happened to the cluster as a whole",
                   [](Operator& op) { return cluster_events(op); });
  operator_command(cluster, "backup", "Copy the controller's database to a new file on its host",
                   [this](Operator& op) { return cluster_backup(op, words_.text); })
      ->add_option("copy", words_.text, "The new file")
      ->required();

  auto* node = command(&app_, "node", "Run one node in the foreground (for systemd)", [this] {
    return with_config(
        words_, [this](const ClusterConfig& config) { return run_node(config, words_.text); });
  });
  node->add_option("--name", words_.text, "Name of the node in the cluster file")->required();

  auto* reference = group("reference", "Print reference pages");
  command(reference, "messages", "All messages of the control protocol", [] {
    std::fputs(message_reference().c_str(), stdout);
    return exit_ok;
  });
  command(reference, "errors", "All error numbers with their next steps", [] {
    std::fputs(error_reference().c_str(), stdout);
    return exit_ok;
  });

  command(reference, "preflight", "All findings about source servers", [] {
    std::fputs(preflight_reference().c_str(), stdout);
    return exit_ok;
  });

  auto* config = group("config", "Look at cluster files");
  file_of(command(config, "check", "Check a file and print its effective configuration", [this] {
    return with_config(words_, [this](const ClusterConfig& checked) {
      if (words_.json) return print_json(checked);
      std::fputs(effective_toml(checked).c_str(), stdout);
      return exit_ok;
    });
  }));

  auto* bucket = group("bucket", "Look at the bucket of a cluster file");
  file_of(command(bucket, "check", "Try all that jobs do there, with small objects", [this] {
    return with_config(words_, [this](const ClusterConfig& checked) {
      return bucket_check(checked, words_.json);
    });
  }));
}

void CommandLine::add_activation() {
  auto* activation = group("activation", "Codes with which source servers register");
  auto* create = operator_command(
      activation, "create", "Make a code; it is shown only once", [this](Operator& op) {
        return activation_create(op, words_.activation, words_.activation_tags, words_.code_file);
      });
  create->add_option("--quota", words_.activation.quota, "Servers that may register, 1..1000")
      ->capture_default_str();
  create->add_option("--days", words_.activation.days, "Days it is valid, 1..90")
      ->capture_default_str();
  create->add_option("--name", words_.activation.name, "A name for lists");
  create->add_option("--description", words_.activation.description, "Any text");
  create->add_option("--tag", words_.activation_tags.put,
                     "KEY=VALUE, for servers that register; may be given many times");
  create->add_option("--resource-group", words_.activation.resource_group,
                     "An id of your own, for servers that register");
  create->add_option("--code-file", words_.code_file,
                     "Write the code to this file instead of showing it");
  operator_command(activation, "list", "Show all codes",
                   [](Operator& op) { return activation_list(op); });
  id_of(operator_command(activation, "disable", "Let no further server register with a code",
                         [this](Operator& op) { return activation_disable(op, words_.id); }),
        "at-...");
  id_of(operator_command(activation, "delete", "Forget a code",
                         [this](Operator& op) { return activation_delete(op, words_.id); }),
        "at-...");
  add_access_key_commands(group("accesskey", "Keys with which programs sign SMC API requests"),
                          words_.access_key, words_.id, declare_);
  add_notification_commands(group("notification", "Who is told by mail or webhook what happens"),
                            words_.notification, declare_);
}

void CommandLine::add_source() {
  auto* source = group("source", "Registered source servers");
  operator_command(source, "list", "Show all source servers",
                   [](Operator& op) { return source_list(op); });
  id_of(operator_command(source, "show", "Show one with disks and partitions",
                         [this](Operator& op) { return source_show(op, words_.id); }),
        "s-...");
  auto* check = operator_command(source, "check", "What stands against it; 0: nothing critical",
                                 [this](Operator& op) { return source_check(op, words_.check); });
  check->add_option("id", words_.check.id, "s-...");
  check->add_flag("--all", words_.check.all, "All source servers")->excludes("id");
  check->add_flag("--refresh", words_.check.refresh, "Have the agents look again now");
  add_source_changes(source, words_.source, declare_);
  add_workgroup_commands(group("workgroup", "Source servers that are migrated together"),
                         words_.workgroup, declare_);
}

void CommandLine::add_resource() {
  auto* resource = group("resource", "Temporary resources of jobs: disks, objects, images");
  auto* list = operator_command(resource, "list",
                                "Compare the ledger with what providers have, and show both",
                                [this](Operator& op) { return resource_list(op, words_.listed); });
  list->add_flag("--leaked", words_.listed.leaked_only, "Only what no unfinished job uses");
  list->add_flag("--all", words_.listed.all, "Also what was released or given up");
  auto* release = operator_command(
      resource, "release", "Remove what carries a token or has a name", [this](Operator& op) {
        return words_.forget ? resource_abandon(op, words_.id) : resource_release(op, words_.id);
      });
  id_of(release, "token or name, as 'resource list' shows it");
  release->add_flag("--forget", words_.forget,
                    "Give it up: its node is gone for good, and its job can't end without it");
}

void CommandLine::add_job_create(CLI::App* job) {
  auto* create = operator_command(job, "create", "Make a job for a source server",
                                  [this](Operator& op) { return create_job(op, words_.wish); });
  add_create_options(*create, words_.wish);
  add_job_settings(*create, words_.wish);
}

void CommandLine::add_job_plan(CLI::App* job) {
  auto& wish = words_.wish;
  auto* plan = operator_command(job, "plan", "Show the disks of an image before a job is made",
                                [this](Operator& op) { return job_plan(op, words_.wish); });
  plan->add_option("--source", wish.job.source, "s-...")->required();
  add_layout_options(*plan, wish.layout);
  add_exclude_options(*plan, wish.excludes);
}

void CommandLine::add_job() {
  auto* job = group("job", "Migration jobs");
  add_job_create(job);
  add_job_plan(job);
  const auto simple = [&](const std::string& name, const std::string& help,
                          std::function<int(Operator&)> run) {
    auto* sub = operator_command(job, name, help, std::move(run));
    id_of(sub, "j-...");
    return sub;
  };
  auto* list = operator_command(job, "list", "Show all jobs",
                                [this](Operator& op) { return job_list(op, words_.text); });
  list->add_option("--status", words_.text, "Only jobs of this status");
  simple("show", "Show one job", [this](Operator& op) { return job_show(op, words_.id); });
  simple("events", "Show what happened to a job",
         [this](Operator& op) { return job_events(op, words_.id); });
  simple("certificate", "Show what a job has proven of its newest image, signed",
         [this](Operator& op) { return job_certificate(op, words_.id, words_.text); })
      ->add_option("--output", words_.text, "Write it to this file instead of showing it");
  simple("watch", "Follow a job until it ends, or until a run of it does",
         [this](Operator& op) { return job_watch(op, words_.id); });
  for (const std::string how : {"start", "resume", "retry"}) {
    const std::string help = how == "start"    ? "Start a job that is Ready, or its next run"
                             : how == "resume" ? "Go on with a paused job"
                                               : "Go on with a job in error, from what is durable";
    simple(how, help, [this, how](Operator& op) { return job_start(op, words_.id, how); });
  }
  simple("pause", "Pause a job that copies or waits for its next run",
         [this](Operator& op) { return job_pause(op, words_.id); });
  auto* cut_over =
      simple("cutover", "End a job of several runs with the image it has", [this](Operator& op) {
        return job_cut_over(op, {words_.id, words_.sync_data});
      });
  cut_over->add_flag("--sync", words_.sync_data, "Copy what changed once more before");
  simple("cancel", "End a job, also a running one, and release all it holds",
         [this](Operator& op) { return job_cancel(op, words_.id); });
  simple("delete", "Delete a job that doesn't run; its images stay",
         [this](Operator& op) { return job_delete(op, words_.id); });
  auto* modify = job->add_subcommand(
      "modify", "Change speed limit or compression, also while it copies, and other settings");
  modify->callback([this, modify] {
    chosen_ = [this, modify] {
      return with_operator(
          words_, [&](Operator& op) { return modify_job(op, words_.id, words_.wish, *modify); });
    };
  });
  id_of(modify, "j-...");
  modify->add_option("--at", words_.wish.start_at,
                     "When a Ready job starts by itself; 'never': by hand");
  add_exclude_options(*modify, words_.wish.excludes);
  modify->add_option("--untag", words_.wish.tags.remove, "KEY of a tag that goes");
  modify
      ->add_flag("--no-exclude", words_.wish.no_excludes,
                 "Leave nothing out any more; rules that are given take the place of the old ones")
      ->excludes("--exclude", "--exclude-from");
  add_job_settings(*modify, words_.wish);
}

void CommandLine::add_chaos() {
  auto* chaos = group("chaos", "Break a real cluster on purpose, and see what it promised");
  const auto plan_of = [this](CLI::App* sub) {
    sub->add_option("plan", words_.chaos.plan, "Plan, such as config/chaos/rot.toml")->required();
    sub->add_option("--seed", words_.chaos.seed, "Other dice than the plan's");
  };
  auto* run = command(chaos, "run", "Carry out a plan; 0: all promises held, 1: one broke", [this] {
    words_.chaos.json = words_.json;
    return chaos_run(words_.chaos);
  });
  plan_of(run);
  run->add_option("--report", words_.chaos.report_file, "Also write the report, as JSON");
  plan_of(command(chaos, "check", "Check a plan and print when its faults strike",
                  [this] { return chaos_check(words_.chaos); }));
  command(chaos, "list-faults", "Show the kinds of faults, and whether they are possible here",
          [this] { return chaos_list_faults(words_.json); });
  auto* undo = command(chaos, "undo", "Put right what a run that was killed left",
                       [this] { return chaos_undo(words_.text, words_.json); });
  undo->add_option("folder", words_.text, "Its work folder")->required();
}

void CommandLine::add_image() {
  add_image_commands(*group("image", "Make images fit to boot, and see them boot"), words_.image,
                     words_.json,
                     {[this](std::function<int()> run) { chosen_ = std::move(run); },
                      [this](const auto& run) { return with_config(words_, run); }});
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);
  return CommandLine{}.run(argc, argv);
}
