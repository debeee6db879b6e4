// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a migration needs in the emulated cloud, made and taken back by calls of its services.
'use strict';

const assert = require('node:assert');
const { Acs3, eventually } = require('./support');

const region = 'cn-beijing';

/** A cloud, and what a migration needs in it. */
class Site {
  constructor(cloud, where = region) {
    this.cloud = cloud;
    this.region = where;
    this.ecs = new Acs3(cloud, '2014-05-26');
    this.vpcs = new Acs3(cloud, '2016-04-28');
  }

  call(action, parameters = {}) {
    return this.ecs.call(action, { RegionId: this.region, ...parameters });
  }

  vpc(action, parameters = {}) {
    return this.vpcs.call(action, { RegionId: this.region, ...parameters });
  }

  async network() {
    const { VpcId } = await this.vpc('CreateVpc', { CidrBlock: '172.16.0.0/12' });
    await eventually(() => this.vpc('DescribeVpcs', { VpcId }),
      (one) => one.Vpcs.Vpc[0].Status === 'Available');
    const { VSwitchId } = await this.vpc('CreateVSwitch',
      { VpcId, ZoneId: `${this.region}-a`, CidrBlock: '172.16.0.0/24' });
    await eventually(() => this.vpc('DescribeVSwitches', { VSwitchId }),
      (one) => one.VSwitches.VSwitch[0].Status === 'Available');
    const { SecurityGroupId } = await this.call('CreateSecurityGroup', { VpcId });
    Object.assign(this, { VpcId, VSwitchId, SecurityGroupId });
    return this;
  }

  wish(more) {
    return {
      ImageId: 'debian_12_9_x64_20G_alibase_20260101.vhd', InstanceType: 'ecs.t6-c1m1.large',
      SecurityGroupId: this.SecurityGroupId, VSwitchId: this.VSwitchId,
      InstanceName: 'No_Delete_SMC_Transition_Instance', 'SystemDisk.Size': 20, ...more,
    };
  }

  async run(more) {
    const { InstanceIdSets } = await this.call('RunInstances', this.wish(more));
    const [id] = InstanceIdSets.InstanceIdSet;
    await this.instanceIs(id, 'Running');
    return id;
  }

  async instance(id) {
    const answer = await this.call('DescribeInstances', { InstanceIds: JSON.stringify([id]) });
    return answer.Instances.Instance[0];
  }

  instanceIs(id, status) {
    return eventually(() => this.instance(id), (one) => one && one.Status === status);
  }

  async release(id) {
    await this.call('DeleteInstance', { InstanceId: id, Force: true });
    await eventually(() => this.instance(id), (one) => one === undefined);
  }

  async disks(id) {
    return (await this.call('DescribeDisks', { InstanceId: id })).Disks.Disk;
  }

  async snapshot(disk) {
    const { SnapshotId } = await this.call('CreateSnapshot', { DiskId: disk });
    await eventually(
      () => this.call('DescribeSnapshots', { SnapshotIds: JSON.stringify([SnapshotId]) }),
      (one) => one.Snapshots.Snapshot[0].Status === 'accomplished');
    return SnapshotId;
  }

  imageIs(id, status) {
    return eventually(
      () => this.call('DescribeImages',
        { ImageId: id, Status: 'Waiting,Creating,CreateFailed,Available' }),
      (one) => one.Images.Image[0].Status === status);
  }

  async removeNetwork() {
    await this.call('DeleteSecurityGroup', { SecurityGroupId: this.SecurityGroupId });
    await this.vpc('DeleteVSwitch', { VSwitchId: this.VSwitchId });
    await this.vpc('DeleteVpc', { VpcId: this.VpcId });
  }
}

async function assertEmpty(cloud, except = []) {
  const there = await cloud.ask('GET', '/inventory');
  for (const [kind, things] of Object.entries(there)) {
    if (!except.includes(kind)) assert.deepStrictEqual(things, [], kind);
  }
}

module.exports = { Site, assertEmpty, region };
