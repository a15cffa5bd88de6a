import type { Position } from "../error/wolfi-error.ts";
import { mergeVulnerabilities, type Vulnerability } from "../vulnerability/find-vulnerabilities.ts";
import type { VulnerabilityException } from "./read-exceptions.ts";

export interface AppliedExceptions {
  /** What counts. */
  readonly open: readonly Vulnerability[];
  readonly excepted: readonly ExceptedVulnerability[];
}

/** A vulnerability with the packages that an exception is for. */
export interface ExceptedVulnerability extends Vulnerability {
  readonly exception: VulnerabilityException;
}

/** The exceptions of a call, which notes what they are good for. */
export interface ExceptionBook {
  apply(found: readonly Vulnerability[], image: string): AppliedExceptions;
  /** What is wrong with exceptions, apart from their shape. Call it when all images are through. */
  complaints(scanned: ScannedNames): readonly Complaint[];
}

export interface ScannedNames {
  readonly images: readonly string[];
  /** All images of the workspace. */
  readonly known: readonly string[];
  /** Whether all that was asked for could be judged. */
  readonly isWhole: boolean;
}

export interface Complaint {
  readonly position: Position;
  readonly message: string;
}

/** @param today exceptions that ended before it count no more */
export function exceptionBook(exceptions: readonly VulnerabilityException[], today: Date): ExceptionBook {
  const day = today.toISOString().slice(0, 10);
  const used = new Set<VulnerabilityException>();
  const missed = new Set<VulnerabilityException>();

  function exceptionFor({ id, aliases, packages }: Vulnerability, image: string): VulnerabilityException | undefined {
    const fitting = exceptions.filter(
      (exception) =>
        (exception.id === id || aliases.includes(exception.id)) &&
        (exception.image === undefined || exception.image === image) &&
        packages.every(({ name, origin }) => [undefined, name, origin].includes(exception.package)),
    );
    for (const exception of fitting) (exception.until < day ? missed : used).add(exception);
    return fitting.find(({ until }) => until >= day);
  }

  return {
    apply(found, image) {
      const open: Vulnerability[] = [];
      const excepted: ExceptedVulnerability[] = [];
      for (const vulnerability of found) {
        for (const affected of vulnerability.packages) {
          const one = { ...vulnerability, packages: [affected] };
          const exception = exceptionFor(one, image);
          if (exception === undefined) open.push(one);
          else excepted.push({ ...one, exception });
        }
      }
      const byException = Map.groupBy(excepted, ({ exception }) => exception);
      return {
        open: mergeVulnerabilities(open),
        excepted: [...byException].flatMap(([exception, alike]) =>
          mergeVulnerabilities(alike).map((vulnerability) => ({ ...vulnerability, exception })),
        ),
      };
    },
    complaints({ images, known, isWhole }) {
      return exceptions.flatMap((exception): readonly Complaint[] => {
        const { id, image, until, position } = exception;
        if (image !== undefined && !known.includes(image)) {
          return [{ position, message: `there is no image "${image}"` }];
        }
        if (missed.has(exception))
          return [{ position, message: `the exception of ${id} ended on ${until}: it counts` }];
        const isJudged = image === undefined ? known.every((name) => images.includes(name)) : images.includes(image);
        if (used.has(exception) || !isWhole || !isJudged) return [];
        return [{ position, message: `nothing has ${id}${describeScope(exception)}: the exception can go` }];
      });
    },
  };
}

function describeScope({ package: name, image }: VulnerabilityException): string {
  return `${name === undefined ? "" : ` in "${name}"`}${image === undefined ? "" : ` in image "${image}"`}`;
}
