import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatCount } from '../shared/visible-text.ts';
import { useProject } from './context.ts';
import { Glyph, ToneIcon, TypeIcon } from './icons.tsx';
import { resourceType } from './resource-type.ts';
import { nodeHref } from './router.ts';
import { firstOpen, openRows, type TreeNode, type TreeRow, trailTo } from './tree-data.ts';

const rowHeight = 28;
const overscan = 12;

/**
 * A tree that draws only the rows in sight. Focus stays on the tree itself and
 * `aria-activedescendant` names the row, so rows may come and go while scrolling.
 */
export function Tree(props: {
  readonly roots: readonly TreeNode[];
  readonly current: number | undefined;
  readonly label: string;
}): JSX.Element {
  const { roots, current } = props;
  const project = useProject();
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(() => firstOpen(roots));
  const [active, setActive] = useState('');
  const [view, setView] = useState({ top: 0, height: 900 });
  const typed = useRef({ text: '', at: 0 });
  const rows = useMemo(() => openRows(roots, open), [roots, open]);
  const activeAt = Math.max(
    0,
    rows.findIndex((row) => row.item.key === active),
  );

  const reveal = (at: number): void => {
    const element = box.current;
    if (element === null || at < 0) return;
    const top = at * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight - element.clientHeight;
  };

  useEffect(() => {
    if (current === undefined) return;
    const trail = trailTo(roots, current);
    setOpen((before) =>
      trail.every((key) => before.has(key)) ? before : new Set([...before, ...trail]),
    );
    const key = project.ids[current]!;
    setActive(key);
    const at = openRows(roots, new Set([...open, ...trail])).findIndex(
      (row) => row.item.key === key,
    );
    requestAnimationFrame(() => reveal(at));
  }, [current, roots]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const toggle = (item: TreeNode, to?: boolean): void => {
    setOpen((before) => {
      const next = new Set(before);
      if (to ?? !next.has(item.key)) next.add(item.key);
      else next.delete(item.key);
      return next;
    });
  };
  const moveTo = (at: number): void => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, at))];
    if (row === undefined) return;
    setActive(row.item.key);
    reveal(rows.indexOf(row));
  };
  const onKey = (event: KeyboardEvent): void => {
    const row = rows[activeAt];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOpen = row.item.node < 0 && open.has(row.item.key);
    const keys: Record<string, () => void> = {
      ArrowDown: () => moveTo(activeAt + 1),
      ArrowUp: () => moveTo(activeAt - 1),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      ArrowRight: () =>
        row.item.node >= 0 ? undefined : isOpen ? moveTo(activeAt + 1) : toggle(row.item, true),
      ArrowLeft: () => (isOpen ? toggle(row.item, false) : moveTo(parentOf(rows, activeAt))),
      Enter: () => choose(row.item),
      ' ': () => choose(row.item),
    };
    const action = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (action !== undefined) {
      event.preventDefault();
      action();
    } else if (event.key.length === 1 && event.key !== '/') {
      const now = Date.now();
      typed.current = {
        text: (now - typed.current.at < 700 ? typed.current.text : '') + event.key.toLowerCase(),
        at: now,
      };
      const found = findTyped(rows, activeAt, typed.current.text);
      if (found >= 0) moveTo(found);
    }
  };
  const choose = (item: TreeNode): void => {
    if (item.node < 0) toggle(item);
    else location.hash = nodeHref(item.key);
  };

  const from = Math.max(0, Math.floor(view.top / rowHeight) - overscan);
  const to = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + overscan);
  return (
    <div
      ref={box}
      class="tree"
      role="tree"
      aria-label={props.label}
      aria-activedescendant={rows.length > 0 ? `row-${activeAt}` : undefined}
      tabIndex={0}
      onKeyDown={onKey}
      onScroll={(event) =>
        setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })
      }
    >
      <div class="tree-space" role="none" style={{ height: `${rows.length * rowHeight}px` }}>
        {rows.slice(from, to).map((row, at) => (
          <Row
            key={row.item.key}
            row={row}
            at={from + at}
            isOpen={open.has(row.item.key)}
            isActive={from + at === activeAt}
            isCurrent={row.item.node >= 0 && row.item.node === current}
            onToggle={() => {
              setActive(row.item.key);
              toggle(row.item);
            }}
          />
        ))}
      </div>
    </div>
  );
}

function Row(props: {
  readonly row: TreeRow;
  readonly at: number;
  readonly isOpen: boolean;
  readonly isActive: boolean;
  readonly isCurrent: boolean;
  readonly onToggle: () => void;
}): JSX.Element {
  const project = useProject();
  const { item, depth, place, siblings } = props.row;
  const common = {
    id: `row-${props.at}`,
    'aria-level': depth + 1,
    'aria-posinset': place,
    'aria-setsize': siblings,
    class: `tree-row ${props.isActive ? 'active' : ''}`,
    style: { top: `${props.at * rowHeight}px`, paddingLeft: `${8 + depth * 14}px` },
  };
  if (item.node < 0) {
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys
      <div
        role="treeitem"
        tabIndex={-1}
        {...common}
        aria-expanded={props.isOpen}
        onClick={props.onToggle}
      >
        <span class={`chevron ${props.isOpen ? 'open' : ''}`}>
          <Glyph name="chevron" />
        </span>
        <bdi class="name">{item.label}</bdi>
        <span class="count">{formatCount(item.count)}</span>
      </div>
    );
  }
  const tone = project.tone(item.node);
  return (
    <a
      role="treeitem"
      tabIndex={-1}
      {...common}
      href={nodeHref(item.key)}
      aria-selected={props.isCurrent}
      aria-current={props.isCurrent ? 'page' : undefined}
      title={`${resourceType(project.type(item.node)).one} ${item.label}`}
    >
      <TypeIcon type={project.type(item.node)} />
      <bdi class="name">{item.label}</bdi>
      {tone === 'bad' || tone === 'warn' ? (
        <>
          <ToneIcon tone={tone} />
          <span class="sr">{tone === 'bad' ? 'has failures' : 'has warnings'}</span>
        </>
      ) : null}
    </a>
  );
}

function parentOf(rows: readonly TreeRow[], at: number): number {
  for (let up = at - 1; up >= 0; up--) if (rows[up]!.depth < rows[at]!.depth) return up;
  return at;
}

function findTyped(rows: readonly TreeRow[], from: number, text: string): number {
  const start = text.length === 1 ? from + 1 : from;
  for (let step = 0; step < rows.length; step++) {
    const at = (start + step) % rows.length;
    if (rows[at]!.item.label.toLowerCase().startsWith(text)) return at;
  }
  return -1;
}
