export const origin = { kind: "point" };
//# sourceMappingURL=shape.mjs.map