import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useProject } from './context.ts';
import { paintMap, readPalette } from './map-paint.ts';
import { buildScene } from './scene.ts';
import { onThemeChange } from './theme.ts';

/** The whole lineage as a still picture that leads to the map. */
export function LineagePicture(): JSX.Element {
  const project = useProject();
  const box = useRef<HTMLAnchorElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useMemo(
    () =>
      buildScene(
        project,
        Array.from({ length: project.drawn }, (_, node) => node),
      ),
    [project],
  );
  useEffect(() => {
    const element = box.current;
    const target = canvas.current;
    const context = target?.getContext('2d');
    if (element === null || target === null || !context) return undefined;
    const paint = (): void => {
      const ratio = window.devicePixelRatio || 1;
      const width = element.clientWidth;
      const scale = Math.min(
        1,
        (width - 48) / Math.max(1, scene.width),
        480 / Math.max(1, scene.height),
      );
      const height = Math.ceil(scene.height * scale) + 48;
      target.width = Math.round(width * ratio);
      target.height = Math.round(height * ratio);
      target.style.height = `${height}px`;
      const view = { scale, x: (width - scene.width * scale) / 2, y: 24 };
      paintMap(context, project, scene, readPalette(project, element), {
        view,
        width,
        height,
        ratio,
        focus: -1,
        related: undefined,
        moving: false,
      });
    };
    const observer = new ResizeObserver(paint);
    observer.observe(element);
    const offTheme = onThemeChange(paint);
    return () => {
      observer.disconnect();
      offTheme();
    };
  }, [scene, project]);
  return (
    <a ref={box} class="picture" href="#/lineage">
      <span class="sr">Open the lineage of all {project.drawn} nodes</span>
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas takes no focus */}
      <canvas ref={canvas} aria-hidden="true" />
    </a>
  );
}
