/** Integer types: whether they have a sign, their bits, and the decimal digits of their largest value. */
const integers: Readonly<
  Record<string, { readonly signed: boolean; readonly bits: number; readonly digits: number }>
> = {
  TINYINT: { signed: true, bits: 8, digits: 3 },
  SMALLINT: { signed: true, bits: 16, digits: 5 },
  INTEGER: { signed: true, bits: 32, digits: 10 },
  BIGINT: { signed: true, bits: 64, digits: 19 },
  HUGEINT: { signed: true, bits: 128, digits: 39 },
  UTINYINT: { signed: false, bits: 8, digits: 3 },
  USMALLINT: { signed: false, bits: 16, digits: 5 },
  UINTEGER: { signed: false, bits: 32, digits: 10 },
  UBIGINT: { signed: false, bits: 64, digits: 20 },
  UHUGEINT: { signed: false, bits: 128, digits: 39 },
};

/** Bits of the integers that a floating-point type has every one of. */
const exactBits: Readonly<Record<string, number>> = { FLOAT: 16, DOUBLE: 32 };

/** Times in the order in which the later ones have every value of the earlier ones. */
const times = ['DATE', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP'];

const most = 38;

/**
 * The narrowest type that has every value of both types exactly, by the engine's names for them;
 * undefined when no type of the same kind has. Numbers are never made texts.
 */
export function widerType(a: string, b: string): string | undefined {
  if (a === b) return a;
  if (a.endsWith('[]') && b.endsWith('[]')) {
    const element = widerType(a.slice(0, -2), b.slice(0, -2));
    return element === undefined ? undefined : `${element}[]`;
  }
  if (times.includes(a) && times.includes(b))
    return times[Math.max(times.indexOf(a), times.indexOf(b))];
  if (a in exactBits || b in exactBits) return widerFloat(a, b);
  if (a in integers && b in integers) return widerInteger(a, b);
  const [one, two] = [digitsOf(a), digitsOf(b)];
  if (one !== undefined && two !== undefined) {
    const scale = Math.max(one.scale, two.scale);
    const precision = Math.max(one.whole, two.whole) + scale;
    return precision > most ? undefined : `DECIMAL(${precision},${scale})`;
  }
  const isText = (type: string) => type === 'VARCHAR' || type.startsWith('ENUM(');
  return isText(a) && isText(b) ? 'VARCHAR' : undefined;
}

/** Whether a column of type `to` holds every value of type `from` exactly; a text column does. */
export function holdsEvery(to: string, from: string): boolean {
  return to === 'VARCHAR' || widerType(to, from) === to;
}

function widerInteger(a: string, b: string): string | undefined {
  const [one, two] = [integers[a]!, integers[b]!];
  if (one.signed === two.signed) return one.bits > two.bits ? a : b;
  const [signed, unsigned] = one.signed ? [one, two] : [two, one];
  return Object.keys(integers).find((name) => {
    const { signed: isSigned, bits } = integers[name]!;
    return isSigned && bits > unsigned.bits && bits >= signed.bits;
  });
}

/** Decimals have values that no floating-point number is, so they have no such type in common. */
function widerFloat(a: string, b: string): string | undefined {
  if (a in exactBits && b in exactBits) return 'DOUBLE';
  const [float, other] = a in exactBits ? [a, b] : [b, a];
  const bits = integers[other]?.bits;
  if (bits === undefined) return undefined;
  return [float, 'DOUBLE'].find((type) => bits <= exactBits[type]!);
}

/** Digits before and behind the point. */
function digitsOf(type: string): { readonly whole: number; readonly scale: number } | undefined {
  const integer = integers[type];
  if (integer !== undefined) return { whole: integer.digits, scale: 0 };
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (decimal === null) return undefined;
  const scale = Number(decimal[2]);
  return { whole: Number(decimal[1]) - scale, scale };
}
