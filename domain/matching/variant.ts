import type { Profile } from "./profile.ts";

/** Words for one colour each, without accents. */
const COLOURS = [
  "black schwarz noir negro nero zwart czarny preto",
  "white weiss blanc blanco bianco wit bialy branco",
  "silver silber argent plata argento zilver srebrny",
  "grey gray grau gris grigio grijs szary",
  "red rot rouge rojo rosso rood czerwony",
  "blue blau bleu azul blu blauw niebieski",
  "green grun vert verde groen zielony",
  "yellow gelb jaune amarillo giallo geel zolty",
  "pink rosa rose roze rozowy",
  "purple lila violet violett morado viola paars fioletowy",
  "orange arancione oranje pomaranczowy",
  "brown braun marron marrone bruin brazowy",
  "gold or dorado oro goud zloty",
];
const SIZES = ["xs", "s", "m", "l", "xl", "xxl", "xxxl"];

const COLOUR_OF = new Map(
  COLOURS.flatMap((words) => words.split(" ").map((word) => [word, words.split(" ")[0]!] as const)),
);

/** The colours or sizes of clothes that two titles name, if both name some and none is shared; else null. */
export function variantsDiffer(one: Profile, other: Profile): [string, string] | null {
  return differ(coloursOf(one), coloursOf(other)) ?? differ(sizesOf(one), sizesOf(other));
}

function coloursOf({ words }: Profile): string[] {
  return words.flatMap((word) => COLOUR_OF.get(word) ?? []);
}

function sizesOf({ words }: Profile): string[] {
  return words.filter((word) => SIZES.includes(word));
}

function differ(one: readonly string[], other: readonly string[]): [string, string] | null {
  if (one.length === 0 || other.length === 0 || one.some((value) => other.includes(value))) return null;
  return [one.join(" and "), other.join(" and ")];
}
