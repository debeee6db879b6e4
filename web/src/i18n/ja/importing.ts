// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import type { Words } from '../words.ts';
import type { importing as en } from '../en/importing.ts';

export const importing: Words<typeof en> = {
  'import.title': '移行元のインポート',
  'import.method.text': '各サーバーでコマンドを 1 つ実行し、アクティベーションコードで登録します。',
  'import.quota': '登録上限（1–1000）',
  'import.quota.help': 'コードを使えるサーバーの台数。',
  'import.days': '有効日数（1–90）',
  'import.generate': 'アクティベーションコードを生成',
  'import.command': '各移行元サーバーで root として実行してください',
  'import.once': 'コードが表示されるのはここで一度だけです。',
  'import.expires': '有効期限：{time}',
  'import.wait': '登録されたサーバーがここに表示されます：',
  'import.agent':
    'エージェント（edgeferry-agent）をインストールし、移行中は動かし続けてください。'
    + 'サーバーから {controller} に到達できる必要があります。',
  'import.shell': 'Linux Shell',
  'import.name.help': '後でコードを見分けるための名前です。',
  'import.waiting': 'まだサーバーはありません。',
  'import.kind': '移行元の種類',
  'import.kind.server': '物理サーバー、VM、他のクラウド',
  'import.kind.ecs': 'Alibaba ECS インスタンス',
  'import.program': 'ダウンロード方法',
  'import.no_download':
    'サーバーはこのコントローラーからエージェントをダウンロードできません。次のとおりに配置するか、'
    + 'エージェントを手動でインストールして下のコマンドを実行してください。',
  'import.all_in_one':
    'エージェントのダウンロード、検証、インストール、サーバーの登録を行います。'
    + 'サーバーは {controller} とこのコンソールに到達できる必要があります。',
  'import.group': 'リソースグループ',
  'import.group.help': 'サーバーを探すための任意の ID です。',
  'import.tags.help': 'このコードで登録したサーバーに、これらのタグとグループが付きます。',

  'act.title': 'アクティベーションコード',
  'act.none': 'アクティベーションコードはありません。',
  'act.used': '使用数',
  'act.expires': '有効期限',
  'act.disable': '無効にする',
  'act.activated': '有効',
  'act.disabled': '無効',
  'act.expired': '期限切れ',
  'act.used_up': '使用済み',
  'act.ask.disable': 'コードを無効にしますか？登録済みのサーバーは残ります。',
  'act.ask.delete': 'コードを削除しますか？登録済みのサーバーは残ります。',

  'ecs.none':
    'クラスターファイルに Alibaba Cloud のアカウントがありません。'
    + '[ecs_import]（kind = "ecs" とリージョン）と [credentials] を追加し、'
    + 'コントローラーとワーカーを再起動してください。',
  'ecs.text':
    'Cloud Assistant が各インスタンスでエージェントをダウンロードして登録します。'
    + 'ログインは不要です。3〜10 分かかります。',
  'ecs.needs':
    'RAM ユーザーには AliyunECSReadOnlyAccess と AliyunECSAssistantFullAccess が必要です。',
  'ecs.region': 'リージョン',
  'ecs.search': '検索',
  'ecs.search.help': 'ID、名前、IP アドレス。',
  'ecs.list': 'インスタンスを表示',
  'ecs.instances': 'インスタンス一覧',
  'ecs.instance': 'インスタンス',
  'ecs.status': '状態',
  'ecs.address': 'パブリック / プライベート IP',
  'ecs.assistant': 'Cloud Assistant',
  'ecs.assistant.yes': '有効',
  'ecs.assistant.no': '無効',
  'ecs.empty': 'インスタンスが見つかりません。',
  'ecs.choose': '{name} を選択',
  'ecs.choose.all': 'インポートできるものをすべて選択',
  'ecs.chosen': '{n} 台を選択（最大 100 台）',
  'ecs.left_out': 'ほかに {n} 台あります。検索で絞り込んでください。',
  'ecs.import': 'インポート',
  'ecs.tags.help': '移行元サーバーに、これらのタグとグループが付きます。',
  'ecs.progress': 'インポート {id}',
  'ecs.result': '{n} 台中 {imported} 台をインポート、{failed} 台が失敗',
  'ecs.waiting': '待機中',
  'ecs.running': '実行中',
  'ecs.registered': '登録済み',
  'ecs.imported': 'インポート済み',
  'ecs.failed': '失敗',
  'ecs.canceled': 'キャンセル済み',
  'ecs.canceling': 'キャンセル中',
  'ecs.done': '終了',
  'ecs.source': '移行元サーバー',
  'ecs.output': 'コマンドの出力',
  'ecs.cancel': 'キャンセル',
  'ecs.retry': '失敗したものを再試行',
  'ecs.pick': '選択',
  'ecs.more': '他のインスタンスをインポート',
  'ecs.earlier': 'インポート履歴',
  'ecs.open': '表示',
};
