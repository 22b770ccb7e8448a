import { gzipSync } from 'node:zlib';

/** One entry of an archive to be built; `type` is the letter of the tar header. */
export interface TarPart {
  readonly path: string;
  readonly data?: string;
  readonly type?: string;
  readonly link?: string;
  /** Overrides the true size, for broken archives. */
  readonly size?: number;
}

/** A tar archive of exactly these entries, harmless or not. */
export function tarArchive(parts: readonly TarPart[]): Buffer {
  const blocks = parts.flatMap(({ path, data = '', type = '0', link = '', size }) => {
    const body = Buffer.from(data);
    const header = Buffer.alloc(512);
    header.write(path, 0, 100);
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${(size ?? body.length).toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write(type, 156);
    header.write(link, 157, 100);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** The same, as a `.tar.gz`. */
export function tarball(parts: readonly TarPart[]): Buffer {
  return gzipSync(tarArchive(parts));
}
