// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Nodes as they come and go, and the actors of their processes as they were when this was asked.
import { time } from '../format.ts';
import { t } from '../i18n/index.ts';
import { useLive } from '../live.ts';
import type { Actor, ClusterEvent, ClusterInfo, NodeTree } from '../types.ts';
import { Button, Code, Loaded, Table, Text, useLoad } from '../ui.tsx';

const eventsShown = 100;

interface Branch { name: string; actor?: Actor; below: Map<string, Branch> }

/** "jobs/j-1/disk0" lies below "jobs/j-1". */
function treeOf(actors: Actor[]): Branch {
  const root: Branch = { name: '', below: new Map() };
  for (const actor of actors) {
    let at = root;
    for (const name of actor.path.split('/')) {
      const next = at.below.get(name) ?? { name, below: new Map() };
      at.below.set(name, next);
      at = next;
    }
    at.actor = actor;
  }
  return root;
}

function Twigs({ branch }: { branch: Branch }) {
  return <ul class="tree">{[...branch.below.values()].map((one) => <li key={one.name}>
    <span lang="en"><Text of={one.name} most={80} /></span>
    {one.actor && <span class={one.actor.state === 'running' ? 'quiet' : 'wrong'} lang="en">
      {' '}{one.actor.state}</span>}
    {one.actor && one.actor.restarts > 0 && <span class="wrong">
      {' '}{t('cluster.restarts', { n: one.actor.restarts })}
      {' '}<Text of={one.actor.last_exit} most={200} /></span>}
    {one.below.size > 0 && <Twigs branch={one} />}</li>)}</ul>;
}

export function ClusterPage({ cluster }: { cluster: ClusterInfo }) {
  const live = useLive();
  const tree = useLoad<{ nodes: NodeTree[] }>('/tree');
  const events = useLoad<{ events: ClusterEvent[] }>('/cluster-events');
  const nodes = [...live.things.node.values()];
  return <><h1>{t('cluster.title')}</h1>
    <dl class="facts">
      <div><dt>{t('common.name')}</dt><dd><Text of={cluster.name} /></dd></div>
      <div><dt>{t('cluster.version')}</dt><dd>{cluster.version}</dd></div>
      <div><dt>{t('cluster.controller')}</dt><dd><Code of={cluster.controller} /></dd></div>
      <div><dt>{t('set.region')}</dt><dd>{cluster.region}</dd></div>
      <div><dt>{t('cluster.machines')}</dt><dd>{cluster.machines}</dd></div></dl>
    <section><h2>{t('cluster.nodes')}</h2>
      <Table label={t('cluster.nodes')} heads={[t('common.name'),
        t('cluster.role'), t('common.state'), t('cluster.version')]}>{nodes.map((node) =>
          <tr key={node.node}><td><Code of={node.node} /></td>
            <td lang="en">{node.role}</td>
            <td><span class={`badge ${node.online ? 'done' : 'error'}`}>
              {node.online ? t('cluster.online') : t('cluster.offline')}</span></td>
            <td>{node.version}</td></tr>)}</Table></section>
    <div class="columns">
      <section><div class="title"><h2>{t('cluster.tree')}</h2>
        <Button icon="retry" onClick={() => { tree.reload(); events.reload(); }}>
          {t('cluster.refresh')}</Button></div>
        {tree.at > 0 && <p class="quiet">{t('cluster.seen', { time: time(tree.at) })}</p>}
        <Loaded of={tree}>{(value) => <>{value.nodes.map((node) => <details key={node.node}
          open={value.nodes.length < 6}>
          <summary><Code of={node.node} />{' '}
            <span class="quiet" lang="en">{node.role}</span></summary>
          <Twigs branch={treeOf(node.actors)} />
          {node.left_out > 0 && <p class="quiet">{t('cluster.left', { n: node.left_out })}</p>}
        </details>)}</>}</Loaded></section>
      <section><h2>{t('cluster.events')}</h2>
        <Loaded of={events}>{(value) => value.events.length === 0
          ? <p class="quiet">{t('cluster.events.none')}</p>
          : <ol class="timeline">{value.events.slice(-eventsShown).reverse().map((event) =>
            <li key={event.seq}><time>{time(event.at_ms)}</time>
              <p lang="en"><Text of={event.text} most={400} /></p></li>)}</ol>}</Loaded></section>
    </div></>;
}
