export { refusalError } from './files/bad-files.ts';
export { outdatedFiles, outdatedText, rulesFingerprint } from './files/landing-rules.ts';
export { listLandingFiles } from './files/list-files.ts';
export { compilePattern, watchRoots } from './files/path-pattern.ts';
export {
  type Delivery,
  findPending,
  type PendingRequest,
  type PendingWork,
} from './files/pending.ts';
export { columnNames, safeName } from './infer/column-names.ts';
export { type FileShape, fileShape } from './infer/file-shape.ts';
export { pathPatterns } from './infer/path-patterns.ts';
export { type FieldProfile, type FilesProfile, profileFiles } from './infer/profile-files.ts';
export { type InferredType, widerType } from './infer/wider-type.ts';
export {
  type KeptColumn,
  ledgerColumns,
  ledgerDescription,
  quarantineColumns,
  quarantineDescription,
} from './ledger/described-tables.ts';
export { latestBatch, latestReset, readLedger } from './ledger/ledger.ts';
export { ensureStateSchema, ledgerPlace, stateSchema } from './ledger/state-tables.ts';
export {
  type BatchResult,
  type IngestRequest,
  type IngestResult,
  ingestLanding,
} from './load/ingest-landing.ts';
export { quarantineRelation } from './load/quarantine.ts';
export { dropQuarantined } from './quarantine/drop-quarantined.ts';
export { type ReplayResult, replayQuarantine } from './quarantine/replay-quarantine.ts';
export { type Expectation, parseExpectations } from './rules/expectations.ts';
export { type LandingColumn, landingColumnKeys } from './source/landing-columns.ts';
export { type LandingConfig, parseLandingConfig } from './source/landing-config.ts';
export { landingOf } from './source/landing-source.ts';
export { valueFunctions } from './values/functions.ts';
