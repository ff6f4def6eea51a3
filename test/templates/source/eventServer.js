// A server of server-sent events, in a process of its own so that it can be killed: event n has the id n and the value n; one
// every millisecond, from the one after `Last-Event-ID` on. `node eventServer.js PORT`; prints its port.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  let n = Number(request.headers['last-event-id'] ?? 0);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const timer = setInterval(() => {
    n++;
    response.write(`id: ${n}\nevent: press\ndata: {"v": ${n}}\n\n`);
  }, 1);
  response.on('close', () => clearInterval(timer));
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  console.log(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
});
