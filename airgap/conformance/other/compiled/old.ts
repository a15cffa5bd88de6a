export const old: number = 5;
