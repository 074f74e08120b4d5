/** An engine for where there is none: it builds nothing, and pushes a manifest without layers, which ECR takes as an image. */
import { appendFileSync } from 'node:fs';
import { ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';

const args = process.argv.slice(2);
appendFileSync(process.env.FAKE_DOCKER_LOG ?? '/dev/null', `docker ${args.join(' ')}\n`);
if (args[0] === 'push') await push(args[1] ?? '');

async function push(image: string): Promise<void> {
  const [, repositoryName = '', imageTag = ''] = /^[^/]+\/([^:]+):(.+)$/.exec(image) ?? [];
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: 2, digest: `sha256:${'4'.repeat(64)}` },
    layers: [],
    annotations: { image },
  };
  const client = new ECRClient({});
  await client.send(new PutImageCommand({ repositoryName, imageTag, imageManifest: JSON.stringify(manifest) }));
  client.destroy();
}
