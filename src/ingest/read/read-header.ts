import type { LandingConfig } from '../source/landing-config.ts';
import { decompressed, fileBytes } from './file-bytes.ts';
import { utf8Text } from './file-text.ts';
import { CsvSplitter } from './split-csv.ts';

/** The header of a CSV file that was read before; undefined when it has none. */
export async function readHeader(
  absolutePath: string,
  size: number,
  landing: LandingConfig,
): Promise<readonly string[] | undefined> {
  let found: readonly string[] | undefined;
  const refuse = (problem: string): never => {
    throw new Error(problem);
  };
  const unheard = () => undefined;
  const splitter = new CsvSplitter({
    ...landing,
    layout: (header) => {
      found = header ?? undefined;
      return { positions: [], width: 0, least: 0, extras: [], ignored: [] };
    },
    refuse,
  });
  const bytes = decompressed(fileBytes(absolutePath, size), landing.compression, refuse, unheard);
  for await (const part of utf8Text(bytes, landing.encoding, refuse, unheard)) {
    splitter.push(part);
    if (found !== undefined) return found;
  }
  splitter.end();
  return found;
}
