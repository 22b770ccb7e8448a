import { displayName } from './parts.tsx';
import type { Project } from './project.ts';
import { resourceType } from './resource-type.ts';
import { type Scene, traceEdge } from './scene.ts';
import type { View } from './viewport.ts';

/** Colours of the page, read from its CSS: a canvas knows no variables. */
export interface Palette {
  readonly ink: string;
  readonly quiet: string;
  readonly raised: string;
  readonly line: string;
  readonly edge: string;
  readonly accent: string;
  readonly bad: string;
  readonly warn: string;
  readonly types: ReadonlyMap<string, string>;
  readonly font: string;
}

export function readPalette(project: Project, element: HTMLElement): Palette {
  const probe = document.createElement('span');
  element.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const palette: Palette = {
    ink: colour('ink'),
    quiet: colour('ink-3'),
    raised: colour('raised'),
    line: colour('line-strong'),
    edge: colour('edge'),
    accent: colour('accent'),
    bad: colour('bad'),
    warn: colour('warn'),
    types: new Map(
      project.boot.types.map((type) => [type, colour(`type-${resourceType(type).colour}`)]),
    ),
    font: getComputedStyle(element).fontFamily,
  };
  probe.remove();
  return palette;
}

export interface MapState {
  readonly view: View;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  /** Place under the pointer or the keyboard, and all it is related to. */
  readonly focus: number;
  readonly related: Uint8Array | undefined;
  /** While moving, large pictures go without their edges. */
  readonly moving: boolean;
}

const manyEdges = 3000;
/** From this zoom on nodes have names. */
export const labelScale = 0.45;

/** Draws the scene. Edges of a large project appear when zoomed in, or along what is highlighted. */
export function paintMap(
  context: CanvasRenderingContext2D,
  project: Project,
  scene: Scene,
  palette: Palette,
  state: MapState,
): void {
  const { view, ratio, related } = state;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, state.width, state.height);
  context.setTransform(
    ratio * view.scale,
    0,
    0,
    ratio * view.scale,
    ratio * view.x,
    ratio * view.y,
  );
  const area = {
    left: -view.x / view.scale - scene.size.width,
    right: (state.width - view.x) / view.scale,
    top: -view.y / view.scale - scene.size.height,
    bottom: (state.height - view.y) / view.scale + scene.size.height,
  };
  const large = scene.edges.length > manyEdges;
  if (!large || (!state.moving && view.scale > 0.14)) {
    context.globalAlpha = related ? 0.25 : 1;
    strokeEdges(context, scene, palette.edge, 1.2 / Math.max(view.scale, 0.35), (edge) =>
      inSight(scene, edge, area),
    );
  }
  if (related !== undefined) {
    context.globalAlpha = 1;
    strokeEdges(context, scene, palette.accent, 1.8 / Math.max(view.scale, 0.3), (edge) => {
      const [from, to] = scene.edges[edge]!;
      return related[from] === 1 && related[to] === 1;
    });
  }
  for (let place = 0; place < scene.nodes.length; place++) {
    const x = scene.x[place]!;
    const y = scene.y[place]!;
    if (x < area.left || x > area.right || y < area.top || y > area.bottom) continue;
    context.globalAlpha = related === undefined || related[place] === 1 ? 1 : 0.28;
    if (view.scale < labelScale) paintBlock(context, project, scene, palette, place);
    else paintNode(context, project, scene, palette, place, state.focus === place);
  }
  context.globalAlpha = 1;
}

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function inSight(scene: Scene, edge: number, area: Area): boolean {
  const [from, to] = scene.edges[edge]!;
  const low = Math.min(scene.y[from]!, scene.y[to]!);
  const high = Math.max(scene.y[from]!, scene.y[to]!);
  const bent = scene.bends(edge).length > 0;
  return (
    scene.x[from]! < area.right &&
    scene.x[to]! > area.left &&
    (bent || (low < area.bottom && high > area.top))
  );
}

function strokeEdges(
  context: CanvasRenderingContext2D,
  scene: Scene,
  colour: string,
  width: number,
  wanted: (edge: number) => boolean,
): void {
  context.beginPath();
  for (let edge = 0; edge < scene.edges.length; edge++)
    if (wanted(edge)) traceEdge(scene, edge, context);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

function paintBlock(
  context: CanvasRenderingContext2D,
  project: Project,
  scene: Scene,
  palette: Palette,
  place: number,
): void {
  const node = scene.nodes[place]!;
  const { width, height } = scene.size;
  const x = scene.x[place]!;
  const y = scene.y[place]! - height / 2;
  context.fillStyle = palette.types.get(project.type(node)) ?? palette.quiet;
  context.fillRect(x, y, width, height);
  const tone = project.tone(node);
  if (tone === 'bad' || tone === 'warn') {
    // A notch in the failure colour: a shape that is seen at any zoom.
    context.fillStyle = tone === 'bad' ? palette.bad : palette.warn;
    context.fillRect(x + width * 0.72, y - height * 0.3, width * 0.28, height * 1.6);
  }
}

function paintNode(
  context: CanvasRenderingContext2D,
  project: Project,
  scene: Scene,
  palette: Palette,
  place: number,
  focused: boolean,
): void {
  const node = scene.nodes[place]!;
  const { width, height } = scene.size;
  const x = scene.x[place]!;
  const y = scene.y[place]! - height / 2;
  const colour = palette.types.get(project.type(node)) ?? palette.quiet;
  const tone = project.tone(node);
  context.beginPath();
  context.roundRect(x, y, width, height, 7);
  context.fillStyle = palette.raised;
  context.fill();
  context.strokeStyle = focused ? palette.accent : palette.line;
  context.lineWidth = focused ? 2 : 1;
  context.stroke();
  context.beginPath();
  context.roundRect(x + 6, y + 7, 4, height - 14, 2);
  context.fillStyle = colour;
  context.fill();
  const flagged = tone === 'bad' || tone === 'warn';
  context.fillStyle = palette.ink;
  context.font = `500 12px ${palette.font}`;
  context.textBaseline = 'middle';
  context.fillText(
    fitted(context, displayName(project, node), width - (flagged ? 40 : 24)),
    x + 17,
    y + height / 2 + 0.5,
  );
  if (flagged) {
    context.fillStyle = tone === 'bad' ? palette.bad : palette.warn;
    context.font = `700 13px ${palette.font}`;
    context.fillText(tone === 'bad' ? '✕' : '!', x + width - 18, y + height / 2 + 0.5);
  }
}

const fittedText = new Map<string, string>();

/** The text, cut with an ellipsis where it is too wide; measured once. */
export function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${width} ${text}`;
  let found = fittedText.get(key);
  if (found !== undefined) return found;
  found = text;
  if (context.measureText(text).width > width) {
    let low = 0;
    let high = text.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
      else high = middle - 1;
    }
    found = `${text.slice(0, low)}…`;
  }
  fittedText.set(key, found);
  return found;
}
