// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import type { Catalogue } from './en.ts';

export const ja: Catalogue = {
  'language': '日本語',
  'time.seconds': '{n} 秒', 'time.minutes': '{n} 分', 'time.hours': '{h} 時間 {m} 分',
  'time.days': '{d} 日 {h} 時間', 'time.interval': '{from} ~ {to}',

  'login.title': 'ログイン', 'login.id': 'アクセスキー ID', 'login.secret': 'シークレット',
  'login.submit': 'ログイン', 'login.hint': 'アクセスキーは管理者が作成します：',
  'login.ended': 'セッションが終了しました。もう一度ログインしてください。',
  'login.wrong': 'アクセスキーが存在しないか、シークレットが正しくありません。',

  'nav.label': 'ページ', 'nav.migrations': 'エッジノード移行', 'nav.import': '移行元のインポート',
  'nav.activations': 'アクティベーションコード', 'nav.tags': 'タグ', 'nav.keys': 'アクセスキー',
  'nav.cluster': 'クラスター', 'nav.audit': '監査ログ',
  'nav.more': 'メニュー', 'nav.logout': 'ログアウト', 'nav.skip': '本文へ移動',
  'theme.label': '外観', 'theme.system': 'システムに合わせる', 'theme.light': 'ライト',
  'theme.dark': 'ダーク', 'language.label': '言語',
  'role.viewer': '閲覧者', 'role.operator': 'オペレーター', 'role.admin': '管理者',

  'live.connecting': '接続中', 'live.live': 'リアルタイム', 'live.stale': '古いデータ',
  'live.reconnecting': '再接続中',
  'live.stale.text': 'コントローラーが応答しません。表示は {time} 時点のものです。',

  'error.title': '失敗しました', 'error.unreachable':
    'コントローラーに接続できません。この要求の結果は不明です。状態を確認してから再試行してください。',
  'error.load': '読み込めませんでした。', 'error.forbidden': 'この操作に必要な権限がありません。',
  'error.stale': 'その間にほかの人がジョブを変更したため、何も実行しませんでした。現在の状態を表示しています。',
  'error.page': 'ページがありません。', 'action.again': '再試行',

  'common.close': '閉じる', 'common.back': '戻る', 'common.next': '次へ',
  'common.copy': 'コピー', 'common.copied': 'コピーしました', 'common.copy.failed':
    '手動でコピーしてください', 'common.save': '保存', 'common.delete': '削除',
  'common.create': '作成', 'common.name': '名前', 'common.description': '説明',
  'common.optional': '任意', 'common.loading': '読み込み中', 'common.actions': '操作',
  'common.state': '状態', 'common.created': '作成日時', 'common.on': 'オン', 'common.off': 'オフ',
  'common.auto': '自動', 'common.details': '詳細',

  'list.title': 'エッジノード移行', 'list.search': '名前、ID、システム、アドレスを検索',
  'list.state': '状態', 'list.state.all': 'すべての状態', 'list.tag': 'タグ',
  'list.tag.all': 'すべてのタグ', 'list.source': '移行元サーバー', 'list.progress': '進行状況',
  'list.speed': '速度', 'list.network': 'ネットワーク', 'list.remaining': '残り時間',
  'list.select': '{name} を選択', 'list.select.all': '表示中の {n} 件をすべて選択',
  'list.selected': '{n} 件を選択中', 'list.clear': '選択を解除', 'list.rows': '{n} / {all} 件',
  'list.none': '一致する移行元サーバーがありません。', 'list.reset': 'すべて表示',
  'list.empty.title': '移行元サーバーがまだありません',
  'list.empty.text': '移行するサーバーをインポートしてください。各サーバーでコマンドを 1 つ実行します。',
  'list.warnings': '警告 {n} 件', 'list.import': '移行元をインポート', 'list.start': '移行を開始',
  'list.speed.help': '非圧縮',

  'state.online': 'オンライン', 'state.offline': 'オフライン', 'state.ready': '開始待ち',
  'state.running': '実行中', 'state.paused': '一時停止', 'state.waiting': '待機中',
  'state.error': 'エラー', 'state.done': '完了', 'state.expired': '期限切れ',
  'state.deleting': '削除中',
  'phase.Preparing': '準備中', 'phase.Syncing': '同期中', 'phase.Processing': 'イメージ作成中',
  'phase.Cleaning': '後片付け中',

  'do.start': '開始', 'do.pause': '一時停止', 'do.resume': '再開', 'do.retry': '移行を再試行',
  'do.cancel': '移行をキャンセル', 'do.cut-over': 'カットオーバー', 'do.delete': 'ジョブを削除',
  'do.modify': '変更', 'do.done': '受け付けました：{action}',
  'ask.start': '今すぐ移行を開始しますか？',
  'ask.pause': '移行を一時停止しますか？コピー済みのデータと一時リソースは残ります。',
  'ask.resume': '移行を再開しますか？',
  'ask.retry': '最後の安全な段階から再開しますか？',
  'ask.cancel': '移行をキャンセルしますか？一時リソースは解放され、コピー済みのデータは失われます。'
    + '作成済みのイメージは残ります。',
  'ask.cut-over': '最後のイメージでジョブを終了しますか？',
  'ask.delete': 'ジョブを一覧から削除しますか？イメージは残ります。',
  'ask.sync': '変更された分をもう一度コピーする', 'ask.pause.expected':
    'ファイルシステムの停止見込み：{time}',
  'batch.title': '{action}：移行 {n} 件', 'batch.skipped':
    '選択したサーバーのうち {n} 台は別の状態のため、そのままにします。',
  'batch.result': '{done} 件を受け付け、{failed} 件を拒否', 'batch.tag': 'タグを追加',

  'job.title': '移行', 'job.back': 'すべての移行', 'job.gone': 'このジョブはもうありません。',
  'job.progress': '進行状況', 'job.disks': 'ディスク', 'job.timeline': 'タイムライン',
  'job.resources': '一時リソース', 'job.image': 'イメージ',
  'job.notices': '注意事項', 'job.source': '移行元サーバー',
  'job.started': '開始日時', 'job.ended': '終了日時', 'job.image.id': 'ENS イメージ',
  'job.image.none': 'イメージはまだありません。', 'job.certificate': '証明書をダウンロード',
  'job.image.next': 'ENS コンソールで、このイメージから ENS インスタンスを作成してください。',
  'job.boot': '起動の検証', 'job.boot.booted': 'イメージは起動します（{time}）',
  'job.boot.failed': 'イメージは起動しません', 'job.boot.no_guest': 'OS がありません',
  'job.boot.not_proven': '検証できませんでした', 'job.boot.log': 'コンソールの出力',
  'job.fixups': '起動のための修正', 'job.fixups.count': '変更 {n} 件', 'job.next_run': '次回の実行',
  'job.waiting_for': '待っているもの', 'job.run': '実行回数', 'job.events.none': 'まだありません。',
  'job.resources.none': 'このジョブは一時リソースを保持していません。',
  'job.resources.unseen': '確認できないものがあります：{nodes}',
  'job.all': '{n} 件すべてを表示',
  'disk.system': 'システムディスク', 'disk.data': 'データディスク {n}', 'disk.pass': '{n} 回目',
  'disk.settled': '{done} / {total}', 'disk.sent': '送信 {n}', 'disk.skipped': 'スキップ {n}',
  'disk.wire': 'ネットワーク {n}', 'disk.issues': 'そのままコピーできないファイル {n} 件',
  'disk.proven': 'ダイジェストにより、移行元と移行先は同一です。',
  'diskphase.waiting': '待機', 'diskphase.copying': 'コピー中', 'diskphase.settling': '収束中',
  'diskphase.snapshot': 'スナップショット', 'diskphase.frozen': '最終パス',
  'diskphase.verifying': '検証中', 'diskphase.verified': '検証済み',

  'trouble.title': 'トラブルシューティング', 'trouble.code': 'エラーコード',
  'trouble.what': '起きたこと', 'trouble.evidence': '直近のイベント',
  'trouble.who': '対応する人', 'trouble.next': '次の手順',
  'trouble.who.source': '移行元サーバーの管理者',
  'trouble.who.cloud': 'クラウドアカウントの所有者',
  'trouble.who.operator': 'edgeferry の運用担当者',
  'trouble.held': '再試行のために一時リソースを残しています。再試行またはキャンセルまで料金が発生することが'
    + 'あります。', 'trouble.doc': '報告用にコピー',

  'set.speed': '速度制限（Mbit/s）', 'set.speed.help':
    '0 は無制限。実際の通信量に対する制限です。表示速度は非圧縮のため、これより高くなることがあります。',
  'set.compression': '圧縮（0–10）', 'set.compression.help':
    '回線が細いときは高く、CPU を節約するときは 0 に。', 'set.adaptive': '回線に合わせて圧縮を調整',
  'set.checksum': '毎回チェックサムを検証', 'set.checksum.help':
    'より確実ですが遅くなります。最終パスは常に検証します。',
  'set.ssl': '転送の暗号化', 'set.image_name': 'イメージ名',
  'set.image_name.help': '空欄ならジョブ名になります。',
  'set.prefix': 'バケット内のプレフィックス', 'set.prefix.help': '英数字 1～30 文字。',
  'set.region': 'イメージのリージョン', 'set.region.default': 'クラスターと同じ：{region}',
  'set.license': 'ライセンス', 'set.license.cloud': 'Alibaba Cloud', 'set.license.byol': 'BYOL',
  'set.network': 'イメージのネットワーク', 'set.network.dhcp': 'DHCP',
  'set.network.keep': 'アドレスを維持', 'set.network.as-is': '変更しない',
  'set.boot_proof': '起動の検証', 'set.boot_proof.default': 'クラスターと同じ：{value}',
  'set.boot_proof.required': '必須', 'set.boot_proof.warn': '警告のみ',
  'set.kind': '種類', 'set.kind.once': 'イメージ 1 つ', 'set.kind.again':
    'カットオーバーまで繰り返し作成', 'set.frequency': '実行間隔（時間、1–168）',
  'set.keep': '残すイメージ数（1–10）', 'set.excludes': '除外するファイル',
  'set.excludes.help': '1 行に 1 ルール（例：/var/cache/）。ブロックレプリケーションでは使えません。',
  'set.tags': 'タグ', 'set.tags.help': '最大 20 個。', 'set.tag.key': 'キー', 'set.tag.value': '値',
  'set.tag.add': 'タグを追加', 'set.tag.remove': 'タグ {tag} を削除',
  'set.type': 'インスタンスタイプ', 'set.type.help':
    '在庫がない場合、ジョブは失敗します。空欄なら自動で選びます。',
  'set.vswitch': 'vSwitch', 'set.vswitch.help':
    'パブリックモードで空欄なら、VPC と vSwitch を作成します。',
  'set.mode': 'ネットワークモード', 'set.mode.public': 'パブリックネットワーク', 'set.mode.vpc': 'VPC',
  'set.mode.help': 'VPC：移行元サーバーから VPN や Express Connect で到達できる必要があります。',
  'set.start_at': '開始日時', 'set.start_at.help': '30 日先まで。空欄ならすぐに開始します。',

  'wizard.title': '移行を開始', 'wizard.steps': 'ステップ', 'wizard.image': 'イメージ',
  'wizard.disks': 'ディスク', 'wizard.transfer': '転送', 'wizard.confirm': '確認',
  'wizard.job_name': 'ジョブ名', 'wizard.job_name.help': '空欄なら自動で付けます。',
  'wizard.servers': '移行元サーバー {n} 台', 'wizard.intermediate':
    '中間リージョンとバケットはクラスターファイルの設定です。',
  'wizard.start': '移行を開始', 'wizard.later': '作成のみ（後で開始）',
  'wizard.confirmed': '読んで確認しました。',
  'wizard.cost': '料金', 'wizard.cost.text': 'サービスは無料です。ECS の中継リソース、OSS のストレージ・'
    + '通信量・リクエスト、ENS の保管には、クラウドの料金がかかります。エラーの後もこれらは残り、'
    + '再試行またはキャンセルまで課金されます。',
  'wizard.license': 'ライセンス', 'wizard.license.text':
    'ハードウェアが変わります。ハードウェアに紐づくライセンスは無効になることがあるため、カットオーバーの前に'
    + '再発行を受けてください。',
  'wizard.touch': '一時リソース', 'wizard.touch.text': '中継インスタンス、中間イメージ、バケット内の'
    + 'オブジェクトを停止・起動・再起動・解放しないでください。移行元サーバーのエージェントは動かし続けてください。',
  'wizard.backup': 'バックアップ', 'wizard.backup.text':
    '先に移行元サーバーのデータをバックアップしてください。',
  'wizard.created': '移行 {name} を作成しました', 'wizard.refused': '{name}：{why}',
  'wizard.partly': '一部は拒否されました。ほかは実行中です。', 'wizard.many':
    '複数のサーバーを同時に開始する場合、ディスクの構成はそのままです。',

  'disks.keep': '移行元の構成を維持', 'disks.change': 'サイズと構成を変更',
  'disks.size': 'サイズ（GiB）', 'disks.lvm': '論理ボリューム（LVM）',
  'disks.method': '転送方法', 'disks.method.block': 'ブロック', 'disks.method.file': 'ファイル',
  'disks.method.leave': '移行しない', 'disks.used': '使用 {n}',
  'disks.minimum': '最小 {n}', 'disks.fixed': 'ブロック転送ではサイズ固定',
  'disks.checking': '確認中', 'disks.fits': 'この構成で移行できます。',
  'disks.refused': 'この構成では移行できません：', 'disks.move': '{name} の移動先ディスク',
  'disks.drag': 'マウントポイントを別のディスクへドラッグするか、行の中でディスクを選んでください。',


  'import.title': '移行元のインポート',


  'import.method.text': '各サーバーでコマンドを 1 つ実行し、アクティベーションコードで登録します。',
  'import.quota': '登録上限（1–1000）', 'import.quota.help': 'コードを使えるサーバーの台数。',
  'import.days': '有効日数（1–90）', 'import.generate': 'アクティベーションコードを生成',
  'import.command': '各移行元サーバーで root として実行してください',
  'import.once': 'コードが表示されるのはここで一度だけです。',
  'import.expires': '有効期限：{time}', 'import.wait': '登録されたサーバーがここに表示されます：',
 'import.agent':
    'エージェント（edgeferry-agent）をインストールし、移行中は動かし続けてください。サーバーから {controller} に'
    + '到達できる必要があります。', 'import.shell': 'Linux Shell',
  'import.name.help': '後でコードを見分けるための名前です。', 'import.waiting': 'まだサーバーはありません。',

  'act.title': 'アクティベーションコード', 'act.none': 'アクティベーションコードはありません。',
  'act.used': '使用数', 'act.expires': '有効期限', 'act.disable': '無効にする', 'act.activated': '有効',
  'act.disabled': '無効', 'act.expired': '期限切れ', 'act.used_up': '使用済み',
  'act.ask.disable': 'コードを無効にしますか？登録済みのサーバーは残ります。',
  'act.ask.delete': 'コードを削除しますか？登録済みのサーバーは残ります。',

  'tags.title': 'タグ', 'tags.none': 'タグはまだありません。', 'tags.sources': '移行元サーバー',
  'tags.jobs': 'ジョブ', 'tags.show': '表示',

  'keys.title': 'アクセスキー', 'keys.role': 'ロール', 'keys.create': 'アクセスキーを作成',
  'keys.created': 'シークレットを今すぐ保存してください。二度と表示されません。',
  'keys.secret': 'シークレット',
  'keys.enabled': '有効', 'keys.disabled': '無効', 'keys.unreadable': '読み取り不可',
  'keys.enable': '有効にする', 'keys.disable': '無効にする', 'keys.own': '自分',
  'keys.ask.disable': 'キーを無効にしますか？そのセッションは終了します。',
  'keys.ask.delete': 'キーを削除しますか？そのセッションは終了し、元に戻せません。',
  'keys.role.viewer': '閲覧者：キーと監査ログ以外をすべて閲覧',
  'keys.role.operator': 'オペレーター：移行元と移行の変更も可能',
  'keys.role.admin': '管理者：キーの管理も可能',

  'cluster.title': 'クラスター', 'cluster.nodes': 'ノードとエージェント', 'cluster.tree': 'アクター',
  'cluster.events': 'クラスターのイベント', 'cluster.online': 'オンライン',
  'cluster.offline': 'オフライン', 'cluster.restarts': '再起動 {n} 回',
  'cluster.version': 'バージョン', 'cluster.controller': 'エージェントの接続先',
  'cluster.events.none': 'イベントはありません。', 'cluster.refresh': '更新',
  'cluster.seen': '{time} 時点', 'cluster.role': '役割',
  'cluster.left': 'ほか {n} 件は表示していません。', 'cluster.machines': 'レンタルマシン',

  'audit.title': '監査ログ', 'audit.none': 'まだありません。', 'audit.when': '日時',
  'audit.who': '実行者', 'audit.action': '操作', 'audit.subject': '対象',
  'audit.outcome': '結果', 'audit.done': '成功', 'audit.lost': 'その間にコントローラーが終了',
  'audit.older': '以前の記録', 'audit.from': '接続元 {address}',

 'source.findings': '検査結果', 'source.findings.none':
    '移行の妨げになるものはありません。', 'source.system': 'システム', 'source.cpu': 'プロセッサ',
  'source.memory': 'メモリ', 'source.firmware': 'ファームウェア', 'source.networks': 'ネットワーク',
  'source.disks': 'ディスク', 'source.jobs': '移行', 'source.refresh': '再検査',
  'source.delete': '移行元を削除', 'source.ask.delete':
    'このサーバーを削除しますか？エージェントは新しい移行元として再登録できます。',
  'source.kernel': 'カーネル', 'source.agent': 'エージェント',
  'source.jobs.none': 'まだ移行していません。', 'source.edit': '編集',
  'source.gone': 'この移行元サーバーはもうありません。',

  'time.short': '1 秒未満', 'common.edit': '編集',

  'nav.workgroups': 'ワークグループ', 'nav.resources': '一時リソース',

  'ask.sync.on': 'もう一度実行し、前回のイメージ以降の変更をコピーして新しいイメージを作成します。',
  'ask.sync.off': '最新のイメージをそのまま使います。その後の変更は含まれません。',
  'ask.pause.unknown': 'ファイルシステムの停止時間は、最初のパスが終わるまで分かりません。', 'ask.pause.last': '前回は {time} でした。',
  'ask.cut-over.after': 'その後ジョブは終了し、一時リソースは解放されます。データを失わないよう、先に移行元サーバーへの書き込みを止めてください。',

  'job.restarts': 'この実行の再開回数', 'job.resent': '再送', 'job.resent.most': '最大 {n}',
  'job.boot.console': '起動検証のシリアルコンソール', 'job.boot.download': 'コンソールをダウンロード',
  'disk.map': 'ディスクの先頭から末尾まで：{parts} 区画中 {done} 区画が完了',
  'disk.map.label': '{name} のマップ：{parts} 区画中 {done} 区画が完了',

  'bottleneck.source_disk': '移行元ディスクがボトルネックです。', 'bottleneck.cpu': '移行元サーバーの CPU がボトルネックです。',
  'bottleneck.network': 'ネットワークがボトルネックです。', 'bottleneck.target': '移行先ディスクがボトルネックです。',
  'bottleneck.limit': 'このジョブの速度制限により遅くなっています。',
  'bottleneck.do.source_disk': 'サーバーの他の処理も同じディスクを使っています。負荷を減らすか、空いている時間帯を待ってください。',
  'bottleneck.do.cpu': '圧縮を下げるか、CPU に余裕を持たせてください。',
  'bottleneck.do.network': '圧縮を上げるか、より速い回線を使ってください。',
  'bottleneck.do.target': '中継ノードに速いディスクを使うか、同時に行う移行を減らしてください。',
  'bottleneck.do.limit': '回線に余裕があれば「変更」で引き上げてください。',

  'held.title': 'この移行が保持しているもの', 'held.all': 'すべての一時リソース', 'held.what': 'リソース', 'held.size': 'サイズ',
  'held.since': '{time} から', 'cost.per_hour': '1 時間あたり {n}', 'until.now': '解放中です。',
  'until.run': 'この実行の終了時に解放されます。', 'until.job': 'ジョブの終了時またはキャンセル時に解放されます。',
  'until.error': '再試行のために残しています。キャンセル時または再試行の完了後に解放されます。', 'until.paused': '移行の一時停止中は残ります。',
  'cost.unknown': '不明', 'cost.none': '料金は不明です。クラスターファイルに価格（[prices]）がありません。',
  'cost.sum': 'これまでに約 {sum}、1 時間あたり {hour}。', 'cost.partly': '価格が不明なものもあります。',
  'cost.hour': '1 時間あたり', 'kind.machine': 'レンタルマシン', 'kind.instance': '移行先ディスク',
  'kind.export': 'イメージのオブジェクト', 'kind.import': 'インポート', 'kind.image': 'イメージ',
  'kind.image_file': 'イメージの一時ファイル', 'kind.bucket_object': 'バケットのオブジェクト', 'kind.upload': 'アップロード',
  'kind.ens_image': 'ENS イメージ', 'kind.temporary_disk': '一時ディスク', 'kind.network': 'VPC ネットワーク',
  'kind.vswitch': '仮想スイッチ', 'kind.firewall': 'セキュリティグループ', 'found.in_use': '使用中',
  'found.kept': '保持', 'found.leaked': 'リーク', 'found.missing': '見つからない', 'found.gone': '消滅',
  'found.closed': '終了', 'found.unknown': '他者のものの可能性',

  'res.text': '移行が一時的に保持しているすべてのリソースです。リークしたものは次の点検で自動的に削除されます。お客様のイメージは含まれません。',
  'res.closed': '終了したものも表示', 'res.shared': 'バケットとレジストリを確認できませんでした。', 'res.none': '一時リソースはありません。',
  'res.age': '経過時間', 'res.release': '解放', 'res.abandon': '放棄',
  'res.ask.release': '{name} を今すぐ削除しますか？未完了のジョブは使っていません。',
  'res.ask.abandon': 'ジョブを終えるために {name} を放棄しますか？残ったものはそのまま残り、料金が発生することがあります。',

  'group.text': '一緒に移行するサーバーのまとまりです。全体の進み具合が一目で分かります。サーバーが属せるワークグループは 1 つだけです。',
  'group.none': 'ワークグループはまだありません。', 'group.create': 'ワークグループを作成', 'group.add': '移行元を追加',
  'group.none_free': '追加できる移行元サーバーがありません。', 'group.empty': '移行元サーバーはまだありません。',
  'group.no_job': '未移行', 'group.errors': 'エラー {n} 件', 'group.out': '外す',
  'group.ask.out': 'サーバーをワークグループから外しますか？移行元サーバーとしては残ります。', 'group.ask.delete': '空のワークグループを削除しますか？',
  'group.status.NotStarted': '未開始', 'group.status.InProgress': '進行中',
  'group.status.Cutover': 'カットオーバー可能', 'group.status.Completed': '完了',

  'set.target': '中継インスタンス', 'set.target.rent': 'このジョブ用にレンタル', 'set.target.own': '既存の ECS インスタンスを使用',
  'set.instance': 'インスタンス ID',
  'set.instance.help': 'Linux が動作し、クラウドアシスタントが必要です。ジョブは自身のディスクを接続し、終了時に取り外します。インスタンスは残ります。',
  'set.type.default': '空欄ならクラスターファイルの {type}。在庫がない場合、ジョブは失敗します。',

  'import.group': 'リソースグループ', 'import.group.help': 'サーバーを探すための任意の ID です。',
  'import.tags.help': 'このコードで登録したサーバーに、これらのタグとグループが付きます。',

  'event.and': '、', 'event.change': '{name}：{value}', 'event.modified': '設定を変更：{what}',
  'event.job_created': '移行元 {source} のジョブを作成', 'event.job_started.start': '移行を開始',
  'event.job_started.resume': '移行を再開', 'event.job_started.retry': '移行を再試行',
  'event.machine_intended': '{node} がマシンをレンタル中',
  'event.machine_rented': 'マシン {machine}（{type}）が {address} で稼働',
  'event.machine_enrolled': 'マシンがクラスターに参加', 'event.instance_intended': '{node} に移行先ディスクを作成中',
  'event.instance_ready': '移行先ディスクの準備完了',
  'event.files_differ': '{mount_point} の {files} 個のファイルをそのままコピーできませんでした',
  'event.disks_verified': 'ディスク {disks} 台をコピーし、移行元と移行先が同一であることを確認',
  'event.disks_verified.files': 'ディスク {disks} 台をコピーし、ファイル {files} 個を除いて同一であることを確認',
  'event.copy_refuted': '検証後に移行先が変わったため修復中', 'event.export_intended': '{node} がイメージを作成中',
  'event.image_exported': 'イメージを作成、{bytes}', 'event.image_exported.booted': 'イメージを作成、{bytes}。起動を確認',
  'event.image_exported.unproven': 'イメージを作成、{bytes}。起動は未検証', 'event.boot_seen': '起動検証のコンソールを保存',
  'event.import_intended': 'イメージをインポート中', 'event.image_imported': 'ENS イメージ {image} ができました',
  'event.image_certified': 'ENS イメージ {image} に証明書を発行', 'event.resource_released': '解放：{kind}',
  'event.release_stalled': '解放できません：{kind}（{error}）',
  'event.resource_abandoned': '放棄：{node} の{kind}', 'event.job_finished': '移行が完了',
  'event.run_finished': '実行が完了、次回を待機', 'event.job_restarted': '一時的な障害（{error}）の後に続行',
  'event.job_paused': '一時停止', 'event.job_failed': '失敗（{error}）',
  'event.cut_over_started': '既存のイメージにカットオーバー', 'event.cut_over_started.sync': '最後の実行を行ってカットオーバー',
  'event.image_retired': 'イメージ {image} は保持数を超えたため削除中', 'event.image_removed': 'イメージ {image} を削除',
  'event.image_removed.abandoned': 'イメージ {image} は残り、削除を断念',
  'event.worker_replaced': 'ワーカー {lost} が失われ、{node} が続行', 'event.job_expired': '有効期間が終了し、すべてを解放中',
  'event.job_canceled.cancel': 'キャンセルされ、すべてを解放中', 'event.job_canceled.delete': '削除され、すべてを解放中',
  'event.job_canceled.expiry': '期限切れの数日後に削除', 'event.job_deleted': '一時リソースをすべて解放',
  'setting.speed_limit': '速度制限', 'setting.compression': '圧縮',
  'setting.adaptive_compression': '圧縮の自動調整', 'setting.encryption': '暗号化',
  'setting.check_after_each_pass': '毎回の検証', 'setting.name': '名前', 'setting.description': '説明',
  'setting.image_name': 'イメージ名', 'setting.start': '開始日時', 'setting.valid_until': '有効期限',
  'setting.hours_between_runs': '実行間隔（時間）', 'setting.images_to_keep': '残すイメージ数',
  'setting.boot_fix_ups': '起動のための修正', 'setting.network_of_the_image': 'イメージのネットワーク',
  'setting.boot_proof': '起動の検証', 'setting.left_out_files': '除外するファイル', 'setting.tags': 'タグ',
  'setting.machine': 'マシン', 'setting.disks': 'ディスク構成',
};
