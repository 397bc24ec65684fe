/** What lies on each other on a map: which belong together, and where each stands when they are spread out. Pure. */

/** Indexes of points [x, y] in groups: each lies within `reach` of the first of its group. */
export function together(points, reach) {
  const groups = [];
  points.forEach(([x, y], i) => {
    const near = groups.find(([first]) => Math.hypot(points[first][0] - x, points[first][1] - y) < reach);
    if (near) near.push(i);
    else groups.push([i]);
  });
  return groups;
}

/** Offsets [dx, dy] of n around a middle that stays free, in rings of 6, 12, 18 …, at least `step` from each other; the first is on top. */
export function rings(n, step) {
  const found = [];
  for (let ring = 1; found.length < n; ring += 1) {
    const here = Math.min(6 * ring, n - found.length);
    for (let i = 0; i < here; i += 1) {
      const turn = (i / here) * 2 * Math.PI;
      found.push([Math.round(step * ring * Math.sin(turn)), Math.round(-step * ring * Math.cos(turn))]);
    }
  }
  return found;
}
