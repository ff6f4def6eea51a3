/** `CamelCase`, `snake_case` and `Time (s)` as lower-case words. */
export function words(name: string): string[] {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');
}

function set(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

const TIME_WORDS: ReadonlySet<string> = set(
  'time timestamp date datetime ts epoch unix t utc jd mjd hjd bjd zeit zeitstempel zeitpunkt datum uhrzeit fecha hora heure horodatage ' +
    'data ora tijd tijdstip clock timecode timeutc datetimeutc mess_datum datenum yyyymmdd yyyymmddhh yyyymmddhhmm ' +
    'created updated modified when millis micros',
);
const SURE_TIME_WORDS: ReadonlySet<string> = set(
  'time timestamp date datetime zeit zeitstempel datum uhrzeit fecha horodatage',
);
/** In Japanese, Chinese, Korean and Russian, which write words without blanks or in cases. */
const TIME_IN_WORD = /日時|日付|時刻|年月日|日期|时间|時間|날짜|시간|일시|дата|время/i;

/** Whether a column is called a time, in the languages that tables are written in. */
export function isCalledTime(name: string): boolean {
  return TIME_IN_WORD.test(name) || words(name).some((word) => TIME_WORDS.has(word));
}

/** Whether a column of text by this name can be nothing but times. */
export function isSurelyTime(name: string): boolean {
  return TIME_IN_WORD.test(name) || words(name).some((word) => SURE_TIME_WORDS.has(word));
}
export const COUNTER_WORDS: ReadonlySet<string> = set(
  'index idx id row rowid rownum no nr seq step tick record rn recnbr recno recordno',
);
export const LABEL_WORDS: ReadonlySet<string> = new Set([
  'label',
  'labels',
  'anomaly',
  'anomalies',
  'is anomaly',
  'isanomaly',
  'anomaly label',
  'is outlier',
  'outlier',
  'ground truth',
]);
/** The last word of what has a number for its name, where that number never changes. */
export const NUMBER_WORDS: ReadonlySet<string> = set(
  'num number nr no nummer numero número serial point poc',
);
/** Parts of a calendar date: whole numbers that measure nothing. */
export const CALENDAR_WORDS: ReadonlySet<string> = set(
  'year month day hour minute weekday dayofweek dow doy yday week quarter jahr monat tag stunde wochentag woche année mois jour ' +
    'yyyy yy',
);
/** Quality flags and codes. */
export const CODE_WORDS: ReadonlySet<string> = set(
  'quality qc qn flag flags status code qualität qualitaet statuscode errorcode souid wban usaf eor ns type',
);
export const PLACE_WORDS: ReadonlySet<string> = set(
  'lat lon lng long latitude longitude altitude elevation alt elev breite länge laenge hoehe höhe',
);
/** What names a series where a column of text or whole numbers is called so. */
export const SERIES_WORDS: ReadonlySet<string> = set(
  'host hostname device deviceid sensor sensorid entity station stationid machine series ticker symbol metric tag tagname ' +
    'channel node instance topic location site meter name item itemid variable parameter signal point pod container ' +
    'server asset pump probe unit store region key stream stn wmo wban usaf icao',
);

/** `sensor_id`, `stationId`, `itemid` */
export function isIdentifier(name: string): boolean {
  const called = words(name);
  return (
    called.at(-1) === 'id' ||
    called.at(-1) === 'ids' ||
    /^(?:stn|wmo|wban|usaf)(?:no|nr|num|number)?$/.test(called.join('')) ||
    /^(?:numeric|tag|point|channel|object|location|item|host|sensor|device|station|machine|sou|sta|pt|user|node|meter|store|site|asset|stations)id$/.test(
      called.join(''),
    )
  );
}

const DATED =
  /(?<!\d)(?:19|20)\d\d(?!\d).{0,12}?(?<!\d)\d{1,2}(?!\d)|(?<!\d)\d{1,2}(?!\d).{0,14}?(?<!\d)(?:19|20)\d\d(?!\d)|(?<![\d:])\d{1,2}:\d\d(?::\d\d)?(?![\d:])/;

/** A year of our time and a number of one or two digits near it, or a clock. */
export function looksDated(text: string): boolean {
  return DATED.test(text);
}
