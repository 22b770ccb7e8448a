/** The parts of a manifest that golden manifests keep, and that specs compare. */
export function recordedManifest(
  manifest: Readonly<Record<string, unknown>>,
): Record<string, unknown>;
