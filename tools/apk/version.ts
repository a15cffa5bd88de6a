/**
 * A parsed package version, as apko 1.2.30 reads one (pkg/apk/apk/version.go). It differs from apk-tools in that it
 * has at most one pre-release and one post-release suffix, and no `~hash`.
 *
 * ```text
 * 1.2.3   b      _rc1               _p2                -r4
 * numbers letter pre-release suffix post-release suffix revision
 * ```
 *
 * Every number fits a signed 64-bit integer, which is more than a JavaScript number holds exactly.
 * Leading zeros are lost: `1.01` and `1.1` are the same version.
 */
export interface Version {
  readonly numbers: readonly bigint[];
  /** One of a-z, or "" when absent. */
  readonly letter: string;
  readonly preSuffix: PreSuffix;
  /** 0 when absent. */
  readonly preSuffixNumber: bigint;
  readonly postSuffix: PostSuffix;
  /** 0 when absent. */
  readonly postSuffixNumber: bigint;
  /** The number after `-r`; 0 when absent. */
  readonly revision: bigint;
}

/** "" when absent. */
export type PreSuffix = (typeof preSuffixesInOrder)[number];

/** "" when absent. */
export type PostSuffix = (typeof postSuffixesInOrder)[number];

/** Reads a version; undefined when apko would not accept it ({@link versionProblem} says why). */
export function parseVersion(text: string): Version | undefined {
  const result = readVersion(text);
  return typeof result === "string" ? undefined : result;
}

/** Says in apko's words why a version is invalid; undefined when it is valid. */
export function versionProblem(text: string): string | undefined {
  const result = readVersion(text);
  return typeof result === "string" ? result : undefined;
}

/** Orders two versions: -1 when `a` is older than `b`, 1 when it is newer, 0 when they are equal. */
export function compareVersions(a: Version, b: Version): -1 | 0 | 1 {
  const shared = Math.min(a.numbers.length, b.numbers.length);
  for (let i = 0; i < shared; i++) {
    const order = compare(a.numbers[i]!, b.numbers[i]!);
    if (order !== 0) return order;
  }
  return (
    compare(a.numbers.length, b.numbers.length) ||
    compare(a.letter, b.letter) ||
    compare(preSuffixesInOrder.indexOf(a.preSuffix), preSuffixesInOrder.indexOf(b.preSuffix)) ||
    compare(a.preSuffixNumber, b.preSuffixNumber) ||
    compare(postSuffixesInOrder.indexOf(a.postSuffix), postSuffixesInOrder.indexOf(b.postSuffix)) ||
    compare(a.postSuffixNumber, b.postSuffixNumber) ||
    compare(a.revision, b.revision)
  );
}

/**
 * Answers whether `actual` is one of the versions that `~required` stands for.
 *
 * `actual` has to begin with the numbers of `required`. With more numbers than those it is included whatever follows;
 * with as many, each further part that `required` has (a zero counts as absent) must be the same.
 */
export function includesVersion(actual: Version, required: Version): boolean {
  if (actual.numbers.length < required.numbers.length) return false;
  if (required.numbers.some((number, i) => number !== actual.numbers[i])) return false;
  if (actual.numbers.length > required.numbers.length) return true;
  return (
    (required.letter === "" || required.letter === actual.letter) &&
    (required.preSuffix === "" || required.preSuffix === actual.preSuffix) &&
    (required.preSuffixNumber === 0n || required.preSuffixNumber === actual.preSuffixNumber) &&
    (required.postSuffix === "" || required.postSuffix === actual.postSuffix) &&
    (required.postSuffixNumber === 0n || required.postSuffixNumber === actual.postSuffixNumber) &&
    (required.revision === 0n || required.revision === actual.revision)
  );
}

const versionPattern =
  /^([0-9]+)((?:\.[0-9]+)*)([a-z]?)(?:_(alpha|beta|pre|rc)([0-9]*))?(?:_(cvs|svn|git|hg|p)([0-9]*))?(?:-r([0-9]+))?$/;

/** A version without a pre-release suffix is newer than one with any. */
const preSuffixesInOrder = ["alpha", "beta", "pre", "rc", ""] as const;

/** A version without a post-release suffix is older than one with any. */
const postSuffixesInOrder = ["", "cvs", "svn", "git", "hg", "p"] as const;

const maxInt64 = 2n ** 63n - 1n;

/** Returns the version, or in apko's words what is wrong with it. */
function readVersion(text: string): Version | string {
  const match = versionPattern.exec(text);
  if (match === null) return `invalid version ${text}, could not parse`;
  const [, first = "", others = "", letter = "", preSuffix = "", preNumber = "", postSuffix = "", postNumber = ""] =
    match;
  const revision = match[8] ?? "";

  const numberTexts = (first + others).split(".");
  const numbers = numberTexts.map(BigInt);
  const tooLarge = numbers.findIndex((number) => number > maxInt64);
  if (tooLarge !== -1) {
    const place = tooLarge === 0 ? "first part" : `part ${tooLarge}`;
    return `invalid version ${text}, ${place} is not number: ${outOfRange(numberTexts[tooLarge]!)}`;
  }
  // BigInt("") is 0n, which is also what an absent number stands for.
  const preSuffixNumber = BigInt(preNumber);
  const postSuffixNumber = BigInt(postNumber);
  const revisionNumber = BigInt(revision);
  if (preSuffixNumber > maxInt64) {
    return `invalid version ${text}, suffix _${preSuffix} number ${preNumber} is not number: ${outOfRange(preNumber)}`;
  }
  if (postSuffixNumber > maxInt64) {
    return `invalid version ${text}, post-suffix _${postSuffix} number ${postNumber} is not number: ${outOfRange(postNumber)}`;
  }
  if (revisionNumber > maxInt64) {
    return `invalid version ${text}, revision ${revision} is not number: ${outOfRange(revision)}`;
  }
  return {
    numbers,
    letter,
    preSuffix: preSuffix as PreSuffix,
    preSuffixNumber,
    postSuffix: postSuffix as PostSuffix,
    postSuffixNumber,
    revision: revisionNumber,
  };
}

function outOfRange(digits: string): string {
  return `strconv.Atoi: parsing "${digits}": value out of range`;
}

function compare<T extends bigint | number | string>(a: T, b: T): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0;
}
