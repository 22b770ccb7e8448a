export { refusalError } from './bad-files.ts';
export {
  type KeptColumn,
  ledgerColumns,
  ledgerDescription,
  quarantineColumns,
  quarantineDescription,
} from './described-tables.ts';
export { dropQuarantined } from './drop-quarantined.ts';
export { type Expectation, parseExpectations } from './expectations.ts';
export { columnNames, safeName } from './infer/column-names.ts';
export { type FileShape, fileShape } from './infer/file-shape.ts';
export { pathPatterns } from './infer/path-patterns.ts';
export { type FieldProfile, type FilesProfile, profileFiles } from './infer/profile-files.ts';
export { type InferredType, widerType } from './infer/wider-type.ts';
export {
  type BatchResult,
  type IngestRequest,
  type IngestResult,
  ingestLanding,
} from './ingest-landing.ts';
export { type LandingColumn, landingColumnKeys } from './landing-columns.ts';
export { type LandingConfig, parseLandingConfig } from './landing-config.ts';
export { outdatedFiles, outdatedText, rulesFingerprint } from './landing-rules.ts';
export { landingOf } from './landing-source.ts';
export { latestBatch, latestReset, readLedger } from './ledger.ts';
export { listLandingFiles } from './list-files.ts';
export { compilePattern, watchRoots } from './path-pattern.ts';
export { type Delivery, findPending, type PendingRequest, type PendingWork } from './pending.ts';
export { quarantineRelation } from './quarantine.ts';
export { type ReplayResult, replayQuarantine } from './replay-quarantine.ts';
export { ensureStateSchema, ledgerPlace, stateSchema } from './state-tables.ts';
export { valueFunctions } from './values/functions.ts';
