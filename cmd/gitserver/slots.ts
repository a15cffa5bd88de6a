/** Gives the place back; a second call does nothing. */
export type Release = () => void;

export interface Slots {
  /**
   * Waits for a place, first come first served.
   *
   * @returns undefined when too many wait already
   * @throws the signal's reason when it is aborted while waiting
   */
  acquire(signal: AbortSignal): Promise<Release | undefined>;
}

/** Bounds how many run at one time, and how many wait for that. */
export function createSlots(options: { readonly maxRunning: number; readonly maxWaiting: number }): Slots {
  const { maxRunning, maxWaiting } = options;
  const waiting = new Set<() => void>();
  let running = 0;

  function start(): Release {
    running++;
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      running--;
      const [next] = waiting;
      next?.();
    };
  }

  return {
    async acquire(signal) {
      signal.throwIfAborted();
      if (running < maxRunning) return start();
      if (waiting.size >= maxWaiting) return undefined;
      return await new Promise<Release>((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(enter);
          signal.removeEventListener("abort", giveUp);
        };
        const enter = (): void => {
          leave();
          resolve(start());
        };
        const giveUp = (): void => {
          leave();
          reject(signal.reason);
        };
        waiting.add(enter);
        signal.addEventListener("abort", giveUp);
      });
    },
  };
}
