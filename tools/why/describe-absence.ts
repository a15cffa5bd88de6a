import { parseConstraint } from "../apk/constraint.ts";
import { provideOf } from "../apk/package-names.ts";
import { counted } from "../terminal/counted.ts";
import { wordsOf, wrapParts } from "../terminal/wrap-parts.ts";
import { describeChain } from "./describe-chains.ts";
import { type Absence, ENOUGH } from "./explain-absence.ts";

const MOST_NAMES = 8;

/**
 * Says what would bring in a package that is not there.
 *
 * @param asked as it was written
 * @param width in columns
 */
export function describeAbsence(
  { available, excludedBy, dependents, broughtByLock, broughtBy }: Absence,
  asked: string,
  width: number,
): readonly string[] {
  const [direct = [], ...further] = dependents;
  const wanted = parseConstraint(asked).name;
  const offers = available.map((entry) => {
    const provide = provideOf(entry, wanted);
    return `${entry.name} ${entry.version}${provide === undefined ? "" : ` (${provide})`}`;
  });
  const waiting = available.filter(({ installIf }) => installIf.length > 0);
  const facts = [
    `Its repositories have ${shorten(offers)}`,
    ...waiting.map(
      ({ name, installIf }) => `${name} comes by itself with all of these (install_if): ${installIf.join(" ")}`,
    ),
    ...excludedBy.map(({ owner, constraint }) => `${owner.name} ${owner.version} excludes it: ${constraint}`),
    direct.length === 0
      ? "No other package needs it"
      : `${counted(direct.length, "package")} ${direct.length === 1 ? "needs" : "need"} it directly: ${shorten(direct)}`,
    ...further.map((names, at) => `${names.length} more in ${at + 2} steps: ${shorten(names)}`),
    ...(dependents.flat().length >= ENOUGH ? [`… and perhaps more: counting ends at ${ENOUGH}`] : []),
  ];
  const [heading, chains] =
    broughtByLock.length > 0
      ? ["A lock would bring it in now, without a change:", broughtByLock]
      : ["Added to the image, these bring it in:", broughtBy];
  return [
    ...facts.flatMap((text) => wrapParts(wordsOf(text), { indent: 2, width })),
    ...(chains.length === 0 ? [] : [heading]),
    ...chains.flatMap((chain) => describeChain(chain, width)),
  ];
}

function shorten(names: readonly string[]): string {
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  return `${names.slice(0, MOST_NAMES).join(", ")}${more}`;
}
