/** `bundle ENTRY OUTPUT`: everything that a program imports, in one file that Node runs alone. */
import { build } from "esbuild";

const [entryPoint = "", outfile = ""] = process.argv.slice(2);

await build({
  entryPoints: [entryPoint],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node24",
  // CommonJS packages call require() for Node's own modules; a module has none.
  banner: {
    js: 'import { createRequire as bundleRequire } from "node:module"; const require = bundleRequire(import.meta.url);',
  },
  logLevel: "warning",
});
