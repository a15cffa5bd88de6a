import { parse } from "yaml";
import settings from "./base.json" with { type: "json" };

export const base = parse("{ yaml: works }").yaml + settings.mark;
