import { Command, Option } from 'commander';
import type { Step } from '../../contracts/plan.ts';
import { formatError } from '../../errors/format-error.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { type ExecuteCommand, executedTypes } from '../../tasks/executed-types.ts';
import type { PlannedNode, PlanResult } from '../../tasks/plan.ts';
import { addFlags, readOptions } from '../flag-options.ts';
import {
  type CommonOptions,
  commonOptions,
  deferralOf,
  isColored,
  type SelectOptions,
  selectionOf,
  selectOptions,
  typesOf,
} from '../options.ts';
import { withSource } from '../reporters/reporter.ts';
import { type Style, style } from '../style.ts';
import { type CommandContext, start } from './command.ts';

interface PlanOptions extends CommonOptions, SelectOptions {
  readonly command?: ExecuteCommand;
  readonly fullRefresh?: boolean;
  readonly storeFailures?: boolean;
  readonly reload?: boolean;
  readonly output?: 'text' | 'json';
}

/** `tsdbt plan`: every statement a run would execute, and why; nothing is written. */
export const planCommand = ({ io, exit }: CommandContext): Command =>
  addFlags(
    selectOptions(
      commonOptions(
        new Command('plan').description('print what a run would execute, and why; writes nothing'),
      ),
    ),
    ['full_refresh', 'store_failures', 'resource_types', 'exclude_resource_types'],
    {
      full_refresh: 'as if incremental models were built anew',
      store_failures: 'as if failing rows were kept in tables',
    },
  )
    .addOption(
      new Option('--command <name>', 'the command to plan (default: build)').choices(
        Object.keys(executedTypes).filter((name) => name !== 'clone'),
      ),
    )
    .option('--reload', 'as if all landing files were loaded again')
    .addOption(new Option('--output <format>').choices(['text', 'json']))
    .action(async (_options: unknown, self: Command) => {
      const options = await readOptions<PlanOptions>(self, io);
      const command = options.command ?? 'build';
      const json = options.output === 'json';
      const { parsed, reporter } = await start(
        { ...options, quiet: options.quiet === true || json },
        io,
        command,
      );
      const { planTask } = await import('../../tasks/plan.ts');
      const plan = await planTask(parsed, {
        command,
        ...selectionOf(options, io),
        ...deferralOf(options, io),
        ...typesOf(options),
        fullRefresh: options.fullRefresh === true,
        reload: options.reload === true,
        storeFailures: options.storeFailures === true,
        emit: reporter.emit,
      });
      if (json) io.out(JSON.stringify(jsonOf(plan), null, 2));
      else {
        const paint = style(isColored(options, io));
        for (const line of textOf(plan, paint)) io.out(line);
        for (const { error } of plan.nodes) {
          if (error !== null)
            io.err(formatError(withSource(error, reporter.readSource), paint.error));
        }
      }
      exit(plan.nodes.some((node) => node.error !== null) ? 1 : 0);
    });

function jsonOf(plan: PlanResult): object {
  return {
    one_transaction: plan.together,
    schemas: plan.schemas,
    on_run_start: plan.onRunStart,
    nodes: plan.nodes.map(({ nodeId, plan: planned, error }) => ({
      unique_id: nodeId,
      ...(planned === null
        ? { error: { code: error?.code, name: error?.name, message: error?.message } }
        : {
            materialization: planned.materialization,
            action: planned.action,
            why: planned.why,
            deferred: planned.deferred ?? null,
            steps: planned.steps,
          }),
    })),
    on_run_end: plan.onRunEnd,
  };
}

function textOf(plan: PlanResult, paint: Style): readonly string[] {
  const lines: string[] = [];
  const group = (title: string, steps: readonly Step[]) => {
    if (steps.length > 0) lines.push(title, ...steps.flatMap((step) => stepLines(step, paint)), '');
  };
  group('Schemas', plan.schemas);
  group('on-run-start', plan.onRunStart);
  if (plan.together)
    lines.push('All nodes are one transaction, and their tests with them: audit is run.', '');
  for (const node of plan.nodes) lines.push(...nodeLines(node, paint), '');
  group('on-run-end', plan.onRunEnd);
  const counted = plan.nodes.filter((node) => node.plan !== null);
  const deferred = counted.filter((node) => node.plan!.deferred !== undefined).length;
  const statements = counted.reduce((sum, node) => sum + node.plan!.steps.length, 0);
  lines.push(
    `${plan.nodes.length} nodes, ${statements} steps${deferred === 0 ? '' : `, ${deferred} deferred`}. Nothing was written.`,
  );
  return lines;
}

function nodeLines({ nodeId, plan, error }: PlannedNode, paint: Style): readonly string[] {
  if (plan === null) return [`${nodeId}: ${paint.red(error?.message.split('\n')[0] ?? 'skipped')}`];
  const lines = [`${nodeId} (${plan.materialization}): ${plan.action}, because ${plan.why}`];
  lines.push(...plan.steps.flatMap((step) => stepLines(step, paint)));
  if (plan.deferred !== undefined) lines.push(paint.yellow(`    deferred: ${plan.deferred}`));
  return lines;
}

function stepLines(step: Step, paint: Style): readonly string[] {
  const indented = (text: string) => text.split('\n').map((line) => `    ${line}`);
  switch (step.kind) {
    case 'begin':
    case 'commit':
      return indented(step.kind);
    case 'check-merge-key': {
      const { keys, onNull, onDuplicate, countSql } = step.check;
      return [
        paint.dim(
          `    -- check the merge key ${keys.join(', ')} (null: ${onNull}, repeated: ${onDuplicate})`,
        ),
        ...indented(countSql),
      ];
    }
    case 'check-values': {
      const list = step.check.columns.map(({ name, from, to }) => `${name} (${from} to ${to})`);
      return [
        paint.dim(`    -- count the values that a cast would change: ${list.join(', ')}`),
        ...indented(step.check.countSql),
      ];
    }
    case 'audit':
      return step.tests.map((id) => paint.dim(`    -- must pass before the commit: ${id}`));
    case 'sql':
      return [paint.dim(`    -- ${step.purpose}`), ...indented(step.sql)];
    default:
      throw tsdbtError('internal-error', { message: 'a step of no kind' });
  }
}
