import type { ErrorStyle } from '../errors/format-error.ts';

export type Paint = (text: string) => string;

/** The few colours of the command line; every one is the identity when colour is off. */
export interface Style {
  readonly green: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
  readonly dim: Paint;
  readonly bold: Paint;
  readonly error: ErrorStyle;
}

export function style(color: boolean): Style {
  const paint =
    (open: number, close: number): Paint =>
    (text) =>
      color ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  const red = paint(31, 39);
  const cyan = paint(36, 39);
  const dim = paint(2, 22);
  return {
    green: paint(32, 39),
    red,
    yellow: paint(33, 39),
    cyan,
    dim,
    bold: paint(1, 22),
    error: { head: red, dim, hint: cyan },
  };
}
