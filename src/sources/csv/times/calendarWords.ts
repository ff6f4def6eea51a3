/** Months in the languages of Western and Northern Europe, Polish, Russian and Turkish, each with its usual short forms. */
const MONTHS: readonly string[] = [
  'january januar jänner janvier enero gennaio januari janeiro januari stycznia styczeń января ocak',
  'february februar février fevrier febrero febbraio februari fevereiro lutego luty февраля şubat',
  'march märz mrz maerz mars marzo maart mrt março marts mars marca marzec марта mart',
  'april avril abril aprile kwietnia kwiecień апреля nisan',
  'may mai mayo maggio mei maio maj maja мая mayıs',
  'june juni juin junio giugno junho czerwca czerwiec июня haziran',
  'july juli juillet julio luglio julho lipca lipiec июля temmuz',
  'august août aout agosto augustus sierpnia sierpień августа ağustos',
  'september sept septembre septiembre settembre setembro września wrzesień сентября eylül',
  'october oktober octobre octubre ottobre outubro października październik октября ekim',
  'november novembre noviembre novembro listopada listopad ноября kasım',
  'december dezember décembre decembre diciembre dicembre dezembro desember grudnia grudzień декабря aralık',
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

/** The forms of JavaScript (`GMT+0100 (Central European Standard Time)`), Kibana (`Mar 4, 2024 @ 10:15`), Oracle (`04-MAR-24 10.15.00.5 AM`), DB2, SAS and cameras with the usual signs; `March 4, 2024 at 12:00AM`, `Mar 03 19:00:00 EST 2024` and `10:15 Uhr` with the usual order and no words. */
export function usualSigns(text: string): string {
  if (ISO_WITH_ZONE.test(text)) return text;
  return (EAST_ASIAN.test(text) ? eastAsian(text) : text)
    .replace(/(?<=(?:GMT|UTC)[+-]\d{4}) \([\p{L} .]+\)$/u, '')
    .replace(/,?\s(?:@|at|um|à|às|a las?|alle(?: ore)?|om|kl\.?|о|в)\s(?=\d)/iu, ' ')
    .replace(/(?<=\d{4})\sг\.(?=,?\s|$)/u, '')
    .replace(/(?<=\d:\d\d(?::\d\d)?)\s(?:Uhr|hrs?|h)\.?$/i, '')
    .replace(/^(\p{L}{3,9}\s+\d{1,2}\s+\d[\d:.]+(?:\s[AP]M)?)\s([A-Z]{3,5}|[+-]\d{4})\s(\d{4})$/u, '$1 $3 $2')
    .replace(/^(\d{4})\.\s?(\d{1,2})\.\s?(\d{1,2})\.(?=\s|$)/, '$1-$2-$3')
    .replace(/^(\S*\d{4}\.?)\s(\d{1,2})\.(\d\d)$/, '$1 $2:$3')
    .replace(/\s(?:π\.?\s?μ\.?|ص|SA)$/u, ' AM')
    .replace(/\s(?:μ\.?\s?μ\.?|م|CH)$/u, ' PM')
    .replace(/\s(ÖÖ|ÖS)\s(\d\S*)$/u, (_, half, clock) => ` ${clock} ${half === 'ÖÖ' ? 'AM' : 'PM'}`)
    .replace(/^(\d{4})([-/])(\d\d)\2(\d\d)[-_\s](\d\d)([-.:])(\d\d)\6(\d\d)(?!\d)/, '$1-$3-$4 $5:$7:$8')
    .replace(/\s(\d{1,2})\.(\d\d)\.(\d\d)(?=\.\d|\s[AP]M$)/i, ' $1:$2:$3')
    .replace(/^(\d{1,2}[a-z]{3}\d{2,4}):(?=\d)/i, '$1 ')
    .replace(/^(\d{4}):(\d\d):(\d\d)(?=\s)/, '$1-$2-$3');
}

/** Nothing to be done, as in most of what comes here: for speed. */
const ISO_WITH_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.,]*\s?(?:Z|[+-]\d\d:?\d\d|[A-Z]{3,4})?$/;
const EAST_ASIAN = /[\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef]/;
const FORENOON = /\s?(?:午前|上午|凌晨|早上|오전)\s?/;
const AFTERNOON = /\s?(?:午後|下午|晚上|오후)\s?/;
const WEEKDAY_IN_DATE =
  /\s?(?:\([月火水木金土日一二三四五六월화수목금토일]\)|\(?[月火水木金土日]曜日?\)?|(?:星期|周|週)[一二三四五六日天]|\(?[월화수목금토일]요일\)?)\s?/;
/** The year before the first of an era. */
const ERAS: Readonly<Record<string, number>> = { 令和: 2018, 平成: 1988, 昭和: 1925, 民國: 1911, 民国: 1911 };

/** `2024年3月4日 午後1時05分`, `2024/3/4 下午 01:05:00`, `2024. 3. 4. 오후 1:05`, `令和6年3月4日` as `2024-3-4 01:05 PM`. */
function eastAsian(text: string): string {
  const half = AFTERNOON.test(text) ? ' PM' : FORENOON.test(text) ? ' AM' : '';
  const plain = text
    .normalize('NFKC')
    .replace(/^(令和|平成|昭和|民國|民国)\s?(元|\d{1,3})(?=年)/, (_, era: string, year: string) =>
      String(ERAS[era]! + (year === '元' ? 1 : Number(year))),
    )
    .replace(FORENOON, ' ')
    .replace(AFTERNOON, ' ')
    .replace(WEEKDAY_IN_DATE, ' ')
    .replace(
      /(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日号일]?)?/,
      (_, year, month, day) => `${year}-${month}${day === undefined ? '' : `-${day}`} `,
    )
    .replace(
      /(\d{1,2})\s?[時时시点點](?:\s?(\d{1,2})\s?[分분])?(?:\s?(\d{1,2})\s?[秒초])?/,
      (_, hour, minute = '0', second = '0') =>
        `${hour}:${String(minute).padStart(2, '0')}:${String(second).padStart(2, '0')}`,
    );
  return `${plain.replace(/\s+/g, ' ').trim()}${half}`;
}

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
