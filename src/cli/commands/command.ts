import { isDue, type Warning } from '../../contracts/warning.ts';
import type { OpenedProject, ParsedProject } from '../../tasks/open-project.ts';
import type { CachedProject, CacheRequest } from '../../tasks/parse-cache.ts';
import type { Io } from '../io.ts';
import { type CommonOptions, projectRequest } from '../options.ts';
import { createReporter } from '../reporters/create-reporter.ts';
import type { Reporter } from '../reporters/reporter.ts';

/** What a command gets: where it writes, and how it sets the exit code. */
export interface CommandContext {
  readonly io: Io;
  readonly exit: (code: number) => void;
}

export interface Started {
  readonly parsed: ParsedProject;
  readonly reporter: Reporter;
}

/** Opens and parses the project that the options name, and makes the reporter they ask for. */
export async function start(
  options: CommonOptions,
  io: Io,
  which: string,
  { needsManifest = false } = {},
): Promise<Started> {
  const { cachedProject } = await import('../../tasks/parse-cache.ts');
  const { opened, reporter } = await open(options, io, which);
  const parsed = cachedProject(opened, cacheRequest(opened, options, needsManifest)).parsed();
  tellWarnings(parsed.warnings, opened, reporter);
  return { parsed, reporter };
}

/** As {@link start}, but only as far as selecting, listing and counting go: see `parse-cache.ts`. */
export async function startIndexed(
  options: CommonOptions,
  io: Io,
  which: string,
  { needsManifest = false } = {},
): Promise<{ readonly indexed: CachedProject; readonly reporter: Reporter }> {
  const { cachedProject } = await import('../../tasks/parse-cache.ts');
  const { opened, reporter } = await open(options, io, which);
  const indexed = cachedProject(opened, cacheRequest(opened, options, needsManifest));
  tellWarnings(indexed.warnings, opened, reporter);
  return { indexed, reporter };
}

function tellWarnings(
  warnings: readonly Warning[],
  { request }: OpenedProject,
  reporter: Reporter,
): void {
  const now = request.invocation.now();
  for (const warning of warnings) {
    const { name, text } = warning;
    if (isDue(warning, now)) reporter.emit({ type: 'message', level: 'warn', name, text });
  }
}

function cacheRequest(
  opened: OpenedProject,
  options: CommonOptions,
  needsManifest: boolean,
): CacheRequest {
  return {
    useCache: options.partialParse !== false,
    needsManifest,
    now: opened.request.invocation.now().getTime(),
  };
}

async function open(options: CommonOptions, io: Io, which: string) {
  const reporter = reporterOf(options, io);
  const { openProject } = await import('../../tasks/open-project.ts');
  const opened = openProject(await projectRequest(options, io, which, reporter));
  reporter.begin(opened);
  for (const warning of options.flagWarnings ?? [])
    reporter.emit({ type: 'message', level: 'warn', ...warning });
  return { opened, reporter };
}

/** The reporter of this command; errors that end the command go through it. */
export function reporterOf(options: CommonOptions, io: Io): Reporter {
  const reporter = createReporter(options, io);
  if (io.reporting !== undefined) io.reporting.reporter = reporter;
  return reporter;
}
