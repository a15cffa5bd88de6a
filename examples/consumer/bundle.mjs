/** `bundle ENTRY OUTPUT`: everything that a program imports, in one file. */
import { build } from "esbuild";

const [entryPoint, outfile] = process.argv.slice(2);
await build({ entryPoints: [entryPoint], outfile, bundle: true, format: "esm", platform: "node", logLevel: "warning" });
