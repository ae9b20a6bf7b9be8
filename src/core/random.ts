/**
 * A seeded random source whose whole state is one number, so that a checkpoint can keep it.
 * Generator: mulberry32 (Tommy Ettinger, public domain), period 2^32.
 */
export class SeededRandom {
  constructor(private state: number) {
    this.state >>>= 0;
  }

  /** What to pass to the constructor to go on from here. */
  get snapshot(): number {
    return this.state;
  }

  /** @returns uniform in [0, 1) */
  unit(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** @returns uniform in [low, high) */
  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** @returns log-uniform in [low, high): halving is as likely as doubling */
  scaleBetween(low: number, high: number): number {
    return Math.exp(this.between(Math.log(low), Math.log(high)));
  }

  /** @returns a whole number from 0 to count - 1 */
  below(count: number): number {
    return Math.floor(this.unit() * count);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** @returns standard normal, by Box and Muller */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }

  /** Shuffles in place (Fisher and Yates). */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [items[last], items[other]] = [items[other]!, items[last]!];
    }
    return items;
  }
}

/** FNV-1a over the UTF-16 units: a fixed order of names that follows nothing in them. */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
