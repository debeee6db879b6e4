// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What stands around every page, and words that all pages share.
export const frame = {
  'language': 'English',
  'language.label': 'Language',

  'time.seconds': '{n} s',
  'time.minutes': '{n} min',
  'time.hours': '{h} h {m} min',
  'time.days': '{d} d {h} h',
  'time.interval': '{from} – {to}',
  'time.short': 'less than a second',

  'login.title': 'Log in',
  'login.id': 'Access key ID',
  'login.secret': 'Secret',
  'login.submit': 'Log in',
  'login.hint': 'An administrator makes access keys:',
  'login.ended': 'Your session has ended. Log in again.',
  'login.wrong': 'There is no such access key, or its secret is another one.',

  'nav.label': 'Pages',
  'nav.migrations': 'Edge node migration',
  'nav.import': 'Import source',
  'nav.activations': 'Activation codes',
  'nav.tags': 'Tags',
  'nav.keys': 'Access keys',
  'nav.cluster': 'Cluster',
  'nav.audit': 'Audit log',
  'nav.more': 'Menu',
  'nav.logout': 'Log out',
  'nav.skip': 'Skip to content',
  'nav.workgroups': 'Workgroups',
  'nav.resources': 'Temporary resources',
  'nav.notifications': 'Notifications',

  'theme.label': 'Appearance',
  'theme.system': 'As the system',
  'theme.light': 'Light',
  'theme.dark': 'Dark',

  'role.viewer': 'viewer',
  'role.operator': 'operator',
  'role.admin': 'administrator',

  'live.connecting': 'Connecting',
  'live.live': 'Live',
  'live.stale': 'Out of date',
  'live.reconnecting': 'Reconnecting',
  'live.stale.text': 'The controller does not answer. What you see is from {time}.',

  'error.title': 'That did not work',
  'error.unreachable':
    'The controller cannot be reached. Nothing is known of what came of this request: look before '
    + 'you try again.',
  'error.load': 'This could not be loaded.',
  'error.forbidden': 'Your role does not allow this.',
  'error.stale':
    'Somebody changed this job meanwhile, and nothing was done. It is shown as it is now.',
  'error.page': 'There is no such page.',
  'error.line': '{code} {title}: {what}',

  'action.again': 'Try again',

  'common.close': 'Close',
  'common.back': 'Back',
  'common.next': 'Next',
  'common.copy': 'Copy',
  'common.copied': 'Copied',
  'common.copy.failed': 'Copy it by hand',
  'common.save': 'Save',
  'common.delete': 'Delete',
  'common.create': 'Create',
  'common.name': 'Name',
  'common.description': 'Description',
  'common.optional': 'optional',
  'common.loading': 'Loading',
  'common.actions': 'Actions',
  'common.state': 'State',
  'common.created': 'Created',
  'common.on': 'On',
  'common.off': 'Off',
  'common.auto': 'Automatic',
  'common.details': 'Details',
  'common.edit': 'Edit',
};
