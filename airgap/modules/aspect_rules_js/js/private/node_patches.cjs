// Loaded before every program: links that lead out of the runfiles or the execution root look like what they lead to.
//
// Bazel puts links where a program expects files. Without this, lstat and readdir would say so, and realpath would
// leave the folder in which the program finds all it declared, and nothing else.
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const { basename, dirname, join, resolve, sep } = require("node:path");
const { fileURLToPath } = require("node:url");

const { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } = fs;
const { env } = process;

// Children started by process.execPath get the same.
process.execPath = process.argv[0] = env.JS_BINARY__NODE_WRAPPER;

const roots = (env.JS_BINARY__PATCH_NODE_FS === "0" ? "" : (env.JS_BINARY__FS_PATCH_ROOTS ?? ""))
  .split(":")
  .flatMap((root) => (fs.existsSync(root) ? [root, realpathSync.native(root)] : []));

replace("lstat", (path, options) => {
  const stats = lstatSync(path, options);
  return stats?.isSymbolicLink() && escapes(inRoot(path)) ? statSync(path, options) : stats;
});

replace("readlink", (path, options) => {
  const target = readlinkSync(path, options);
  if (!escapes(inRoot(path))) return target;
  const message = `EINVAL: invalid argument, readlink '${path}'`;
  throw Object.assign(new Error(message), { errno: -22, code: "EINVAL", syscall: "readlink", path });
});

replace("readdir", (path, options) => {
  const entries = readdirSync(path, options);
  if (!options?.withFileTypes) return entries;
  for (const entry of entries) {
    const link = join(String(entry.parentPath), String(entry.name));
    if (!entry.isSymbolicLink() || !escapes(inRoot(link))) continue;
    const stats = statSync(link, { throwIfNoEntry: false });
    entry.isSymbolicLink = () => stats === undefined;
    entry.isFile = () => stats?.isFile() ?? false;
    entry.isDirectory = () => stats?.isDirectory() ?? false;
  }
  return entries;
});

replace("realpath", (path, options) => {
  realpathSync(path); // Throws as it should where nothing is.
  const real = realPath(textOf(path));
  return options === "buffer" || options?.encoding === "buffer" ? Buffer.from(real) : real;
});
fs.realpath.native = fs.realpath;
fs.realpathSync.native = fs.realpathSync;

syncBuiltinESMExports();

// Puts a function in place of fs.NAMESync, fs.NAME and fs.promises.NAME.
function replace(name, patched) {
  fs[`${name}Sync`] = patched;
  fs.promises[name] = async (path, options) => patched(path, options);
  fs[name] = (path, ...rest) => {
    const callback = rest.pop();
    fs.promises[name](path, ...rest).then(
      (result) => process.nextTick(callback, null, result),
      (error) => process.nextTick(callback, error),
    );
  };
}

// The real path of the folder, with the last name left as it is.
function inRoot(path) {
  const text = textOf(path);
  return join(realPath(dirname(text)), basename(text));
}

// Follows all links but those that escape.
function realPath(path) {
  let real = sep;
  let rest = path.split(sep).filter(Boolean);
  while (rest.length > 0) {
    const next = join(real, rest.shift());
    if (lstatSync(next).isSymbolicLink() && !escapes(next)) {
      rest = [...targetOf(next).split(sep).filter(Boolean), ...rest];
      real = sep;
    } else {
      real = next;
    }
  }
  return real;
}

function escapes(link) {
  const target = targetOf(link);
  return roots.some((root) => isInside(root, link) && !isInside(root, target));
}

function isInside(root, path) {
  return path === root || path.startsWith(root + sep);
}

function targetOf(link) {
  return resolve(dirname(link), readlinkSync(link));
}

function textOf(path) {
  return resolve(path instanceof URL ? fileURLToPath(path) : String(path));
}
