/** From where to where. */
export interface Interval {
  low: number;
  high: number;
}
