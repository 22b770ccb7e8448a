import type { Io } from './io.ts';

/** An output whose lines begin with the time (UTC): for commands that go on for days. */
export function stampedIo(io: Io, now: () => Date = () => new Date()): Io {
  const stamped = (write: (text: string) => void) => (text: string) => {
    const time = now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
    write(text.replace(/^(?=.)/gm, `${time} `));
  };
  return { ...io, out: stamped(io.out), err: stamped(io.err) };
}
