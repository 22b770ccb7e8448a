import type { JSX } from 'preact';
import { statusTone } from '../shared/status.ts';
import { formatDuration } from '../shared/visible-text.ts';
import type {
  DetailWire,
  ExpectationWire,
  ExposureWire,
  HistoryPoint,
  MacroArgument,
  TestWire,
} from '../shared/wire.ts';
import { useProject } from './context.ts';
import { Glyph, Status } from './icons.tsx';
import { MarkdownLine } from './markdown-view.tsx';
import { Badge, Facts, NodeLink } from './parts.tsx';

export function Expectations({
  items,
}: {
  readonly items: readonly ExpectationWire[];
}): JSX.Element {
  return (
    <div class="table-scroll">
      <table class="grid">
        <thead>
          <tr>
            <th>Expectation</th>
            <th>Rule</th>
            <th>On violation</th>
            <th>Message</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item, at) => (
            <tr key={at}>
              <th scope="row">
                <bdi class="column-name">{item.name}</bdi>
              </th>
              <td>
                <code>{item.rule}</code>
              </td>
              <td>
                <Badge
                  kind={
                    item.onViolation === 'fail'
                      ? 'bad'
                      : item.onViolation === 'quarantine'
                        ? 'warn'
                        : ''
                  }
                >
                  {item.onViolation}
                </Badge>
              </td>
              <td>
                <bdi>{item.message}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function ExposureFacts({ exposure }: { readonly exposure: ExposureWire }): JSX.Element {
  const facts: [string, JSX.Element | string][] = [];
  if (exposure.kind !== '') facts.push(['kind', exposure.kind]);
  if (exposure.owner !== '' || exposure.email !== '') {
    const email = /^[^\s@:/?#]+@[^\s@:/?#]+$/.test(exposure.email) ? exposure.email : '';
    facts.push([
      'owner',
      <span>
        <bdi>{exposure.owner}</bdi>{' '}
        {email === '' ? <bdi>{exposure.email}</bdi> : <a href={`mailto:${email}`}>{email}</a>}
      </span>,
    ]);
  }
  if (exposure.maturity !== '') facts.push(['maturity', exposure.maturity]);
  if (/^https?:\/\//i.test(exposure.url)) {
    facts.push([
      'link',
      <a href={exposure.url} rel="noopener noreferrer">
        {exposure.url} <Glyph name="external" />
      </a>,
    ]);
  }
  return <Facts pairs={facts} />;
}

export function TestFacts({
  test,
  node,
}: {
  readonly test: TestWire;
  readonly node: number;
}): JSX.Element {
  const project = useProject();
  const facts: [string, JSX.Element | string][] = [];
  const name = project.extra(node).testName;
  if (name !== undefined) facts.push(['test', <code>{name}</code>]);
  if (test.node >= 0) facts.push(['on', <NodeLink node={test.node} />]);
  if (test.column !== '') facts.push(['column', <code>{test.column}</code>]);
  for (const [key, value] of test.arguments) facts.push([key, <code>{value}</code>]);
  if (test.severity !== '') facts.push(['severity', test.severity]);
  const others = project
    .parents(node)
    .filter((parent) => parent !== test.node && parent < project.drawn);
  if (others.length > 0) {
    facts.push([
      'also reads',
      <span class="inline-list">
        {others.map((other) => (
          <NodeLink key={other} node={other} />
        ))}
      </span>,
    ]);
  }
  return <Facts pairs={facts} />;
}

export function MacroArguments({
  items,
}: {
  readonly items: readonly MacroArgument[];
}): JSX.Element {
  return (
    <div class="table-scroll">
      <table class="grid">
        <thead>
          <tr>
            <th>Name</th>
            <th>Type</th>
            <th>Description</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item, at) => (
            <tr key={at}>
              <th scope="row">
                <bdi class="column-name">{item.name}</bdi>
              </th>
              <td class="column-type">{item.type}</td>
              <td>
                <MarkdownLine blocks={item.doc} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function MacroUsers({ nodes }: { readonly nodes: readonly number[] }): JSX.Element {
  if (nodes.length === 0) return <p class="quiet">Nothing uses it yet.</p>;
  return (
    <ul class="link-list">
      {nodes.slice(0, 200).map((node) => (
        <li key={node}>
          <NodeLink node={node} />
        </li>
      ))}
    </ul>
  );
}

/** The last runs as bars: height is time, sign and colour the status. */
export function History({
  points,
}: {
  readonly points: NonNullable<DetailWire['history']>;
}): JSX.Element {
  const longest = Math.max(1, ...points.map((point) => point.ms));
  return (
    <>
      <ol class="history">
        {points.map((point, at) => (
          <li key={at} title={historyTitle(point)}>
            <span class="history-bar">
              <span
                class={`fill tone-${statusTone(point.status)}`}
                style={{ height: `${Math.max(6, (100 * point.ms) / longest)}%` }}
              />
            </span>
            <Status status={point.status} label="" />
            <span class="sr">{historyTitle(point)}</span>
          </li>
        ))}
      </ol>
      <p class="quiet">
        {points.length} runs, oldest first; longest {formatDuration(longest)}.
      </p>
    </>
  );
}

function historyTitle(point: HistoryPoint): string {
  return `${point.at}: ${point.status}, ${formatDuration(point.ms)}`;
}
