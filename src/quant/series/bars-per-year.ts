// How many daily bars make a year: what annual figures of returns and variances are scaled by.

export const BARS_PER_YEAR = 252;
