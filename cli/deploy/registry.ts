import { DescribeImagesCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { SlipwayError } from '../../core/errors.ts';
import type { ClientConfig } from '../deployment.ts';

/** What `docker login` wants. */
export interface RegistryLogin {
  readonly user: string;
  readonly password: string;
}

/** ECR, as far as a deployment needs it. */
export interface Registry {
  login(): Promise<RegistryLogin>;
  /** `sha256:…` of the image under a tag or digest; undefined when there is none. */
  digestOf(
    repository: string,
    image: { readonly tag: string } | { readonly digest: string },
  ): Promise<string | undefined>;
}

/** The account's registry. */
export function awsRegistry(config: ClientConfig): Registry & { close(): void } {
  const client = new ECRClient({ ...config });
  return {
    async login() {
      const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
      const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
      const separator = token.indexOf(':');
      if (separator < 1) throw new SlipwayError('registry-login', 'ECR gave a token that is no user and password.');
      return { user: token.slice(0, separator), password: token.slice(separator + 1) };
    },
    async digestOf(repository, image) {
      const id = 'tag' in image ? { imageTag: image.tag } : { imageDigest: image.digest };
      try {
        const { imageDetails } = await client.send(
          new DescribeImagesCommand({ repositoryName: repository, imageIds: [id] }),
        );
        return imageDetails?.[0]?.imageDigest;
      } catch (error) {
        if (error instanceof Error && error.name === 'ImageNotFoundException') return undefined;
        throw error;
      }
    },
    close: () => client.destroy(),
  };
}
