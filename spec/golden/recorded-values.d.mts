export function loggedValues(log: string): string[];
export function writtenMeta(manifest: string): string;
