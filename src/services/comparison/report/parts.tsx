/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { LetteredModel } from "../../../core/comparison/scenes";
import { plotTones } from "../../../core/plots/scene";
import { differenceColours } from "../picture-cell";

/** A candidate's letter in its colour. */
export function Badge({ of: { badge } }: { of: LetteredModel }) {
  return (
    <svg class="badge" viewBox="0 0 16 16" aria-hidden="true">
      <rect width="16" height="16" rx="3" fill={badge.colour} />
      <text x="8" y="12" text-anchor="middle" font-size="11" font-weight="600" fill={plotTones.ink}>
        {badge.letter}
      </text>
    </svg>
  );
}

/** Letter and name. */
export function ModelName({ of }: { of: LetteredModel }) {
  return (
    <>
      <Badge of={of} />
      {of.name}
    </>
  );
}

/** A share as a bar below its figure; all bars of a table share one scale. */
export function Bar({ share, colour }: { share: number; colour: string }) {
  return (
    <svg class="bar" viewBox="0 0 72 3" aria-hidden="true">
      <rect width="72" height="3" fill="#808488" fill-opacity="0.25" />
      <rect width={Math.max(0, Math.min(1, share)) * 72} height="3" fill={colour} />
    </svg>
  );
}

/** What the colours of a difference mean here. */
export function DifferenceLegend({ words }: { words: { agreed: string; tooMuch: string; missed: string } }) {
  return (
    <ul class="legend">
      <li>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <rect width="12" height="12" rx="2" fill={differenceColours.agreed} />
        </svg>
        {words.agreed}
      </li>
      <li>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <rect width="12" height="12" rx="2" fill={differenceColours.tooMuch} />
          <path d="M2 10 10 2" stroke="#fff" stroke-width="1.6" />
        </svg>
        {words.tooMuch}
      </li>
      <li>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <rect width="12" height="12" rx="2" fill={differenceColours.missed} />
          <path d="M2 2 10 10" stroke="#fff" stroke-width="1.6" />
        </svg>
        {words.missed}
      </li>
    </ul>
  );
}
