import { BlockList, isIP } from "node:net";
import { WolfiError } from "../error/wolfi-error.ts";
import { isLoopback } from "./credentials.ts";
import type { Environment } from "./environment.ts";

/** Answers through which proxy a URL is fetched; undefined for none. */
export type FindProxy = (url: URL) => URL | undefined;

/**
 * Reads `http_proxy`, `https_proxy` and `no_proxy`, each in both cases, the lower one first as for curl. A proxy is
 * `http://HOST:PORT` or `https://HOST:PORT`, with a user and password or without; `HOST:PORT` alone is http. This
 * machine itself is never reached through a proxy, as in apko, which is written in Go.
 *
 * @throws WolfiError `PROXY_INVALID`, when a URL is asked for that needs it
 */
export function proxyFinder(environment: Environment): FindProxy {
  const [noProxyName] = variable(environment, "no_proxy") ?? [];
  const isExempt = exemption(noProxyName === undefined ? "" : environment[noProxyName]!);
  return (url) => {
    const [name, value] = variable(environment, url.protocol === "https:" ? "https_proxy" : "http_proxy") ?? [];
    if (name === undefined || value === undefined || isLoopback(url.hostname) || isExempt(url)) return undefined;
    return parseProxy(name, value);
  };
}

function variable(environment: Environment, lower: string): readonly [name: string, value: string] | undefined {
  for (const name of [lower, lower.toUpperCase()]) {
    const value = environment[name]?.trim() ?? "";
    if (value !== "") return [name, value];
  }
  return undefined;
}

function parseProxy(name: string, value: string): URL {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  // The value may hold a password in a place where nobody expects it.
  throw new WolfiError("PROXY_INVALID", `Cannot use the proxy of ${name}: it is not an http or https URL`, {
    kind: "input",
    cure: `Write http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT with every special character as %XX`,
  });
}

/**
 * `no_proxy` as curl and Go read it: names, which stand for all names below them too, IP addresses, networks
 * (`10.0.0.0/8`), each with a port or without, separated by commas or spaces; `*` stands for everything.
 */
function exemption(list: string): (url: URL) => boolean {
  const rules = list.split(/[\s,]+/).flatMap((text) => (text === "" ? [] : exemptionRule(text.toLowerCase())));
  return (url) => {
    const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
    return rules.some((rule) => (rule.port === undefined || rule.port === port) && rule.matches(host));
  };
}

interface ExemptionRule {
  readonly port: string | undefined;
  readonly matches: (host: string) => boolean;
}

function exemptionRule(text: string): ExemptionRule {
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*|.*:.*:.*))(?::(\d+))?$/.exec(text) ?? [];
  const pattern = bracketed ?? plain ?? text;
  if (pattern === "*") return { port, matches: () => true };
  const [address, prefix] = pattern.split("/");
  if (isIP(address!) !== 0) {
    const family = isIP(address!) === 6 ? "ipv6" : "ipv4";
    const bits = family === "ipv6" ? 128 : 32;
    const length = prefix === undefined ? bits : Number(prefix);
    if (!Number.isInteger(length) || length < 0 || length > bits) return { port, matches: () => false };
    const network = new BlockList();
    network.addSubnet(address!, length, family);
    return { port, matches: (host) => isIP(host) !== 0 && network.check(host, isIP(host) === 6 ? "ipv6" : "ipv4") };
  }
  const name = pattern.replace(/^\*?\./, "").replace(/\.$/, "");
  return { port, matches: (host) => host === name || host.endsWith(`.${name}`) };
}
