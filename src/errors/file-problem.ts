/** Reasons of the file system in plain words, by the code of the operating system. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than the file system allows',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EIO: 'the device failed',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is a file',
  ENOENT: 'there is no such file or folder',
  EEXIST: 'there is something else of that name',
  ENOTEMPTY: 'the folder is not empty',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EBUSY: 'it is in use',
  ETXTBSY: 'it is in use',
  ELOOP: 'its links go in a circle',
  ENAMETOOLONG: 'the name is too long',
  EXDEV: 'it is on another file system',
  EPIPE: 'the reader closed it',
  EBADF: 'it is closed',
  ENODEV: 'the device is gone',
  ENXIO: 'the device is gone',
  ESTALE: 'the network folder is gone',
};

/** Failures of writing, whatever the path: `writeSync` and the like do not say which file it was. */
const ofWriting = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS']);

/** What the file system refused, if that is what was thrown: a user's situation, no bug. */
export interface FileFailure {
  readonly path: string | undefined;
  readonly writes: boolean;
  readonly problem: string;
}

/** The facts that Node adds to an error of the operating system; browsers have no type for it. */
interface SystemError extends Error {
  readonly code?: string;
  readonly syscall?: string;
  readonly path?: string;
  readonly dest?: string;
}

/** Reads an error of Node's `fs`; undefined for any other value. */
export function fileFailure(error: unknown): FileFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, path, dest } = error as SystemError;
  if (code === undefined || syscall === undefined || !Object.hasOwn(reasons, code))
    return undefined;
  const writes =
    ofWriting.has(code) || /^(write|mkdir|rename|copyfile|cp|link|symlink)/.test(syscall);
  // Without a path an error that is not about space may be of a socket or a wrong handle.
  if (path === undefined && !writes) return undefined;
  // Node has this code for a folder that can't be made on a read-only file system, whichever the reason.
  const noFolder = code === 'ENOENT' && syscall === 'mkdir';
  const reason = noFolder ? 'its folder can not be made' : reasons[code];
  return { path: dest ?? path, writes, problem: `${reason} (${code})` };
}

/** The reason of a failed operation in plain words, with the code of the system. */
export function fileProblem(error: unknown): string {
  return fileFailure(error)?.problem ?? (error instanceof Error ? error.message : String(error));
}
