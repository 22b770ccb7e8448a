import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useProject } from './context.ts';
import { Glyph, ToneIcon, TypeIcon } from './icons.tsx';
import { resourceType } from './resource-type.ts';
import { nodeHref } from './router.ts';

/** A link to a node's page: sign, name, and the source's name before its table. */
export function NodeLink({
  node,
  withTone,
}: {
  readonly node: number;
  readonly withTone?: boolean;
}): JSX.Element {
  const project = useProject();
  const tone = withTone ? project.tone(node) : undefined;
  return (
    <a class="node-link" href={nodeHref(project.ids[node]!)}>
      <TypeIcon type={project.type(node)} />
      <span class="sr">{resourceType(project.type(node)).one} </span>
      <bdi class="name">{displayName(project, node)}</bdi>
      {tone === 'bad' || tone === 'warn' ? <ToneIcon tone={tone} /> : null}
    </a>
  );
}

/** Sources are called `source.table`, exposures by their label. */
export function displayName(project: ReturnType<typeof useProject>, node: number): string {
  const extra = project.extra(node);
  if (extra.sourceName !== undefined) return `${extra.sourceName}.${project.names[node]!}`;
  if (extra.version !== undefined) return `${project.names[node]!}.v${extra.version}`;
  return project.names[node]!;
}

export function Badge(props: {
  readonly kind?: string;
  readonly title?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <span class={`badge ${props.kind ?? ''}`} title={props.title}>
      {props.children}
    </span>
  );
}

export function Section(props: {
  readonly id: string;
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="section" id={`section-${props.id}`} aria-labelledby={`title-${props.id}`}>
      <div class="section-head">
        <h2 id={`title-${props.id}`} tabIndex={-1}>
          {props.title}
        </h2>
        {props.note === undefined ? null : <span class="note">{props.note}</span>}
        {props.actions === undefined ? null : <div class="actions">{props.actions}</div>}
      </div>
      {props.children}
    </section>
  );
}

export function CopyButton({
  text,
  label,
}: {
  readonly text: string;
  readonly label: string;
}): JSX.Element {
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return (
    <button
      type="button"
      class="button ghost"
      onClick={() => void copy()}
      aria-label={label}
      title={label}
    >
      <Glyph name={done ? 'check' : 'copy'} />
      <span aria-live="polite">{done ? 'Copied' : 'Copy'}</span>
    </button>
  );
}

/** The clipboard API needs a secure page; file:// and http hosts get the old way. */
async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'sr';
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}

/** A moment in the reader's own time, the exact one as a tooltip. */
export function Moment({ at }: { readonly at: string }): JSX.Element {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>{at === '' ? 'unknown' : at}</span>;
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
    </time>
  );
}

export function Facts({
  pairs,
}: {
  readonly pairs: readonly (readonly [string, ComponentChildren])[];
}): JSX.Element {
  return (
    <dl class="facts">
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>
            <bdi>{name}</bdi>
          </dt>
          <dd>{typeof value === 'string' ? <bdi>{value}</bdi> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Waiting({ error }: { readonly error: string | undefined }): JSX.Element {
  return error === undefined ? (
    <p class="quiet" role="status">
      Loading …
    </p>
  ) : (
    <p class="problem" role="alert">
      {error}
    </p>
  );
}
