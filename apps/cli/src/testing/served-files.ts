import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedFiles {
  /** Below which the files stand. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Serves a log's files over HTTP on this machine.
 * @param answer the file of a path; undefined for 404, `broken` for a connection that breaks off
 */
export async function serveFiles(
  answer: (path: string) => Uint8Array | 'broken' | undefined,
): Promise<ServedFiles> {
  const server = createServer((request, response) => {
    const found = answer((request.url ?? '').slice('/log/'.length));
    if (found === 'broken') {
      request.socket.destroy();
      return;
    }
    response.writeHead(found === undefined ? 404 : 200);
    response.end(found);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`,
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
