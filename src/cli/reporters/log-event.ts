import { warningCodes } from './warning-codes.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Something that happened, under the name, level and keys that dbt's log has for it (core `events/types.py`). */
export interface LogEvent {
  readonly name: string;
  readonly level: LogLevel;
  readonly msg: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly thread?: string;
}

/** Codes of dbt's other events. */
const codes: Readonly<Record<string, string>> = {
  BuildingCatalog: 'E044',
  CatalogWritten: 'E042',
  CommandCompleted: 'Q039',
  CompiledNode: 'Q042',
  ConcurrencyLine: 'Q027',
  EndOfRunSummary: 'Z030',
  FinishedRunningStats: 'E047',
  FoundStats: 'W006',
  FreshnessCheckComplete: 'Q003',
  JinjaLogDebug: 'I063',
  JinjaLogInfo: 'I062',
  LogBatchResult: 'Q046',
  LogFreshnessResult: 'Q018',
  LogHookEndLine: 'Q033',
  LogHookStartLine: 'Q032',
  LogModelResult: 'Q012',
  LogNodeNoOpResult: 'Q019',
  LogSeedResult: 'Q016',
  LogSkipBecauseError: 'Z034',
  LogSnapshotResult: 'Q015',
  LogFunctionResult: 'Q047',
  LogStartLine: 'Q011',
  LogTestResult: 'Q007',
  MainEncounteredError: 'Z002',
  MainReportArgs: 'A002',
  MainReportVersion: 'A001',
  MarkSkippedChildren: 'Z033',
  NodeCompiling: 'Q030',
  NodeExecuting: 'Q031',
  NodeFinished: 'Q025',
  NodeStart: 'Q024',
  Note: 'Z050',
  PrintEvent: 'Z052',
  RunResultError: 'Z024',
  RunResultErrorNoMessage: 'Z025',
  RunResultFailure: 'Z022',
  RunResultWarning: 'Z021',
  RunResultWarningMessage: 'Z046',
  ShowNode: 'Q041',
  SQLQuery: 'E016',
  SQLQueryStatus: 'E017',
  SkippingDetails: 'Q034',
  StatsLine: 'Z023',
};

/** dbt's code of an event; empty for events of ours. */
export function codeOf(name: string): string {
  return codes[name] ?? warningCodes[name] ?? '';
}

const ranks = { debug: 0, info: 1, warn: 2, error: 3, none: 4 };

/** Whether an event of `level` is shown where `least` is the lowest that is. */
export function isShown(level: LogLevel, least: LogLevel | 'none'): boolean {
  return ranks[level] >= ranks[least];
}
