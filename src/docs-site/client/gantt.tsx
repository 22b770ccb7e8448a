import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { statusTone, type Tone } from '../shared/status.ts';
import { formatDuration } from '../shared/visible-text.ts';
import type { RunResultWire, RunsWire } from '../shared/wire.ts';
import { useProject } from './context.ts';
import { displayName } from './parts.tsx';
import { nodeHref } from './router.ts';

const laneHeight = 34;
const barHeight = 22;
const width = 1000;

interface Bar {
  readonly result: RunResultWire;
  readonly x: number;
  readonly w: number;
  readonly y: number;
}

/**
 * When each thread did what. All bars of one tone are one path, so twenty thousand results cost as
 * little as twenty; failures carry a mark below the bar, so colour is not the only sign.
 */
export function Gantt({ data }: { readonly data: RunsWire }): JSX.Element {
  const project = useProject();
  const [hover, setHover] = useState<Bar | undefined>(undefined);
  const { bars, end } = useMemo(() => placeBars(data), [data]);
  const height = data.threads.length * laneHeight + 4;
  const tones: readonly Tone[] = ['good', 'quiet', 'warn', 'bad'];
  const ticks = niceTicks(end);
  const at = (event: MouseEvent): Bar | undefined => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    const y = event.clientY - box.top;
    const slack = (3 / box.width) * width;
    const near = bars.filter(
      (bar) =>
        y >= bar.y - 4 &&
        y <= bar.y + barHeight + 6 &&
        x >= bar.x - slack &&
        x <= bar.x + bar.w + slack,
    );
    return near.sort((a, b) => b.w - a.w)[0];
  };
  const open = (bar: Bar | undefined): void => {
    if (bar !== undefined && bar.result[0] >= 0)
      location.hash = nodeHref(project.ids[bar.result[0]]!);
  };
  return (
    <div class="gantt">
      <div class="gantt-threads" aria-hidden="true">
        {data.threads.map((thread) => (
          <span key={thread} style={{ height: `${laneHeight}px` }}>
            <bdi>{shortThread(thread)}</bdi>
          </span>
        ))}
      </div>
      <div class="gantt-stage">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the table below has the same links */}
        <svg
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          style={{ height: `${height}px` }}
          role="img"
          aria-label="Timeline of the run by thread; the table below has the same content"
          onMouseMove={(event) => setHover(at(event))}
          onMouseLeave={() => setHover(undefined)}
          onClick={(event) => open(at(event))}
        >
          {ticks.map((tick) => (
            <line
              key={tick}
              class="gantt-tick"
              x1={(tick / end) * width}
              x2={(tick / end) * width}
              y1={0}
              y2={height}
            />
          ))}
          {tones.map((tone) => (
            <path
              key={tone}
              class={`gantt-bar tone-${tone}`}
              d={barPath(bars.filter((bar) => statusTone(bar.result[4]) === tone))}
            />
          ))}
          <path
            class="gantt-mark tone-bad"
            d={markPath(bars.filter((bar) => statusTone(bar.result[4]) === 'bad'))}
          />
          {hover === undefined ? null : <path class="gantt-hover" d={barPath([hover])} />}
        </svg>
        {bars.length > 400
          ? null
          : bars
              .filter((bar) => bar.w > 70)
              .map((bar, key) => (
                <span
                  key={key}
                  class="gantt-label"
                  aria-hidden="true"
                  style={{
                    left: `${bar.x / 10}%`,
                    width: `${bar.w / 10}%`,
                    top: `${bar.y}px`,
                    height: `${barHeight}px`,
                  }}
                >
                  <bdi>{nameOf(project, data, bar.result)}</bdi>
                </span>
              ))}
        <div class="gantt-axis" aria-hidden="true">
          {ticks.map((tick) => (
            <span key={tick} style={{ left: `${(100 * tick) / end}%` }}>
              {formatDuration(tick)}
            </span>
          ))}
        </div>
        {hover === undefined ? null : (
          <div
            class="tip"
            style={{ left: `${Math.min(78, hover.x / 10)}%`, top: `${hover.y + barHeight + 10}px` }}
          >
            <bdi class="name">{nameOf(project, data, hover.result)}</bdi>
            <span>
              {hover.result[4]}, {formatDuration(hover.result[3])}, from{' '}
              {formatDuration(hover.result[2])}
            </span>
          </div>
        )}
      </div>
    </div>
  );
}

function nameOf(
  project: ReturnType<typeof useProject>,
  data: RunsWire,
  result: RunResultWire,
): string {
  const [node] = result;
  return node < 0 ? (data.unknownIds[-2 - node] ?? '') : displayName(project, node);
}

function placeBars(data: RunsWire): { bars: readonly Bar[]; end: number } {
  const timed = data.results.filter((result) => result[1] >= 0);
  const end = timed.reduce((last, result) => Math.max(last, result[2] + result[3]), 1);
  const bars = timed.map((result): Bar => {
    const x = (result[2] / end) * width;
    return {
      result,
      x,
      w: Math.max(1.2, (result[3] / end) * width - 0.8),
      y: result[1] * laneHeight + 4,
    };
  });
  return { bars, end };
}

function barPath(bars: readonly Bar[]): string {
  const r = (value: number): number => Math.round(value * 10) / 10;
  return bars.map((bar) => `M${r(bar.x)} ${bar.y}h${r(bar.w)}v${barHeight}h${r(-bar.w)}z`).join('');
}

function markPath(bars: readonly Bar[]): string {
  return bars
    .map(
      (bar) =>
        `M${Math.round(bar.x * 10) / 10} ${bar.y + barHeight + 1.5}h${Math.max(6, bar.w)}v3h${-Math.max(6, bar.w)}z`,
    )
    .join('');
}

/** `Thread-1 (worker)` is `1`. */
function shortThread(name: string): string {
  return /^Thread-(\d+)/.exec(name)?.[1] ?? name;
}

function niceTicks(end: number): number[] {
  const raw = end / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step =
    [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw) ?? raw;
  const ticks: number[] = [];
  for (let tick = 0; tick <= end * 0.9; tick += step) ticks.push(tick);
  return ticks;
}
