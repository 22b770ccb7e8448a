import { fstatSync, writeFileSync } from 'node:fs';

/** The two streams of a process, written to so that a failure is noticed. */
export interface StandardOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** What kept text from being written, and to which of the two; a reader that closed its pipe is none. */
  readonly failure: () => StreamFailure | undefined;
}

export interface StreamFailure {
  readonly stream: string;
  readonly error: Error;
}

/**
 * Standard output and error of this process. After a failure the stream gets nothing more, and the
 * command goes on: what it does to the database must not depend on who reads along. A reader that has
 * enough (`tsdbt ls | head`) closes the pipe: that is no failure. `onLate` hears of a failure whenever it
 * comes, since pipes report theirs later, and `onClosed` of a reader that has gone.
 */
export function standardOutput(
  onLate: (failure: StreamFailure) => void,
  onClosed: () => void,
): StandardOutput {
  let failure: StreamFailure | undefined;
  const writer = (stream: NodeJS.WriteStream & { fd: number }, name: string) => {
    let closed = false;
    const failed = (error: NodeJS.ErrnoException) => {
      closed = true;
      if (error.code === 'EPIPE') return onClosed();
      if (failure !== undefined) return;
      failure = { stream: name, error };
      onLate(failure);
    };
    stream.on('error', failed);
    const isFile = holdsBytes(stream.fd);
    return (text: string) => {
      if (closed) return;
      try {
        // Node's stream of a file takes a write that was cut short, where the disk is full, for a whole one.
        if (isFile) writeFileSync(stream.fd, text);
        else stream.write(text);
      } catch (error) {
        failed(error as NodeJS.ErrnoException);
      }
    };
  };
  return {
    out: writer(process.stdout, 'standard output'),
    err: writer(process.stderr, 'standard error'),
    failure: () => failure,
  };
}

/** Whether a descriptor is a file or a device that is no terminal. */
function holdsBytes(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    const isTerminal = descriptor === 1 ? process.stdout.isTTY : process.stderr.isTTY;
    return !isTerminal && (stats.isFile() || stats.isCharacterDevice());
  } catch {
    return false;
  }
}
