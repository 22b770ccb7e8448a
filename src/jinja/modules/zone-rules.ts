import { dayMicros, epochOrdinal } from './datetime/calendar.ts';
import { zoneAbbreviation } from './zone-names.ts';

const epochMicros = BigInt(epochOrdinal) * dayMicros;
const minute = 60_000_000n;

/** What holds in a zone at some instant. */
export interface Period {
  readonly offset: bigint;
  readonly dst: bigint;
  readonly name: string;
}

/** The rules of one zone of the time zone database, as the platform has them. */
export class ZoneRules {
  readonly name: string;
  readonly #formats: readonly Intl.DateTimeFormat[];

  constructor(name: string) {
    this.name = name;
    const options = {
      timeZone: name,
      timeZoneName: 'short',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      era: 'short',
    } as const;
    // Abbreviations differ by region: the American names first, then those of Europe and Australia.
    this.#formats = ['en-US', 'en-GB', 'en-AU', 'en-IN'].map(
      (locale) => new Intl.DateTimeFormat(locale, options),
    );
  }

  /** The period of a UTC time. */
  at(utc: bigint): Period {
    const millis = Number((utc - epochMicros) / 1000n);
    const offset = this.#offset(millis);
    const year = new Date(millis).getUTCFullYear();
    const january = this.#offset(Date.UTC(year, 0, 1));
    const july = this.#offset(Date.UTC(year, 6, 1));
    let standard = january;
    if (july < january) standard = july;
    const dst = offset > standard ? offset - standard : 0n;
    const name = zoneAbbreviation(this.name, dst > 0n) ?? this.#abbreviation(millis, offset);
    return { offset, dst, name };
  }

  /** Local mean time, which pytz puts on a datetime that gets the zone without `localize`. */
  meanTime(): Period {
    const seconds = Number(this.#offset(Date.UTC(1800, 0, 1)) / 1_000_000n);
    return { offset: BigInt(Math.round(seconds / 60)) * minute, dst: 0n, name: 'LMT' };
  }

  #offset(millis: number): bigint {
    const parts = new Map(
      this.#formats[0]!.formatToParts(millis).map(({ type, value }) => [type, value]),
    );
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const local = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return BigInt(Math.round((local - Math.floor(millis / 1000) * 1000) / 1000)) * 1_000_000n;
  }

  #abbreviation(millis: number, offset: bigint): string {
    for (const format of this.#formats) {
      const name = format.formatToParts(millis).find(({ type }) => type === 'timeZoneName')?.value;
      if (name !== undefined && /^[A-Z]{2,5}$/.test(name)) return name;
    }
    const minutes = Number(offset / minute);
    const size = Math.abs(minutes);
    const hours = String(Math.floor(size / 60)).padStart(2, '0');
    const rest = size % 60 === 0 ? '' : String(size % 60).padStart(2, '0');
    return `${minutes < 0 ? '-' : '+'}${hours}${rest}`;
  }
}
