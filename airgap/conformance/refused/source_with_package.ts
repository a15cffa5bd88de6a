import { parse } from "yaml";

export const value: unknown = parse("1");
