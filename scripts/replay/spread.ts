/**
 * Spreads a whole total over `parts` equal parts as whole units by the largest-remainder method (Hamilton). Equal
 * parts have equal remainders: the units left over go to evenly spaced parts, the last of them to the last part, so
 * that every run of k parts holds its share to within one unit.
 * @throws RangeError unless the total is a non-negative integer and there is a part.
 */
export function spreadEvenly(total: number, parts: number): number[] {
  if (!Number.isSafeInteger(total) || total < 0) throw new RangeError(`${total} is no whole quantity`);
  if (!Number.isSafeInteger(parts) || parts < 1) throw new RangeError(`${parts} is no number of parts`);
  const each = Math.floor(total / parts);
  const left = total - each * parts;
  return Array.from({ length: parts }, (_, k) => {
    const upToHere = Math.floor(((k + 1) * left) / parts);
    return each + upToHere - Math.floor((k * left) / parts);
  });
}
