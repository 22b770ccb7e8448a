import { isDue, type Warning } from '../../contracts/warning.ts';
import { ProjectErrors } from '../../errors/project-errors.ts';
import type { TsdbtError } from '../../errors/tsdbt-error.ts';
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
  { needsManifest = false }: Partial<Pick<CacheRequest, 'needsManifest'>> = {},
): Promise<Started> {
  const { cachedProject } = await import('../../tasks/parse-cache.ts');
  const { opened, reporter } = await open(options, io, which);
  const parsed = telling(opened, reporter, () =>
    cachedProject(opened, cacheRequest(opened, options, needsManifest)).parsed(),
  );
  return { parsed, reporter };
}

/** Parses the project as it is now, for a command that goes on; its warnings are told. */
export async function parseAgain(
  options: CommonOptions,
  io: Io,
  which: string,
  reporter: Reporter,
): Promise<ParsedProject> {
  const { cachedProject } = await import('../../tasks/parse-cache.ts');
  const { openProject } = await import('../../tasks/open-project.ts');
  const opened = openProject(await projectRequest(options, io, which, reporter));
  return telling(opened, reporter, () =>
    cachedProject(opened, cacheRequest(opened, options, false)).parsed(),
  );
}

/** As {@link start}, but only as far as selecting, listing and counting go: see `parse-cache.ts`. */
export async function startIndexed(
  options: CommonOptions,
  io: Io,
  which: string,
  { needsManifest = false }: Partial<Pick<CacheRequest, 'needsManifest'>> = {},
): Promise<{ readonly indexed: CachedProject; readonly reporter: Reporter }> {
  const { cachedProject } = await import('../../tasks/parse-cache.ts');
  const { opened, reporter } = await open(options, io, which);
  const indexed = telling(opened, reporter, () =>
    cachedProject(opened, cacheRequest(opened, options, needsManifest)),
  );
  return { indexed, reporter };
}

/** What is parsed, its warnings told; also when errors end it, with those that are to be errors. */
function telling<T extends { readonly warnings: readonly Warning[] }>(
  opened: OpenedProject,
  reporter: Reporter,
  parse: () => T,
): T {
  let parsed: T;
  try {
    parsed = parse();
  } catch (error) {
    if (error instanceof ProjectErrors && error.warnings.length > 0)
      withMore(error.errors, () => tellWarnings(error.warnings, opened, reporter));
    throw error;
  }
  tellWarnings(parsed.warnings, opened, reporter);
  return parsed;
}

/** Adds the errors of `tell`, if there are any, to others. */
function withMore(errors: readonly TsdbtError[], tell: () => void): void {
  try {
    tell();
  } catch (error) {
    if (!(error instanceof ProjectErrors)) throw error;
    throw new ProjectErrors([...errors, ...error.errors]);
  }
}

function tellWarnings(
  warnings: readonly Warning[],
  { request }: OpenedProject,
  reporter: Reporter,
): void {
  const now = request.invocation.now();
  reporter.warn(warnings.filter((warning) => isDue(warning, now)));
}

function cacheRequest(
  opened: OpenedProject,
  options: CommonOptions,
  needsManifest: CacheRequest['needsManifest'],
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
  reporter.warn(options.flagWarnings ?? []);
  return { opened, reporter };
}

/** The reporter of this command; errors that end the command go through it. */
export function reporterOf(options: CommonOptions, io: Io): Reporter {
  const reporter = createReporter(options, io);
  if (io.reporting !== undefined) io.reporting.reporter = reporter;
  return reporter;
}
