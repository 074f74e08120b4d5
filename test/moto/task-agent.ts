import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a container finds at ECS_CONTAINER_METADATA_URI_V4; moto starts no containers and has none. */
export async function serveTaskAgent(cluster: string, taskArn: string) {
  const server = createServer((request, response) => {
    const body = request.url?.endsWith('/task') ? { TaskARN: taskArn, Cluster: cluster } : { LogOptions: {} };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v4/container`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
