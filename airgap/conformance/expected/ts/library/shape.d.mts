export type Shape = {
    readonly kind: "circle";
    readonly radius: number;
} | {
    readonly kind: "point";
};
export declare const origin: Shape;
