export type Shape = { readonly kind: "circle"; readonly radius: number } | { readonly kind: "point" };

export const origin: Shape = { kind: "point" };
