export interface NelderMeadOptions {
  /** edge of the first simplex along each coordinate; its sign is the side to start on */
  steps: readonly number[];
  maxEvaluations: number;
  /** stops when the relative spread of the simplex's values falls below it */
  tolerance: number;
}

/**
 * Minimises `objective` without derivatives from `start`; constraints are expressed by returning a huge
 * value. Reflection 1, expansion 2, contraction ½, shrink ½ (Nelder & Mead 1965, Computer Journal 7).
 * Deterministic.
 */
export function nelderMead(
  objective: (x: readonly number[]) => number,
  start: readonly number[],
  { steps, maxEvaluations, tolerance }: NelderMeadOptions,
): number[] {
  const n = start.length;
  const vertices = [start.slice()];
  for (let i = 0; i < n; i++) vertices.push(start.map((v, j) => (j === i ? v + steps[i]! : v)));
  const simplex = vertices.map((x) => ({ x, value: objective(x) }));
  let evaluations = n + 1;
  const centroid = new Array<number>(n);
  const move = (t: number) => {
    const worst = simplex[n]!.x;
    const x = centroid.map((c, j) => c + t * (worst[j]! - c));
    evaluations++;
    return { x, value: objective(x) };
  };

  for (;;) {
    simplex.sort((a, b) => a.value - b.value);
    const best = simplex[0]!;
    const worst = simplex[n]!;
    const spread = worst.value - best.value;
    if (evaluations >= maxEvaluations || spread <= tolerance * Math.abs(best.value)) return best.x;
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += simplex[i]!.x[j]!;
      centroid[j] = sum / n;
    }
    const reflected = move(-1);
    if (reflected.value < best.value) {
      const expanded = move(-2);
      simplex[n] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < simplex[n - 1]!.value) {
      simplex[n] = reflected;
    } else {
      const contracted = move(reflected.value < worst.value ? -0.5 : 0.5);
      if (contracted.value < Math.min(reflected.value, worst.value)) simplex[n] = contracted;
      else {
        for (let i = 1; i <= n; i++) {
          const x = simplex[i]!.x.map((v, j) => (v + best.x[j]!) / 2);
          simplex[i] = { x, value: objective(x) };
          evaluations++;
        }
      }
    }
  }
}
