/** One locale for every figure and date: English words, 24-hour times, day before month. */
export const LOCALE = "en-GB";
