import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { Command } from 'commander';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { addFlags, readOptions } from '../flag-options.ts';
import {
  type CommonOptions,
  commonOptions,
  projectRequest,
  type SelectOptions,
  selectionOf,
  selectOptions,
} from '../options.ts';
import { type CommandContext, start } from './command.ts';

interface GenerateOptions extends CommonOptions, SelectOptions {
  readonly compile: boolean;
  readonly emptyCatalog?: boolean;
}

interface ServeOptions extends CommonOptions {
  readonly host?: string;
  readonly port?: string;
}

/** `tsdbt docs generate | serve`: the documentation site. */
export const docsCommand = (context: CommandContext): Command =>
  new Command('docs')
    .description('write or serve the documentation site')
    .addCommand(generate(context), { isDefault: true })
    .addCommand(serve(context));

function generate({ io, exit }: CommandContext): Command {
  return addFlags(
    selectOptions(
      commonOptions(new Command('generate').description('write the site to the target folder')),
    ),
    ['static', 'empty_catalog', 'sqlparse'],
  )
    .option('--no-compile', 'leave out the compiled SQL')
    .action(async (_options: unknown, self: Command) => {
      const options = await readOptions<GenerateOptions>(self, io);
      const { parsed, reporter } = await start(options, io, 'generate');
      const { docsGenerateTask } = await import('../../tasks/docs-generate.ts');
      const result = await docsGenerateTask(parsed, {
        compile: options.compile,
        emptyCatalog: options.emptyCatalog === true,
        selection: selectionOf(options, io),
      });
      reporter.warn(result.warnings);
      const text = `Wrote ${relative(io.cwd, result.index)}: open it in a browser, or run \`tsdbt docs serve\`.`;
      reporter.emit({ type: 'message', level: 'info', text });
      exit(0);
    });
}

function serve({ io, exit }: CommandContext): Command {
  return addFlags(
    commonOptions(new Command('serve').description('serve the site on this machine')),
    ['host', 'browser'],
  )
    .option('--port <port>', 'port to listen on', '8080')
    .action(async (_options: unknown, self: Command) => {
      const options = await readOptions<ServeOptions>(self, io);
      const port = Number(options.port);
      if (!Number.isInteger(port) || port < 0 || port > 65_535) {
        throw tsdbtError('usage', {
          message: `--port must be a whole number from 0 to 65535, not "${options.port}".`,
        });
      }
      const { openProject } = await import('../../tasks/open-project.ts');
      const { targetFile } = await import('../../tasks/write-artifacts.ts');
      const opened = openProject(await projectRequest(options, io, 'serve'));
      const index = targetFile(opened, 'index.html');
      if (!existsSync(index))
        throw tsdbtError('artifact-not-found', { path: relative(io.cwd, index) });
      const { serveSite } = await import('../../docs-site/serve.ts');
      const site = await serveSite({
        directory: targetFile(opened),
        host: options.host ?? '127.0.0.1',
        port,
      });
      io.out(`Serving ${relative(io.cwd, targetFile(opened))} at ${site.url}. Ctrl-C ends.`);
      await new Promise<void>((resolve) => {
        if (io.signal.aborted) resolve();
        else io.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await site.close();
      exit(0);
    });
}
