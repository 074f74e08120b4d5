import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

const NAMES = new Set(builtinModules);
const NAMESPACE = 'builtin';

/**
 * Has a bundle call `require` for Node's own modules where it imports them. For an import Node reads every export of such a
 * module, and an export of `node:http` that nobody wants (WebSocket) loads Node's whole fetch: a tenth of a function's
 * first call.
 */
export const requiredBuiltins: Plugin = {
  name: 'required-builtins',
  setup(build) {
    build.onResolve({ filter: /^[a-z0-9_:/]+$/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '');
      if (!NAMES.has(name)) return undefined;
      // The second way round: the call that the first one has put in place.
      return kind === 'require-call' ? { path, external: true } : { path: `node:${name}`, namespace: NAMESPACE };
    });
    build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
      loader: 'js',
    }));
  },
};
