// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What migrations hold for a while, and what that costs.
export const resources = {
  'res.text':
    'Everything that migrations hold for a while. What has leaked is removed by itself at the next '
    + 'look; nothing here is an image of yours.',
  'res.closed': 'Show ended ones, too',
  'res.shared': 'The bucket and the registry could not be looked at.',
  'res.none': 'There are no temporary resources.',
  'res.age': 'Age',
  'res.release': 'Release',
  'res.abandon': 'Give up',
  'res.ask.release': 'Remove {name} now? No unfinished job uses it.',
  'res.ask.abandon':
    'Give up {name}, so that its job can end? What is left of it stays where it is, and may cost '
    + 'money.',

  'held.title': 'What this migration holds',
  'held.all': 'All temporary resources',
  'held.what': 'Resource',
  'held.size': 'Size',
  'held.since': 'since {time}',

  'until.now': 'It is being released.',
  'until.run': 'Goes with this run.',
  'until.job': 'Goes with the job, or when it is cancelled.',
  'until.error': 'Kept for a retry. It goes when you cancel, or once a retry is done.',
  'until.paused': 'Kept while the migration is paused.',

  'cost.per_hour': '{n} per hour',
  'cost.unknown': 'not known',
  'cost.none': 'What this costs is not known: the cluster file has no prices for it ([prices]).',
  'cost.sum': 'So far about {sum}, and {hour} per hour.',
  'cost.partly': 'Not all of it has a known price.',
  'cost.hour': 'Per hour',

  'kind.machine': 'Rented machine',
  'kind.instance': 'Target disks',
  'kind.export': 'Image objects',
  'kind.import': 'Import',
  'kind.image': 'Image',
  'kind.image_file': 'Image file',
  'kind.bucket_object': 'Object',
  'kind.upload': 'Upload',
  'kind.ens_image': 'ENS image',
  'kind.temporary_disk': 'Temporary disk',
  'kind.network': 'VPC',
  'kind.vswitch': 'Virtual switch',
  'kind.firewall': 'Security group',

  'found.in_use': 'In use',
  'found.kept': 'Kept',
  'found.leaked': 'Leaked',
  'found.missing': 'Missing',
  'found.gone': 'Gone',
  'found.closed': 'Ended',
  'found.unknown': 'Perhaps not ours',
};
