import kleur from "kleur";

/** What the program prints. */
export function greeting(name: string): string {
  return `Hello, ${kleur.bold(name)}`;
}
