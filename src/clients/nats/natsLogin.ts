import { accepts, anObject, text } from '../../core/optionKinds.ts';
import type { OptionTable } from '../../core/optionSet.ts';

/** How a NATS server is reached. Plain values only: a thread gets them, too. */
export interface NatsLogin {
  /** `nats://localhost:4222` or `tls://…`; of a cluster several, as a list or separated by commas. */
  readonly servers: string | readonly string[];
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
  /** The contents of a credentials file (`.creds`). */
  readonly credentials?: string;
  /** Of Node's TLS, as PEM. @default the certificates that Node trusts */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** The servers that an option names. */
export function serversOf(servers: string | readonly string[]): string[] {
  return (typeof servers === 'string' ? servers.split(',') : [...servers]).map((each) => each.trim());
}

const servers = accepts('addresses such as nats://localhost:4222', (value) => {
  const list = typeof value === 'string' || Array.isArray(value) ? serversOf(value as string) : [];
  return list.length > 0 && list.every((each) => /^(?:(?:nats|tls):\/\/)?[^\s/@]+$/.test(each));
});

export const natsLoginTable: OptionTable<NatsLogin, NatsLogin> = {
  servers: { kind: servers, required: true, about: 'the servers', when: 'always given', isSecret: true },
  user: { kind: text, defaultText: 'none', about: 'user name', when: 'the server asks for one' },
  pass: {
    kind: text,
    defaultText: 'none',
    about: 'password',
    when: 'the server asks for one',
    isSecret: true,
  },
  token: { kind: text, defaultText: 'none', about: 'token', when: 'the server asks for one', isSecret: true },
  credentials: {
    kind: text,
    defaultText: 'none',
    about: 'contents of a credentials file',
    when: 'the server asks for them',
    isSecret: true,
  },
  tls: {
    kind: anObject,
    defaultText: 'what Node trusts',
    about: 'certificates',
    when: 'the server has its own',
    isSecret: true,
  },
};

/** Of options that hold more. */
export function loginOf({ servers, user, pass, token, credentials, tls }: NatsLogin): NatsLogin {
  return {
    servers,
    ...(user === undefined ? {} : { user, pass: pass ?? '' }),
    ...(token === undefined ? {} : { token }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(tls === undefined ? {} : { tls }),
  };
}
