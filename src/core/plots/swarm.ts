/** A dot's place beside its axis. */
export interface SwarmDot {
  index: number;
  along: number;
  across: number;
}

/**
 * Places dots along an axis so that they overlap as little as the room allows: each takes the free place nearest to
 * the middle, dots in the order of their values. Where the room is full, dots lie on each other.
 * @param positions along the axis, in px
 * @param radius of a dot
 * @param room how far from the middle a dot may be
 */
export function placeSwarm(
  positions: readonly number[],
  { radius, room }: { radius: number; room: number },
): SwarmDot[] {
  const order = positions.map((along, index) => ({ along, index })).sort((a, b) => a.along - b.along);
  const placed: SwarmDot[] = [];
  const step = radius;
  for (const { along, index } of order) {
    const near = placed.filter((dot) => along - dot.along < 2 * radius);
    const isFree = (across: number): boolean =>
      near.every((dot) => Math.hypot(dot.along - along, dot.across - across) >= 2 * radius - 1e-9);
    let across = 0;
    for (let tries = 1; !isFree(across) && Math.abs(across) <= room; tries++) {
      across = (tries % 2 === 1 ? 1 : -1) * Math.ceil(tries / 2) * step;
    }
    if (Math.abs(across) > room) across = ((index * 0.618034) % 1) * 2 * room - room;
    placed.push({ index, along, across });
  }
  return placed;
}
