import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatCount } from '../shared/visible-text.ts';
import { useProject } from './context.ts';
import { Status } from './icons.tsx';
import { NodeLink } from './parts.tsx';

const step = 200;

/** The lineage as rows: the same content as the map, for screen readers and for reading. */
export function LineageTable({ nodes }: { readonly nodes: readonly number[] }): JSX.Element {
  const project = useProject();
  const [shown, setShown] = useState(step);
  return (
    <div class="lineage-table">
      <table class="grid">
        <thead>
          <tr>
            <th>Node</th>
            <th>Reads from</th>
            <th>Read by</th>
            <th>Last run</th>
            <th>Tests</th>
          </tr>
        </thead>
        <tbody>
          {nodes.slice(0, shown).map((node) => (
            <tr key={node}>
              <th scope="row">
                <NodeLink node={node} />
              </th>
              <td>
                <Names nodes={project.lineageParents(node)} />
              </td>
              <td>
                <Names nodes={project.lineageChildren(node)} />
              </td>
              <td>
                {project.status(node) === '' ? (
                  <span class="quiet">–</span>
                ) : (
                  <Status status={project.status(node)} />
                )}
              </td>
              <td>
                {project.testStatus(node) === '' ? (
                  <span class="quiet">–</span>
                ) : (
                  <Status status={project.testStatus(node)} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown < nodes.length ? (
        <button type="button" class="button" onClick={() => setShown(shown + step * 5)}>
          Show more ({formatCount(nodes.length - shown)} left)
        </button>
      ) : null}
    </div>
  );
}

function Names({ nodes }: { readonly nodes: readonly number[] }): JSX.Element {
  return (
    <span class="inline-list">
      {nodes.slice(0, 6).map((node) => (
        <NodeLink key={node} node={node} />
      ))}
      {nodes.length > 6 ? (
        <span class="quiet">and {formatCount(nodes.length - 6)} more</span>
      ) : null}
    </span>
  );
}
