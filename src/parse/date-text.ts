const isoDate =
  /^(\d{4}-\d\d-\d\d)(?:[Tt\s]+(\d\d?):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?\s*(Z|[+-]\d\d?(?::?\d\d)?)?$/;

/**
 * A date, or a date and time, of a property file as Python's `isoformat` writes the time; midnight and UTC
 * where they are not said. What is no date is left as it is.
 */
export function dateText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = String(value).trim();
  const found = isoDate.exec(text);
  if (found === null) return text;
  const [, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = found;
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  const part = Number(micros) === 0 ? '' : `.${micros}`;
  return `${day}T${hour.padStart(2, '0')}:${minute}:${second}${part}${zoneText(zone)}`;
}

function zoneText(zone: string): string {
  if (zone === 'Z') return '+00:00';
  const [, sign, hours = '', minutes = '00'] = /^([+-])(\d\d?):?(\d\d)?$/.exec(zone) ?? [];
  return `${sign}${hours.padStart(2, '0')}:${minutes}`;
}
