import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsdbtError } from '../errors/tsdbt-error.ts';

export interface SiteAssets {
  readonly appJs: string;
  readonly styleCss: string;
}

const here = dirname(fileURLToPath(import.meta.url));

/** In the dist folder, whether this module runs from there or from source. */
const places = [join(here, '..', '..', 'dist', 'docs-site', 'assets')];

/** The client's bundle, built with the package. */
export function readAssets(folders: readonly string[] = places): SiteAssets {
  for (const folder of folders) {
    const appJs = readIfThere(join(folder, 'app.js'));
    const styleCss = readIfThere(join(folder, 'style.css'));
    if (appJs !== undefined && styleCss !== undefined) return { appJs, styleCss };
  }
  throw tsdbtError(
    'artifact-not-found',
    { path: join(folders[0] ?? places[0]!, 'app.js') },
    {
      hint: 'The docs site is not built into this copy of tsdbt. Run `npm run build` in its folder.',
    },
  );
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
