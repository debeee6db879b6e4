// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How source servers come in: activation codes, and instances of Alibaba ECS.
export const importing = {
  'import.title': 'Import migration source',
  'import.method.text': 'One command on each server, which registers it with an activation code.',
  'import.quota': 'Quota (1–1000)',
  'import.quota.help': 'How many servers may use the code.',
  'import.days': 'Valid for days (1–90)',
  'import.generate': 'Generate activation code',
  'import.command': 'Run this as root on each source server',
  'import.once': 'The code is shown here once and never again.',
  'import.expires': 'Until {time}',
  'import.wait': 'Servers appear here as they register:',
  'import.agent':
    'The agent (edgeferry-agent) must be installed, and must keep running during the migration. '
    + 'The server must reach {controller}.',
  'import.shell': 'Linux Shell',
  'import.name.help': 'By which you know the code again.',
  'import.waiting': 'No server yet.',
  'import.kind': 'Source type',
  'import.kind.server': 'Physical server, VM or other cloud',
  'import.kind.ecs': 'Alibaba ECS instance',
  'import.program': 'Download with',
  'import.no_download':
    'Servers can’t download the agent from this controller. Put it there as follows, or install '
    + 'the agent by hand and run the command below.',
  'import.all_in_one':
    'It downloads the agent, checks it, installs it, and registers the server. The server must '
    + 'reach {controller} and this console.',
  'import.group': 'Resource group',
  'import.group.help': 'An id of your own, by which servers are found again.',
  'import.tags.help': 'Servers that register with this code get these tags and this group.',

  'act.title': 'Activation codes',
  'act.none': 'No activation codes.',
  'act.used': 'Used',
  'act.expires': 'Valid until',
  'act.disable': 'Disable',
  'act.activated': 'Active',
  'act.disabled': 'Disabled',
  'act.expired': 'Expired',
  'act.used_up': 'Used up',
  'act.ask.disable': 'Disable the code? Servers that are registered stay.',
  'act.ask.delete': 'Forget the code? Servers that are registered stay.',

  'ecs.none':
    'The cluster file names no account of Alibaba Cloud. Add [ecs_import] with kind = "ecs" and a '
    + 'region, and [credentials], then start the controller and its worker again.',
  'ecs.text':
    'Cloud Assistant downloads the agent on each instance and registers it. Nobody logs in. It '
    + 'takes 3 to 10 minutes.',
  'ecs.needs': 'The RAM user needs AliyunECSReadOnlyAccess and AliyunECSAssistantFullAccess.',
  'ecs.region': 'Region',
  'ecs.search': 'Search',
  'ecs.search.help': 'ID, name or IP address.',
  'ecs.list': 'Show instances',
  'ecs.instances': 'Instances',
  'ecs.instance': 'Instance',
  'ecs.status': 'Status',
  'ecs.address': 'Public / private IP',
  'ecs.assistant': 'Cloud Assistant',
  'ecs.assistant.yes': 'Active',
  'ecs.assistant.no': 'Not active',
  'ecs.empty': 'No instances found.',
  'ecs.choose': 'Select {name}',
  'ecs.choose.all': 'Select all that can be imported',
  'ecs.chosen': '{n} selected (at most 100)',
  'ecs.left_out': '{n} more are not shown. Search for less.',
  'ecs.import': 'Import',
  'ecs.tags.help': 'The source servers get these tags and this group.',
  'ecs.progress': 'Import {id}',
  'ecs.result': '{imported} of {n} imported, {failed} failed',
  'ecs.waiting': 'Waiting',
  'ecs.running': 'Running',
  'ecs.registered': 'Registered',
  'ecs.imported': 'Imported',
  'ecs.failed': 'Failed',
  'ecs.canceled': 'Canceled',
  'ecs.canceling': 'Being canceled',
  'ecs.done': 'Ended',
  'ecs.source': 'Source server',
  'ecs.output': 'What the command wrote',
  'ecs.cancel': 'Cancel',
  'ecs.retry': 'Retry failed ones',
  'ecs.pick': 'Select',
  'ecs.more': 'Import other instances',
  'ecs.earlier': 'Imports',
  'ecs.open': 'Show',
};
