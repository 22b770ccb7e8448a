import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { createSearchIndex, type SearchHit, type SearchIndex } from '../shared/search.ts';
import { formatCount } from '../shared/visible-text.ts';
import type { SearchWire } from '../shared/wire.ts';
import { useProject } from './context.ts';
import { Glyph, TypeIcon } from './icons.tsx';
import { useData } from './loader.ts';
import { displayName } from './parts.tsx';
import type { Project } from './project.ts';
import { resourceType } from './resource-type.ts';
import { nodeHref } from './router.ts';

const limit = 40;
let built: { wire: SearchWire | null; project: Project; index: SearchIndex } | undefined;

/** Search over names, columns and descriptions. Names answer at once, the rest when its file is in. */
export function SearchDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const project = useProject();
  const dialog = useRef<HTMLDialogElement>(null);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const { data } = useData<SearchWire>('search', project.boot.files.search);
  const index = useMemo(() => indexOf(project, data ?? null), [project, data]);
  const { hits, total } = useMemo(() => index.search(query, limit), [index, query]);

  // Before the next key arrives: a quick typist must not lose the first letter.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    if (!element.open) element.showModal();
  }, []);
  useEffect(() => {
    document.getElementById(`hit-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const open = (hit: SearchHit | undefined): void => {
    if (hit === undefined) return;
    onClose();
    location.hash = nodeHref(project.ids[hit.node]!);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setActive(Math.min(hits.length - 1, active + 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(0, active - 1));
    else if (event.key === 'Enter') open(hits[active]);
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the box closes it; Escape does too
    <dialog
      ref={dialog}
      class="search"
      aria-label="Search"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <div class="search-box">
        <Glyph name="search" />
        <input
          type="text"
          role="combobox"
          aria-label="Search names, columns and descriptions"
          aria-expanded={hits.length > 0}
          aria-controls="hits"
          aria-activedescendant={hits.length > 0 ? `hit-${active}` : undefined}
          autocomplete="off"
          spellcheck={false}
          autofocus
          placeholder="Search names, columns, descriptions"
          value={query}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKey}
        />
        <button type="button" class="button ghost" onClick={() => dialog.current?.close()}>
          <kbd>Esc</kbd>
          <span class="sr">Close search</span>
        </button>
      </div>
      <div id="hits" class="hits" role="listbox" aria-label="Results" tabIndex={-1}>
        {hits.map((hit, at) => (
          <Hit
            key={hit.node}
            hit={hit}
            at={at}
            active={at === active}
            query={query}
            onPick={() => open(hit)}
            onHover={() => setActive(at)}
          />
        ))}
      </div>
      <p class="search-foot" role="status">
        {footText(query, hits.length, total, data !== undefined)}
      </p>
    </dialog>
  );
}

function footText(query: string, shown: number, total: number, complete: boolean): string {
  if (query.trim() === '') return 'Type a name, a column or a word. Arrow keys move, Enter opens.';
  if (total === 0)
    return complete
      ? 'Nothing found. All words must occur in the name, a column or a description.'
      : 'Reading descriptions …';
  return total > shown
    ? `First ${shown} of ${formatCount(total)} results`
    : `${formatCount(total)} ${total === 1 ? 'result' : 'results'}`;
}

function Hit(props: {
  readonly hit: SearchHit;
  readonly at: number;
  readonly active: boolean;
  readonly query: string;
  readonly onPick: () => void;
  readonly onHover: () => void;
}): JSX.Element {
  const project = useProject();
  const { node, field, found } = props.hit;
  const words = props.query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const column = field === 'column' || field === 'column-description';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field, aria-activedescendant points here
    <div
      id={`hit-${props.at}`}
      class={`hit ${props.active ? 'active' : ''}`}
      role="option"
      aria-selected={props.active}
      onClick={props.onPick}
      onMouseMove={props.active ? undefined : props.onHover}
    >
      <TypeIcon type={project.type(node)} />
      <span class="hit-main">
        <bdi class="name">{marked(displayName(project, node), words)}</bdi>
        {found === '' ? null : (
          <span class="hit-found" dir="auto">
            {column ? <span class="hit-field">column</span> : null}
            {marked(found, words)}
          </span>
        )}
      </span>
      <span class="hit-where">
        {resourceType(project.type(node)).one}
        <bdi>{project.folder(node)}</bdi>
      </span>
    </div>
  );
}

/** The text with the words of the query marked. */
function marked(text: string, words: readonly string[]): (JSX.Element | string)[] {
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return [text];
  const out: (JSX.Element | string)[] = [];
  let at = 0;
  while (at < text.length) {
    const next = words
      .map((word) => ({ word, start: lower.indexOf(word, at) }))
      .filter(({ start }) => start >= 0)
      .sort((a, b) => a.start - b.start || b.word.length - a.word.length)[0];
    if (next === undefined) break;
    if (next.start > at) out.push(text.slice(at, next.start));
    out.push(<mark>{text.slice(next.start, next.start + next.word.length)}</mark>);
    at = next.start + next.word.length;
  }
  out.push(text.slice(at));
  return out;
}

function indexOf(project: Project, wire: SearchWire | null): SearchIndex {
  if (built?.wire === wire && built.project === project) return built.index;
  const index = createSearchIndex(
    {
      count: project.count,
      name: (node) => project.names[node]!,
      fullName: (node) => displayName(project, node),
      context: (node) =>
        `${project.tags(node).join(' ')} ${project.folder(node)} ${project.extra(node).label ?? ''}`,
      rank: (node) => resourceType(project.type(node)).rank,
      hidden: (node) => project.extra(node).hidden === true,
      minor: (node) => project.type(node) === 'test' || project.type(node) === 'unit_test',
    },
    wire,
  );
  built = { wire, project, index };
  return index;
}
