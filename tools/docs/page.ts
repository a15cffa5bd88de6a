/** What a page tells a person to do. */
export type Step = CommandStep | FileStep | PatchStep;

export interface CommandStep {
  readonly kind: "command";
  /** As a shell takes it; may have several lines. */
  readonly command: string;
  readonly run: RunMode;
  /** The lines that the page shows below the command. */
  readonly expected: readonly string[];
  readonly exitCode: number;
  /** Where the command stands in the page. Lines count from 1. */
  readonly line: number;
}

/** A file to be written, or written anew. */
export interface FileStep {
  readonly kind: "file";
  readonly path: string;
  readonly contents: string;
  readonly line: number;
}

/** An edit, as a patch that `git apply` takes. */
export interface PatchStep {
  readonly kind: "patch";
  readonly patch: string;
  readonly line: number;
}

/** `here`, or why not: `needs-network` only where packages.wolfi.dev is reached, `run-by-ci` in .ci/run itself. */
export type RunMode = "here" | "needs-network" | "run-by-ci";

/**
 * Reads the steps of a page, in their order, from its fenced blocks.
 *
 * In a `console` block, `$ COMMAND` starts a command, `> …` continues it, `# exit code N` says how it ends (otherwise
 * 0), and all other lines are what it prints. A word after `console` says that it is not run here. A `diff` block is
 * an edit. A block of another language with a path behind it, as in `yaml images/app.yaml`, is that file.
 *
 * @throws Error where a block would not be run, or not be understood
 */
export function parsePage(markdown: string): readonly Step[] {
  return readBlocks(markdown).flatMap((block): readonly Step[] => {
    const { language, mode, lines, line } = block;
    if (language === "diff") return [{ kind: "patch", patch: `${lines.join("\n")}\n`, line }];
    if (language === "console") return readCommands(block);
    if (["sh", "bash", "shell"].includes(language)) {
      throw new Error(`line ${line}: a "${language}" block is run by no test; write \`\`\`console and "$ COMMAND"`);
    }
    if (mode !== "") return [{ kind: "file", path: mode, contents: `${lines.join("\n")}\n`, line }];
    return [];
  });
}

interface Block {
  readonly language: string;
  readonly mode: string;
  readonly lines: readonly string[];
  /** Of the opening fence. */
  readonly line: number;
}

function readBlocks(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: (Block & { readonly lines: string[] }) | undefined;
  for (const [index, text] of markdown.split("\n").entries()) {
    if (open !== undefined && text === "```") {
      blocks.push(open);
      open = undefined;
    } else if (open !== undefined) open.lines.push(text);
    else if (/^\s*(```|~~~)/.test(text)) {
      const [, language, mode] = /^```([a-z]*) ?(.*)$/.exec(text) ?? [];
      if (language === undefined || mode === undefined) {
        throw new Error(`line ${index + 1}: a fence must be \`\`\` at the beginning of its line`);
      }
      open = { language, mode, lines: [], line: index + 1 };
    }
  }
  if (open !== undefined) throw new Error(`line ${open.line}: the block does not end`);
  return blocks;
}

function readCommands({ lines, mode, line }: Block): readonly CommandStep[] {
  const steps: { command: string; expected: string[]; exitCode: number; line: number }[] = [];
  for (const [index, text] of lines.entries()) {
    const step = steps.at(-1);
    const exitCode = /^# exit code (\d+)$/.exec(text)?.[1];
    if (text.startsWith("$ ")) {
      steps.push({ command: text.slice(2), expected: [], exitCode: 0, line: line + index + 1 });
    } else if (step === undefined) throw new Error(`line ${line}: the block does not start with "$ COMMAND"`);
    else if (/^>( |$)/.test(text) && step.expected.length === 0) step.command += `\n${text.slice(2)}`;
    else if (exitCode !== undefined) step.exitCode = Number(exitCode);
    else step.expected.push(text);
  }
  const run = runMode(mode, line);
  return steps.map((step) => ({ kind: "command", run, ...step }));
}

function runMode(mode: string, line: number): RunMode {
  switch (mode) {
    case "":
      return "here";
    case "needs-network":
    case "run-by-ci":
      return mode;
    default:
      throw new Error(`line ${line}: "${mode}" may be needs-network or run-by-ci`);
  }
}
