export declare const base: string;
