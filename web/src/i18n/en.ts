// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Every text of the pages. The other catalogues have the same keys and the same {places}.
export const en = {
  'language': 'English',
  'time.seconds': '{n} s', 'time.minutes': '{n} min', 'time.hours': '{h} h {m} min',
  'time.days': '{d} d {h} h', 'time.interval': '{from} – {to}',

  'login.title': 'Log in', 'login.id': 'Access key ID', 'login.secret': 'Secret',
  'login.submit': 'Log in', 'login.hint': 'An administrator makes access keys:',
  'login.ended': 'Your session has ended. Log in again.',
  'login.wrong': 'There is no such access key, or its secret is another one.',

  'nav.label': 'Pages', 'nav.migrations': 'Edge node migration', 'nav.import': 'Import source',
  'nav.activations': 'Activation codes', 'nav.tags': 'Tags', 'nav.keys': 'Access keys',
  'nav.cluster': 'Cluster', 'nav.audit': 'Audit log',
  'nav.more': 'Menu', 'nav.logout': 'Log out', 'nav.skip': 'Skip to content',
  'theme.label': 'Appearance', 'theme.system': 'As the system', 'theme.light': 'Light',
  'theme.dark': 'Dark', 'language.label': 'Language',
  'role.viewer': 'viewer', 'role.operator': 'operator', 'role.admin': 'administrator',

  'live.connecting': 'Connecting', 'live.live': 'Live', 'live.stale': 'Out of date',
  'live.reconnecting': 'Reconnecting',
  'live.stale.text': 'The controller does not answer. What you see is from {time}.',

  'error.title': 'That did not work', 'error.unreachable': 'The controller cannot be reached. '
    + 'Nothing is known of what came of this request: look before you try again.',
  'error.load': 'This could not be loaded.', 'error.forbidden': 'Your role does not allow this.',
  'error.stale': 'Somebody changed this job meanwhile, and nothing was done. It is shown as it is '
    + 'now.',
  'error.page': 'There is no such page.', 'action.again': 'Try again',

  'common.close': 'Close', 'common.back': 'Back', 'common.next': 'Next',
  'common.copy': 'Copy', 'common.copied': 'Copied', 'common.copy.failed': 'Copy it by hand',
  'common.save': 'Save', 'common.delete': 'Delete', 'common.create': 'Create',
  'common.name': 'Name', 'common.description': 'Description',
  'common.optional': 'optional', 'common.loading': 'Loading', 'common.actions': 'Actions',
  'common.state': 'State', 'common.created': 'Created', 'common.on': 'On', 'common.off': 'Off',
  'common.auto': 'Automatic', 'common.details': 'Details',

  'list.title': 'Edge node migration', 'list.search': 'Search names, IDs, systems, addresses',
  'list.state': 'State', 'list.state.all': 'All states', 'list.tag': 'Tag',
  'list.tag.all': 'All tags', 'list.source': 'Source server', 'list.progress': 'Progress',
  'list.speed': 'Speed', 'list.network': 'Network', 'list.remaining': 'Time left',
  'list.select': 'Select {name}', 'list.select.all': 'Select all {n} shown',
  'list.selected': '{n} selected', 'list.clear': 'Clear selection', 'list.rows': '{n} of {all}',
  'list.none': 'No source server matches.', 'list.reset': 'Show all',
  'list.empty.title': 'No source servers yet',
  'list.empty.text': 'Import the servers that you want to migrate: one command on each.',
  'list.warnings': '{n} {n:warning|warnings}',
  'list.import': 'Import source', 'list.start': 'Start migration',
  'list.speed.help': 'Uncompressed',

  'state.online': 'Source online', 'state.offline': 'Source offline', 'state.ready': 'Ready',
  'state.running': 'Running', 'state.paused': 'Paused', 'state.waiting': 'Waiting',
  'state.error': 'Error', 'state.done': 'Completed', 'state.expired': 'Expired',
  'state.deleting': 'Deleting',
  'phase.Preparing': 'Preparing', 'phase.Syncing': 'Syncing', 'phase.Processing': 'Making image',
  'phase.Cleaning': 'Cleaning up',

  'do.start': 'Start', 'do.pause': 'Pause', 'do.resume': 'Resume', 'do.retry': 'Retry migration',
  'do.cancel': 'Cancel migration', 'do.cut-over': 'Cut over', 'do.delete': 'Delete job',
  'do.modify': 'Modify', 'do.done': '{action}: accepted',
  'ask.start': 'Start the migration now?',
  'ask.pause': 'Pause the migration? What is copied stays, and temporary resources are kept.',
  'ask.resume': 'Go on with the migration?',
  'ask.retry': 'Go on from the last safe step?',
  'ask.cancel': 'Cancel the migration? Its temporary resources are released. What was copied is '
    + 'lost; images that exist stay.',
  'ask.cut-over': 'End the job with its last image?',
  'ask.delete': 'Delete the job from the list? Its images stay.',
  'ask.sync': 'Copy once more what has changed', 'ask.pause.expected':
    'Expected pause of file systems: {time}',
  'batch.title': '{action}: {n} {n:migration|migrations}', 'batch.skipped':
    '{n} of the selected servers are in another state and are left as they are.',
  'batch.result': '{done} accepted, {failed} refused', 'batch.tag': 'Add tag',

  'job.title': 'Migration', 'job.back': 'All migrations', 'job.gone': 'This job is not there any '
    + 'more.', 'job.progress': 'Progress', 'job.disks': 'Disks', 'job.timeline': 'Timeline',
  'job.resources': 'Temporary resources', 'job.image': 'Image',
  'job.notices': 'Good to know', 'job.source': 'Source server',
  'job.started': 'Started', 'job.ended': 'Ended', 'job.image.id': 'ENS image',
  'job.image.none': 'No image exists yet.', 'job.certificate': 'Download certificate',
  'job.diagnostics': 'Diagnostics', 'job.diagnostics.help':
    'A file with all that is known of this migration, without secrets',
  'job.image.next': 'Create ENS instances from this image in the ENS console.',
  'job.boot': 'Boot proof', 'job.boot.booted': 'The image boots ({time})',
  'job.boot.failed': 'The image does not boot', 'job.boot.no_guest': 'There is no system on it',
  'job.boot.not_proven': 'It could not be proven', 'job.boot.log': 'Lines of the console',
  'job.fixups': 'Boot fix-ups', 'job.fixups.count': '{n} {n:change|changes}',
  'job.next_run': 'Next run',
  'job.still': 'Progress', 'job.still.since': 'Nothing has moved since {time}',
  'state.still': 'stalled',
  'job.waiting_for': 'Waiting for', 'job.run': 'Run', 'job.events.none': 'Nothing yet.',
  'job.resources.none': 'This job holds no temporary resources.',
  'job.resources.unseen': 'Not everything could be looked at: {nodes}',
  'job.all': 'Show all {n}',
  'disk.system': 'System disk', 'disk.data': 'Data disk {n}', 'disk.pass': 'pass {n}',
  'disk.settled': '{done} of {total}', 'disk.sent': 'sent {n}', 'disk.skipped': 'skipped {n}',
  'disk.wire': 'on the network {n}',
  'disk.issues': '{n} {n:file|files} not copied as on the source',
  'disk.proven': 'Source and target are the same, by their digests.',
  'diskphase.waiting': 'waiting', 'diskphase.copying': 'copying', 'diskphase.settling': 'settling',
  'diskphase.snapshot': 'snapshot', 'diskphase.frozen': 'last pass',
  'diskphase.verifying': 'verifying', 'diskphase.verified': 'verified',

  'trouble.title': 'Troubleshoot', 'trouble.code': 'Error code', 'trouble.what': 'What happened',
  'trouble.evidence': 'Last events', 'trouble.who': 'Who must act', 'trouble.next': 'Next step',
  'trouble.who.source': 'the administrator of the source server',
  'trouble.who.cloud': 'the owner of the cloud account',
  'trouble.who.operator': 'whoever operates edgeferry',
  'trouble.held': 'Temporary resources are kept for the retry, and may cost money, until you retry '
    + 'or cancel.', 'trouble.doc': 'Copy for a report',

  'set.speed': 'Speed limit (Mbit/s)', 'set.speed.help': '0: no limit. It counts what goes over the '
    + 'network; the speed shown is uncompressed and may be higher.',
  'set.compression': 'Compression (0–10)', 'set.compression.help':
    'High for slow lines, 0 to spare the CPU.', 'set.adaptive': 'Adapt compression to the line',
  'set.checksum': 'Verify checksums after every pass', 'set.checksum.help':
    'Stronger, and slower. The last pass is always verified.',
  'set.diagnostic_logs': 'Keep log lines of the agent', 'set.diagnostic_logs.help':
    'For diagnostics, at the end of the migration, without secrets.',
  'set.ssl': 'Encryption of transfer', 'set.image_name': 'Image name',
  'set.image_name.help': 'The name of the job, if empty.',
  'set.prefix': 'Prefix in the bucket', 'set.prefix.help': '1 to 30 letters and digits.',
  'set.region': 'Region of the image', 'set.region.default': 'As the cluster: {region}',
  'set.region.here': 'This cluster', 'set.bucket.region': 'Intermediate region',
  'set.bucket.region.help': 'Where the image lies until it is imported.',
  'set.bucket': 'Intermediate bucket',
  'set.license': 'Licence', 'set.license.cloud': 'Alibaba Cloud', 'set.license.byol': 'BYOL',
  'set.network': 'Network of the image', 'set.network.dhcp': 'DHCP',
  'set.network.keep': 'Keep addresses', 'set.network.as-is': 'Leave as it is',
  'set.boot_proof': 'Boot proof', 'set.boot_proof.default': 'As the cluster: {value}',
  'set.boot_proof.required': 'Required', 'set.boot_proof.warn': 'Warn only',
  'set.kind': 'Kind', 'set.kind.once': 'One image', 'set.kind.again':
    'Image after image, until cut-over', 'set.frequency': 'Hours between runs (1–168)',
  'set.keep': 'Images to keep (1–10)', 'set.excludes': 'Files to leave out',
  'set.excludes.help': 'One rule a line, such as /var/cache/. Not with block replication.',
  'set.tags': 'Tags', 'set.tags.help': 'Up to 20.', 'set.tag.key': 'Key', 'set.tag.value': 'Value',
  'set.tag.add': 'Add tag', 'set.tag.remove': 'Remove tag {tag}',
  'set.type': 'Instance type', 'set.type.help':
    'If it is out of stock, the job fails. Empty: one is picked.',
  'set.vswitch': 'vSwitch', 'set.vswitch.help': 'Empty in public mode: a VPC and a vSwitch are made.',
  'set.mode': 'Network mode', 'set.mode.public': 'Public network', 'set.mode.vpc': 'VPC',
  'set.mode.help': 'VPC: the source server must reach it, by VPN or Express Connect.',
  'set.start_at': 'Start at', 'set.start_at.help': 'Up to 30 days ahead. Empty: at once.',

  'wizard.title': 'Start migration', 'wizard.steps': 'Steps', 'wizard.image': 'Image',
  'wizard.disks': 'Disks', 'wizard.transfer': 'Transfer', 'wizard.confirm': 'Confirm',
  'wizard.job_name': 'Job name', 'wizard.job_name.help': 'Empty: one is made.',
  'wizard.servers': '{n} {n:source server|source servers}', 'wizard.intermediate':
    'The intermediate region and bucket are those of the cluster file.',
  'wizard.start': 'Start migration', 'wizard.later': 'Create, and start later',
  'wizard.confirmed': 'I have read and confirmed this.',
  'wizard.cost': 'Costs', 'wizard.cost.text': 'The service is free. The cloud bills transition '
    + 'resources in ECS, storage, traffic and requests of OSS, and what ENS keeps. After an error '
    + 'these resources stay, and are billed, until you retry or cancel.',
  'wizard.license': 'Licences', 'wizard.license.text': 'The hardware changes. Licences that are '
    + 'bound to it may stop working: have them issued anew before the cut-over.',
  'wizard.touch': 'Temporary resources', 'wizard.touch.text': 'Do not stop, start, reboot or '
    + 'release the transition instance, the intermediate image, or the objects in the bucket. The '
    + 'agent must keep running on the source server.',
  'wizard.backup': 'Back up', 'wizard.backup.text': 'Back up the data of the source server first.',
  'wizard.created': 'Migration of {name} was created', 'wizard.refused': '{name}: {why}',
  'wizard.partly': 'Some were refused. The others run.', 'wizard.many':
    'Disks are kept as they are where several servers start at once.',

  'disks.keep': 'Keep the layout of the source', 'disks.change': 'Change sizes and layout',
  'disks.size': 'Size (GiB)', 'disks.lvm': 'Logical volumes (LVM)',
  'disks.method': 'Transfer', 'disks.method.block': 'Blocks', 'disks.method.file': 'Files',
  'disks.method.leave': 'Leave out', 'disks.used': '{n} used',
  'disks.minimum': 'at least {n}', 'disks.fixed': 'Fixed while blocks are copied',
  'disks.checking': 'Checking', 'disks.fits': 'This layout fits.',
  'disks.refused': 'This layout is refused:', 'disks.move': 'Move {name} to disk',
  'disks.drag': 'Drag a mount point to another disk, or choose the disk in its row.',


  'import.title': 'Import migration source',


  'import.method.text': 'One command on each server, which registers it with an activation code.',
  'import.quota': 'Quota (1–1000)', 'import.quota.help': 'How many servers may use the code.',
  'import.days': 'Valid for days (1–90)', 'import.generate': 'Generate activation code',
  'import.command': 'Run this as root on each source server',
  'import.once': 'The code is shown here once and never again.',
  'import.expires': 'Until {time}', 'import.wait': 'Servers appear here as they register:',
 'import.agent':
    'The agent (edgeferry-agent) must be installed, and must keep running during the migration. '
    + 'The server must reach {controller}.', 'import.shell': 'Linux Shell',
  'import.name.help': 'By which you know the code again.', 'import.waiting': 'No server yet.',

  'act.title': 'Activation codes', 'act.none': 'No activation codes.', 'act.used': 'Used',
  'act.expires': 'Valid until', 'act.disable': 'Disable', 'act.activated': 'Active',
  'act.disabled': 'Disabled', 'act.expired': 'Expired', 'act.used_up': 'Used up',
  'act.ask.disable': 'Disable the code? Servers that are registered stay.',
  'act.ask.delete': 'Forget the code? Servers that are registered stay.',

  'tags.title': 'Tags', 'tags.none': 'No tags yet.', 'tags.sources': 'Source servers',
  'tags.jobs': 'Jobs', 'tags.show': 'Show these',

  'keys.title': 'Access keys', 'keys.role': 'Role', 'keys.create': 'Create access key',
  'keys.created': 'Keep the secret now: it is never shown again.', 'keys.secret': 'Secret',
  'keys.enabled': 'Enabled', 'keys.disabled': 'Disabled', 'keys.unreadable': 'Unreadable',
  'keys.enable': 'Enable', 'keys.disable': 'Disable', 'keys.own': 'yours',
  'keys.ask.disable': 'Disable the key? Its sessions end.',
  'keys.ask.delete': 'Delete the key? Its sessions end, and it cannot come back.',
  'keys.role.viewer': 'Viewer: looks at everything but keys and the audit log',
  'keys.role.operator': 'Operator: also changes sources and migrations',
  'keys.role.admin': 'Administrator: also manages keys',

  'cluster.title': 'Cluster', 'cluster.nodes': 'Nodes and agents', 'cluster.tree': 'Actors',
  'cluster.events': 'Events of the cluster', 'cluster.online': 'Online',
  'cluster.offline': 'Offline', 'cluster.restarts': '{n} {n:restart|restarts}',
  'cluster.version': 'Version',
  'cluster.controller': 'Address for agents', 'cluster.events.none': 'No events.',
  'cluster.refresh': 'Look again', 'cluster.seen': 'As of {time}', 'cluster.role': 'Role',
  'cluster.left': '{n} more are not told.', 'cluster.machines': 'Rented machines',

  'audit.title': 'Audit log', 'audit.none': 'Nothing yet.', 'audit.when': 'When',
  'audit.who': 'Who', 'audit.action': 'Action', 'audit.subject': 'About',
  'audit.outcome': 'Outcome', 'audit.done': 'done', 'audit.lost': 'the controller ended meanwhile',
  'audit.older': 'Older entries', 'audit.from': 'from {address}',

 'source.findings': 'Findings', 'source.findings.none':
    'Nothing stands against a migration.', 'source.system': 'System', 'source.cpu': 'Processor',
  'source.memory': 'Memory', 'source.firmware': 'Firmware', 'source.networks': 'Networks',
  'source.disks': 'Disks', 'source.jobs': 'Migrations', 'source.refresh': 'Look again',
  'source.delete': 'Remove source', 'source.ask.delete':
    'Forget this server? Its agent can register again, as a new one.', 'source.kernel': 'Kernel',
  'source.agent': 'Agent', 'source.jobs.none': 'It has not been migrated yet.',
  'source.edit': 'Edit', 'source.gone': 'This source server is not there any more.',

  'time.short': 'less than a second', 'common.edit': 'Edit',

  'nav.workgroups': 'Workgroups', 'nav.resources': 'Temporary resources',

  'ask.sync.on': 'One more run copies what has changed since the last image, and makes a new one.',
  'ask.sync.off': 'The newest image stands as it is; what has changed since is not in it.',
  'ask.pause.unknown': 'How long file systems will stand still is not known before the first pass.',
  'ask.pause.last': 'Last time it was {time}.',
  'ask.cut-over.after':
    'After that the job ends, and its temporary resources are released. Stop what writes to '
    + 'the source server before, so that nothing is lost.',

  'job.restarts': 'Restarts of this run', 'job.resent': 'Sent again',
  'job.resent.most': 'at most {n}', 'job.boot.console': 'Serial console of the boot proof',
  'job.boot.download': 'Download console',
  'disk.map': 'Beginning to end of the disk: {done} of {parts} parts are done',
  'disk.map.label': 'Map of {name}: {done} of {parts} parts are done',

  'bottleneck.source_disk': 'The source disk is the slow part.',
  'bottleneck.cpu': 'The processor of the source server is the slow part.',
  'bottleneck.network': 'The network is the slow part.',
  'bottleneck.target': 'The target disk is the slow part.',
  'bottleneck.limit': 'The speed limit of this job is what slows it down.',
  'bottleneck.do.source_disk':
    'Other work on the server reads or writes there, too: do less of it, or wait for a quiet '
    + 'hour.',
  'bottleneck.do.cpu': 'Lower the compression, or leave the processor more room.',
  'bottleneck.do.network': 'Raise the compression, or use a faster line.',
  'bottleneck.do.target':
    'Use faster disks for the transition node, or run fewer migrations at once.',
  'bottleneck.do.limit': 'Raise it under Modify if the line has room.',

  'held.title': 'What this migration holds', 'held.all': 'All temporary resources',
  'held.what': 'Resource', 'held.size': 'Size', 'held.since': 'since {time}',
  'cost.per_hour': '{n} per hour', 'until.now': 'It is being released.',
  'until.run': 'Goes with this run.', 'until.job': 'Goes with the job, or when it is cancelled.',
  'until.error': 'Kept for a retry. It goes when you cancel, or once a retry is done.',
  'until.paused': 'Kept while the migration is paused.', 'cost.unknown': 'not known',
  'cost.none': 'What this costs is not known: the cluster file has no prices for it ([prices]).',
  'cost.sum': 'So far about {sum}, and {hour} per hour.',
  'cost.partly': 'Not all of it has a known price.', 'cost.hour': 'Per hour',
  'kind.machine': 'Rented machine', 'kind.instance': 'Target disks', 'kind.export': 'Image objects',
  'kind.import': 'Import', 'kind.image': 'Image', 'kind.image_file': 'Image file',
  'kind.bucket_object': 'Object', 'kind.upload': 'Upload', 'kind.ens_image': 'ENS image',
  'kind.temporary_disk': 'Temporary disk', 'kind.network': 'VPC', 'kind.vswitch': 'Virtual switch',
  'kind.firewall': 'Security group', 'found.in_use': 'In use', 'found.kept': 'Kept',
  'found.leaked': 'Leaked', 'found.missing': 'Missing', 'found.gone': 'Gone',
  'found.closed': 'Ended', 'found.unknown': 'Perhaps not ours',

  'res.text':
    'Everything that migrations hold for a while. What has leaked is removed by itself at '
    + 'the next look; nothing here is an image of yours.',
  'res.closed': 'Show ended ones, too',
  'res.shared': 'The bucket and the registry could not be looked at.',
  'res.none': 'There are no temporary resources.', 'res.age': 'Age', 'res.release': 'Release',
  'res.abandon': 'Give up', 'res.ask.release': 'Remove {name} now? No unfinished job uses it.',
  'res.ask.abandon':
    'Give up {name}, so that its job can end? What is left of it stays where it is, and may '
    + 'cost money.',

  'group.text':
    'Source servers that belong together: how far all of them are, at a glance. A server is '
    + 'in one workgroup at most.',
  'group.none': 'No workgroups yet.', 'group.create': 'Create workgroup',
  'group.add': 'Add source servers', 'group.none_free': 'No source server is free.',
  'group.empty': 'No source servers yet.', 'group.no_job': 'No migration yet',
  'group.errors': '{n} in error', 'group.out': 'Take out',
  'group.ask.out': 'Take the server out of the workgroup? It stays a source server.',
  'group.ask.delete': 'Delete the empty workgroup?', 'group.status.NotStarted': 'Not started',
  'group.status.InProgress': 'In progress', 'group.status.Cutover': 'Ready for cut-over',
  'group.status.Completed': 'Completed',

  'set.target': 'Transition instance', 'set.target.rent': 'Rent one for this job',
  'set.target.own': 'Use an ECS instance that exists', 'set.instance': 'Instance ID',
  'set.instance.help':
    'It must run Linux with the Cloud Assistant. The job attaches a disk of its own, and '
    + 'takes it away again; the instance stays.',
  'set.type.default':
    'Empty: {type}, as in the cluster file. If it is out of stock, the job fails.',

  'import.kind': 'Source type', 'import.kind.server': 'Physical server, VM or other cloud',
  'import.kind.ecs': 'Alibaba ECS instance', 'import.program': 'Download with',
  'import.no_download': 'Servers can’t download the agent from this controller. Put it there as '
    + 'follows, or install the agent by hand and run the command below.',
  'import.all_in_one': 'It downloads the agent, checks it, installs it, and registers the server. '
    + 'The server must reach {controller} and this console.',
  'ecs.none': 'The cluster file names no account of Alibaba Cloud. Add [ecs_import] with kind = '
    + '"ecs" and a region, and [credentials], then start the controller and its worker again.',
  'ecs.text': 'Cloud Assistant downloads the agent on each instance and registers it. Nobody logs '
    + 'in. It takes 3 to 10 minutes.',
  'ecs.needs': 'The RAM user needs AliyunECSReadOnlyAccess and AliyunECSAssistantFullAccess.',
  'ecs.region': 'Region', 'ecs.search': 'Search', 'ecs.search.help': 'ID, name or IP address.',
  'ecs.list': 'Show instances', 'ecs.instances': 'Instances', 'ecs.instance': 'Instance',
  'ecs.status': 'Status', 'ecs.address': 'Public / private IP', 'ecs.assistant': 'Cloud Assistant',
  'ecs.assistant.yes': 'Active', 'ecs.assistant.no': 'Not active',
  'ecs.empty': 'No instances found.', 'ecs.choose': 'Select {name}',
  'ecs.choose.all': 'Select all that can be imported', 'ecs.chosen': '{n} selected (at most 100)',
  'ecs.left_out': '{n} more are not shown. Search for less.', 'ecs.import': 'Import',
  'ecs.tags.help': 'The source servers get these tags and this group.',
  'ecs.progress': 'Import {id}', 'ecs.result': '{imported} of {n} imported, {failed} failed',
  'ecs.waiting': 'Waiting', 'ecs.running': 'Running', 'ecs.registered': 'Registered',
  'ecs.imported': 'Imported', 'ecs.failed': 'Failed', 'ecs.canceled': 'Canceled',
  'ecs.canceling': 'Being canceled', 'ecs.done': 'Ended', 'ecs.source': 'Source server',
  'ecs.output': 'What the command wrote', 'ecs.cancel': 'Cancel', 'ecs.retry': 'Retry failed ones',
  'ecs.pick': 'Select', 'ecs.more': 'Import other instances', 'ecs.earlier': 'Imports', 'ecs.open': 'Show',

  'import.group': 'Resource group',
  'import.group.help': 'An id of your own, by which servers are found again.',
  'import.tags.help': 'Servers that register with this code get these tags and this group.',

  'event.and': '; ', 'event.change': '{name}: {value}',
  'event.modified': 'Settings changed: {what}',
  'event.job_created': 'Job created for source server {source}',
  'event.job_started.start': 'Migration started', 'event.job_started.resume': 'Migration resumed',
  'event.job_started.retry': 'Migration retried',
  'event.machine_intended': '{node} rents a machine',
  'event.machine_rented': 'Machine {machine} ({type}) runs at {address}',
  'event.machine_enrolled': 'The machine has joined the cluster',
  'event.instance_intended': 'Target disks are made on {node}',
  'event.instance_ready': 'Target disks are ready',
  'event.files_differ': '{files} files on {mount_point} are not copied as they are',
  'event.disks_verified': '{disks} disks are copied; source and target are the same',
  'event.disks_verified.files':
    '{disks} disks are copied; source and target are the same, but for {files} files',
  'event.copy_refuted': 'The target has changed since it was proven, and is mended',
  'event.export_intended': '{node} makes the image', 'event.image_exported': 'Image made, {bytes}',
  'event.image_exported.booted': 'Image made, {bytes}; it boots',
  'event.image_exported.unproven': 'Image made, {bytes}; that it boots is not proven',
  'event.boot_seen': 'The console of the boot proof is kept',
  'event.import_intended': 'Image is being imported',
  'event.image_imported': 'ENS image {image} exists',
  'event.image_certified': 'ENS image {image} is certified',
  'event.resource_released': 'Released: {kind}',
  'event.job_stalled': 'Nothing has moved since {since}', 'event.job_moved': 'It moves again',
  'event.release_stalled': 'Cannot be released: {kind} ({error})',
  'event.resource_abandoned': 'Given up: {kind} on {node}',
  'event.job_finished': 'Migration finished',
  'event.run_finished': 'Run finished; the next one follows',
  'event.job_restarted': 'Goes on after a failure that passes by itself ({error})',
  'event.job_paused': 'Paused', 'event.job_failed': 'Failed ({error})',
  'event.cut_over_started': 'Cut-over to the image that exists',
  'event.cut_over_started.sync': 'Cut-over, with one last run',
  'event.image_retired': 'Image {image} is older than those to keep, and is removed',
  'event.image_removed': 'Image {image} is removed',
  'event.image_removed.abandoned': 'Image {image} stays; its removal is given up',
  'event.worker_replaced': 'Worker {lost} is gone, {node} goes on',
  'event.job_expired': 'Validity is over; everything is being released',
  'event.job_canceled.cancel': 'Cancelled; everything is being released',
  'event.job_canceled.delete': 'Deleted; everything is being released',
  'event.job_canceled.expiry': 'Deleted some days after it expired',
  'event.job_deleted': 'All temporary resources are released', 'setting.speed_limit': 'speed limit',
  'setting.compression': 'compression', 'setting.adaptive_compression': 'adaptive compression',
  'setting.encryption': 'encryption', 'setting.check_after_each_pass': 'check after each pass',
  'setting.name': 'name', 'setting.description': 'description', 'setting.image_name': 'image name',
  'setting.start': 'start', 'setting.valid_until': 'valid until',
  'setting.hours_between_runs': 'hours between runs', 'setting.images_to_keep': 'images to keep',
  'setting.boot_fix_ups': 'boot fix-ups', 'setting.network_of_the_image': 'network of the image',
  'setting.boot_proof': 'boot proof', 'setting.left_out_files': 'left out files',
  'setting.tags': 'tags', 'setting.machine': 'machine',
  'setting.diagnostic_logs': 'diagnostic logs', 'setting.disks': 'disk layout',
  'nav.notifications': 'Notifications', 'notify.add': 'Add a receiver',
  'notify.none': 'Nobody is told yet. Mail or a webhook can tell of errors before anybody looks.',
  'notify.kind': 'Told by', 'notify.kind.mail': 'Mail', 'notify.kind.webhook': 'Webhook',
  'notify.mail': 'Mail address', 'notify.webhook': 'URL (https://…)', 'notify.target': 'Receiver',
  'notify.events': 'Events', 'notify.event.error': 'error', 'notify.event.done': 'completed',
  'notify.event.stalled': 'stalled', 'notify.event.leak': 'resource leaked',
  'notify.event.offline': 'source offline', 'notify.job': 'Only of this migration',
  'notify.job.help': 'Its ID; empty: of all migrations.', 'notify.taken': 'Delivered',
  'notify.waiting': '{n} waiting', 'notify.given_up': '{n} given up', 'notify.test': 'Send a test',
  'notify.active': 'Active', 'notify.disabled': 'Disabled', 'notify.unreadable': 'Unreadable',
  'notify.ask.test': 'A test message is sent now. It succeeds once the receiver has taken it.',
  'notify.ask.remove': 'Nothing more is sent, and what waits is forgotten.',
  'notify.secret': 'Requests are signed with this secret. Keep it now: it is never shown again.',
};

export type Key = keyof typeof en;
export type Catalogue = Record<Key, string>;
