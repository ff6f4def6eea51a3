import type { Backlog } from '../../clients/backlog.ts';
import type { InfluxConnection } from '../../clients/influx/connection.ts';
import type { InfluxTime } from '../../clients/influx/nanoseconds.ts';
import type { InfluxPosition } from './influxReading.ts';
import type { PushOptions } from './push/checkPush.ts';

/** What to read from an InfluxDB, and how: `measurement` with `fields`, or `select`. */
export interface FromInfluxOptions extends InfluxConnection {
  /** The measurement to read. */
  readonly measurement?: string;
  /**
   * The field or fields that make up `value`, in this order. May be left out with `select`: then every column that
   * is not in `groupBy`.
   */
  readonly fields?: string | readonly string[];
  /** Only points whose tags have these values, or one of these; `''` for a tag that is missing. @default all */
  readonly where?: Readonly<Record<string, string | readonly string[]>>;
  /**
   * Instead of a measurement, any SELECT of InfluxQL (one, ascending, without INTO). One whose rows depend on their
   * neighbours (derivative, moving_average, LIMIT, fill(linear) …) cannot be cut into pages: its answer is read as a
   * whole, and it cannot be followed. This is code: never put text of others into it.
   */
  readonly select?: string;
  /** The tag or tags whose values make up `key`, one stream per key; `'*'`: every tag. @default one stream */
  readonly groupBy?: string | readonly string[];
  /**
   * Points from here on. A number that is a time of 1985 to 2128 in seconds, microseconds or nanoseconds is taken for that;
   * any other counts milliseconds.
   * @default the oldest
   */
  readonly from?: InfluxTime;
  /** Points before this. @default all there are */
  readonly to?: InfluxTime;
  /** Resume after the reading that had this position; `from` is then ignored. */
  readonly position?: InfluxPosition | undefined;
  /** Points per request, 2 or more. Two pages are held in memory at most, in addition to late points. @default 10000 */
  readonly pageSize?: number;
  /** Follow new points, forever. @default false */
  readonly follow?: boolean | FollowOptions;
  /** The next page is not requested while this is full. @default none */
  readonly backlog?: Backlog;
  /**
   * Whether the schema is asked for before a measurement is read: database, retention policy, measurement, fields, tags
   * and types of fields. What does not exist, is text, changes its type or never occurs in one point is then an error of
   * the stream (BAD_INPUT), or a warning where a stream is resumed by `position`; series that come out under one key are
   * a warning. False for a measurement that does not exist yet, and for text fields on purpose.
   * @default true
   */
  readonly checkSchema?: boolean;
  /** Called foreverything that may be read otherwise than meant. @default a warning of the process */
  readonly onWarning?: (warning: InfluxWarning) => void;
}

/** Something about an InfluxDB that its reader should know. */
export interface InfluxWarning {
  /** `'schema'`: about what is read; `'late'`: points came later than `allowedLateness` and are not read. */
  readonly kind: 'schema' | 'late';
  /** One line, with the option that helps. */
  readonly message: string;
  /** Of late points, those so far. */
  readonly count?: number;
}

/** How to wait for new points. */
export interface FollowOptions {
  /** Milliseconds between two queries, above 0 and below 2^31; ± 10 % at random. @default 1000 */
  readonly every?: number;
  /**
   * While nothing comes, each wait is half as long again as the one before, up to this: `every` or more, below 2^31.
   * @default 10 × every
   */
  readonly longest?: number;
  /**
   * Milliseconds, 0 to ten years, by which a point may be late: written after one of another series that is so much
   * newer. That much is read again at each poll and remembered; late points come out of order (see `reorder`).
   * InfluxDB makes even a single write visible series by series: with 0, a poll during it loses some points. With a
   * SELECT that groups by time, a window is read when it has been over for that long. @default 10000
   */
  readonly allowedLateness?: number;
  /** Have InfluxDB (1.x) push new points too, so that they come at once. @default no */
  readonly push?: PushOptions;
}
