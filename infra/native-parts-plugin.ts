import { missingParts } from '../scripts/native-parts.ts';

interface Serverless {
  readonly serviceDir: string;
  readonly processedInput?: { readonly commands?: readonly string[] };
  readonly service: { readonly functions: Readonly<Record<string, { readonly architecture?: string }>> };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

interface Utilities {
  readonly log: { warning(message: string): void };
}

/**
 * The first responder's package holds sharp's native parts for its own processor, which may be another than that of the
 * machine that packages. A template can be compiled without them, offline; what would fail on AWS is not deployed.
 */
export default class NativePartsPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;

  constructor({ serviceDir, processedInput, service, classes }: Serverless, _options: unknown, { log }: Utilities) {
    this.hooks = {
      'before:package:createDeploymentArtifacts': async () => {
        const responder = service.functions.onJobQueued;
        if (responder === undefined) return;
        const missing = await missingParts(responder.architecture === 'arm64' ? 'arm64' : 'x64', serviceDir);
        if (missing.length === 0) return;
        const lacking = `The package of onJobQueued lacks ${missing.join(' and ')}, which npm does not install on this machine`;
        if (processedInput?.commands?.join(' ') !== 'deploy')
          return log.warning(`${lacking}: npm run deploy fetches it.`);
        throw new classes.Error(`${lacking}: deploy with npm run deploy, or set firstResponder to 0.`, 'NATIVE_PARTS');
      },
    };
  }
}
