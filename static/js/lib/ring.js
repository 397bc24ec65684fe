/** The ring around a cluster: one arc for each category, as large as its share. Pure text, so that it can be tested. */

/** Arcs [{colour, from, to}] in turns (0…1) from counts by category and colours by category; largest first, the rest grey. */
export function shares(counts, colours, total) {
  const known = Object.entries(counts ?? {}).filter(([key, count]) => count > 0 && colours[key]).sort((a, b) => b[1] - a[1]);
  const arcs = [];
  let from = 0;
  for (const [key, count] of known) {
    const to = Math.min(1, from + count / total);
    arcs.push({ colour: colours[key], from, to });
    from = to;
  }
  if (from < 0.999) arcs.push({ colour: known.length ? "#8a979e" : "#0a5a78", from, to: 1 });
  return arcs;
}

/** The SVG path of an arc on a circle of radius r around (c, c). */
export function arcPath({ from, to }, c, r) {
  if (to - from > 0.9995) return `M${c} ${c - r}A${r} ${r} 0 1 1 ${c - 0.01} ${c - r}Z`;
  const at = (turn) => [c + r * Math.sin(turn * 2 * Math.PI), c - r * Math.cos(turn * 2 * Math.PI)].map((n) => n.toFixed(2)).join(" ");
  return `M${at(from)}A${r} ${r} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}`;
}

/** Diameter in pixels of a cluster of this many. */
export const clusterSize = (count) => Math.round(Math.min(72, 40 + 7 * Math.log10(Math.max(1, count)) * 1.4));

/** "1,2 t" is unclear, so large numbers are written whole up to 9999 and then in thousands with a plus. */
export const clusterText = (count) => (count < 10_000 ? String(count) : `${Math.floor(count / 1000)}k+`);
