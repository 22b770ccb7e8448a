/**
 * Abbreviations the platform lacks or words differently: standard time, and after a slash summer
 * time where the zone has one; then the zones.
 */
const zonesByNames: Readonly<Record<string, string>> = {
  '+04': 'Asia/Dubai Asia/Muscat',
  '+0530': 'Asia/Colombo',
  '+08': 'Antarctica/Casey',
  '+0845': 'Australia/Eucla',
  '+1030/+11': 'Australia/Lord_Howe',
  '+00/+02': 'Antarctica/Troll',
  CAT: 'Africa/Blantyre Africa/Bujumbura Africa/Gaborone Africa/Harare Africa/Juba Africa/Khartoum Africa/Kigali Africa/Lubumbashi Africa/Lusaka Africa/Maputo Africa/Windhoek',
  CST: 'Asia/Macau Asia/Shanghai Asia/Taipei',
  'CST/CDT': 'America/Havana',
  ChST: 'Pacific/Guam Pacific/Saipan',
  EAT: 'Africa/Addis_Ababa Africa/Asmara Africa/Dar_es_Salaam Africa/Djibouti Africa/Kampala Africa/Mogadishu Africa/Nairobi Indian/Antananarivo Indian/Comoro Indian/Mayotte',
  GMT: 'GMT',
  'GMT/BST': 'Europe/Guernsey Europe/Isle_of_Man Europe/Jersey',
  'GMT/IST': 'Europe/Dublin',
  HKT: 'Asia/Hong_Kong',
  'HST/HDT': 'America/Adak',
  'IST/IDT': 'Asia/Jerusalem',
  JST: 'Asia/Tokyo',
  KST: 'Asia/Pyongyang Asia/Seoul',
  MSK: 'Europe/Kirov Europe/Moscow Europe/Simferopol Europe/Volgograd',
  MST: 'America/Dawson America/Hermosillo America/Mazatlan America/Whitehorse',
  'NST/NDT': 'America/St_Johns Canada/Newfoundland',
  PKT: 'Asia/Karachi',
  PST: 'Asia/Manila',
  SAST: 'Africa/Johannesburg Africa/Maseru Africa/Mbabane',
  SST: 'Pacific/Midway Pacific/Pago_Pago',
  WAT: 'Africa/Bangui Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Lagos Africa/Libreville Africa/Luanda Africa/Malabo Africa/Ndjamena Africa/Niamey Africa/Porto-Novo',
  WIB: 'Asia/Jakarta Asia/Pontianak',
  WIT: 'Asia/Jayapura',
  WITA: 'Asia/Makassar',
};

const namesByZone: ReadonlyMap<string, string> = new Map(
  Object.entries(zonesByNames).flatMap(([names, zones]) =>
    zones.split(' ').map((zone) => [zone, names] as const),
  ),
);

/** The abbreviation of a zone's time; undefined where the platform knows it. */
export function zoneAbbreviation(zone: string, isSummer: boolean): string | undefined {
  const names = namesByZone.get(zone)?.split('/');
  return names === undefined ? undefined : (names[isSummer ? 1 : 0] ?? names[0]);
}
