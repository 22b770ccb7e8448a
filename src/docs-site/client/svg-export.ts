import { readPalette } from './map-paint.ts';
import { displayName } from './parts.tsx';
import type { Project } from './project.ts';
import { edgePath, type Scene } from './scene.ts';

/** The scene as an SVG document in the colours on screen. Names are text, escaped. */
export function svgText(project: Project, scene: Scene): string {
  const palette = readPalette(project, document.body);
  const background = getComputedStyle(document.body).backgroundColor;
  const { width, height } = scene.size;
  const pad = 24;
  const nodes = scene.nodes.map((node, place) => {
    const x = scene.x[place]!;
    const y = scene.y[place]! - height / 2;
    const name = displayName(project, node);
    const most = Math.floor((width - 30) / 7);
    const label = name.length > most ? `${name.slice(0, most - 1)}…` : name;
    const colour = palette.types.get(project.type(node)) ?? palette.quiet;
    return `<g transform="translate(${x} ${y})"><title>${escapeXml(name)}</title><rect width="${width}" height="${height}" rx="7" fill="${palette.raised}" stroke="${palette.line}"/><rect x="6" y="7" width="4" height="${height - 14}" rx="2" fill="${colour}"/><text x="17" y="${height / 2}" dominant-baseline="central" fill="${palette.ink}">${escapeXml(label)}</text></g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-pad} ${-pad} ${scene.width + 2 * pad} ${scene.height + 2 * pad}" width="${scene.width + 2 * pad}" height="${scene.height + 2 * pad}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="12"><rect x="${-pad}" y="${-pad}" width="100%" height="100%" fill="${background}"/><path d="${edgePath(scene, scene.edges.keys())}" fill="none" stroke="${palette.edge}" stroke-width="1.2"/>${nodes.join('')}</svg>\n`;
}

export function downloadSvg(project: Project, scene: Scene): void {
  const url = URL.createObjectURL(new Blob([svgText(project, scene)], { type: 'image/svg+xml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'lineage.svg';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function escapeXml(text: string): string {
  // Names went through visibleText already; of what XML forbids only these two are left.
  return text
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
