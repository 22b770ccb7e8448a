import { isTsdbtError, type TsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';

/** A file that keeps its delivery from being loaded, and why. */
export interface BadFile {
  /** Relative to the project, as in `_file`. */
  readonly file: string;
  readonly error: TsdbtError;
}

/** A delivery that was refused whole; it is tried again in the next load. */
export interface Refusal {
  /** The processing date, or the path of the file. */
  readonly delivery: string;
  readonly files: readonly BadFile[];
}

/** Thrown when staged deliveries are checked: these files are at fault, and the others are not. */
export class BadFiles extends Error {
  readonly files: readonly BadFile[];

  constructor(files: readonly BadFile[]) {
    super(files.map(({ error }) => error.message).join('\n'));
    this.name = 'BadFiles';
    this.files = files;
  }
}

/** The files that an error is about, as far as they are among the given ones. */
export function badFilesOf(error: unknown, given: ReadonlySet<string>): readonly BadFile[] {
  if (error instanceof BadFiles) return error.files.filter(({ file }) => given.has(file));
  if (!isTsdbtError(error)) return [];
  const file = error.location?.file;
  return file !== undefined && given.has(file) ? [{ file, error }] : [];
}

/** All that was refused as the one error of its node, with every file and its reason. */
export function refusalError(
  refusals: readonly Refusal[],
  node: { readonly nodeId: string; readonly nodeName: string },
): TsdbtError | undefined {
  const [first, ...others] = refusals.flatMap(({ files }) => files);
  if (first === undefined) return undefined;
  if (others.length === 0) return first.error.with({ nodeId: node.nodeId });
  const files = [first, ...others].map(({ file, error }) => {
    const line = error.location?.file === file ? error.location.line : undefined;
    const [reason = '', ...sample] = error.message.split('\n');
    const place = line === undefined ? file : `${file}:${line}`;
    return [`  ${place} ${error.code}: ${reason}`, ...sample.map((more) => `    ${more}`)].join(
      '\n',
    );
  });
  return tsdbtError(
    'landing-files-refused',
    { node: node.nodeName, deliveries: refusals.length, files },
    { nodeId: node.nodeId },
  );
}
