import kleur from "kleur";

/** What the program prints. */
export function greeting(name) {
  return `Hello, ${kleur.bold(name)}`;
}
