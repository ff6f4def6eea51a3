/** An endpoint of ours that InfluxDB 1.x sends every write to: its subscriptions. */
export interface PushOptions {
  /** Address to listen at. @default '127.0.0.1' */
  readonly host?: string;
  /** @default any free one */
  readonly port?: number;
  /** Address for InfluxDB, where a proxy or a container lies between. @default `http://host:port` */
  readonly address?: string;
  /** Name of the subscription. It is dropped at the end; one of the same name is replaced. @default random */
  readonly name?: string;
}
