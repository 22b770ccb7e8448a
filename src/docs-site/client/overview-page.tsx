import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { compareStatus, statusTone } from '../shared/status.ts';
import { formatCount, formatDuration, plural } from '../shared/visible-text.ts';
import { useProject } from './context.ts';
import { Glyph, Status, TypeIcon } from './icons.tsx';
import { LineagePicture } from './lineage-picture.tsx';
import { Markdown } from './markdown-view.tsx';
import { Moment, NodeLink, Section } from './parts.tsx';
import type { Project } from './project.ts';
import { resourceType } from './resource-type.ts';
import { lineageHref } from './router.ts';
import { TestsTable } from './tests-table.tsx';

const adapterNames = new Map([
  ['duckdb', 'DuckDB'],
  ['postgres', 'PostgreSQL'],
  ['snowflake', 'Snowflake'],
  ['spark', 'Spark'],
]);

/** What the project is and how it is doing, on one page. */
export function OverviewPage(): JSX.Element {
  const project = useProject();
  const { boot } = project;
  const facts = useMemo(() => factsOf(project), [project]);
  return (
    <div class="page">
      <header class="node-head">
        <h1 tabIndex={-1}>
          <bdi>{boot.title}</bdi>
        </h1>
        <p class="lead">
          {boot.project.adapter === '' ? null : (
            <>Built on {adapterNames.get(boot.project.adapter) ?? boot.project.adapter}. </>
          )}
          Project parsed <Moment at={boot.project.manifestAt} />
          {boot.project.catalogAt === null ? (
            <>; column types come from the properties, since there is no catalog.</>
          ) : (
            <>
              , database read <Moment at={boot.project.catalogAt} />.
            </>
          )}
        </p>
      </header>
      <ul class="tiles">
        {facts.counts.map(([type, count]) => (
          <li key={type} class="tile">
            <TypeIcon type={type} />
            <strong>{formatCount(count)}</strong>
            <span>{count === 1 ? resourceType(type).one : resourceType(type).many}</span>
          </li>
        ))}
      </ul>
      <RunSummary project={project} />
      {facts.failing.length > 0 ? (
        <Section
          id="attention"
          title="Needs attention"
          note={plural(facts.failing.length, 'result')}
        >
          {facts.failingTests.length > 0 ? (
            <TestsTable tests={facts.failingTests} first={10} />
          ) : null}
          {facts.failingNodes.length > 0 ? (
            <ul class="link-list">
              {facts.failingNodes.slice(0, 30).map((node) => (
                <li key={node}>
                  <Status status={project.status(node)} />
                  <NodeLink node={node} />
                </li>
              ))}
            </ul>
          ) : null}
        </Section>
      ) : null}
      {project.drawn > 0 ? (
        <Section
          id="lineage"
          title="Lineage"
          note={plural(project.drawn, 'node')}
          actions={
            <a class="more" href="#/lineage">
              Open the map <Glyph name="chevron" />
            </a>
          }
        >
          <LineagePicture />
        </Section>
      ) : null}
      {boot.overview === null ? null : (
        <Section id="about" title="About">
          <Markdown blocks={boot.overview} />
        </Section>
      )}
      <div class="two">
        {facts.slowest.length > 0 ? (
          <Section id="slowest" title="Slowest nodes">
            <Bars project={project} nodes={facts.slowest} />
          </Section>
        ) : null}
        {facts.fresh.length > 0 ? (
          <Section id="freshness" title="Source freshness">
            <ul class="link-list">
              {facts.fresh.map((node) => (
                <li key={node}>
                  <Status status={project.status(node)} />
                  <NodeLink node={node} />
                </li>
              ))}
            </ul>
          </Section>
        ) : null}
        {facts.tags.length > 0 ? (
          <Section id="tags" title="Tags">
            <p class="chips">
              {facts.tags.map(([tag, count]) => (
                <a key={tag} class="chip" href={lineageHref({ select: `tag:${tag}` })}>
                  <bdi>{tag}</bdi> <span class="quiet">{formatCount(count)}</span>
                </a>
              ))}
            </p>
          </Section>
        ) : null}
      </div>
    </div>
  );
}

function RunSummary({ project }: { readonly project: Project }): JSX.Element {
  const { run } = project.boot;
  if (run === null) {
    return (
      <Section id="run" title="Last run">
        <p class="quiet">
          No run results yet. Results, times and failing tests appear here after{' '}
          <code>tsdbt build</code>.
        </p>
      </Section>
    );
  }
  const total = run.counts.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Section
      id="run"
      title="Last run"
      note={
        <>
          <Moment at={run.at} /> · {formatDuration(run.seconds * 1000)}
        </>
      }
      actions={
        <a class="more" href="#/runs">
          Timings <Glyph name="chevron" />
        </a>
      }
    >
      <div class="run-bar" aria-hidden="true">
        {run.counts.map(([status, count]) => (
          <span
            key={status}
            class={`fill tone-${statusTone(status)}`}
            style={{ flexGrow: Math.max(count / total, 0.012) }}
          />
        ))}
      </div>
      <ul class="run-counts">
        {run.counts.map(([status, count]) => (
          <li key={status}>
            <Status status={status} label={`${formatCount(count)} ${status}`} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Bars({
  project,
  nodes,
}: {
  readonly project: Project;
  readonly nodes: readonly number[];
}): JSX.Element {
  const longest = Math.max(1, ...nodes.map((node) => project.ms(node)));
  return (
    <ol class="bars">
      {nodes.map((node) => (
        <li key={node}>
          <NodeLink node={node} />
          <span class="bar">
            <span class="fill" style={{ width: `${(100 * project.ms(node)) / longest}%` }} />
          </span>
          <span class="bar-value">{formatDuration(project.ms(node))}</span>
        </li>
      ))}
    </ol>
  );
}

interface Facts {
  readonly counts: readonly (readonly [string, number])[];
  readonly failing: readonly number[];
  readonly failingTests: readonly number[];
  readonly failingNodes: readonly number[];
  readonly slowest: readonly number[];
  readonly fresh: readonly number[];
  readonly tags: readonly (readonly [string, number])[];
}

function factsOf(project: Project): Facts {
  const counts = new Map<string, number>();
  const tags = new Map<string, number>();
  const failing: number[] = [];
  const timed: number[] = [];
  const fresh: number[] = [];
  const isTest = (node: number): boolean =>
    project.type(node) === 'test' || project.type(node) === 'unit_test';
  for (let node = 0; node < project.count; node++) {
    const type = project.type(node);
    counts.set(type, (counts.get(type) ?? 0) + 1);
    const status = project.status(node);
    const tone = statusTone(status);
    if (tone === 'bad' || tone === 'warn') failing.push(node);
    if (node >= project.drawn) continue;
    if (type === 'source' && status !== '') fresh.push(node);
    else if (project.ms(node) > 0) timed.push(node);
    for (const tag of project.tags(node)) tags.set(tag, (tags.get(tag) ?? 0) + 1);
  }
  const worst = (a: number, b: number): number =>
    compareStatus(project.status(a), project.status(b)) || project.rows(b) - project.rows(a);
  failing.sort(worst);
  return {
    counts: [...counts].sort((a, b) => resourceType(a[0]).rank - resourceType(b[0]).rank),
    failing,
    failingTests: failing.filter(isTest),
    failingNodes: failing.filter((node) => !isTest(node)),
    slowest: timed.sort((a, b) => project.ms(b) - project.ms(a)).slice(0, 8),
    fresh: fresh.sort(worst),
    tags: [...tags].sort((a, b) => b[1] - a[1]).slice(0, 24),
  };
}
