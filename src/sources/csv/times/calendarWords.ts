/** Months in English, German, French, Spanish, Italian, Dutch and Portuguese, each with its usual short forms. */
const MONTHS: readonly string[] = [
  'january januar jänner janvier enero gennaio januari janeiro',
  'february februar février fevrier febrero febbraio februari fevereiro',
  'march märz mrz maerz mars marzo maart mrt março',
  'april avril abril aprile',
  'may mai mayo maggio mei maio',
  'june juni juin junio giugno junho',
  'july juli juillet julio luglio julho',
  'august août aout agosto augustus',
  'september sept septembre septiembre settembre setembro',
  'october oktober octobre octubre ottobre outubro',
  'november novembre noviembre novembro',
  'december dezember décembre decembre diciembre dicembre dezembro',
];

/** By every start of three letters or more of a name: no other word passes for a month. */
const MONTH_BY_WORD: ReadonlyMap<string, number> = new Map(
  MONTHS.flatMap((names, i) =>
    names
      .split(' ')
      .flatMap((name) =>
        Array.from({ length: name.length - 2 }, (_, n) => [name.slice(0, n + 3), i + 1] as const),
      ),
  ),
);

/** 1 … 12; undefined where the word is no month. */
export function monthOf(word: string): number | undefined {
  return MONTH_BY_WORD.get(word.toLowerCase());
}

export const WEEKDAY: RegExp =
  /^(?:(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?|mo|di|mi|do|fr|sa|so|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mer|jeu|ven|sam|dim)\.?,?\s+(?=\S*\d|\p{L}{3,}\.?\s)/iu;

/** Minutes east of UTC, by the abbreviation in its most used sense. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  WET: 0,
  WEST: 60,
  BST: 60,
  CET: 60,
  MEZ: 60,
  CEST: 120,
  MESZ: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  IST: 330,
  SGT: 480,
  HKT: 480,
  JST: 540,
  KST: 540,
  AEST: 600,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
};

/** Minutes east of UTC of `Z`, `CET`, `+01:00`, `UTC+1`, `GMT-0330`; undefined for anything else. */
export function offsetOf(zone: string): number | undefined {
  const known = ABBREVIATIONS[zone.toUpperCase()];
  if (known !== undefined) return known;
  const found = /^(?:UTC|GMT)?\s?([+\-\u2212])(\d{1,2})(?::?(\d{2}))?$/i.exec(zone);
  if (found === null) return undefined;
  const hours = Number(found[2]);
  const minutes = Number(found[3] ?? 0);
  if (hours > 18 || minutes > 59) return undefined;
  return (found[1] === '+' ? 1 : -1) * (60 * hours + minutes);
}
