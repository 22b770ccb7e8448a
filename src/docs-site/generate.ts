import { own, record, textOf } from './artifact-value.ts';
import { buildBoot } from './boot-data.ts';
import { contentHash, dataFile, type SiteFile } from './data-file.ts';
import { buildCode, buildDetails } from './detail-data.ts';
import { indexHtml } from './index-html.ts';
import { buildRuns } from './run-data.ts';
import { buildSearch } from './search-data.ts';
import { visibleText } from './shared/visible-text.ts';
import { buildSiteModel, type SiteInput } from './site-model.ts';

export type { SiteFile } from './data-file.ts';
export type { SiteInput } from './site-model.ts';

export interface SiteOptions {
  /** The built client, see `readAssets`. */
  readonly assets: { readonly appJs: string; readonly styleCss: string };
  /** Default: the project's name. */
  readonly title?: string;
  readonly now: Date;
}

const nodesPerShard = 32;

/**
 * The documentation site as a list of files. Pure: the same artifacts and the same `now` give the
 * same bytes. `input.history` are earlier run results, oldest first.
 */
export function generateSite(input: SiteInput, options: SiteOptions): readonly SiteFile[] {
  const model = buildSiteModel(input);
  const details = buildDetails(model);
  const m = shards('m', details);
  const q = shards('q', buildCode(model));
  const search = dataFile('search', buildSearch(details));
  const runsData = buildRuns(model);
  const runs = runsData === null ? null : dataFile('runs', runsData);
  const project = textOf(own(record(own(model.manifest, 'metadata')), 'project_name'));
  const title = visibleText(options.title ?? (project || 'Documentation'));
  const boot = dataFile(
    'boot',
    buildBoot(model, {
      title,
      now: options.now,
      files: {
        nodesPerShard,
        search: search.hash,
        runs: runs?.hash ?? null,
        m: m.map((shard) => shard.hash),
        q: q.map((shard) => shard.hash),
      },
    }),
  );
  const app = `assets/app-${contentHash(options.assets.appJs)}.js`;
  const style = `assets/style-${contentHash(options.assets.styleCss)}.css`;
  return [
    ...[...m, ...q, search, ...(runs === null ? [] : [runs]), boot].map((shard) => shard.file),
    { path: app, contents: options.assets.appJs },
    { path: style, contents: options.assets.styleCss },
    { path: 'index.html', contents: indexHtml({ title, app, style, boot: boot.file.path }) },
  ];
}

function shards(family: string, entries: readonly unknown[]): ReturnType<typeof dataFile>[] {
  const out: ReturnType<typeof dataFile>[] = [];
  for (let at = 0; at < entries.length; at += nodesPerShard) {
    out.push(dataFile(`${family}${out.length}`, entries.slice(at, at + nodesPerShard)));
  }
  return out;
}
