/** Stands for core-js's `instance/trim`, which answers the method of a text: see `[alias]` in wrangler.toml. */
export default function trimOf(text: string): string["trim"] {
  return text.trim;
}
