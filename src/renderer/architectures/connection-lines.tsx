import type { Drawing, PlacedConnection, Point } from "./layout/drawing";
import styles from "./architectures.module.css";

const cornerRadius = 5;
const arrowLength = 6;
/** Shorter skips have no room for words. */
const leastLabelled = 110;

/** A line through corners, rounded. */
function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  const parts = [`M${first.x} ${first.y}`];
  rest.forEach((point, index) => {
    const before = points[index]!;
    const after = rest[index + 1];
    if (after === undefined) {
      parts.push(`L${point.x} ${point.y}`);
      return;
    }
    const a = toward(point, before, cornerRadius);
    const b = toward(point, after, cornerRadius);
    parts.push(`L${a.x} ${a.y}Q${point.x} ${point.y} ${b.x} ${b.y}`);
  });
  return parts.join("");
}

/** The point `distance` from `from` on the way to `to`, at most half way. */
function toward(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 0 : Math.min(distance, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function arrowOf(points: readonly Point[]): string {
  const [before, tip] = points.slice(-2);
  if (before === undefined || tip === undefined) return "";
  const base = toward(tip, before, arrowLength);
  const [dx, dy] = [(tip.x - base.x) * 0.55, (tip.y - base.y) * 0.55];
  return `M${tip.x} ${tip.y}L${base.x - dy} ${base.y + dx}L${base.x + dy} ${base.y - dx}Z`;
}

/** Every connection of a drawing: the main path as lines, skips dashed, those of the chosen block in the accent. */
export function ConnectionLines({ drawing, selected }: { drawing: Drawing; selected: string | undefined }) {
  const isChosen = ({ from, to }: PlacedConnection) =>
    selected !== undefined && (from === selected || to === selected);
  return (
    <svg className={styles.lines} width={drawing.width} height={drawing.height} aria-hidden>
      {drawing.connections.map((connection) => (
        <g key={connection.id} data-skip={connection.skip} data-chosen={isChosen(connection)}>
          <path className={styles.line} d={pathOf(connection.points)} />
          <path className={styles.arrow} d={arrowOf(connection.points)} />
          {connection.skip && <SkipLabel connection={connection} />}
        </g>
      ))}
    </svg>
  );
}

/** "skip, 64 channels" in the middle of a long straight skip. */
function SkipLabel({ connection: { points, channels } }: { connection: PlacedConnection }) {
  const [a, b] = points;
  if (points.length !== 2 || a === undefined || b === undefined || channels === undefined) return null;
  const length = b.x - a.x;
  if (length < leastLabelled) return null;
  const text = length > 190 ? `skip, ${channels} channels` : `skip, ${channels}`;
  const width = 6.1 * text.length + 12;
  const x = (a.x + b.x) / 2;
  return (
    <>
      <rect className={styles.labelGround} x={x - width / 2} y={a.y - 8} width={width} height={16} />
      <text x={x} y={a.y + 4} textAnchor="middle">
        {text}
      </text>
    </>
  );
}

/** How far the guide lines reach beyond the picture. */
const beyond = { left: 90, right: 40 } as const;

/** A line for each size of feature maps, with its name on the left. */
export function RowLines({ drawing }: { drawing: Drawing }) {
  return (
    <svg className={styles.rows} width={drawing.width} height={drawing.height} aria-hidden>
      {drawing.rows.map(({ label, y }) => (
        <g key={label}>
          <path d={`M${-beyond.left + 60} ${y}H${drawing.width + beyond.right}`} />
          <text x={-beyond.left + 52} y={y + 4} textAnchor="end">
            {label}
          </text>
        </g>
      ))}
    </svg>
  );
}
