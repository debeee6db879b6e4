// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import type { Words } from '../words.ts';
import type { resources as en } from '../en/resources.ts';

export const resources: Words<typeof en> = {
  'res.text':
    '移行が一時的に保持しているすべてのリソースです。リークしたものは次の点検で自動的に削除されま'
    + 'す。お客様のイメージは含まれません。',
  'res.closed': '終了したものも表示',
  'res.shared': 'バケットとレジストリを確認できませんでした。',
  'res.none': '一時リソースはありません。',
  'res.age': '経過時間',
  'res.release': '解放',
  'res.abandon': '放棄',
  'res.ask.release': '{name} を今すぐ削除しますか？未完了のジョブは使っていません。',
  'res.ask.abandon':
    'ジョブを終えるために {name} を放棄しますか？残ったものはそのまま残り、'
    + '料金が発生することがあります。',

  'held.title': 'この移行が保持しているもの',
  'held.all': 'すべての一時リソース',
  'held.what': 'リソース',
  'held.size': 'サイズ',
  'held.since': '{time} から',

  'until.now': '解放中です。',
  'until.run': 'この実行の終了時に解放されます。',
  'until.job': 'ジョブの終了時またはキャンセル時に解放されます。',
  'until.error': '再試行のために残しています。キャンセル時または再試行の完了後に解放されます。',
  'until.paused': '移行の一時停止中は残ります。',

  'cost.per_hour': '1 時間あたり {n}',
  'cost.unknown': '不明',
  'cost.none': '料金は不明です。クラスターファイルに価格（[prices]）がありません。',
  'cost.sum': 'これまでに約 {sum}、1 時間あたり {hour}。',
  'cost.partly': '価格が不明なものもあります。',
  'cost.hour': '1 時間あたり',

  'kind.machine': 'レンタルマシン',
  'kind.instance': '移行先ディスク',
  'kind.export': 'イメージのオブジェクト',
  'kind.import': 'インポート',
  'kind.image': 'イメージ',
  'kind.image_file': 'イメージの一時ファイル',
  'kind.bucket_object': 'バケットのオブジェクト',
  'kind.upload': 'アップロード',
  'kind.ens_image': 'ENS イメージ',
  'kind.temporary_disk': '一時ディスク',
  'kind.network': 'VPC ネットワーク',
  'kind.vswitch': '仮想スイッチ',
  'kind.firewall': 'セキュリティグループ',

  'found.in_use': '使用中',
  'found.kept': '保持',
  'found.leaked': 'リーク',
  'found.missing': '見つからない',
  'found.gone': '消滅',
  'found.closed': '終了',
  'found.unknown': '他者のものの可能性',
};
