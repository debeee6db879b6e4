// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
import type { Words } from '../words.ts';
import type { resources as en } from '../en/resources.ts';

export const resources: Words<typeof en> = {
  'res.text': '迁移过程中暂时占用的所有资源。泄漏的资源会在下次检查时自动清除；您的镜像不在其中。',
  'res.closed': '同时显示已结束的',
  'res.shared': '无法查看存储空间和镜像库。',
  'res.none': '没有临时资源。',
  'res.age': '存在时间',
  'res.release': '释放',
  'res.abandon': '放弃',
  'res.ask.release': '现在清除 {name}？没有未完成的任务在使用它。',
  'res.ask.abandon': '放弃 {name}，让任务得以结束？剩余部分会保留，并可能产生费用。',

  'held.title': '此迁移占用的资源',
  'held.all': '全部临时资源',
  'held.what': '资源',
  'held.size': '大小',
  'held.since': '自 {time}',

  'until.now': '正在释放。',
  'until.run': '本次运行结束时释放。',
  'until.job': '任务结束或取消时释放。',
  'until.error': '为重试而保留。取消或重试完成后释放。',
  'until.paused': '迁移暂停期间保留。',

  'cost.per_hour': '每小时 {n}',
  'cost.unknown': '未知',
  'cost.none': '费用未知：集群文件中没有相应的价格（[prices]）。',
  'cost.sum': '到目前为止约 {sum}，每小时 {hour}。',
  'cost.partly': '部分资源的价格未知。',
  'cost.hour': '每小时',

  'kind.machine': '租用的机器',
  'kind.instance': '目标磁盘',
  'kind.export': '镜像文件',
  'kind.import': '导入',
  'kind.image': '镜像',
  'kind.image_file': '镜像临时文件',
  'kind.bucket_object': '存储空间中的文件',
  'kind.upload': '上传',
  'kind.ens_image': 'ENS 镜像',
  'kind.temporary_disk': '临时磁盘',
  'kind.network': '专有网络',
  'kind.vswitch': '交换机',
  'kind.firewall': '安全组',

  'found.in_use': '使用中',
  'found.kept': '保留',
  'found.leaked': '已泄漏',
  'found.missing': '缺失',
  'found.gone': '已不存在',
  'found.closed': '已结束',
  'found.unknown': '可能不属于本系统',
};
