// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import type { Words } from '../words.ts';
import type { frame as en } from '../en/frame.ts';

export const frame: Words<typeof en> = {
  'language': '日本語',
  'language.label': '言語',

  'time.seconds': '{n} 秒',
  'time.minutes': '{n} 分',
  'time.hours': '{h} 時間 {m} 分',
  'time.days': '{d} 日 {h} 時間',
  'time.interval': '{from} ~ {to}',
  'time.short': '1 秒未満',

  'login.title': 'ログイン',
  'login.id': 'アクセスキー ID',
  'login.secret': 'シークレット',
  'login.submit': 'ログイン',
  'login.hint': 'アクセスキーは管理者が作成します：',
  'login.ended': 'セッションが終了しました。もう一度ログインしてください。',
  'login.wrong': 'アクセスキーが存在しないか、シークレットが正しくありません。',

  'nav.label': 'ページ',
  'nav.migrations': 'エッジノード移行',
  'nav.import': '移行元のインポート',
  'nav.activations': 'アクティベーションコード',
  'nav.tags': 'タグ',
  'nav.keys': 'アクセスキー',
  'nav.cluster': 'クラスター',
  'nav.audit': '監査ログ',
  'nav.more': 'メニュー',
  'nav.logout': 'ログアウト',
  'nav.skip': '本文へ移動',
  'nav.workgroups': 'ワークグループ',
  'nav.resources': '一時リソース',
  'nav.notifications': '通知',

  'theme.label': '外観',
  'theme.system': 'システムに合わせる',
  'theme.light': 'ライト',
  'theme.dark': 'ダーク',

  'role.viewer': '閲覧者',
  'role.operator': 'オペレーター',
  'role.admin': '管理者',

  'live.connecting': '接続中',
  'live.live': 'リアルタイム',
  'live.stale': '古いデータ',
  'live.reconnecting': '再接続中',
  'live.stale.text': 'コントローラーが応答しません。表示は {time} 時点のものです。',

  'error.title': '失敗しました',
  'error.unreachable':
    'コントローラーに接続できません。この要求の結果は不明です。'
    + '状態を確認してから再試行してください。',
  'error.load': '読み込めませんでした。',
  'error.forbidden': 'この操作に必要な権限がありません。',
  'error.stale':
    'その間にほかの人がジョブを変更したため、何も実行しませんでした。現在の状態を表示しています。',
  'error.page': 'ページがありません。',
  'error.line': '{code} {title}：{what}',

  'action.again': '再試行',

  'common.close': '閉じる',
  'common.back': '戻る',
  'common.next': '次へ',
  'common.copy': 'コピー',
  'common.copied': 'コピーしました',
  'common.copy.failed': '手動でコピーしてください',
  'common.save': '保存',
  'common.delete': '削除',
  'common.create': '作成',
  'common.name': '名前',
  'common.description': '説明',
  'common.optional': '任意',
  'common.loading': '読み込み中',
  'common.actions': '操作',
  'common.state': '状態',
  'common.created': '作成日時',
  'common.on': 'オン',
  'common.off': 'オフ',
  'common.auto': '自動',
  'common.details': '詳細',
  'common.edit': '編集',
};
