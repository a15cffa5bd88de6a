/** `bundle ENTRY OUTPUT`: everything that a program imports, in one file that Node runs alone. */
import { build, type Plugin } from "esbuild";

const [entryPoint = "", outfile = ""] = process.argv.slice(2);

/**
 * Has Node's own modules required rather than imported. An import reads all their exports, and those that Node makes
 * when they are read take longer than the rest of a small program: `node:http` loads a WebSocket, `node:crypto` WebCrypto.
 */
const requireNodeModules: Plugin = {
  name: "require-node-modules",
  setup(bundle) {
    bundle.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === "import-statement" ? { path, namespace: "node", sideEffects: false } : undefined,
    );
    bundle.onLoad({ filter: /./, namespace: "node" }, ({ path }) => ({
      contents: `module.exports = require("${path}");`,
    }));
  },
};

await build({
  entryPoints: [entryPoint],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node24",
  // As tsc: an import is left out only where it says `type`.
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  // CommonJS packages call require() for Node's own modules; a module has none.
  banner: {
    js: 'import { createRequire as bundleRequire } from "node:module"; const require = bundleRequire(import.meta.url);',
  },
  plugins: [requireNodeModules],
  logLevel: "warning",
});
