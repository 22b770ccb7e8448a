import { Command, Option } from 'commander';
import type { PrunedRelation } from '../../tasks/prune.ts';
import { printable } from '../../util/printable.ts';
import { readOptions } from '../flag-options.ts';
import { type CommonOptions, commonOptions, withoutProgress } from '../options.ts';
import { type CommandContext, start } from './command.ts';

interface PruneOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly includeSnapshots?: boolean;
  readonly includeIncremental?: boolean;
  readonly includeLanding?: boolean;
  readonly output?: 'text' | 'json';
}

/** `tsdbt prune`: drops what tsdbt made and no node of the project makes any more. */
export const pruneCommand = ({ io, exit }: CommandContext): Command =>
  commonOptions(
    new Command('prune').description('drop relations that tsdbt made and no node makes any more'),
  )
    .option('--dry-run', 'say what would be dropped; drop nothing')
    .option('--include-snapshots', 'snapshots too, whose history is lost')
    .option('--include-incremental', 'incremental models and those of own materializations too')
    .option('--include-landing', 'landing models and their quarantine too')
    .addOption(new Option('--output <format>').choices(['text', 'json']))
    .action(async (_options: unknown, self: Command) => {
      const options = await readOptions<PruneOptions>(self, io);
      const json = options.output === 'json';
      const dryRun = options.dryRun === true;
      const { parsed, reporter } = await start(
        json ? withoutProgress(options) : options,
        io,
        'prune',
      );
      const { pruneTask } = await import('../../tasks/prune.ts');
      const pruned = await pruneTask(parsed, {
        dryRun,
        limits: {
          snapshots: options.includeSnapshots === true,
          incremental: options.includeIncremental === true,
          landing: options.includeLanding === true,
        },
      });
      if (json) io.out(JSON.stringify(pruned.map(jsonOf), null, 2));
      else for (const line of linesOf(pruned, dryRun)) io.out(line);
      const errors = pruned.flatMap(({ error }) => error ?? []);
      if (errors.length > 0) reporter.failed(errors);
      exit(errors.length > 0 ? 1 : 0);
    });

function jsonOf({ relation, type, node, reason, kept, error }: PrunedRelation): object {
  return { relation, type, unique_id: node, reason, kept, error: error?.message ?? null };
}

function linesOf(pruned: readonly PrunedRelation[], dryRun: boolean): readonly string[] {
  const lines = pruned.map(({ relation, type, reason, kept, error }) => {
    const word = kept !== null ? 'KEPT' : error !== null ? 'ERROR' : dryRun ? 'WOULD' : 'DROPPED';
    const what = `${word.padEnd(7)} ${type.padEnd(5)} ${printable(relation)}: ${printable(reason)}`;
    return kept === null ? what : `${what}; ${printable(kept)}`;
  });
  const dropped = pruned.filter(({ kept, error }) => kept === null && error === null).length;
  const kept = pruned.length - dropped;
  const done = dryRun ? 'would be dropped' : 'dropped';
  return [...lines, `${dropped} ${done}, ${kept} kept.`];
}
