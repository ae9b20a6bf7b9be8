/** Icons of the tool bar that the icon set has not: 16 px, 1.35 px stroke. */

/** A cross with a hole at the point, as it is drawn over the images. */
export function SharedCursorIcon() {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.35"
      aria-hidden
    >
      <path d="M8 1.5V6M8 10v4.5M1.5 8H6M10 8h4.5" strokeLinecap="round" />
      <circle cx="8" cy="8" r="0.6" fill="currentColor" />
    </svg>
  );
}

/** Half of the picture covered. */
export function CurtainIcon() {
  return (
    <svg
      width="14"
      height="14"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.35"
      aria-hidden
    >
      <rect x="2" y="2.5" width="12" height="11" rx="1" />
      <path d="M8 1v14" />
      <path d="M2 2.5h6v11H2z" fill="currentColor" stroke="none" opacity="0.45" />
    </svg>
  );
}

/** Two circles that overlap. */
export function DifferenceIcon() {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.35"
      aria-hidden
    >
      <circle cx="6" cy="8" r="4.2" />
      <circle cx="10" cy="8" r="4.2" />
      <path d="M8 4.3a4.2 4.2 0 0 1 0 7.4 4.2 4.2 0 0 1 0-7.4z" fill="currentColor" stroke="none" />
    </svg>
  );
}
