/** What is used of the package `mqtt`: its own types would ask every user of ours for it. */
export interface MqttPackage {
  connect(url: string, options: object): MqttClient;
}

export interface MqttClient {
  /** Called with one message after the other; the next one, and the acknowledgement of this one, wait for `done`. */
  handleMessage: (packet: MqttPacket, done: (error?: Error) => void) => void;
  on(event: string, listener: (...values: never[]) => void): this;
  subscribe(
    filters: readonly string[],
    options: object,
    done: (error: Error | null, granted?: readonly MqttGrant[]) => void,
  ): unknown;
  end(isForced: boolean): unknown;
}

export interface MqttPacket {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: number;
  readonly retain: boolean;
}

/** What the broker answers to one filter: the quality of service, or a reason of 128 or more. */
export interface MqttGrant {
  readonly topic: string;
  readonly qos: number;
}

/** What a broker is asked for. */
export interface MqttSession {
  readonly url: string;
  readonly topics: readonly string[];
  readonly qos: 0 | 1;
  /** Undefined for a session that ends with the connection. */
  readonly clientId: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: object;
}
