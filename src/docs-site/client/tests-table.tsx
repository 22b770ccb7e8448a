import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { compareStatus } from '../shared/status.ts';
import { formatCount, formatDuration } from '../shared/visible-text.ts';
import { useProject } from './context.ts';
import { Status } from './icons.tsx';
import { NodeLink } from './parts.tsx';
import { nodeHref } from './router.ts';

/** Tests with their last result, worst first. With `owner` the tested node has no column. */
export function TestsTable(props: {
  readonly tests: readonly number[];
  readonly owner?: number;
  readonly first?: number;
}): JSX.Element {
  const { tests, owner, first = 100 } = props;
  const project = useProject();
  const [all, setAll] = useState(false);
  const sorted = [...tests].sort(
    (a, b) =>
      compareStatus(project.status(a), project.status(b)) ||
      project.rows(b) - project.rows(a) ||
      a - b,
  );
  const shown = all ? sorted : sorted.slice(0, first);
  return (
    <>
      <div class="table-scroll">
        <table class="grid stack tests">
          <thead>
            <tr>
              <th>Result</th>
              <th>Test</th>
              {owner === undefined ? <th>Checks</th> : null}
              <th class="number">Failing rows</th>
              <th class="number">Time</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((test) => {
              const rows = project.rows(test);
              const target = project.parents(test)[0];
              return (
                <tr key={test}>
                  <td>
                    <Status status={project.status(test)} />
                  </td>
                  <td>
                    <a class="test-name" href={nodeHref(project.ids[test]!)}>
                      <bdi>{project.names[test]}</bdi>
                    </a>
                  </td>
                  {owner === undefined ? (
                    <td>{target === undefined ? null : <NodeLink node={target} />}</td>
                  ) : null}
                  <td class="number">
                    {rows > 0 ? (
                      formatCount(rows)
                    ) : (
                      <span class="quiet">{rows === 0 ? '0' : '–'}</span>
                    )}
                  </td>
                  <td class="number quiet">
                    {project.status(test) === '' ? '–' : formatDuration(project.ms(test))}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {shown.length < sorted.length ? (
        <button type="button" class="button" onClick={() => setAll(true)}>
          Show all {formatCount(sorted.length)}
        </button>
      ) : null}
    </>
  );
}
