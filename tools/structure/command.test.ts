import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { file, link, sampleImage, writeImageLayout } from "../image/testing/sample-image.ts";
import { type TestShell, testShell } from "../terminal/testing/test-shell.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { structureCommand } from "./command.ts";

const GOOD = `schemaVersion: 2.0.0
metadataTest: { workdir: /data }
fileContentTests: [{ name: program, path: /link, expectedContents: [prog] }]
`;
const FAILING = `schemaVersion: 2.0.0
fileExistenceTests:
  - { name: app, path: /bin/app, uid: 7 }
`;
const COMMANDS = `schemaVersion: 2.0.0
commandTests:
  - { name: app, command: app, args: [--version] }
  - { name: made, command: x, setup: [[make]] }
`;

suite("wolfi check structure", () => {
  for (const compression of ["", "+gzip", "+zstd"]) {
    test(`judges an image whose layers are links to "tar${compression}"`, async () => {
      const shell = await check({ "a.yaml": GOOD }, ["--config", "a.yaml"], compression);
      assert.equal(shell.stderr.text, "");
      assert.equal(
        shell.stdout.text,
        'ok Metadata Test: workdir: "/data"\nok File Content Test: program: /link, 7 bytes\n2 tests: 2 ok, 0 not ok\n',
      );
      assert.equal(shell.exitCode, 0);
    });
  }

  test("says what failed, where it stands, and exits 1", async () => {
    const shell = await check({ "a.yaml": GOOD, "b.yaml": FAILING }, ["--config", "a.yaml", "--config", "b.yaml"]);
    assert.match(
      shell.stdout.text,
      /\nnot ok File Existence Test: app\n {2}\/bin\/app must be of user 7, and is of 0\n {2}b\.yaml:3:5\n3 tests: 2 ok, 1 not ok\n$/,
    );
    assert.equal(shell.exitCode, 1);
  });

  test("tells all problems of all files, judges nothing, and exits 2", async () => {
    const args = ["--config", "a.yaml", "--config", "b.yaml", "--config", "c.yaml"];
    const shell = await check({ "a.yaml": "schemaVersion: 2.0.0\ncommandTest: []\n", "b.yaml": COMMANDS }, args);
    assert.equal(shell.stdout.text, "");
    assert.deepEqual(shell.stderr.text.match(/^\S+:\d+:\d+:|the file "c.yaml" does not exist$/gm), [
      "a.yaml:2:1:",
      "b.yaml:3:5:",
      "b.yaml:4:5:",
      'the file "c.yaml" does not exist',
    ]);
    assert.equal(shell.exitCode, 2);
  });

  test("counts the commands that were not run", async () => {
    const shell = await check({ "a.yaml": COMMANDS }, ["--config", "a.yaml", "--command-tests", "programs"]);
    assert.equal(
      shell.stdout.text,
      `ok Program of Command Test: app: /bin/app is there, and was not run
not judged Program of Command Test: made: its "setup" may make the program
  a.yaml:4:5
2 tests: 1 ok, 0 not ok, 1 not judged; 2 commands not run
`,
    );
    assert.equal(shell.exitCode, 0);
  });

  test("reads accounts where users are tested, of an image that has two layers", async () => {
    const yaml = "schemaVersion: 2.0.0\nuserTests: [{ name: web, user: web, uid: 100, gid: 101 }]\n";
    const shell = await check({ "a.yaml": yaml }, ["--config", "a.yaml"]);
    assert.match(shell.stdout.text, /^ok User Test: web: web 100:101 \/home\/web \/bin\/sh\n/);
  });

  test("gives results as data", async () => {
    const shell = await check({ "a.yaml": FAILING }, ["--config", "a.yaml", "--json"]);
    assert.deepEqual(JSON.parse(shell.stdout.text), {
      results: [
        {
          verdict: "not ok",
          name: "File Existence Test: app",
          position: { file: "a.yaml", line: 3, column: 5 },
          found: "/bin/app -rwxr-xr-x 0:0",
          failures: ["/bin/app must be of user 7, and is of 0"],
        },
      ],
    });
    assert.equal(shell.exitCode, 1);
  });

  test("fails where the image is not there", async () => {
    const call = check({ "a.yaml": GOOD }, ["--image", "nowhere", "--config", "a.yaml"]);
    await assert.rejects(call, { code: "NO_IMAGE", message: /the folder "nowhere" does not exist$/ });
  });

  test("what a terminal would obey is shown", async () => {
    const yaml = 'schemaVersion: 2.0.0\nfileExistenceTests: [{ name: "a\\e[2J", path: /x }]\n';
    const shell = await check({ "a.yaml": yaml }, ["--config", "a.yaml"]);
    assert.match(shell.stdout.text, /^not ok File Existence Test: a\\u001b\[2J\n/);
  });
});

async function check(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  compression = "+gzip",
): Promise<TestShell> {
  await using folder = await temporaryFolder();
  const image = sampleImage();
  const upper = [file("opt/tool", "tool", {}), link("opt/link", "tool")];
  const layers = [...image.layers, upper];
  await writeImageLayout(
    join(folder.path, "image"),
    { ...image, layers },
    `application/vnd.oci.image.layer.v1.tar${compression}`,
  );
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder.path, path), text);
  const shell = testShell({ folder: folder.path, today: new Date(0) });
  await structureCommand(shell).parseAsync(["--image", "image", ...args], { from: "user" });
  return shell;
}
