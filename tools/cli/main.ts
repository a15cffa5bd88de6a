#!/usr/bin/env node
// An older Node has to get as far as saying that it is too old. It runs a .ts file only where package.json says
// "commonjs", as plain JavaScript: this file has no types, imports or exports, and is right as an ES module too.
{
  const [major] = process.versions.node.split(".");
  if (Number(major) < 24) {
    process.stderr.write(`wolfi needs Node 24 or newer, and this is Node ${process.versions.node}\n`);
    process.exitCode = 2;
  } else {
    void import("./program/run.ts").then(({ run }) => run());
  }
}
