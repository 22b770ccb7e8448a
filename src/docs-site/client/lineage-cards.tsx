import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatCount, plural } from '../shared/visible-text.ts';
import { useProject } from './context.ts';
import { Glyph, ToneIcon, TypeIcon } from './icons.tsx';
import { displayName, NodeLink } from './parts.tsx';
import { reach } from './project.ts';
import { resourceType } from './resource-type.ts';
import { lineageHref, nodeHref } from './router.ts';
import { buildScene, edgePath, relatedTo, type Scene, type SceneSize, stepFrom } from './scene.ts';
import { selectorOf } from './selection.ts';
import { attachViewport, type Viewport } from './viewport.ts';

export const cardSize: SceneSize = { width: 236, height: 54, gapX: 60, gapY: 16 };

/** Cards and edges in scene coordinates. The highlight is one more path and a class. */
function Cards({
  scene,
  current,
}: {
  readonly scene: Scene;
  readonly current?: number | undefined;
}): JSX.Element {
  const project = useProject();
  const [focus, setFocus] = useState(-1);
  const root = useRef<HTMLDivElement>(null);
  const all = useMemo(() => edgePath(scene, scene.edges.keys()), [scene]);
  const related = focus < 0 ? undefined : relatedTo(scene, focus);
  const lit =
    related === undefined
      ? ''
      : edgePath(
          scene,
          [...scene.edges.keys()].filter(
            (edge) => related[scene.edges[edge]![0]] === 1 && related[scene.edges[edge]![1]] === 1,
          ),
        );
  const onKey = (event: KeyboardEvent): void => {
    if (focus < 0 || !event.key.startsWith('Arrow')) return;
    const next = stepFrom(scene, focus, event.key);
    event.preventDefault();
    root.current?.querySelectorAll<HTMLElement>('.card')[next]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the cards, which are links
    <div
      ref={root}
      class={`cards ${focus < 0 ? '' : 'lit'}`}
      style={{ width: `${scene.width}px`, height: `${scene.height}px` }}
      onKeyDown={onKey}
      onMouseLeave={() => setFocus(-1)}
    >
      <svg class="edges" width={scene.width} height={scene.height} aria-hidden="true">
        <path d={all} />
        <path class="lit" d={lit} />
      </svg>
      {scene.nodes.map((node, place) => {
        const tone = project.tone(node);
        const rows = project.rows(node);
        return (
          <a
            key={node}
            href={nodeHref(project.ids[node]!)}
            class={`card type-${resourceType(project.type(node)).colour} ${node === current ? 'current' : ''} ${related?.[place] === 1 ? 'related' : ''}`}
            aria-current={node === current ? 'page' : undefined}
            style={{
              left: `${scene.x[place]}px`,
              top: `${scene.y[place]! - scene.size.height / 2}px`,
              width: `${scene.size.width}px`,
              height: `${scene.size.height}px`,
            }}
            onMouseEnter={() => setFocus(place)}
            onFocus={() => setFocus(place)}
            onBlur={() => setFocus(-1)}
          >
            <TypeIcon type={project.type(node)} />
            <span class="card-text">
              <bdi class="name" title={displayName(project, node)}>
                {displayName(project, node)}
              </bdi>
              <span class="card-note">
                {[
                  project.material(node) || resourceType(project.type(node)).one,
                  rows >= 0 ? plural(rows, 'row') : '',
                ]
                  .filter((text) => text !== '')
                  .join(' · ')}
              </span>
            </span>
            {tone === undefined ? null : <ToneIcon tone={tone} />}
          </a>
        );
      })}
    </div>
  );
}

/** The cards of the lineage page: zoom and pan. */
export function LineageCards({
  scene,
  onViewport,
}: {
  readonly scene: Scene;
  readonly onViewport: (viewport: Viewport) => void;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const viewport = attachViewport(element, {
      width: scene.width,
      height: scene.height,
      // Smaller than this nothing can be read; the rest is a drag away.
      minFit: element.clientWidth < 600 ? 0.7 : 0.5,
      onChange: (view) => {
        if (layer.current)
          layer.current.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
      },
    });
    viewport.fit();
    onViewport(viewport);
    const observer = new ResizeObserver(() => viewport.fit());
    observer.observe(element);
    return () => {
      observer.disconnect();
      viewport.detach();
    };
  }, [scene]);
  return (
    <div ref={box} class="map">
      <div ref={layer} class="map-layer">
        <Cards scene={scene} />
      </div>
    </div>
  );
}

const nearbyCap = 14;

/** One step up and down from a node, with the way to everything else. */
export function NodeLineage({ node }: { readonly node: number }): JSX.Element {
  const project = useProject();
  const parents = project.lineageParents(node);
  const children = project.lineageChildren(node);
  const scene = useMemo(() => {
    const near = [...parents.slice(0, nearbyCap), node, ...children.slice(0, nearbyCap)];
    return buildScene(project, [...new Set(near)], cardSize);
  }, [project, node]);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The node itself in the middle, where the picture is wider than the page.
    const element = box.current;
    const place = scene.placeOf.get(node);
    if (element === null || place === undefined) return;
    element.scrollLeft = scene.x[place]! + cardSize.width / 2 + 24 - element.clientWidth / 2;
  }, [scene, node]);
  const up = reach(project.lineageParents, node).size - 1;
  const down = reach(project.lineageChildren, node).size - 1;
  const selector = selectorOf(project, node);
  if (up + down === 0)
    return <p class="quiet">Nothing above and nothing below: it stands alone.</p>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section class="near" ref={box} tabIndex={0} aria-label="Nodes one step away">
        <Cards scene={scene} current={node} />
      </section>
      <p class="near-links">
        <a href={lineageHref({ select: `+${selector}` })}>{formatCount(up)} upstream</a>
        <a href={lineageHref({ select: `${selector}+` })}>{formatCount(down)} downstream</a>
        <a class="more" href={lineageHref({ select: `+${selector}+` })}>
          Open in lineage <Glyph name="chevron" />
        </a>
      </p>
      <div class="two lists">
        <NearList title="Reads from" nodes={parents} />
        <NearList title="Read by" nodes={children} />
      </div>
    </>
  );
}

function NearList({
  title,
  nodes,
}: {
  readonly title: string;
  readonly nodes: readonly number[];
}): JSX.Element {
  const [all, setAll] = useState(false);
  const shown = all ? nodes : nodes.slice(0, nearbyCap);
  return (
    <div>
      <h3>
        {title} <span class="note">{formatCount(nodes.length)}</span>
      </h3>
      {nodes.length === 0 ? <p class="quiet">Nothing.</p> : null}
      <ul class="link-list">
        {shown.map((node) => (
          <li key={node}>
            <NodeLink node={node} withTone />
          </li>
        ))}
      </ul>
      {shown.length < nodes.length ? (
        <button type="button" class="button" onClick={() => setAll(true)}>
          Show all {formatCount(nodes.length)}
        </button>
      ) : null}
    </div>
  );
}
