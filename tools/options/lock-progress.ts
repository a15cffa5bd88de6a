import type { LockEvent } from "../sources/lock-event.ts";
import { formatSize } from "../terminal/format-size.ts";

/**
 * Answers each event of a lock with how far it is: a line for each image, and below several of them one for all, with
 * the time left as soon as there is something to guess it from.
 *
 * @param elapsedMs a clock
 */
export function lockProgress(elapsedMs: () => number): (event: LockEvent) => string {
  const images = new Map<string, Progress>();
  const all = { done: 0, total: 0, sizeBytes: 0, fetchedCount: 0 };
  let index = "";
  let startMs = 0;
  return (event) => {
    switch (event.kind) {
      case "index-read":
        index = `read ${event.url}: ${event.packageCount} packages`;
        break;
      case "solved": {
        const { total = 0 } = images.get(event.image) ?? {};
        images.set(event.image, { done: 0, total: total + event.packageCount, sizeBytes: 0 });
        break;
      }
      case "packages":
        startMs = elapsedMs();
        all.total = event.total;
        for (const [image, total] of event.ofImages) images.set(image, { done: 0, total, sizeBytes: 0 });
        break;
      case "package-read":
        for (const progress of [all, ...event.images.flatMap((image) => images.get(image) ?? [])]) {
          progress.done++;
          progress.sizeBytes += event.sizeBytes;
        }
        if (event.sizeBytes > 0) all.fetchedCount++;
        break;
      case "warning":
        break;
    }
    if (images.size === 0) return index;
    const time = timeLeft(elapsedMs() - startMs, all.fetchedCount, all.total - all.done);
    const width = Math.max(...[...images.keys()].map((name) => name.length));
    const lines = [...images].map(([name, progress]) => `${name.padEnd(width)}  ${describe(progress)}`);
    if (images.size === 1) return `${lines[0]}${time}`;
    return [...lines, ...(all.total === 0 ? [] : [`${images.size} images: ${describe(all)}${time}`])].join("\n");
  };
}

interface Progress {
  done: number;
  total: number;
  /** What was downloaded for it. */
  sizeBytes: number;
}

function describe({ done, total, sizeBytes }: Progress): string {
  const count = done === 0 ? `${total} packages` : `${done} of ${total} packages`;
  return sizeBytes === 0 ? count : `${count}, ${formatSize(sizeBytes)}`;
}

/** What the cache had says nothing about how long a server takes. */
function timeLeft(passedMs: number, fetchedCount: number, leftCount: number): string {
  if (passedMs < 2000 || fetchedCount < 10 || leftCount === 0) return "";
  const seconds = Math.ceil(((passedMs / fetchedCount) * leftCount) / 1000);
  return seconds < 90 ? `, about ${seconds} s left` : `, about ${Math.round(seconds / 60)} min left`;
}
