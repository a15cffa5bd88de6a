import type { Position } from "../error/wolfi-error.ts";
import type { JsonSchema } from "./json-schema.ts";
import { report, type Shape } from "./read-yaml.ts";

/** Where a value stands, for those who judge it. */
export interface Place {
  readonly position: Position;
  /** Reports that the value is wrong. */
  readonly refuse: (reason: string, cure?: string) => undefined;
}

/** A value that is judged or turned into another, unless there were problems in it already. It is required. */
export function refined<T, U>(shape: Shape<T>, refine: (value: T, place: Place) => U | undefined): Shape<U> {
  return {
    schema: shape.schema,
    read(node, context) {
      const before = context.problems.length;
      const value = shape.read(node, context);
      if (value === undefined || context.problems.length > before) return undefined;
      const refuse = (reason: string, cure?: string): undefined => report(node, context, "WRONG_VALUE", reason, cure);
      return refine(value, { position: context.document.position(node), refuse });
    },
  };
}

/** A shape with another value where nothing is given. */
export function withZero<T>(shape: Shape<T>, zero: T): Shape<T> {
  return { ...shape, zero };
}

/** A value whose absence means something else than its zero value. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return withZero<T | undefined>(shape, undefined);
}

/** A value that has to be given. */
export function required<T>({ read, schema }: Shape<T>): Shape<T> {
  return { read, schema };
}

/** The same shape with what it says to people, and what editors may know of it beyond its type. */
export function described<T>(description: string, shape: Shape<T>, hints: JsonSchema = {}): Shape<T> {
  return { ...shape, schema: { ...shape.schema, ...hints, description } };
}
