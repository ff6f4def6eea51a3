import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { describeWithServer } from './describeWithServer.ts';
import { freePort } from './influxServer.js';
import { removeFolder } from './removeFolder.ts';

/** A real MQTT broker with a port and a folder of its own. User `reader` has the password `secret`; others need none. */
export interface Mosquitto {
  readonly port: number;
  readonly url: string;
  /** Resolves when it answers; what it had stored is there again. */
  start(): Promise<void>;
  /** Ends it as an administrator does: it stores its sessions. */
  stop(): Promise<void>;
  /** Ends it as a fault does: what it had not stored is gone. */
  kill(): Promise<void>;
  remove(): Promise<void>;
  /** A client to send with; it ends with the broker's removal. */
  sender(): Promise<MqttClient>;
}

/** Runs `body` with a mosquitto: see {@link describeWithServer}. */
export function describeWithMosquitto(
  title: string,
  body: (mosquitto: () => Mosquitto) => void,
  settings = 'allow_anonymous true',
): void {
  const kind = {
    ...{ executable: '/usr/sbin/mosquitto', probe: ['-h'], debian: 'mosquitto' },
    make: () => makeMosquitto(settings),
  };
  describeWithServer(kind, title, body);
}

async function makeMosquitto(settings: string): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  chmodSync(folder, 0o777); // it runs as another user where the tests run as root
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  const stored = `persistence true\nset_tcp_nodelay true\npersistence_location ${folder}/\nmax_queued_messages 0\n`;
  writeFileSync(config, `listener ${port} 127.0.0.1\n${stored}${settings.replaceAll('FOLDER', folder)}\n`);
  writeFileSync(join(folder, 'users'), PASSWORDS, { mode: 0o644 });
  writeFileSync(join(folder, 'rights'), 'user reader\ntopic readwrite plant/#\n', { mode: 0o644 });
  const senders: MqttClient[] = [];
  let running: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = running;
    running = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    ending.kill(signal);
    await once(ending, 'close');
  };
  const stop = (): Promise<void> => end('SIGTERM');
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    stop,
    kill: () => end('SIGKILL'),
    start: async () => {
      running = spawn('/usr/sbin/mosquitto', ['-c', config], { stdio: 'ignore' });
      await answering(port);
    },
    remove: async () => {
      await Promise.all(senders.map((sender) => sender.endAsync(true)));
      await stop();
      await removeFolder(folder);
    },
    sender: async () => {
      const sender = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
        reconnectPeriod: 50,
        ...{ username: 'reader', password: 'secret' },
      });
      senders.push(sender);
      return sender;
    },
  };
}

/** Of `reader`: `secret`, as mosquitto_passwd writes it. */
const PASSWORDS =
  'reader:$7$101$+DCeeZKjiDw1DHJN$NceFgdIly6jsYHuEgS8NiOA3Tel6bRkaoJcaj7HT+eYjNYikZKfn/3z7oNYrXlXC8NWLARL2dFklS1GUpAXOqw==\n';

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 2400; attempt++) {
    const socket = connectSocket(port, '127.0.0.1');
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('mosquitto did not answer within two minutes');
}
