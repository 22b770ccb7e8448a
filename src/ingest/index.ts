export { type Expectation, parseExpectations } from './expectations.ts';
export {
  type BatchResult,
  type IngestRequest,
  type IngestResult,
  ingestLanding,
} from './ingest-landing.ts';
export { type LandingConfig, parseLandingConfig } from './landing-config.ts';
export { landingOf } from './landing-source.ts';
export { ensureStateSchema, latestBatch, latestReset, ledgerPlace } from './ledger.ts';
export { watchRoots } from './path-pattern.ts';
export { type Delivery, findPending, type PendingRequest, type PendingWork } from './pending.ts';
export { quarantineRelation } from './quarantine.ts';
