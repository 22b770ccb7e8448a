import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { compareStatus, statusTone } from '../shared/status.ts';
import { formatCount, formatDuration, plural } from '../shared/visible-text.ts';
import type { RunResultWire, RunsWire } from '../shared/wire.ts';
import { useProject } from './context.ts';
import { Gantt } from './gantt.tsx';
import { Status } from './icons.tsx';
import { useData } from './loader.ts';
import { displayName, Moment, NodeLink, Section, Waiting } from './parts.tsx';
import type { Project } from './project.ts';

/** The last run: when each node ran on which thread, and what came of it. */
export function RunsPage(): JSX.Element {
  const project = useProject();
  const { run, files } = project.boot;
  const { data, error } = useData<RunsWire>('runs', files.runs);
  if (run === null) {
    return (
      <div class="page">
        <header class="node-head">
          <h1 tabIndex={-1}>Last run</h1>
          <p class="lead">
            There are no run results. Run <code>tsdbt build</code>, then generate the site again.
          </p>
        </header>
      </div>
    );
  }
  return (
    <div class="page wide">
      <header class="node-head">
        <h1 tabIndex={-1}>Last run</h1>
        <p class="lead">
          <code>{run.command}</code> finished <Moment at={run.at} /> after{' '}
          {formatDuration(run.seconds * 1000)}.
        </p>
        <ul class="run-counts">
          {run.counts.map(([status, count]) => (
            <li key={status}>
              <Status status={status} label={`${formatCount(count)} ${status}`} />
            </li>
          ))}
        </ul>
      </header>
      {data === undefined ? <Waiting error={error} /> : <Results data={data} />}
    </div>
  );
}

function Results({ data }: { readonly data: RunsWire }): JSX.Element {
  const project = useProject();
  const busy = useMemo(() => busyTime(project, data), [project, data]);
  return (
    <>
      {data.threads.length > 0 ? (
        <Section id="timeline" title="Timeline" note={plural(data.threads.length, 'thread')}>
          <Gantt data={data} />
          {busy === undefined ? null : (
            <ul class="run-facts">
              {busy.map(([name, value]) => (
                <li key={name}>
                  <strong>{value}</strong> {name}
                </li>
              ))}
            </ul>
          )}
        </Section>
      ) : null}
      <Section id="results" title="Results" note={plural(data.results.length, 'result')}>
        <ResultTable data={data} />
      </Section>
      {data.history.length > 0 ? (
        <Section id="earlier" title="Earlier runs" note={plural(data.history.length, 'run')}>
          <div class="table-scroll">
            <table class="grid">
              <thead>
                <tr>
                  <th>Finished</th>
                  <th>Command</th>
                  <th class="number">Time</th>
                  <th>Results</th>
                </tr>
              </thead>
              <tbody>
                {[...data.history].reverse().map((run, at) => (
                  <tr key={at}>
                    <td>
                      <Moment at={run.at} />
                    </td>
                    <td>
                      <code>{run.command}</code>
                    </td>
                    <td class="number">{formatDuration(run.seconds * 1000)}</td>
                    <td>
                      <span class="inline-list">
                        {run.counts.map(([status, count]) => (
                          <Status
                            key={status}
                            status={status}
                            label={`${formatCount(count)} ${status}`}
                          />
                        ))}
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      ) : null}
    </>
  );
}

type Order = 'status' | 'start' | 'time';

const firstRows = 100;

function ResultTable({ data }: { readonly data: RunsWire }): JSX.Element {
  const project = useProject();
  const [order, setOrder] = useState<Order>('status');
  const [shown, setShown] = useState(firstRows);
  const sorted = useMemo(() => {
    const by: Record<Order, (a: RunResultWire, b: RunResultWire) => number> = {
      status: (a, b) => compareStatus(a[4], b[4]) || b[3] - a[3],
      start: (a, b) => a[2] - b[2],
      time: (a, b) => b[3] - a[3],
    };
    return [...data.results].sort(by[order]);
  }, [data, order]);
  return (
    <>
      <fieldset class="segmented">
        <legend class="sr">Order by</legend>
        {(
          [
            ['status', 'Worst first'],
            ['time', 'Slowest first'],
            ['start', 'In order'],
          ] as const
        ).map(([which, label]) => (
          <button
            type="button"
            key={which}
            aria-pressed={order === which}
            onClick={() => setOrder(which)}
          >
            {label}
          </button>
        ))}
      </fieldset>
      <div class="table-scroll">
        <table class="grid stack">
          <thead>
            <tr>
              <th>Result</th>
              <th>Node</th>
              <th class="number">Time</th>
              <th class="number">Rows</th>
              <th>Message</th>
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, shown).map((result, at) => {
              const [node, , , ms, status, message] = result;
              const rows = node < 0 ? -1 : project.rows(node);
              const tone = statusTone(status);
              return (
                <tr key={at}>
                  <td>
                    <Status status={status} />
                  </td>
                  <td>
                    {node < 0 ? (
                      <bdi class="quiet">{data.unknownIds[-2 - node]}</bdi>
                    ) : (
                      <NodeLink node={node} />
                    )}
                  </td>
                  <td class="number">{status === 'skipped' ? '–' : formatDuration(ms)}</td>
                  <td class="number">{rows < 0 ? '–' : formatCount(rows)}</td>
                  <td>
                    {tone === 'bad' || tone === 'warn' ? (
                      <span class="message-line">{message}</span>
                    ) : null}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {shown < sorted.length ? (
        <button type="button" class="button" onClick={() => setShown(shown + 500)}>
          Show more ({formatCount(sorted.length - shown)} left)
        </button>
      ) : null}
    </>
  );
}

/** How well the threads were used. */
function busyTime(project: Project, data: RunsWire): [string, string][] | undefined {
  const timed = data.results.filter((result) => result[1] >= 0);
  if (timed.length === 0) return undefined;
  const work = timed.reduce((sum, result) => sum + result[3], 0);
  const end = Math.max(...timed.slice(0, 100_000).map((result) => result[2] + result[3]));
  const share = end > 0 ? Math.round((100 * work) / (end * Math.max(1, data.threads.length))) : 0;
  return [
    ['from first to last', formatDuration(end)],
    ['of work', formatDuration(work)],
    ['threads busy', `${Math.min(100, share)} %`],
    [
      `for ${slowestName(project, timed)}, the slowest`,
      formatDuration(Math.max(...timed.slice(0, 100_000).map((result) => result[3]))),
    ],
  ];
}

function slowestName(project: Project, results: readonly RunResultWire[]): string {
  const [node] = results.reduce((a, b) => (b[3] > a[3] ? b : a));
  return node < 0 ? 'a removed node' : displayName(project, node);
}
