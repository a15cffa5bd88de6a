import { Ajv } from "ajv";
import { parseAllDocuments } from "yaml";
import { loadImageConfiguration } from "../apko/load-image-configuration.ts";
import type { WolfiError } from "../error/wolfi-error.ts";
import { imageConfigurationSchema } from "./image-configuration-schema.ts";

/** Whether a file is right, and what is wrong otherwise. */
export interface Judgement {
  readonly isValid: boolean;
  readonly reasons: readonly string[];
}

/** Rules that hold between several values, which no schema knows. They are all that our reader has beyond the schema. */
const rulesBeyondSchema: readonly ((problem: WolfiError) => boolean)[] = [
  ({ code, message }) => code === "BAD_ARCHITECTURE" && message.endsWith("stands twice"),
  ({ code, message }) => code === "BAD_RUNTIME_KEY" && message.endsWith("stands twice"),
  ({ code, message }) => code === "BASE_IMAGE" && message.includes("cannot stand with"),
];

/** What our reader says of one file, whatever it includes, and but for the rules beyond the schema. */
export async function judgedByReader(text: string): Promise<Judgement> {
  const loaded = await loadImageConfiguration("image.yaml", (path) =>
    Promise.resolve(Buffer.from(path === "image.yaml" ? text : "contents: {}\n")),
  );
  const problems = loaded.kind === "valid" ? [] : loaded.problems;
  const known = problems.filter((problem) => !rulesBeyondSchema.some((isBeyond) => isBeyond(problem)));
  return { isValid: known.length === 0, reasons: known.map(({ message }) => message) };
}

const validate = new Ajv({ strict: true, allowUnionTypes: true })
  .addVocabulary(["errorMessage", "markdownDescription"])
  .compile(JSON.parse(imageConfigurationSchema()) as object);

/** What an editor says of a file, which reads its values as the yaml-language-server does, by YAML 1.2. */
export function judgedByEditor(text: string): Judgement {
  const [document] = parseAllDocuments(text, { version: "1.2", merge: true, logLevel: "silent" });
  if (document === undefined || !("errors" in document)) return { isValid: false, reasons: ["it is empty"] };
  if (document.errors.length > 0) return { isValid: false, reasons: document.errors.map(({ message }) => message) };
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // An alias without an anchor, or of itself.
    return { isValid: false, reasons: [String(error)] };
  }
  const isValid = validate(value);
  return { isValid, reasons: (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`) };
}
