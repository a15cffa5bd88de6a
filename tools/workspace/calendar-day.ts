/** The day of a time: `2026-11-24`, in UTC. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** How many times 24 hours have passed since; less than 0 for a time to come. */
export function daysSince(time: Date, now: Date): number {
  return Math.floor((now.getTime() - time.getTime()) / 86_400_000);
}
