import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { statusTone } from '../shared/status.ts';
import { plural } from '../shared/visible-text.ts';
import type { ColumnWire } from '../shared/wire.ts';
import { useProject } from './context.ts';
import { ToneIcon } from './icons.tsx';
import { MarkdownLine } from './markdown-view.tsx';
import { Badge } from './parts.tsx';
import { nodeHref } from './router.ts';

const firstRows = 200;

/** Columns with type, description and the tests on them. */
export function ColumnsTable({
  columns,
}: {
  readonly columns: readonly ColumnWire[];
}): JSX.Element {
  const [all, setAll] = useState(false);
  const shown = all ? columns : columns.slice(0, firstRows);
  const typed = columns.some((column) => column.type !== undefined);
  const tested = columns.some((column) => column.tests !== undefined);
  return (
    <>
      <div class="table-scroll">
        <table class="grid stack columns">
          <thead>
            <tr>
              <th>Name</th>
              {typed ? <th>Type</th> : null}
              <th>Description</th>
              {tested ? <th>Tests</th> : null}
            </tr>
          </thead>
          <tbody>
            {shown.map((column, at) => (
              <tr key={at}>
                <th scope="row">
                  <bdi class="column-name">{column.name}</bdi>
                  {column.pii ? (
                    <Badge kind="pii" title="Personal data: meta.pii is true">
                      PII
                    </Badge>
                  ) : null}
                  {column.missing ? (
                    <Badge kind="warn" title="Described in the properties, but not in the table">
                      not in table
                    </Badge>
                  ) : null}
                </th>
                {typed ? <td class="column-type">{column.type?.toLowerCase()}</td> : null}
                <td>
                  <MarkdownLine blocks={column.doc} />
                  <ColumnNotes column={column} />
                </td>
                {tested ? (
                  <td>
                    <ColumnTests tests={column.tests ?? []} />
                  </td>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < columns.length ? (
        <button type="button" class="button" onClick={() => setAll(true)}>
          Show all {plural(columns.length, 'column')}
        </button>
      ) : null}
    </>
  );
}

function ColumnNotes({ column }: { readonly column: ColumnWire }): JSX.Element | null {
  const notes = [
    ...(column.constraints ?? []),
    ...(column.tags ?? []),
    ...(column.meta ?? []).map(([key, value]) => `${key}: ${value}`),
  ];
  if (notes.length === 0) return null;
  return (
    <span class="column-notes">
      {notes.map((note) => (
        <Badge key={note}>
          <bdi>{note}</bdi>
        </Badge>
      ))}
    </span>
  );
}

function ColumnTests({ tests }: { readonly tests: readonly number[] }): JSX.Element {
  const project = useProject();
  return (
    <span class="chips">
      {tests.map((test) => {
        const status = project.status(test);
        const rows = project.rows(test);
        const failing = rows > 0 ? `, ${plural(rows, 'failing row')}` : '';
        return (
          <a
            key={test}
            class="chip"
            href={nodeHref(project.ids[test]!)}
            title={`${project.names[test]}: ${status || 'not run'}${failing}`}
          >
            <ToneIcon tone={statusTone(status)} />
            <bdi>{project.extra(test).testName ?? project.names[test]}</bdi>
            <span class="sr">: {status || 'not run'}</span>
          </a>
        );
      })}
    </span>
  );
}
