/** What is used of the packages `@nats-io/*`: their own types would ask every user of ours for them. */
export interface NatsConnection {
  readonly info?: {
    readonly version: string;
    readonly max_payload: number;
    readonly cluster?: string;
    /** Whether this server is configured to have streams. */
    readonly jetstream?: boolean;
  };
  publish(
    subject: string,
    data?: Uint8Array | string,
    options?: { readonly headers?: NatsHeaders; readonly reply?: string },
  ): void;
  subscribe(
    subject: string,
    options?: { readonly callback: (error: Error | null, message: NatsCoreMessage) => void },
  ): NatsSubscription;
  flush(): Promise<void>;
  close(): Promise<void>;
  status(): AsyncIterable<{ readonly type: string }>;
}

export interface NatsSubscription extends AsyncIterable<NatsCoreMessage> {
  /** Resolves when it has ended, or its connection is closed. */
  readonly closed: Promise<unknown>;
  unsubscribe(): void;
}

export interface NatsCoreMessage {
  readonly subject: string;
  readonly reply?: string;
  readonly headers?: NatsHeaders;
  readonly data: Uint8Array;
}

export interface NatsHeaders {
  /** Of what the server itself sends; 0 for messages of others. */
  readonly code: number;
  readonly description: string;
  get(name: string): string;
  set(name: string, value: string): void;
}

/** A message of a stream, as it is asked for. */
export interface StoredMessage {
  readonly seq: number;
  readonly header?: NatsHeaders;
  readonly data: Uint8Array;
  /** When the server has stored it. */
  readonly time: Date;
}

export interface StreamInfo {
  readonly config: StreamConfig;
  readonly state: {
    readonly first_seq: number;
    /** When it was stored, ISO 8601. */
    readonly first_ts: string;
    readonly last_seq: number;
    readonly bytes: number;
    /** Where it was asked for: the number of messages of each subject. */
    readonly subjects?: Readonly<Record<string, number>>;
  };
}

export interface StreamConfig {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly num_replicas: number;
  /** Nanoseconds. */
  readonly max_age: number;
  readonly max_msgs_per_subject: number;
}

export interface JetStream {
  publish(
    subject: string,
    data: Uint8Array | string,
    options?: {
      readonly headers?: NatsHeaders;
      /** A message with the id of another within the stream's `duplicate_window` is dropped. */
      readonly msgID?: string;
      readonly expect?: {
        readonly lastSubjectSequence?: number;
        readonly lastSequence?: number;
        readonly lastMsgID?: string;
        readonly streamName?: string;
      };
    },
  ): Promise<{ readonly seq: number }>;
}

export interface JetStreamManager {
  readonly streams: {
    info(stream: string, options?: object): Promise<StreamInfo>;
    add(config: object): Promise<StreamInfo>;
    update(stream: string, config: object): Promise<StreamInfo>;
    purge(stream: string, options: { readonly filter?: string; readonly seq?: number }): Promise<unknown>;
    find(subject: string): Promise<string>;
    deleteMessage(stream: string, seq: number, erase?: boolean): Promise<boolean>;
    getMessage(
      stream: string,
      query: { readonly last_by_subj: string } | { readonly seq: number },
    ): Promise<StoredMessage | null>;
  };
  readonly consumers: {
    add(stream: string, config: object): Promise<{ readonly name: string; readonly num_pending: number }>;
    delete(stream: string, consumer: string): Promise<boolean>;
  };
}

/** Packages that are imported when they are needed. */
export interface NatsPackages {
  readonly connect: (options: object) => Promise<NatsConnection>;
  readonly headers: () => NatsHeaders;
  readonly credsAuthenticator: (credentials: Uint8Array) => unknown;
  readonly jetstream: (connection: NatsConnection, options: object) => JetStream;
  readonly jetstreamManager: (connection: NatsConnection, options: object) => Promise<JetStreamManager>;
}
