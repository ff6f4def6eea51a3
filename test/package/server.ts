import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
};

/** A server of files. */
export interface FileServer {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Serves files on this machine as a web server would, with a Content-Security-Policy where there is one.
 *
 * @param folders by the first part of an address: `/name/file` is `file` in the folder of `name`
 * @param pages texts of pages, by their names
 */
export async function serveFiles(
  folders: Readonly<Record<string, string>>,
  pages: Readonly<Record<string, string>>,
  policy?: string,
): Promise<FileServer> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname.slice(1);
    const [first = '', ...rest] = path.split('/');
    // RxJS' modules for browsers name each other without an extension.
    const file = extname(path) === '' ? `${join(...rest)}.js` : join(...rest);
    const body =
      pages[path] ?? (folders[first] && (await readFile(join(folders[first], file)).catch(() => undefined)));
    const type = pages[path] === undefined ? TYPES[extname(file)] : 'text/html';
    response.writeHead(path === 'favicon.ico' ? 204 : body === undefined ? 404 : 200, {
      'Content-Type': type ?? 'text/plain',
      ...(policy === undefined ? {} : { 'Content-Security-Policy': policy }),
    });
    response.end(body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
