import { entriesOf, listOf, numberOf, own, type Raw, record, textOf } from './artifact-value.ts';
import { compareStatus } from './shared/status.ts';
import { visibleText } from './shared/visible-text.ts';
import type { HistoryPoint, RunResultWire, RunsWire, RunWire } from './shared/wire.ts';
import { resultsById, resultTiming, type SiteModel } from './site-model.ts';

/** What one run came to, in a line. */
export function runSummary(runResults: Raw): RunWire {
  const counts = new Map<string, number>();
  for (const item of listOf(own(runResults, 'results'))) {
    const status = visibleText(textOf(own(record(item), 'status')));
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  const args = record(own(runResults, 'args'));
  return {
    at: textOf(own(record(own(runResults, 'metadata')), 'generated_at')),
    command: visibleText(textOf(own(args, 'invocation_command')) || textOf(own(args, 'which'))),
    seconds: numberOf(own(runResults, 'elapsed_time')) ?? 0,
    counts: [...counts].sort((a, b) => compareStatus(a[0], b[0])),
  };
}

/** The data of the runs page. */
export function buildRuns(model: SiteModel): RunsWire | null {
  if (model.runResults === undefined) return null;
  const results = listOf(own(model.runResults, 'results')).map(record);
  const timings = results.map(resultTiming);
  const first = timings.reduce(
    (min, timing) => Math.min(min, timing?.start ?? min),
    Number.POSITIVE_INFINITY,
  );
  const threads: string[] = [];
  const unknownIds: string[] = [];
  const rows = results.map((result, at): RunResultWire => {
    const id = textOf(own(result, 'unique_id'));
    let node = model.indexOf.get(id) ?? -1;
    if (node === -1) node = -1 - unknownIds.push(visibleText(id));
    const timing = timings[at];
    const thread =
      timing === undefined
        ? -1
        : numberOfThread(threads, visibleText(textOf(own(result, 'thread_id'))));
    return [
      node,
      thread,
      timing === undefined ? 0 : Math.round((timing.start - first) * 10) / 10,
      timing === undefined ? 0 : Math.round(timing.ms * 10) / 10,
      visibleText(textOf(own(result, 'status'))),
      visibleText(textOf(own(result, 'message'))).slice(0, 2000),
    ];
  });
  return { threads, results: rows, unknownIds, history: model.history.map(runSummary) };
}

function numberOfThread(threads: string[], name: string): number {
  const found = threads.indexOf(name);
  return found >= 0 ? found : threads.push(name) - 1;
}

/** Status and time of each node in earlier runs, oldest first, the last run included. */
export function buildHistory(
  model: SiteModel,
  keep = 20,
): ReadonlyMap<string, readonly HistoryPoint[]> {
  const runs = [...model.history, ...(model.runResults === undefined ? [] : [model.runResults])]
    .map((run) => ({ at: textOf(own(record(own(run, 'metadata')), 'generated_at')), run }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .filter((entry, at, all) => at === 0 || all[at - 1]!.at !== entry.at)
    .slice(-keep);
  const history = new Map<string, HistoryPoint[]>();
  if (runs.length < 2) return history;
  for (const { at, run } of runs) {
    for (const [id, result] of resultsById(run)) {
      const point = {
        at,
        status: visibleText(textOf(own(result, 'status'))),
        ms: Math.round((numberOf(own(result, 'execution_time')) ?? 0) * 1000),
      };
      const list = history.get(id);
      if (list) list.push(point);
      else history.set(id, [point]);
    }
  }
  return history;
}

/** Facts the database told about a table: `bytes: 12 kB`, `rows: 1200`. */
export function catalogStats(catalog: Raw | undefined): [string, string][] {
  if (catalog === undefined) return [];
  return entriesOf(own(catalog, 'stats')).flatMap(([id, value]): [string, string][] => {
    const stat = record(value);
    const text = textOf(own(stat, 'value'));
    if (id === 'has_stats' || own(stat, 'include') === false || text === '') return [];
    return [[visibleText(textOf(own(stat, 'label')) || id), visibleText(text)]];
  });
}
