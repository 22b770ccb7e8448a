import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useProject } from './context.ts';
import { labelScale, type MapState, type Palette, paintMap, readPalette } from './map-paint.ts';
import { displayName } from './parts.tsx';
import { resourceType } from './resource-type.ts';
import { lineageHref, navigate, nodeHref } from './router.ts';
import { relatedTo, type Scene, stepFrom } from './scene.ts';
import { selectorOf } from './selection.ts';
import { onThemeChange } from './theme.ts';
import { attachViewport, type Viewport } from './viewport.ts';

/**
 * The map: a canvas, since ten thousand elements would not move. It is hidden from screen readers,
 * which have the table; keys work here too, and what they reach is spoken.
 */
export function LineageMap({
  scene,
  onViewport,
}: {
  readonly scene: Scene;
  readonly onViewport: (viewport: Viewport) => void;
}): JSX.Element {
  const project = useProject();
  const box = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [focus, setFocus] = useState(-1);
  const [byKey, setByKey] = useState(false);
  const live = useRef({
    focus: -1,
    related: undefined as Uint8Array | undefined,
    moving: false,
    frame: 0,
    rest: 0,
  });
  const viewport = useRef<Viewport | undefined>(undefined);
  const draw = useRef<() => void>(() => undefined);

  useEffect(() => {
    const element = box.current;
    const context = canvas.current?.getContext('2d');
    if (element === null || canvas.current === null || !context) return undefined;
    const target = canvas.current;
    const state = live.current;
    let palette: Palette = readPalette(project, element);
    const paint = (): void => {
      state.frame = 0;
      const ratio = window.devicePixelRatio || 1;
      const width = element.clientWidth;
      const height = element.clientHeight;
      if (
        target.width !== Math.round(width * ratio) ||
        target.height !== Math.round(height * ratio)
      ) {
        target.width = Math.round(width * ratio);
        target.height = Math.round(height * ratio);
      }
      const map: MapState = {
        view: port.view(),
        width,
        height,
        ratio,
        focus: state.focus,
        related: state.related,
        moving: state.moving,
      };
      paintMap(context, project, scene, palette, map);
    };
    const schedule = (): void => {
      if (state.frame === 0) state.frame = requestAnimationFrame(paint);
    };
    draw.current = schedule;
    const port = attachViewport(element, {
      width: scene.width,
      height: scene.height,
      // A few nodes keep their names, even where the screen is small.
      minFit: scene.nodes.length > 60 ? 0.01 : element.clientWidth < 600 ? 0.75 : labelScale,
      onChange: () => {
        state.moving = true;
        clearTimeout(state.rest);
        state.rest = window.setTimeout(() => {
          state.moving = false;
          schedule();
        }, 130);
        schedule();
      },
    });
    viewport.current = port;
    onViewport(port);
    port.fit();
    const offTheme = onThemeChange(() => {
      palette = readPalette(project, element);
      schedule();
    });
    let firstSize = true;
    const observer = new ResizeObserver(() => {
      if (firstSize) firstSize = false;
      else port.fit();
      schedule();
    });
    observer.observe(element);
    return () => {
      port.detach();
      offTheme();
      observer.disconnect();
      cancelAnimationFrame(state.frame);
      clearTimeout(state.rest);
      state.frame = 0;
      state.focus = -1;
      state.related = undefined;
      setFocus(-1);
    };
  }, [scene, project]);

  const focusOn = (place: number, keyed: boolean): void => {
    if (place === live.current.focus) return;
    live.current.focus = place;
    live.current.related = place < 0 ? undefined : relatedTo(scene, place);
    setFocus(place);
    setByKey(keyed);
    draw.current();
  };
  const at = (event: MouseEvent): number => {
    const element = box.current;
    const port = viewport.current;
    if (element === null || port === undefined) return -1;
    const rect = element.getBoundingClientRect();
    const view = port.view();
    return placeAt(
      scene,
      (event.clientX - rect.left - view.x) / view.scale,
      (event.clientY - rect.top - view.y) / view.scale,
    );
  };
  const open = (place: number): void => {
    if (place >= 0) location.hash = nodeHref(project.ids[scene.nodes[place]!]!);
  };
  const onKey = (event: KeyboardEvent): void => {
    const port = viewport.current;
    if (port === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const place = live.current.focus;
    if (event.key.startsWith('Arrow')) {
      const next = place < 0 ? 0 : stepFrom(scene, place, event.key);
      if (next >= scene.nodes.length) return;
      focusOn(next, true);
      port.reveal(scene.x[next]! + scene.size.width / 2, scene.y[next]!);
    } else if (event.key === 'Enter') open(place);
    else if (event.key === '+' || event.key === '=') port.zoom(1.3);
    else if (event.key === '-') port.zoom(1 / 1.3);
    else if (event.key === '0') port.fit();
    else if (event.key === 'Escape') focusOn(-1, true);
    else if (event.key === 'f' && place >= 0)
      navigate(lineageHref({ select: `+${selectorOf(project, scene.nodes[place]!)}+` }));
    else return;
    event.preventDefault();
  };
  return (
    <section
      ref={box}
      class={`map ${focus >= 0 ? 'pointing' : ''}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is used by keyboard; see the label
      tabIndex={0}
      aria-label="Lineage map. Arrow keys follow the edges, Enter opens, f focuses, plus and minus zoom, 0 fits. The table view has the same content."
      onKeyDown={onKey}
      onMouseMove={(event) =>
        focusOn(box.current?.classList.contains('dragging') ? -1 : at(event), false)
      }
      onMouseLeave={() => focusOn(-1, false)}
      onClick={(event) => open(at(event))}
    >
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas takes no focus */}
      <canvas ref={canvas} aria-hidden="true" />
      {focus >= 0 ? <Tip scene={scene} place={focus} viewport={viewport.current} /> : null}
      <p class="sr" role="status">
        {focus >= 0 && byKey ? spoken(project, scene, focus) : ''}
      </p>
    </section>
  );
}

function spoken(project: ReturnType<typeof useProject>, scene: Scene, place: number): string {
  const node = scene.nodes[place]!;
  return `${resourceType(project.type(node)).one} ${displayName(project, node)}, ${scene.parents[place]!.length} parents, ${scene.children[place]!.length} children`;
}

function Tip(props: {
  readonly scene: Scene;
  readonly place: number;
  readonly viewport: Viewport | undefined;
}): JSX.Element | null {
  const project = useProject();
  const { scene, place } = props;
  const view = props.viewport?.view();
  if (view === undefined) return null;
  const node = scene.nodes[place]!;
  const left = view.x + scene.x[place]! * view.scale;
  const top = view.y + (scene.y[place]! + scene.size.height / 2) * view.scale + 8;
  const status = project.status(node);
  const tests = project.testStatus(node);
  return (
    <div class="tip" style={{ left: `${Math.max(8, left)}px`, top: `${top}px` }}>
      <bdi class="name">{displayName(project, node)}</bdi>
      <span>
        {[resourceType(project.type(node)).one, project.material(node), project.folder(node)]
          .filter((text) => text !== '')
          .join(' · ')}
      </span>
      {status === '' && tests === '' ? null : (
        <span>
          {status === '' ? '' : `last run ${status}`}
          {status !== '' && tests !== '' ? ', ' : ''}
          {tests === '' ? '' : `tests: ${tests}`}
        </span>
      )}
    </div>
  );
}

/** The node at a point of the scene, or -1. */
function placeAt(scene: Scene, x: number, y: number): number {
  const { width, height } = scene.size;
  for (let place = 0; place < scene.nodes.length; place++) {
    const left = scene.x[place]!;
    if (x >= left && x <= left + width && Math.abs(y - scene.y[place]!) <= height / 2) return place;
  }
  return -1;
}
