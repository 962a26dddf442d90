import { expect, test } from "vitest";
import { toSignificant } from "../../../domain/base/significant.ts";

test("fractions keep seven digits, whole numbers and everything else stay as they are", () => {
  const value = {
    ...{
      mean: -2.431114148446195,
      tiny: 1.9695131336927574e-7,
      large: 1794722400439,
      none: null,
      flag: true,
    },
    list: [0.1 + 0.2, "0.30000000000000004", { deep: 1 / 3 }],
  };
  expect(toSignificant(value)).toEqual({
    ...{ mean: -2.431114, tiny: 1.969513e-7, large: 1794722400439, none: null, flag: true },
    list: [0.3, "0.30000000000000004", { deep: 0.3333333 }],
  });
});
