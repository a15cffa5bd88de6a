import type { Measurement } from "./measure.ts";
import type { Traffic } from "./slow-server.ts";

export type Sample = Measurement & Traffic;

/** A case's samples, those of apko and ours taken in turn. */
export interface CaseResult {
  readonly name: string;
  /** Empty where apko has nothing to compare with. */
  readonly apko: readonly Sample[];
  readonly ours: readonly Sample[];
}

/** Writes the medians as a Markdown table, and apko's wall time over ours, the median of the pairs' ratios. */
export function formatTable(results: readonly CaseResult[]): string {
  const head = ["case", "", "wall", "CPU", "peak memory", "requests", "bytes", "apko's time ÷ ours"];
  const rows = results.flatMap(({ name, apko, ours }) => [
    ...(apko.length === 0 ? [] : [[name, "apko", ...medians(apko), ""]]),
    [apko.length === 0 ? name : "", "wolfi", ...medians(ours), apko.length === 0 ? "" : ratio(apko, ours)],
  ]);
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function medians(samples: readonly Sample[]): readonly string[] {
  const of = (field: keyof Sample): number => median(samples.map((sample) => sample[field]));
  return [
    `${(of("wallMs") / 1000).toFixed(2)} s`,
    `${(of("cpuMs") / 1000).toFixed(2)} s`,
    `${(of("peakBytes") / 1e6).toFixed(0)} MB`,
    String(of("requests")),
    `${(of("bytes") / 1e6).toFixed(2)} MB`,
  ];
}

function ratio(apko: readonly Sample[], ours: readonly Sample[]): string {
  const ratios = apko.map(({ wallMs }, at) => wallMs / ours[at]!.wallMs);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return `**${median(ratios).toFixed(1)}** (${least.toFixed(1)}–${most.toFixed(1)})`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
