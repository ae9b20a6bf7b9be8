/** The program's mark: three slices, one above the other. */
export function Mark() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" fill="none" aria-hidden>
      <path d="M2 5.5 9 2l7 3.5L9 9z" stroke="currentColor" strokeWidth="1.3" opacity="0.55" />
      <path d="m2 9 7 3.5L16 9" stroke="currentColor" strokeWidth="1.3" opacity="0.75" />
      <path d="m2 12.5 7 3.5 7-3.5" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  );
}
