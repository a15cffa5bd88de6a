import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ImageSettings } from "../image/image-documents.ts";
import { mergeLayers } from "../image/merge-layers.ts";
import type { LayerFile } from "../image/read-layer.ts";
import { contentsNeeded, judgeImage } from "./judge-image.ts";
import { readStructureConfiguration } from "./read-structure-configuration.ts";

const settings: ImageSettings = {
  architecture: "amd64",
  os: "linux",
  history: undefined,
  rootfs: { diff_ids: [] },
  config: {
    User: "web",
    ExposedPorts: { "8080/tcp": {}, "53/udp": {} },
    Env: ["PATH=/usr/bin:/bin", "HOME=/home/web", "EMPTY=", "OPTS=a=b"],
    Entrypoint: ["/sbin/tini", "--"],
    Cmd: [],
    Volumes: { "/data": {} },
    WorkingDir: "/data",
    Labels: { title: "sample", empty: "" },
    StopSignal: "",
  },
};

const layer: readonly LayerFile[] = [
  entry("directory", "usr", 0o755),
  entry("directory", "usr/bin", 0o755),
  entry("file", "usr/bin/node", 0o755),
  entry("file", "usr/bin/su", 0o4755),
  entry("file", "usr/bin/secret", 0o700),
  entry("file", "usr/bin/mine", 0o750, { uid: 0, gid: 500 }),
  entry("symlink", "usr/bin/nodejs", 0o777, { target: "/usr/bin/node" }),
  entry("symlink", "usr/bin/dangling", 0o777, { target: "gone" }),
  entry("link", "usr/bin/hard", 0o755, { target: "usr/bin/node" }),
  entry("symlink", "bin", 0o777, { target: "/usr/bin" }),
  entry("symlink", "round", 0o777, { target: "round" }),
  entry("directory", "closed", 0o700),
  entry("file", "closed/tool", 0o755),
  entry("directory", "tmp", 0o1777),
  entry("directory", "data", 0o750, { uid: 100, gid: 101 }),
  entry("file", "opt/a/b", 0o644),
  entry("file", "etc/passwd", 0o644, { text: "root:x:0:0:root:/root:/bin/sh\nweb:x:100:101::/home/web:/bin/sh\n" }),
  entry("file", "etc/group", 0o644, { text: "web:x:101:\nextra:x:500:web\n" }),
  entry("symlink", "etc/link", 0o777, { target: "../etc/passwd" }),
  entry("link", "etc/other", 0o644, { target: "etc/passwd" }),
  entry("file", "etc/binary", 0o644, { text: "\x01ELF" }),
];

suite("judgeImage()", () => {
  cases("metadataTest", [
    ["envVars: [{ key: HOME, value: /home/web }]", ['ok Metadata Test: variable HOME: "/home/web"']],
    ["envVars: [{ key: OPTS, value: a=b }]", ['ok Metadata Test: variable OPTS: "a=b"']],
    ["envVars: [{ key: EMPTY, value: '' }]", ['ok Metadata Test: variable EMPTY: ""']],
    [
      "envVars: [{ key: HOME, value: home }]",
      ['not ok Metadata Test: variable HOME | it must be "home", and is "/home/web"'],
    ],
    ["envVars: [{ key: HOME, value: '^/h', isRegex: true }]", ['ok Metadata Test: variable HOME: "/home/web"']],
    [
      "envVars: [{ key: HOME, value: '^home', isRegex: true }]",
      ['not ok Metadata Test: variable HOME | it must be a match of "^home", and is "/home/web"'],
    ],
    ["envVars: [{ key: X, value: '' }]", ['not ok Metadata Test: variable X | it must be "", and is not set']],
    ["unboundEnvVars: [{ key: X }]", ["ok Metadata Test: no variable X: not set"]],
    ["unboundEnvVars: [{ key: EMPTY }]", ['not ok Metadata Test: no variable EMPTY | it must not be set, and is ""']],
    ["labels: [{ key: title, value: sample }]", ['ok Metadata Test: label title: "sample"']],
    ["labels: [{ key: title, value: 's.*e$', isRegex: true }]", ['ok Metadata Test: label title: "sample"']],
    ["labels: [{ key: empty, value: x }]", ['not ok Metadata Test: label empty | it must be "x", and is ""']],
    ["labels: [{ key: gone, value: x }]", ['not ok Metadata Test: label gone | it must be "x", and is not set']],
    [
      "exposedPorts: ['8080', '80']",
      [
        "ok Metadata Test: port 8080: there",
        "not ok Metadata Test: port 80 | it must be there, and there are 53, 8080",
      ],
    ],
    [
      "unexposedPorts: ['80', '53']",
      ["ok Metadata Test: no port 80: not there", "not ok Metadata Test: no port 53 | it must not be there, and is"],
    ],
    [
      "volumes: [/data, /x]",
      [
        "ok Metadata Test: volume /data: there",
        "not ok Metadata Test: volume /x | it must be there, and there are /data",
      ],
    ],
    ["unmountedVolumes: [/data]", ["not ok Metadata Test: no volume /data | it must not be there, and is"]],
    ["entrypoint: [/sbin/tini, --]", ['ok Metadata Test: entrypoint: ["/sbin/tini","--"]']],
    ["entrypoint: []", ['not ok Metadata Test: entrypoint | it must be [], and is ["/sbin/tini","--"]']],
    ["cmd: []", ["ok Metadata Test: cmd: []"]],
    ["cmd: [a]", ['not ok Metadata Test: cmd | it must be ["a"], and is []']],
    ["workdir: /data", ['ok Metadata Test: workdir: "/data"']],
    ["workdir: /data/", ['not ok Metadata Test: workdir | it must be "/data/", and is "/data"']],
    ["user: web", ['ok Metadata Test: user: "web"']],
    ["user: '100'", ['not ok Metadata Test: user | it must be "100", and is "web"']],
  ]);

  cases("fileExistenceTests", [
    ["path: /usr/bin/node", ["ok: /usr/bin/node -rwxr-xr-x 0:0"]],
    ["path: usr//bin/./node", ["ok: usr//bin/./node -rwxr-xr-x 0:0"]],
    ["path: /usr/bin/nod", ["not ok | /usr/bin/nod must be there: /usr/bin/nod is not there"]],
    ["path: /usr/bin/node/x", ["not ok | /usr/bin/node/x must be there: /usr/bin/node is no folder"]],
    ["path: /usr/bin/nod, shouldExist: false", ["ok: /usr/bin/nod is not there"]],
    ["path: /usr/bin/node, shouldExist: false", ["not ok | /usr/bin/node must not be there, and is"]],
    ["path: /usr/bin/node/x, shouldExist: false", ["ok: /usr/bin/node/x is not there"]],
    ["path: /bin/node", ["ok: /bin/node -rwxr-xr-x 0:0"]],
    ["path: /bin, permissions: Lrwxrwxrwx", ["ok: /bin Lrwxrwxrwx 0:0 -> /usr/bin"]],
    ["path: /bin/dangling, isExecutableBy: any", ["ok: /bin/dangling Lrwxrwxrwx 0:0 -> gone"]],
    ["path: /round/x", ["not ok | /round/x must be there: /round is a link that leads to no end"]],
    ["path: /bin/../bin/node", ["ok: /bin/../bin/node -rwxr-xr-x 0:0"]],
    ["path: $HOME/x", ["not ok | /home/web/x must be there: /home is not there"]],
    ["path: '${HOME}', shouldExist: false", ["ok: /home/web is not there"]],
    ["path: $NONE/x, shouldExist: false", ["not ok | the image does not set the variable NONE of the path $NONE/x"]],
    ["path: /usr/bin/su, permissions: urwxr-xr-x", ["ok: /usr/bin/su urwxr-xr-x 0:0"]],
    ["path: /tmp, permissions: dtrwxrwxrwx", ["ok: /tmp dtrwxrwxrwx 0:0"]],
    [
      "path: /tmp, permissions: drwxrwxrwx",
      ["not ok | /tmp must have the permissions drwxrwxrwx, and has dtrwxrwxrwx"],
    ],
    ["path: /data, uid: 100, gid: 101", ["ok: /data drwxr-x--- 100:101"]],
    [
      "path: /data, uid: 0, gid: 0, isExecutableBy: other",
      [
        "not ok | /data must be executable by other, and has the permissions drwxr-x--- | " +
          "/data must be of user 0, and is of 100 | /data must be of group 0, and is of 101",
      ],
    ],
    ["path: /data, isExecutableBy: group", ["ok: /data drwxr-x--- 100:101"]],
    ["path: /usr/bin/secret, isExecutableBy: owner", ["ok: /usr/bin/secret -rwx------ 0:0"]],
    [
      "path: /etc/passwd, isExecutableBy: any",
      ["not ok | /etc/passwd must be executable by any, and has the permissions -rw-r--r--"],
    ],
    ["path: /opt/a", ["ok: /opt/a, a folder"]],
    ["path: /, shouldExist: true", ["ok: /, a folder"]],
    [
      "path: /opt/a, uid: 0",
      ["not ok | /opt/a has no entry in any layer: its owner and permissions are whatever an engine gives it"],
    ],
  ]);

  cases("fileContentTests", [
    ["path: /etc/passwd, expectedContents: ['(?m)^web:', 'root']", ["ok: /etc/passwd, 63 bytes"]],
    ["path: /etc/link, expectedContents: [root]", ["ok: /etc/link, 63 bytes"]],
    ["path: /etc/other, expectedContents: [root]", ["ok: /etc/other, 63 bytes"]],
    [
      "path: /etc/binary, expectedContents: [PE, ELF, '^E']",
      [
        'not ok | /etc/binary must hold a match of "PE", and holds "\\u0001ELF" | ' +
          '/etc/binary must hold a match of "^E", and holds "\\u0001ELF"',
      ],
    ],
    [
      "path: /etc/passwd, excludedContents: [toor, '[^:]+/sh']",
      ['not ok | /etc/passwd must not hold a match of "[^:]+/sh", and holds "/bin/sh"'],
    ],
    ["path: /etc/none, excludedContents: [a]", ["not ok | /etc/none cannot be read: /etc/none is not there"]],
    ["path: /etc, excludedContents: [a]", ["not ok | /etc cannot be read: it is a folder"]],
    ["path: /usr, excludedContents: [a]", ["not ok | /usr cannot be read: it is a folder"]],
    [
      "path: /bin/dangling, excludedContents: [a]",
      ["not ok | /bin/dangling cannot be read: /usr/bin/gone is not there"],
    ],
  ]);

  cases("userTests", [
    ["user: web, uid: 100, gid: 101, home: /home/web, shell: /bin/sh", ["ok: web 100:101 /home/web /bin/sh"]],
    [
      "user: web, uid: 1, gid: 2, home: /, shell: /bin/false",
      [
        "not ok | the uid of web must be 1, and is 100 | the gid of web must be 2, and is 101 | " +
          "the home of web must be /, and is /home/web | the shell of web must be /bin/false, and is /bin/sh",
      ],
    ],
    ["user: nobody", ["not ok | /etc/passwd must have a user nobody, and has root, web"]],
  ]);

  cases("symlinkTests", [
    ["path: /bin, target: /usr/bin", ["ok: /bin -> /usr/bin"]],
    [
      "path: /bin/nodejs, target: node",
      ["not ok | /bin/nodejs must be a symbolic link to node, and is one to /usr/bin/node"],
    ],
    ["path: /usr, target: x", ["not ok | /usr must be a symbolic link to x, and is none"]],
    ["path: /opt, target: x", ["not ok | /opt must be a symbolic link to x, and is none"]],
    ["path: /x, target: x", ["not ok | /x must be a symbolic link to x: /x is not there"]],
  ]);

  cases("commandTests", [
    ["command: node", ["ok: /usr/bin/node is there, and was not run"]],
    ["command: nodejs, exitCode: 7", ["ok: /usr/bin/nodejs is there, and was not run"]],
    ["command: hard", ["ok: /usr/bin/hard is there, and was not run"]],
    ["command: mine", ["ok: /usr/bin/mine is there, and was not run"]],
    [
      "command: git",
      ["not ok | the user must find the program git in /usr/bin:/bin: /bin/git: /usr/bin/git is not there"],
    ],
    [
      "command: secret",
      [
        "not ok | the user must find the program secret in /usr/bin:/bin: /usr/bin/secret may not be executed by user 100",
      ],
    ],
    [
      "command: /closed/tool",
      ["not ok | the user must find the program /closed/tool: /closed/tool: user 100 may not enter /closed"],
    ],
    ["command: /tmp", ["not ok | the user must find the program /tmp: /tmp is no file"]],
    ["command: ./x", ["not ok | the user must find the program ./x: /data/./x: /data/x is not there"]],
    ["command: x, setup: [[make, x]]", ['not judged: its "setup" may make the program']],
  ]);

  test("nobody can run a program whose image has a user that is not there", () => {
    const image = {
      settings: { ...settings, config: { ...settings.config, User: "nobody" } },
      files: mergeLayers([layer]),
    };
    const [result] = judgeImage(image, [configuration("commandTests", "command: node")]);
    assert.deepEqual(result?.failures, ['nobody can run it: there is no user "nobody" in /etc/passwd']);
  });

  test("a file below a link of a lower layer is told, for engines differ", () => {
    const files = mergeLayers([layer, [entry("file", "bin/extra", 0o755)]]);
    const [result] = judgeImage({ settings, files }, [configuration("fileExistenceTests", "path: /tmp")]);
    assert.deepEqual(
      [result?.verdict, result?.failures],
      ["not ok", ["/bin/extra lies below /bin, which is no folder: engines differ in what they make of it"]],
    );
  });
});

suite("contentsNeeded()", () => {
  for (const [field, yaml, paths] of [
    ["fileContentTests", "path: /bin/hard", ["usr/bin/node"]],
    ["fileContentTests", "path: /etc/none", []],
    ["fileExistenceTests", "path: /etc/passwd", []],
    ["userTests", "user: web", ["etc/passwd", "etc/group"]],
    ["commandTests", "command: node", ["etc/passwd", "etc/group"]],
  ] as const) {
    test(`${field}: ${yaml}: ${paths.join(", ") || "none"}`, () => {
      const needed = contentsNeeded(mergeLayers([layer]), [configuration(field, yaml)]);
      assert.deepEqual([...needed], paths);
    });
  }
});

function cases(field: string, rows: readonly (readonly [yaml: string, results: readonly string[]])[]): void {
  for (const [yaml, expected] of rows) {
    test(`${field}: ${yaml}`, () => {
      const results = judgeImage({ settings, files: mergeLayers([layer]) }, [configuration(field, yaml)]);
      const described = results.map(({ verdict, name, found, failures }) => {
        const shown = field === "metadataTest" ? ` ${name}` : "";
        return [`${verdict}${shown}${failures.length === 0 ? `: ${found}` : ""}`, ...failures].join(" | ");
      });
      assert.deepEqual(described, expected);
    });
  }
}

function configuration(
  field: string,
  yaml: string,
): NonNullable<ReturnType<typeof readStructureConfiguration>["value"]> {
  const value = field === "metadataTest" ? `{ ${yaml} }` : `[{ name: it, ${yaml} }]`;
  const text = Buffer.from(`schemaVersion: 2.0.0\n${field}: ${value}\n`);
  const read = readStructureConfiguration(text, "t.yaml", "programs");
  assert.deepEqual(read.problems, []);
  assert.ok(read.value !== undefined);
  return read.value;
}

function entry(
  type: LayerFile["type"],
  path: string,
  mode: number,
  { uid = 0, gid = 0, target = "", text = "" } = {},
): LayerFile {
  const content = type === "file" ? Buffer.from(text) : undefined;
  return { path, type, mode, uid, gid, sizeBytes: text.length, target, checksum: "", content };
}
