/** Why work ends early: somebody pressed Ctrl-C, or the program was asked to end. */
export class Interruption extends Error {
  override readonly name = "AbortError";
  readonly signalName: "SIGHUP" | "SIGINT" | "SIGTERM";

  constructor(signalName: "SIGHUP" | "SIGINT" | "SIGTERM") {
    super(`stopped by ${signalName}`);
    this.signalName = signalName;
  }
}
