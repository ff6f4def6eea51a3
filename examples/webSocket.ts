// Events of a WebSocket whose connection is lost now and then: the models stay.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { detectAnomalies } from 'rx-anomaly';
import { repeat, retry, take, tap, timer } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import { WebSocket, WebSocketServer } from 'ws';

type Trade = { readonly symbol: string; readonly price: number };

// A server that sends 250 trades, then closes the connection, every second time without a word.
const server = new WebSocketServer({ port: 0 });
let connections = 0;
server.on('connection', (client) => {
  const first = 250 * connections++;
  for (let n = first; n < first + 250; n++) {
    const trade: Trade = { symbol: 'XYZ', price: 100 + Math.sin(n / 9) + (n === 620 ? 15 : 0) };
    client.send(JSON.stringify(trade), n < first + 249 ? undefined : () => leave());
  }
  const leave = (): void => (connections % 2 === 0 ? client.close() : client.terminate());
});
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

// That of ws, as Node has none of its own before 22.
const url = `ws://localhost:${port}`;
const trades = webSocket<Trade>({ url, WebSocketCtor: WebSocket as never }).pipe(
  retry({ delay: (_, count) => timer(Math.min(30_000, 10 * 2 ** count)), resetOnSuccess: true }), // it was lost
  repeat({ delay: 10 }), // it was closed
);
// What reconnects is before the detector, which does not notice: after a `retry` behind it, it would begin anew.
await trades
  .pipe(
    take(1000),
    detectAnomalies({ key: ({ symbol }) => symbol, value: ({ price }) => price }),
    tap(({ key, value, isAnomaly }) => isAnomaly && console.log(`${key} at ${value} is unusual`)),
  )
  .forEach(() => {});
console.log(`1000 trades by ${connections} connections`);
server.close();
