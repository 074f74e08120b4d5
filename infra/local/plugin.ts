import { waitForListener } from './free-port.ts';
import { systemFile } from './home.ts';
import type { CliOptions, PluginUtils, Serverless } from './offline-types.ts';
import { readyMessage } from './ready-message.ts';
import { announceSystem, withdrawSystem } from './running-system.ts';
import type { System } from './system.ts';

const SLIPWAY_OPTIONS = {
  slipwayPort: { usage: 'Port of the local AWS endpoint; 0 takes any free one', type: 'string' },
  slipwayContainers: { usage: 'Runs tasks as containers of docker or podman instead of processes', type: 'string' },
  slipwayImage: { usage: "Image for slipwayContainers; without it the worker's is built", type: 'string' },
  slipwayTimeScale: { usage: 'How many times faster the time of scaling passes, at the pace of AWS', type: 'string' },
  slipwayFaults: { usage: 'JSON file that says what is to go wrong in the local endpoint', type: 'string' },
};
const LAMBDA_TIMEOUT_MS = 30_000;

/** Boots the stand-in under `serverless offline`, before functions are created, and ends it before the process ends. */
export default class LocalPlugin {
  readonly commands = {
    offline: { commands: { start: { options: SLIPWAY_OPTIONS } }, options: SLIPWAY_OPTIONS },
  };
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;

  constructor(serverless: Serverless, options: CliOptions, { log }: PluginUtils) {
    const file = systemFile(serverless.serviceDir);
    let system: System | undefined;
    let lambdaPort = 0;

    this.hooks = {
      // Plain `offline` exits before a hook of ours could end the children: `offline start` has that hook.
      'before:offline:start': () => serverless.pluginManager.run(['offline', 'start']),

      'before:offline:start:init': async () => {
        // Only here: `package` and `deploy` load this plugin too and have no use for the stand-in.
        const { createOfflineSystem } = await import('./offline-system.ts');
        try {
          ({ system, lambdaPort } = await createOfflineSystem(serverless, options, (line) => log.notice(line)));
        } catch (error) {
          throw new serverless.classes.Error(error instanceof Error ? error.message : String(error), 'SLIPWAY_LOCAL');
        }
        const offline = { host: '127.0.0.1', lambdaPort, noSponsor: true };
        serverless.service.custom = { ...serverless.service.custom, 'serverless-offline': offline };
      },

      'before:offline:start:ready': async () => {
        if (!system) return;
        await waitForListener(lambdaPort, LAMBDA_TIMEOUT_MS);
        await system.start();
        await announceSystem(file, {
          pid: process.pid,
          endpoint: system.url,
          stackName: system.stack.name,
          region: serverless.getProvider('aws').getRegion(),
          startedAt: new Date().toISOString(),
        });
        endWithParent();
        log.notice(readyMessage(system, serverless.getProvider('aws').getRegion()));
      },

      'before:offline:start:end': async () => {
        await withdrawSystem(file);
        await system?.stop();
      },
    };
  }
}

/** A command that started this process holds a channel to it: when the command dies, however it dies, this ends too. */
function endWithParent(): void {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
