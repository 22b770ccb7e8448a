import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenedProject, ParsedProject } from '../../tasks/open-project.ts';
import type { IndexedProject } from '../../tasks/parse-cache.ts';
import type { Io } from '../io.ts';
import { type CommonOptions, projectRequest } from '../options.ts';
import { jsonReporter } from '../reporters/json.ts';
import type { Reporter } from '../reporters/reporter.ts';
import { terminalReporter } from '../reporters/terminal.ts';

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
export async function start(options: CommonOptions, io: Io, which: string): Promise<Started> {
  const { openProject, parseOpened } = await import('../../tasks/open-project.ts');
  const opened = openProject(await projectRequest(options, io, which));
  const reporter = reporterFor(opened, options, io);
  reporter.begin(opened);
  const parsed = parseOpened(opened);
  for (const text of parsed.warnings) reporter.emit({ type: 'message', level: 'warn', text });
  return { parsed, reporter };
}

/** As {@link start}, but only as far as selecting, listing and counting go: see `parse-cache.ts`. */
export async function startIndexed(
  options: CommonOptions,
  io: Io,
  which: string,
  { needsManifest = false } = {},
): Promise<IndexedProject> {
  const { openProject } = await import('../../tasks/open-project.ts');
  const { indexedProject } = await import('../../tasks/parse-cache.ts');
  const opened = openProject(await projectRequest(options, io, which));
  const reporter = reporterFor(opened, options, io);
  reporter.begin(opened);
  const indexed = indexedProject(opened, {
    useCache: options.partialParse !== false,
    needsManifest,
    now: opened.request.invocation.now().getTime(),
  });
  for (const text of indexed.warnings) reporter.emit({ type: 'message', level: 'warn', text });
  return indexed;
}

export function reporterFor(opened: OpenedProject, options: CommonOptions, io: Io): Reporter {
  const readSource = (file: string): string | undefined => {
    try {
      return readFileSync(join(opened.project.root, file), 'utf8');
    } catch {
      return undefined;
    }
  };
  const { invocation } = opened.request;
  const reporter =
    options.logFormat === 'json'
      ? jsonReporter(io, invocation.id, invocation.now, readSource)
      : terminalReporter(io, options.quiet === true, readSource);
  const { onEvent } = io;
  if (onEvent === undefined) return reporter;
  const emit: Reporter['emit'] = (event) => {
    reporter.emit(event);
    onEvent(event);
  };
  return { ...reporter, emit };
}
