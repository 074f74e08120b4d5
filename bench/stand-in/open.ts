import { createSystem, type System } from '../../infra/local/system.ts';

/** The whole stand-in over a template, in a folder, on a free port: its permissions are decided, its metrics are sampled. */
export async function openStandIn(
  template: Parameters<typeof createSystem>[0]['template'],
  directory: string,
): Promise<System> {
  const system = await createSystem({
    template,
    stackName: 'bench',
    region: 'us-east-1',
    directory,
    port: 0,
    lambdaUrl: 'http://127.0.0.1:1',
    images: {},
  });
  await system.start();
  return system;
}
